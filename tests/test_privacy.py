"""Invented names, numbers and answers in many places: no table but ``texts`` shows one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract import masking
from extract.catalogue import patterns_folder
from extract.explain.report import explain
from extract.pipeline import run
from tests.builders import docx_of
from tests.strings import strings

TITLE = "青禾县民政局2022年度部门整体支出绩效自评报告"
PARAGRAPHS = (
    "项目负责人：赵甲乙    联系电话：0999-1234567",
    "一、基本情况",
    "我局现有在职人员18人，法定代表人 钱丙丁，联系人：孙戊己（手机139-1234-5678）。",
    "（一）赵甲乙困难救助项目",
    "赵甲乙困难救助项目安排资金12万元，支出11.5万元，经办人李庚辛、周壬癸。",
    "患者吴子丑（电话13812345678，身份证号110101199003074321）报销医疗费3.2万元。",
    "村民郑寅卯因病申请救助，发放救助金4500元，汇入账号6222021234567890123。",
    "慰问困难群众冯某某等35人，发放慰问金2.8万元。",
    "受访者陈辰巳表示，窗口排队太久，自己垫付了8765元。",
    "责任人：褚午未同志组织培训6次，培训320人次。联系邮箱 chu.wuwei@example.org。",
    "学生蒋丑寅、欧阳卯等获得助学金6000元，由卫子辰同志发放，微信：weizichen_01。",
    "受访者甲说：材料要交9遍",
    "二、联系人韩申酉负责的工作",
    "韩申酉牵头走访脱贫户48户，副局长沈戌亥带队检查养老机构16家，座机（0999）7654321。",
    "传真：8765-432，办公电话 8123456，微信号：1357924680。",
    "审核人：杨 甲      填表人：朱乙甲    2023年3月8日",
    "三、满意度调查问卷",
    "1.您的姓名：秦丙乙",
    "2.您的年龄：47岁",
    "3.您对救助工作是否满意？☑非常不满意",
    "4.您家去年自付多少元？5432元",
    "5.您有什么意见：希望增加夜间窗口",
    "答：太远了，来回要走97公里",
)
TABLE = [
    ["姓名", "性别", "联系电话", "救助金额（元）"],
    ["尤丁戊", "男", "15012345678", "3600"],
    ["许己庚", "女", "18612345678", "2400"],
]
FIELDS = [
    ["项目名称", "临时救助", "项目负责人", "何辛壬"],
    ["开户名", "吕癸子", "银行账号", "6228 4800 1234 5678 901"],
    ["何辛壬帮扶户数", "目标值15户", "实际值17户", "得分10分"],
]
SECRETS = (
    "赵甲乙", "钱丙丁", "孙戊己", "李庚辛", "周壬癸", "吴子丑", "郑寅卯", "冯某某", "陈辰巳",
    "褚午未", "韩申酉", "沈戌亥", "杨甲", "杨 甲", "朱乙甲", "秦丙乙", "尤丁戊", "许己庚",
    "何辛壬", "吕癸子", "蒋丑寅", "欧阳卯", "卫子辰", "weizichen", "材料要交",
    "1234567", "139-1234", "5678", "13812345678", "110101199003074321", "6222021234567890123",
    "chu.wuwei", "7654321", "8765", "8123456", "1357924680", "15012345678", "18612345678", "6228",
    "非常不满意", "5432", "夜间窗口", "排队太久", "太远了", "47",
)  # fmt: skip


def rows_as_lines(table: list[list[str]]) -> list[str]:
    return ["\t".join(row) for row in table]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("private")
    (home / "in").mkdir()
    lines = [TITLE, *PARAGRAPHS[:9], *rows_as_lines(TABLE), *PARAGRAPHS[9:], *rows_as_lines(FIELDS)]
    (home / "in" / "a.txt").write_text("\n".join(lines) + "\n", "utf-8")
    spaced = [line.replace("\t", "   ") for line in lines]
    (home / "in" / "b.txt").write_text("\n".join(spaced) + "\n", "utf-8")
    parts = (TITLE, *PARAGRAPHS[:9], TABLE, *PARAGRAPHS[9:], FIELDS)
    (home / "in" / "c.docx").write_bytes(docx_of(*parts))
    run(home / "in", home / "out", workers=1)
    return home / "out"


def cells(folder: Path) -> Iterator[tuple[str, str]]:
    """All texts of a dataset but those of ``texts``: where, and the words."""
    for path in sorted(folder.iterdir()):
        if path.name == "texts.parquet":
            continue
        if path.suffix != ".parquet":
            words = path.read_text("utf-8-sig")
            yield path.name, re.sub(r"[0-9a-f.]{2,64}", "", words)  # timings and hashes
            continue
        for row in pq.read_table(path).to_pylist():
            for column, value in row.items():
                if not column.endswith(("_id", "doc_id")):  # hashes
                    yield from ((f"{path.stem}.{column}", words) for words in strings(value))


def test_the_texts_hold_what_is_private(output: Path) -> None:
    texts = pq.read_table(output / "texts.parquet")["text"].to_pylist()
    assert len(texts) == 3
    assert [s for s in SECRETS if s != "杨甲" and not all(s in text for text in texts)] == []


def test_no_other_table_holds_any_of_it(output: Path) -> None:
    leaks = {(where, s, words) for where, words in cells(output) for s in SECRETS if s in words}
    assert leaks == set()


def test_the_figures_of_the_agency_are_still_there(output: Path) -> None:
    quotes = pq.read_table(output / "mentions.parquet")["quote"].to_pylist()
    kept = {
        "18人",
        "12万元",
        "11.5万元",
        "3.2万元",
        "4500元",
        "35人",
        "2.8万元",
        "6次",
        "16家",
        "6000元",
    }
    assert [quote for quote in kept if quotes.count(quote) != 3] == []


def test_explain_shows_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = "\n".join([TITLE, *PARAGRAPHS])
    path.write_text(text, "utf-8")
    said = [explain(path), *(explain(path, text.index(w)) for w in ("11.5万元", "48户", "35人"))]
    assert [s for s in SECRETS if any(s in words for words in said) and len(s) > 2] == []


@pytest.mark.parametrize(
    "text",
    [
        "村民房屋修缮12户", "患者高血压管理率95%", "居民健康档案3万份",
        "由局长任组长，主任任副组长", "居民金融服务，覆盖8个村", "职工安置房3套",
        "学生安全教育，开展4次", "医疗救助对象安置12人",
        "会计核算中心2个", "2022年支出总计6655.59万元", "检查定点医药机构1860家", "申请人数120人",
        "广大党员同志参加3次", "群众反映问题12件", "受访者中95%表示满意", "微信公众号发布30条",
        "全年收入1234567.89元", "共受理123456人次", "12345热线",
    ],
)  # fmt: skip
def test_words_that_are_no_names_stay(text: str) -> None:
    assert masking.mask(text, masking.names_in(text)) == text


def test_a_word_after_a_label_is_not_hidden_elsewhere() -> None:
    text = "牵头人：办公室\n成员：高新区、石桥镇\n全县石桥镇办公室建设3处，高新区建设2处。"
    assert masking.names_in(text) == frozenset()


def test_each_example_of_a_number_is_masked_whole() -> None:
    data = tomllib.loads((patterns_folder() / "masking.toml").read_text("utf-8"))
    for row in data["number"]:
        for example in row["examples"]:
            masked = masking.mask(example)
            assert not re.search(r"[0-9a-z]", masked), example


def test_each_example_of_an_answer_is_masked() -> None:
    data = tomllib.loads((patterns_folder() / "masking.toml").read_text("utf-8"))
    for row in data["answer"]:
        for example in row["examples"]:
            assert masking.mask(example).count("■") >= example.count("■") + 3, example


def test_masks_keep_the_length() -> None:
    text = "\n".join([TITLE, *PARAGRAPHS, *rows_as_lines(TABLE)])
    masked = masking.mask(text, masking.names_in(text))
    assert len(masked) == len(text)
    assert {b for a, b in zip(text, masked, strict=True) if a != b} == {"■"}
