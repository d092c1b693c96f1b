from __future__ import annotations

import pytest

from extract import rulebook
from extract.model import Document, Section, Source
from extract.reader import read_document

BODY = "按照要求开展各项工作，落实各项制度。"


def sections(text: str) -> list[Section]:
    reading = read_document(Source("", "", 0), Document(text, "txt"), rulebook.load())
    assert reading.sections[0].level == 0
    return list(reading.sections[1:])


def under_body(*headings: str) -> str:
    return "".join(f"{heading}\n{BODY}\n" for heading in headings)


def tree(text: str) -> list[tuple[int, str]]:
    return [(section.level, section.heading) for section in sections(text)]


# Numbering


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("第一部分 部门概况", "部门概况"),
        ("第3部分 名词解释", "名词解释"),
        ("附件2：自评表", "自评表"),
        ("一、基本情况", "基本情况"),
        ("二、 预算执行情况", "预算执行情况"),
        ("（三）基金监管", "基金监管"),
        ("(三)基金监管", "基金监管"),
        ("3.预算监督情况", "预算监督情况"),
        ("3．预算监督情况", "预算监督情况"),
        ("（1）支出管理情况", "支出管理情况"),
        ("2）产出指标完成情况", "产出指标完成情况"),
        ("①制度建设情况", "制度建设情况"),
        ("十一、其他需要说明的问题", "其他需要说明的问题"),
        ("9、国有资本经营预算支出决算情况说明", "国有资本经营预算支出决算情况说明"),
    ],
)
def test_a_numbered_line_is_a_heading_without_its_number(line: str, heading: str) -> None:
    (section,) = sections(under_body(line))
    assert (section.heading, section.how) == (heading, "numbered")


def test_styles_nest_from_the_outside_in() -> None:
    headings = (
        "第二部分 部门决算情况",
        "一、总体情况",
        "（一）收入情况",
        "1.财政拨款收入情况",
        "（1）当年拨款情况",
        "①按月拨款情况",
    )
    assert [level for level, _ in tree(under_body(*headings))] == [1, 2, 3, 4, 5, 6]


def test_a_heading_closes_those_of_its_own_rank_and_below() -> None:
    text = under_body("一、总体情况", "（一）收入情况", "（二）支出情况", "二、绩效情况")
    assert tree(text) == [(1, "总体情况"), (2, "收入情况"), (2, "支出情况"), (1, "绩效情况")]


def test_levels_are_counted_where_outer_styles_are_missing() -> None:
    text = under_body("（一）收入情况", "1.财政拨款收入情况", "（二）支出情况")
    assert [level for level, _ in tree(text)] == [1, 2, 1]


def test_missing_and_repeated_numbers_do_not_disturb_the_tree() -> None:
    text = under_body("一、总体情况", "三、绩效情况", "三、存在问题", "七、改进措施")
    assert [level for level, _ in tree(text)] == [1, 1, 1, 1]


def test_mixed_numbers_of_one_series_stand_on_one_level() -> None:
    text = under_body(
        "八、政府性基金预算支出决算情况说明",
        "9、国有资本经营预算支出决算情况说明",
        "10、机关运行经费支出情况说明",
        "十一、政府采购支出情况说明",
    )
    assert [level for level, _ in tree(text)] == [1, 1, 1, 1]


def test_a_heading_without_its_number_stands_beside_numbered_ones() -> None:
    found = sections(under_body("部门基本情况", "二、预算执行情况", "三、存在问题"))
    assert [s.heading for s in found] == ["部门基本情况", "预算执行情况", "存在问题"]
    assert [s.how for s in found] == ["bare", "numbered", "numbered"]
    assert len({s.level for s in found}) == 1


def test_a_run_in_heading_ends_at_its_first_stop() -> None:
    (section,) = sections("一是强化基金监管。全年检查定点医药机构312家。\n")
    assert section.heading == "强化基金监管"


def test_the_span_of_a_section_reaches_to_the_next_of_its_rank() -> None:
    text = under_body("一、总体情况", "（一）收入情况", "二、绩效情况")
    first, inner, last = sections(text)
    assert text[first.start : first.end].count(BODY) == 2
    assert first.start < inner.start < inner.end <= first.end == last.start
    assert last.end == len(text)


def test_paths_lead_from_the_outside_in() -> None:
    *_, inner = sections(under_body("一、总体情况", "（一）收入情况"))
    assert inner.path[-2:] == ("总体情况", "收入情况")


def test_blanks_and_quotes_in_a_heading_are_repaired() -> None:
    (section,) = sections(under_body("　　三、 “三公” 经费支出情况"))
    assert section.heading == "三公经费支出情况"


# What is no heading


@pytest.mark.parametrize(
    "line",
    [
        "根据第一部分的要求，逐项完成了整改。",
        "详见第二部分名词解释，此处不再赘述。",
        "全年一、二级医疗机构均已接入系统。",
        "经费3.5万元全部用于宣传工作。",
        "12.5万元用于设备购置。",
        "基本情况良好，各项工作有序推进。",
        "2022年，各项工作有序推进。",
        "按照（一）项的规定执行。",
    ],
)
def test_a_sentence_is_no_heading(line: str) -> None:
    assert sections(f"{line}\n{BODY}\n") == []


def test_cells_of_a_table_are_no_headings() -> None:
    table = "一、基本支出\t300\t298.5\n二、项目支出\t500\t486.2\n三、合计\t800\t784.7\n"
    assert sections(f"项目\t预算数\t决算数\n{table}{BODY}\n") == []


@pytest.mark.parametrize(
    "contents",
    [
        "目录\n一、基本情况\n二、预算执行情况\n三、存在问题\n",
        "目 录\n一、基本情况\n二、预算执行情况\n三、存在问题\n",
        "一、基本情况……………1\n二、预算执行情况……………3\n三、存在问题……………5\n",
        "目录\n一、基本情况........1\n二、预算执行情况........3\n三、存在问题........5\n",
    ],
)
def test_a_table_of_contents_opens_no_sections(contents: str) -> None:
    text = contents + under_body("一、基本情况", "二、预算执行情况", "三、存在问题")
    found = sections(text)
    assert [s.heading for s in found] == ["基本情况", "预算执行情况", "存在问题"]
    assert all(s.start >= len(contents) for s in found)


# Kinds


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("一、部门主要职责", "tasks"),
        ("一、部门基本情况", "profile"),
        ("一、机构设置", "profile"),
        ("二、预算执行情况", "budget_execution"),
        ("二、资金使用情况", "budget_execution"),
        ("三、2022年度部门决算情况说明", "final_accounts"),
        ("三、机关运行经费支出情况说明", "final_accounts"),
        ("四、绩效目标完成情况", "performance"),
        ("四、基金监管情况", "enforcement"),
        ("四、打击欺诈骗保情况", "enforcement"),
        ("五、名词解释", "glossary"),
        ("六、存在的主要问题", "problems"),
        ("七、下一步改进措施", "remedies"),
        ("八、满意度调查问卷", "questionnaire"),
        ("附件1：部门整体支出绩效评价指标评分表", "marking_table"),
        ("附件2：项目支出绩效自评表", "form"),
        ("（一）信息化运维项目", "project"),
        ("九、其他", "other"),
    ],
)
def test_a_heading_tells_the_kind_of_its_section(line: str, kind: str) -> None:
    assert [s.kind for s in sections(under_body(line))] == [kind]


def test_a_heading_that_tells_nothing_has_the_kind_of_its_parent() -> None:
    found = sections(under_body("五、名词解释", "（一）一般公共预算"))
    assert [s.kind for s in found] == ["glossary", "glossary"]


def test_a_document_inside_a_document_opens_a_section_of_its_own() -> None:
    title = "某县医疗保障局2022年度项目支出绩效自评报告"
    found = sections(under_body("一、基本情况") + f"{title}\n" + under_body("一、项目情况"))
    assert [s.heading for s in found if s.level == 1][-1] == title
    assert [s.how for s in found] == ["numbered", "title", "numbered"]
    assert found[-1].path[-2] == title


def test_sections_cover_the_text_as_loaded_whatever_was_repaired() -> None:
    text = "[bookmark: _Toc1]一、基本情况\n" + BODY + "\n—3—\n二、 绩效  情况\n" + BODY + "\n"
    found = sections(text)
    assert [text[s.start] for s in found] == ["一", "二"]


def test_the_page_numbers_of_a_table_of_contents_behind_tabs_are_no_figures() -> None:
    entries = ("一、收入决算情况说明", "二、政府采购支出情况说明")
    contents = "".join(f"{entry}\t{page}\n" for page, entry in enumerate(entries, 4))
    body = "".join(f"{entry}\n本年相关金额为52.36万元。\n" for entry in entries)
    text = f"某县医疗保障局2022年度部门决算\n目录\n{contents}{body}"
    reading = read_document(Source("", "", 0), Document(text, "txt"), rulebook.load())

    assert {m.quote for m in reading.mentions} == {"52.36万元"}
    pages = [r for r in reading.rejections if r.quote in ("4", "5")]
    assert {r.reason for r in pages} == {"page_furniture"}
    assert len(pages) == 2
