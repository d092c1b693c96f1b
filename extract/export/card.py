"""The pages of a release (数据集说明): card, cautions, what is new, how to cite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from extract.export import citation
from extract.export.citation import Cited
from extract.export.news import News
from extract.export.vital import LOW, STATUSES_READ, Vital
from extract.glossary import TABLE_TEXTS

PLACES = {"excel": "zhengju.xlsx", "duckdb": "zhengju.duckdb"}  # others have a folder
LOAD = """\
```python
import extract                       # pip install zhengju
data = extract.load(".")             # data.panel, data.cells, data.facts, …
data.panel.attrs["labels"]           # 中文标签; labels_en, units, meanings, missing
```

```r
panel <- arrow::read_parquet("panel.parquet")
```

```sql
SELECT agency, year, expenditure FROM 'panel.parquet';  -- DuckDB
```
"""
MISSING = """\
A missing value is null, never a number; a 0 is a zero that a report states. Why a cell of the
panel is empty stands in `cells.reason`. Money is in 元 of its year, rates are percents as printed.
Codes are text.

缺失值一律为空值，不用数字代替；0 为报告明确载明的零。面板单元格为空的原因见 `cells.reason`。
金额为当年价，单位元；比率为报告所印百分数；代码为文本。
"""


def tables(vital: Vital, ending: str = "parquet") -> str:
    """The tables with their rows, as a table of Markdown."""
    lines = ["| file | 内容 | one row for each | rows |", "| --- | --- | --- | ---: |"]
    lines += [
        f"| `{name}.{ending}` | {text.label_zh} | {text.row} | {vital.rows[name]:,} |"
        for name, text in TABLE_TEXTS.items()
        if name in vital.rows
    ]
    return "\n".join(lines) + "\n"


def card(cited: Cited, licence: str, formats: Sequence[str] = ()) -> str:
    """``README.md`` of a release: a dataset card whose head machines read."""
    one = cited.vital
    where = f" in {one.provinces} provinces" if one.provinces > 1 else ""
    where_zh = f" {one.provinces} 个省份" if one.provinces > 1 else ""
    configs = "".join(
        f"  - config_name: {name}\n    data_files: {name}.parquet\n" for name in one.rows
    )
    return f"""\
---
pretty_name: {citation.quoted(cited.title)}
license: {citation.quoted(licence or "other")}
language:
  - zh
tags:
  - china
  - government
  - panel-data
configs:
{configs}---

# {cited.title}

Version {cited.version}. Every figure that {one.read} reports of {one.agencies} agencies{where} \
state on the years {one.span}, with its value, unit, meaning and exact place in the text. \
Made with zhengju (政据) {one.code}.

第 {cited.version} 版。取自{where_zh} {one.agencies} 个单位的 {one.read} 份报告，\
所属年度 {one.span}；每个数值均有单位、含义、年度和原文出处。由 zhengju（政据）{one.code} 生成。

## Tables 数据表

{tables(one)}
{_also(formats)}\
`codebook.csv` explains every column in Chinese and English (字段说明), `datapackage.json` says the
same to machines. Read `CAUTIONS.md` before a figure carries an argument (使用前请先读注意事项);
`WHATS_NEW.md` tells what changed, `CITATION.md` how to cite, `RELEASE.json` from what it was made.

## Load 读取

{LOAD}
## Missing values 缺失值

{MISSING}
## Licence 许可

{licence or "Not stated by the makers of this dataset 数据集制作者未注明"}.
The words of the reports are their agencies'. 报告文字归发布单位所有。
"""


def _also(formats: Sequence[str]) -> str:
    """Where the same stands in other formats."""
    if not formats:
        return ""
    places = ", ".join(f"`{PLACES.get(name, name + '/')}`" for name in formats)
    return f"The same for other programs 其他格式: {places}.\n\n"


def cautions(vital: Vital) -> str:
    """``CAUTIONS.md``: which numbers not to believe, with how many there are of each kind."""
    points = "\n".join(f"- {line}" for line in _cautions(vital))
    return f"# Cautions 注意事项\n\n{points}\n"


def whats_new(cited: Cited, found: News | None) -> str:
    """``WHATS_NEW.md``."""
    head = f"# What is new in {cited.version} 本版变化\n\n"
    if found is None:
        return head + "The first release. 首次发布。\n"
    names = (("documents 文件", found.files), ("cells of the panel 面板单元格", found.cells))
    lines = ["| | added 新增 | removed 删除 | changed 改变 |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {name} | {a:,} | {r:,} | {c:,} |" for name, (a, r, c) in names]
    lines += ["", "| table 表 | rows before 原行数 | rows now 现行数 |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {old:,} | {new:,} |" for name, (old, new) in found.rows.items()]
    for said, columns in zip(("New 新增", "Gone 删除"), found.columns, strict=True):
        if columns:
            listed = ", ".join(f"`{name}`" for name in columns)
            lines += ["", f"{said} columns of the panel 面板列: {listed}"]
    for name, (old, new) in found.versions.items():
        lines += ["", f"{name}: {old or '–'} → {new or '–'}"]
    lines += ["", "`zhengju diff OLD NEW` lists each change with its cause (逐项变化及原因)."]
    return head + "\n".join(lines) + "\n"


def cite(cited: Cited) -> str:
    """``CITATION.md``."""
    return (
        f"# How to cite 引用方式\n\n{citation.dataset(cited)}\n\n```bibtex\n"
        f"{citation.bibtex(cited)}```\n\n## Data availability 数据可得性声明\n\n"
        f"{citation.statement(cited)}\n"
    )


def _cautions(one: Vital) -> Iterator[str]:
    of = one.counts
    yield (
        "Do not mix values of two releases: a later one may read the same report better. "
        "不同版本的数值不可混用。"
    )
    unread = {k: n for k, n in of.get("status", {}).items() if k not in STATUSES_READ}
    if part := of.get("status", {}).get("partial"):
        yield f"{part} documents were read in part (`documents.status`). 部分读取的文件 {part} 个。"
    if unread:
        yield (
            f"{_sum(unread)} documents could not be read ({_listed(unread)}). "
            f"未能读取的文件 {_sum(unread)} 个。"
        )
    if facts := one.rows.get("facts"):
        yield from _of_facts(of, facts)
    if reasons := of.get("reason"):
        yield (
            f"{_sum(reasons)} cells of core columns are empty: {_listed(reasons)} "
            f"(`cells.reason`). `not_stated` is what the program found, not what a person would. "
            f"核心列空单元格 {_sum(reasons)} 个，原因见 `cells.reason`。"
        )
    yield (
        "Values are as reported: nothing is corrected, summed or deflated; agencies change their "
        "scope (本级, 汇总: `entity`, `is_primary`) and definitions between years. "
        "数值照录原文，未作更正、加总或价格调整；口径逐年可能不同。"
    )
    yield (
        "`confidence` speaks of reading, not of truth: a figure read rightly may be wrong in the "
        "report. 可信度只表示读取是否正确，不表示报告所载是否属实。"
    )


def _of_facts(of: Mapping[str, Mapping[str, int]], facts: int) -> Iterator[str]:
    conflict, checked = of["conflict"], of.get("check_status", {})
    told = (
        (conflict.get("disagree", 0), "documents disagree (`conflict`). 同一事实数值不一致"),
        (
            checked.get("off", 0) + checked.get("mixed", 0),
            "arithmetic speaks against it (`check_status` off or mixed). 算术核对不符",
        ),
        (
            of.get("revised", {}).get("true", 0),
            "a later report restates it (`value_restated`). 后续报告修订",
        ),
        (of.get("approx", {}).get("true", 0), "the wording is approximate (`approx`). 约数"),
        (of["confidence"]["low"], f"`confidence` is below {LOW}. 可信度低于 {LOW} 的"),
    )
    for count, words in told:
        yield f"{count:,} of {facts:,} facts: {words} {count:,} 条。"


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
