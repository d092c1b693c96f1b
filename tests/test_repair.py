from __future__ import annotations

import unicodedata

import pytest

from extract import rulebook
from extract.model import Block, Document
from extract.text.repair import MatchingCopy, repair
from tests.chance import seeded

CLEAN = (
    "全年检查定点医药机构",
    "追回医保基金",
    "万元",
    "12.5",
    "1,204",
    "%",
    "住院",
    "。",
    "，",
    "（三）",
)
NOISE = (
    " ", "\u3000", "\n", "\u200b", "\ufeff", "“", "”", "[bookmark: _Toc1]", "[image: ]", "$", "\t",
    "\n—3—\n", "________", "   ", "\xa0", "\u00ad", "\\%", "\n\n", "Word", "５", "；", ".", ",",
)  # fmt: skip


def repaired(text: str, *blocks: Block) -> MatchingCopy:
    return repair(Document(text, "txt", blocks=blocks), rulebook.load().repairs)


def folded(char: str) -> str:
    """A character without its width; full stops of both scripts are one, and so are blanks."""
    if char.isspace() and char != "\n":
        return " "
    return "." if char in ".。" else unicodedata.normalize("NFKC", char)


def messy(seed: int) -> str:
    chance = seeded(seed)
    parts = [chance.choice(CLEAN if chance.random() < 0.6 else NOISE) for _ in range(200)]
    return "".join(parts)


# The map


@pytest.mark.parametrize("seed", range(40))
def test_every_character_of_the_copy_is_the_one_that_it_comes_from(seed: int) -> None:
    text = messy(seed)
    copy = repaired(text)
    origin = list(copy.origin)
    assert len(origin) == len(copy.text)
    assert origin == sorted(set(origin))
    assert [folded(c) for c in copy.text] == [folded(text[at]) for at in origin]


@pytest.mark.parametrize("seed", range(40))
def test_every_character_left_out_belongs_to_a_repair(seed: int) -> None:
    text = messy(seed)
    copy = repaired(text)
    mended = {at for r in copy.repairs for at in range(r.start, r.end)}
    assert set(range(len(text))) - set(copy.origin) <= mended


@pytest.mark.parametrize("seed", range(40))
def test_a_kept_substring_stands_where_its_span_says(seed: int) -> None:
    text = messy(seed)
    copy, chance = repaired(text), seeded(seed)
    for _ in range(50):
        start = chance.randrange(len(copy.text))
        end = chance.randrange(start, len(copy.text)) + 1
        a, b = copy.span(start, end)
        kept = [i for i in copy.origin if a <= i < b]
        assert list(map(folded, copy.text[start:end])) == [folded(text[i]) for i in kept]
        assert copy.locate(a) == start


@pytest.mark.parametrize("seed", range(40))
def test_repairing_twice_gives_the_same_copy(seed: int) -> None:
    text = messy(seed)
    assert repaired(text) == repaired(text)


def test_clean_text_is_left_alone() -> None:
    text = "一、基本情况\n全年检查定点医药机构312家，追回医保基金46万元。\n"
    copy = repaired(text)
    assert copy.text == text
    assert copy.repairs == ()
    assert list(copy.origin) == list(range(len(text)))


@pytest.mark.parametrize("text", ["", "\n", " ", "\u200b", "\n\n\n", "$", "—3—"])
def test_next_to_nothing_is_repaired_without_fault(text: str) -> None:
    assert repaired(text).text.strip() in {"", "$"}


# Characters


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("２３．５％", "23.5%"),
        ("A类(甲)", "A类（甲）"),
        ("如下:共3家;其中", "如下：共3家；其中"),
        ("3，672.15万元", "3,672.15万元"),
        ("追回,检查", "追回，检查"),
        ("比例≧90%且≦100%", "比例≥90%且≤100%"),
        ("占比５０﹪", "占比50%"),
        ("结余−3万元", "结余-3万元"),
        ("某发﹝2022﹞3号", "某发〔2022〕3号"),
        ("参保“三公”经费", "参保三公经费"),
        ("追回\u3000医保\xa0基金", "追回医保基金"),
        ("追回医保基金 22.30 万元", "追回医保基金22.30万元"),
        ("住院 3 人次", "住院3人次"),
        ("服务Open Day", "服务Open Day"),
        ("参保\u200b人数\u00ad3\u200d1人", "参保人数31人"),
        ("[bookmark: _Toc123][image: ]二、机构设置", "二、机构设置"),
        (r"完成率$3/4*100\%=75\%$。", "完成率3/4*100%=75%。"),
        ("编号：____时间", "编号：时间"),
        ("合   计", "合计"),
    ],
)
def test_a_line_is_read_without_its_dress(printed: str, read: str) -> None:
    assert repaired(printed).text == read


def test_a_blank_between_two_numbers_keeps_them_apart() -> None:
    assert repaired("两列 12 34").text.split()[-1] == "34"


def test_a_figure_broken_by_blanks_is_one() -> None:
    assert repaired("收入1204 .5万元").text == "收入1204.5万元"
    assert repaired("收入12. 5万元").text == "收入12.5万元"


# Lines

LONG = "按照年度工作安排，会同有关部门对辖区内定点医药机构开展了全覆盖现场检查"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LONG + "，", "共检查机构46家。"),
        (LONG, "工作，共检查机构46家。"),
        ("追回医保基金19.5", "万元。"),
        ("本年支出合计（", "含上年结转）320万元。"),
        ("检查机构46家", "，约谈3家。"),
        ("按照《绩效管理办法", "》要求开展自评。"),
    ],
)
def test_a_line_that_goes_on_is_joined(before: str, after: str) -> None:
    assert repaired(f"{before}\n{after}\n").text == f"{before}{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LONG + "。", "共检查机构46家。"),
        (LONG + "；", "共检查机构46家。"),
        ("基本情况", "共检查机构46家。"),
        ("某县医疗保障局2022年度部门整体支出绩效自评报告", "部门基本情况如下。"),
        (LONG, "一、基本情况"),
        (LONG, "（二）预算执行情况"),
        (LONG, "3.资金使用情况"),
        (LONG, "第二部分 部门决算情况"),
        (LONG, "附件1：自评表"),
        (LONG, "项目\t决算数"),
        ("项目\t决算数", "基本支出\t298.5"),
    ],
)
def test_a_line_that_ends_is_not_joined(before: str, after: str) -> None:
    text = repaired(f"{before}\n{after}\n").text
    assert text.count("\n") == 2


def test_empty_lines_inside_a_sentence_are_joined_too() -> None:
    assert repaired(f"{LONG}，\n\n共检查机构46家。\n").text == f"{LONG}，共检查机构46家。\n"


@pytest.mark.parametrize("number", ["—23—", "- 4 -", "第3页 共12页", "第 7 页"])
def test_a_page_number_between_the_halves_of_a_sentence_is_taken_out(number: str) -> None:
    copy = repaired(f"{LONG}，\n{number}\n共检查机构46家。\n")
    assert copy.text == f"{LONG}，共检查机构46家。\n"


def test_a_line_repeated_at_the_edges_of_pages_is_furniture() -> None:
    pages = [f"某县部门决算\n第{n}项工作已完成，各项任务落实到位。\n{n + 10}" for n in range(4)]
    text = "\n".join(pages) + "\n"
    blocks, at = [], 0
    for number, page in enumerate(pages, 1):
        blocks.append(Block("paragraph", at, at + len(page), page=number))
        at += len(page) + 1
    read = repaired(text, *blocks).text
    assert "某县部门决算" not in read
    assert read.count("各项任务落实到位。") == 4
    assert not any(str(n) in read for n in range(10, 14))
