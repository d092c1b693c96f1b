"""Numbers of headings and lists, and headings themselves, as Word shows them."""

from __future__ import annotations

import pytest

from extract.loaders import load
from extract.loaders.numbering import write
from tests.builders import docx_with, w_tbl

Said = list[tuple[str, int | None]]


def level(at: int, style: str, pattern: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
        f'{more}<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract(name: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{"".join(levels)}</w:abstractNum>'


def num(name: int, definition: int, more: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{definition}"/>{more}</w:num>'


def item(text: str, at: int | None = 0, name: int | None = 1, more: str = "") -> str:
    said = "" if at is None else f'<w:ilvl w:val="{at}"/>'
    said += "" if name is None else f'<w:numId w:val="{name}"/>'
    return f"<w:p><w:pPr>{more}<w:numPr>{said}</w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def styled(text: str, style: str, more: str = "") -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
    )


def style(name: str, said: str, *, title: str = "", base: str = "") -> str:
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title or name}"/>{based}'
        f"<w:pPr>{said}</w:pPr></w:style>"
    )


def lines(body: str, numbering: str, styles: str = "") -> list[str]:
    parts = {"numbering.xml": numbering, "styles.xml": styles}
    return load(docx_with(body, parts)).text.split("\n")


HAN = abstract(
    0,
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
)


# --- counting ---------------------------------------------------------------------------------


def test_levels_count_on_and_begin_anew_below_the_next_outer_one() -> None:
    body = "".join(
        item(text, at) for text, at in zip("甲乙丙丁戊己", (0, 1, 2, 2, 1, 0), strict=True)
    )
    body += item("庚", 1)
    assert lines(body, HAN + num(1, 0)) == [
        *("一、甲", "（一）乙", "1. 丙", "2. 丁", "（二）戊", "二、己", "（一）庚"),
    ]


def test_labels_may_name_outer_levels() -> None:
    levels = (
        level(0, "decimal", "%1"),
        level(1, "decimal", "%1.%2"),
        level(2, "lowerLetter", "%1.%2.%3"),
    )
    body = item("甲") + item("乙", 1) + item("丙", 2) + item("丁", 1)
    numbered = ["1 甲", "1.1 乙", "1.1.a 丙", "1.2 丁"]
    assert lines(body, abstract(0, *levels) + num(1, 0)) == numbered


def test_an_outer_level_that_was_left_out_is_counted() -> None:
    levels = (level(0, "decimal", "%1.", start=3), level(1, "decimal", "%1.%2"))
    body = item("甲", 1) + item("乙") + item("丙", 1)
    expected = ["3.1 甲", "4. 乙", "4.1 丙"]
    assert lines(body, abstract(0, *levels) + num(1, 0)) == expected


@pytest.mark.parametrize(
    ("restart", "expected"),
    [("0", ["1. 甲", "1) 乙", "2. 丙", "2) 丁"]), ("1", ["1. 甲", "1) 乙", "2. 丙", "1) 丁"])],
)
def test_a_level_says_after_which_one_it_begins_anew(restart: str, expected: list[str]) -> None:
    more = f'<w:lvlRestart w:val="{restart}"/>'
    levels = (level(0, "decimal", "%1."), level(1, "decimal", "%2)", more))
    body = item("甲") + item("乙", 1) + item("丙") + item("丁", 1)
    assert lines(body, abstract(0, *levels) + num(1, 0)) == expected


def test_a_level_may_begin_anew_only_after_the_outermost() -> None:
    levels = [level(0, "decimal", "%1."), level(1, "decimal", "%2)")]
    levels.append(level(2, "decimal", "(%3)", '<w:lvlRestart w:val="1"/>'))
    body = "".join(item("甲", at) for at in (0, 1, 2, 1, 2, 0, 2))
    labels = [line[:-1].strip() for line in lines(body, abstract(0, *levels) + num(1, 0))]
    assert labels == ["1.", "1)", "(1)", "2)", "(2)", "2.", "(1)"]


def test_lists_of_one_definition_count_on_together_unless_one_starts_anew() -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = item("甲") + item("乙", name=2) + item("丙", name=3) + item("丁", name=3) + item("戊")
    numbering = HAN + num(1, 0) + num(2, 0) + num(3, 0, anew)
    assert lines(body, numbering) == ["一、甲", "二、乙", "一、丙", "二、丁", "三、戊"]


def test_a_list_may_have_a_level_of_its_own() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)", start=2)}</w:lvlOverride>'
    assert lines(item("甲", name=2), HAN + num(2, 0, own)) == ["B) 甲"]


def test_two_definitions_count_apart() -> None:
    other = abstract(1, level(0, "decimal", "%1."))
    body = item("甲") + item("乙", name=2) + item("丙") + item("丁", name=2)
    expected = ["一、甲", "1. 乙", "二、丙", "2. 丁"]
    assert lines(body, HAN + other + num(1, 0) + num(2, 1)) == expected


def test_a_definition_may_point_to_a_list_style() -> None:
    pointing = '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="列表"/></w:abstractNum>'
    styles = style("列表", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    assert lines(item("甲", name=5), HAN + pointing + num(1, 0) + num(5, 7), styles) == ["一、甲"]


def test_definitions_that_point_in_a_circle_give_no_number() -> None:
    pointing = '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="圈"/></w:abstractNum>'
    styles = style("圈", '<w:numPr><w:numId w:val="5"/></w:numPr>')
    assert lines(item("甲", name=5), pointing + num(5, 7), styles) == ["甲"]


# --- labels -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style_", "pattern", "more", "text", "expected"),
    [
        ("decimal", "%1.", "", "甲", "1. 甲"),
        ("decimal", "%1.", '<w:suff w:val="space"/>', "甲", "1. 甲"),
        ("decimal", "%1.", '<w:suff w:val="nothing"/>', "甲", "1.甲"),
        ("decimal", "%1.", '<w:suff w:val="nothing"/>', "5万元", "1. 5万元"),
        ("decimal", "%1、", "", "甲", "1、甲"),
        ("decimal", "第%1部分", "", "甲", "第1部分甲"),
        ("chineseCountingThousand", "第%1部分", "", "甲", "第一部分甲"),
        ("decimalEnclosedCircleChinese", "%1", "", "甲", "①甲"),
        ("bullet", "\uf0b7", "", "甲", "甲"),
        ("none", "", "", "甲", "甲"),
        ("none", "附件%1", "", "甲", "附件甲"),
        ("custom", "%1.", "", "甲", "1. 甲"),
        ("decimal", "", "", "甲", "甲"),
        ("decimal", "%1.", "", "　甲", "1. 甲"),
    ],
)
def test_the_label_is_part_of_the_text(
    style_: str, pattern: str, more: str, text: str, expected: str
) -> None:
    numbering = abstract(0, level(0, style_, pattern, more)) + num(1, 0)
    assert lines(item(text), numbering) == [expected]


def test_a_legal_level_shows_all_numbers_in_digits() -> None:
    levels = (
        level(0, "chineseCounting", "%1、"),
        level(1, "chineseCounting", "%1.%2", "<w:isLgl/>"),
    )
    assert lines(item("甲") + item("乙", 1), abstract(0, *levels) + num(1, 0)) == [
        "一、甲",
        "1.1 乙",
    ]


def test_a_format_of_newer_versions_is_found_in_its_choice() -> None:
    choice = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" '
        'w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/>'
        "</mc:Fallback></mc:AlternateContent>"
    )
    lvl = f'<w:lvl w:ilvl="0"><w:start w:val="7"/>{choice}<w:lvlText w:val="%1."/></w:lvl>'
    assert lines(item("甲"), abstract(0, lvl) + num(1, 0)) == ["007. 甲"]


@pytest.mark.parametrize(
    ("style_", "expected"),
    [
        ("decimalZero", "01 09 10 12 26 27 105"),
        ("lowerLetter", "a i j l z aa aaaaa"),
        ("upperLetter", "A I J L Z AA AAAAA"),
        ("lowerRoman", "i ix x xii xxvi xxvii cv"),
        ("upperRoman", "I IX X XII XXVI XXVII CV"),
        ("chineseCountingThousand", "一 九 十 十二 二十六 二十七 一百零五"),
        ("japaneseCounting", "一 九 十 十二 二十六 二十七 一百零五"),
        ("ideographDigital", "一 九 一〇 一二 二六 二七 一〇五"),
        ("chineseLegalSimplified", "壹 玖 壹拾 壹拾贰 贰拾陆 贰拾柒 壹佰零伍"),
        ("ideographTraditional", "甲 壬 癸 12 26 27 105"),
        ("decimalEnclosedCircle", "① ⑨ ⑩ ⑫ ㉖ ㉗ 105"),
        ("ordinal", "1st 9th 10th 12th 26th 27th 105th"),
        ("decimalFullWidth", "１ ９ １０ １２ ２６ ２７ １０５"),
        ("unheardOf", "1 9 10 12 26 27 105"),
    ],
)
def test_numbers_are_written_in_the_formats_of_word(style_: str, expected: str) -> None:
    assert " ".join(write(n, style_) for n in (1, 9, 10, 12, 26, 27, 105)) == expected


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "零"), (1000, "一千"), (1010, "一千零一十"), (10000, "一万"), (20304, "二万零三百零四")],
)
def test_counting_has_a_zero_for_the_places_between(number: int, written: str) -> None:
    assert write(number, "chineseCountingThousand") == written


# --- where the list is said -------------------------------------------------------------------


def test_a_list_is_inherited_from_the_style_and_those_it_is_based_on() -> None:
    styles = style("基础", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>')
    styles += style("派生", "", base="基础")
    assert lines(styled("甲", "派生"), HAN + num(1, 0), styles) == ["（一）甲"]


def test_the_level_made_for_a_style_is_its_level() -> None:
    made = '<w:pStyle w:val="二级"/>'
    levels = (level(0, "decimal", "%1."), level(1, "decimal", "(%2)", made))
    styles = style("二级", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    assert lines(styled("甲", "二级"), abstract(0, *levels) + num(1, 0), styles) == ["(1) 甲"]


def test_a_paragraph_can_take_itself_out_of_its_styles_list() -> None:
    styles = style("列", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    out = styled("乙", "列", '<w:numPr><w:numId w:val="0"/></w:numPr>')
    body = styled("甲", "列") + out + styled("丙", "列")
    assert lines(body, HAN + num(1, 0), styles) == ["一、甲", "乙", "二、丙"]


def test_a_paragraph_that_names_only_a_list_keeps_the_level_of_its_style() -> None:
    styles = style("列", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="9"/></w:numPr>')
    body = item("甲", None, 1, '<w:pStyle w:val="列"/>')
    assert lines(body, HAN + num(1, 0), styles) == ["（一）甲"]


def test_numbers_without_text_count_in_cells_and_not_in_the_page() -> None:
    row = [f"<w:tc>{item('', name=2)}</w:tc>", f"<w:tc>{item('甲', name=1)}</w:tc>"]
    numbering = HAN + abstract(1, level(0, "decimal", "%1")) + num(1, 0) + num(2, 1)
    body = item("") + w_tbl(row, row) + item("乙")
    assert lines(body, numbering) == ["1\t二、甲", "2\t三、甲", "四、乙"]


def test_deleted_paragraphs_are_not_counted() -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '<w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
        '<w:del w:id="2"><w:r><w:delText>删</w:delText></w:r></w:del></w:p>'
    )
    assert lines(item("甲") + gone + item("乙"), HAN + num(1, 0)) == ["一、甲", "二、乙"]


@pytest.mark.parametrize(
    "numbering",
    ["", num(1, 9), HAN, '<w:num w:numId="1"/>', abstract(0) + num(1, 0), "<w:num w:numId='1'><w:"],
)
def test_a_list_that_is_not_there_numbers_nothing(numbering: str) -> None:
    assert lines(item("甲"), numbering) == ["甲"]


def test_endless_patterns_and_starts_are_held() -> None:
    wild = level(0, "lowerRoman", "%1" * 9000, start=999_999_999)
    (line,) = lines(item("甲"), abstract(0, wild) + num(1, 0))
    assert len(line) < 2_000


# --- headings ---------------------------------------------------------------------------------


def heads(body: str, styles: str) -> Said:
    document = load(docx_with(body, {"styles.xml": styles}))
    return [(document.text[b.start : b.end], b.level) for b in document.blocks]


@pytest.mark.parametrize(
    ("styles", "expected"),
    [
        (style("1", "", title="heading 1"), 1),
        (style("1", "", title="Heading 3"), 3),
        (style("1", "", title="标题 2"), 2),
        (style("1", "", title="一级标题"), 1),
        (style("1", '<w:outlineLvl w:val="3"/>'), 4),
        (style("1", '<w:outlineLvl w:val="9"/>', title="heading 1"), None),
        (style("1", "", base="2") + style("2", "", title="heading 2"), 2),
        (style("1", "", base="2") + style("2", "", base="1"), None),
        (style("1", "", title="heading 1 char"), None),
        (style("1", "", title="Title"), None),
        ("", None),
    ],
)
def test_a_heading_is_told_by_its_style(styles: str, expected: int | None) -> None:
    assert heads(styled("甲", "1"), styles) == [("甲", expected)]


def test_a_paragraph_says_itself_whether_it_is_a_heading() -> None:
    styles = style("1", "", title="heading 1")
    body = styled("甲", "1", '<w:outlineLvl w:val="9"/>')
    body += styled("乙", "2", '<w:outlineLvl w:val="1"/>')
    assert heads(body, styles) == [("甲", None), ("乙", 2)]


def test_a_numbered_heading_is_both() -> None:
    said = '<w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/>'
    parts = {"numbering.xml": HAN + num(1, 0), "styles.xml": style("1", said, title="heading 1")}
    document = load(docx_with(styled("部门概况", "1"), parts))
    assert document.text == "一、部门概况"
    assert [(b.kind, b.level) for b in document.blocks] == [("heading", 1)]
    assert document.text_share == 1.0


def test_entries_of_a_table_of_contents_are_furniture() -> None:
    body = styled("一、部门概况 3", "11") + styled("一、部门概况", "1")
    styles = style("11", "", title="toc 1") + style("1", "", title="heading 1")
    document = load(docx_with(body, {"styles.xml": styles}))
    assert [b.kind for b in document.blocks] == ["furniture", "heading"]


def test_styles_are_found_in_parts_written_in_any_way() -> None:
    plain = style("1", "", title="heading 1")
    for styles in (plain, f"<!-- 注 -->{plain}", plain.replace("<w:style ", "<w:style\n")):
        assert heads(styled("甲", "1"), styles) == [("甲", 1)]


def test_many_styles_are_listed_once_and_found() -> None:
    names = [f"s{n}" for n in range(60)]
    styles = "".join(style(n, f'<w:outlineLvl w:val="{i % 9}"/>') for i, n in enumerate(names))
    body = "".join(styled("甲", name) for name in names)
    assert [level for _, level in heads(body, styles)] == [i % 9 + 1 for i in range(60)]


def test_styles_are_found_far_behind_in_a_large_part() -> None:
    filler = "".join(style(f"f{n}", "<w:jc/>" * 20) for n in range(500))
    styles = style("1", "", title="heading 1") + filler + style("2", "", title="heading 2")
    body = styled("甲", "1") + styled("乙", "2") + styled("丙", "f490") + styled("丁", "1")
    assert heads(body, styles) == [("甲", 1), ("乙", 2), ("丙", None), ("丁", 1)]
    assert heads(body, f"{styles}<!-- 注 -->") == [("甲", 1), ("乙", 2), ("丙", None), ("丁", 1)]
    assert heads(body, f"<!-- 注 -->{styles}") == [("甲", 1), ("乙", 2), ("丙", None), ("丁", 1)]
