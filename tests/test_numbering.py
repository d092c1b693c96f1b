from __future__ import annotations

import pytest

from extract.loaders.numbering import CODES, Counters, Level, labelled, write


@pytest.mark.parametrize(
    ("number", "name", "text"),
    [
        (7, "decimal", "7"),
        (7, "decimalZero", "07"),
        (1, "chineseCounting", "一"),
        (10, "chineseCounting", "十"),
        (21, "chineseCounting", "二十一"),
        (105, "chineseCounting", "一〇五"),
        (105, "chineseCountingThousand", "一百零五"),
        (110, "chineseCountingThousand", "一百一十"),
        (1005, "chineseCountingThousand", "一千零五"),
        (12, "japaneseCounting", "十二"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (12, "ideographDigital", "一二"),
        (3, "ideographTraditional", "丙"),
        (3, "ideographZodiac", "寅"),
        (11, "ideographTraditional", "11"),
        (1, "decimalEnclosedCircle", "①"),
        (21, "decimalEnclosedCircleChinese", "㉑"),
        (51, "decimalEnclosedCircle", "51"),
        (2, "decimalEnclosedParen", "⑵"),
        (2, "decimalEnclosedFullstop", "⒉"),
        (2, "ideographEnclosedCircle", "㊁"),
        (12, "decimalFullWidth", "１２"),
        (1994, "upperRoman", "MCMXCIV"),
        (4, "lowerRoman", "iv"),
        (2, "upperLetter", "B"),
        (28, "lowerLetter", "bb"),
        (3, "numberInDash", "- 3 -"),
        (2, "ordinal", "2nd"),
        (12, "ordinal", "12th"),
        (5, "none", ""),
        (5, "bullet", ""),
        (5, "no such format", "5"),
        (-1, "upperRoman", "-1"),
        (10**9, "upperRoman", "1000000000"),
    ],
)
def test_a_number_is_written_as_its_format_says(number: int, name: str, text: str) -> None:
    assert write(number, name) == text


@pytest.mark.parametrize("name", sorted(set(CODES.values())))
@pytest.mark.parametrize("number", [0, 1, 99, 32767])
def test_every_format_writes_any_number(number: int, name: str) -> None:
    assert isinstance(write(number, name), str)


_CHAPTERS = (
    Level("%1、", "chineseCounting"),
    Level("（%2）", "chineseCounting"),
    Level("%3.", "decimal"),
)
_DOTTED = (Level("第%1章", "chineseCounting"), Level("%1.%2", legal=True))


def _labels(levels: tuple[Level, ...], *places: int) -> list[str]:
    counters = Counters()
    return [counters.label("list", levels, place) for place in places]


def test_inner_levels_begin_anew_after_an_outer_number() -> None:
    labels = _labels(_CHAPTERS, 0, 1, 1, 2, 0, 1, 2)
    assert labels == ["一、", "（一）", "（二）", "1.", "二、", "（一）", "1."]


def test_a_level_may_never_begin_anew() -> None:
    assert _labels((Level("%1"), Level("%2", restart=0)), 0, 1, 0, 1)[-1] == "2"


def test_a_level_may_begin_anew_after_the_outermost_only() -> None:
    levels = (Level("%1"), Level("%2"), Level("%3", restart=1))
    assert _labels(levels, 0, 1, 2, 1, 2, 0, 2) == ["1", "1", "1", "2", "2", "2", "1"]


def test_numbers_of_outer_levels_stand_in_inner_ones() -> None:
    assert _labels(_DOTTED, 0, 1, 1, 0, 1) == ["第一章", "1.1", "1.2", "第二章", "2.1"]


def test_an_outer_level_that_was_never_used_shows_its_start() -> None:
    assert _labels(_DOTTED, 1) == ["1.1"]


def test_bullets_and_unknown_levels_have_no_number() -> None:
    assert _labels((Level("\uf06c", "bullet"),), 0, 5) == ["", ""]


def test_uses_of_one_list_count_on_unless_they_say_where_to_start() -> None:
    counters, levels = Counters(), (Level("%1."),)
    labels = [
        counters.label("list", levels, 0, use="a"),
        counters.label("list", levels, 0, use="b"),
        counters.label("list", levels, 0, use="c", starts={0: 5}),
        counters.label("list", levels, 0, use="c", starts={0: 5}),
        counters.label("other", levels, 0),
    ]
    assert labels == ["1.", "2.", "5.", "6.", "1."]


def test_the_number_stands_before_its_text() -> None:
    assert labelled("1.", "tab", "2023年预算") == "1. 2023年预算"
    assert labelled("一、", "tab", "基本情况") == "一、基本情况"
    assert labelled("（一）", "nothing", "收入") == "（一）收入"
    assert labelled("1.", "nothing", "") == ""


def test_outer_levels_count_on_where_an_inner_one_begins_elsewhere() -> None:
    counters, levels = Counters(), (Level("%1"), Level("%1.%2"))
    starts = {0: 2, 1: 99}
    labels = [
        counters.label("list", levels, 0),
        counters.label("list", levels, 0),
        counters.label("list", levels, 1, use="b", starts=starts),
        counters.label("list", levels, 1, use="b", starts=starts),
        counters.label("list", levels, 0),
    ]
    assert labels == ["1", "2", "2.99", "2.100", "3"]
