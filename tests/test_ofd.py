"""OFD: words are put together by their places; what belongs to the page is furniture."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders.ofd.page import POINT
from extract.model import Document
from tests.builders import zip_of
from tests.chance import seeded
from tests.mutation import mutants

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 4.0  # millimetres of a letter


def words(text: str, x: float, y: float, *, code: str = "", **attributes: str) -> str:
    """A text object whose characters stand side by side; ``x`` and ``y`` begin the baseline."""
    code = code or f'DeltaX="g {max(len(text) - 1, 0)} {SIZE}"'
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - SIZE} 190 {SIZE * 1.5}" Size="{SIZE}"{more}>'
        f'<ofd:TextCode X="0" Y="{SIZE}" {code}>{text}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    """A path object with one rule."""
    return (
        f'<ofd:PathObject Boundary="{x0} {y0} {x1 - x0 + 0.1} {y1 - y0 + 0.1}" LineWidth="0.2">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def content(body: str, before: str = "") -> bytes:
    layer = f"<ofd:Content><ofd:Layer>{body}</ofd:Layer></ofd:Content>"
    return f"<ofd:Page {_NS}>{before}{layer}</ofd:Page>".encode()


def ofd(
    *pages: str,
    template: str = "",
    title: str = "",
    resources: str = "",
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """A package of pages out of the XML of their objects."""
    used = '<ofd:Template TemplateID="9" ZOrder="Background"/>' if template else ""
    listed = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/P_{n}/Content.xml"/>' for n in range(len(pages))
    )
    document = (
        f"<ofd:Document {_NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        '</ofd:PhysicalBox></ofd:PageArea><ofd:TemplatePage ID="9" BaseLoc="Tpls/T/Content.xml"/>'
        f"{resources}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    root = (
        f"<ofd:OFD {_NS} DocType='OFD'><ofd:DocBody><ofd:DocInfo><ofd:Title>{title}</ofd:Title>"
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    parts = {f"Doc_0/Pages/P_{n}/Content.xml": content(page, used) for n, page in enumerate(pages)}
    parts |= {"Doc_0/Tpls/T/Content.xml": content(template)} if template else {}
    return zip_of(
        {
            "OFD.xml": root.encode(),
            "Doc_0/Document.xml": document.encode(),
            **parts,
            **(extra or {}),
        }
    )


def table(
    rows: Sequence[Sequence[str]], x: float, y: float, width: float = 40, height: float = 10
) -> str:
    """A ruled table with its words."""
    right, bottom = x + width * len(rows[0]), y + height * len(rows)
    rules = [line(x, y + height * n, right, y + height * n) for n in range(len(rows) + 1)]
    rules += [line(x + width * n, y, x + width * n, bottom) for n in range(len(rows[0]) + 1)]
    texts = [
        words(text, x + width * column + 2, y + height * row + 7)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if text
    ]
    return "".join([*rules, *texts])


def lines(data: bytes) -> list[str]:
    return load(data).text.split("\n")


def ended(data: bytes) -> str:
    """How reading ended; any error but ours goes through."""
    try:
        return load(data).status
    except DocumentError as error:
        return str(error)


# --- words ------------------------------------------------------------------------------------


def test_words_are_read_from_the_top_down_whatever_their_order_in_the_file() -> None:
    document = load(
        ofd(words("支出30万元。", 20, 60) + words("一、收支情况", 20, 40), title="决算 说明")
    )
    assert document.text == "一、收支情况\n支出30万元。"
    assert (document.format, document.pages, document.status) == ("ofd", 1, "ok")
    assert document.title == "决算 说明"
    assert [(block.kind, block.page) for block in document.blocks] == [("paragraph", 1)] * 2


def test_a_line_in_pieces_is_one_line() -> None:
    assert lines(
        ofd(words("万元。", 56, 40) + words("支出1,234.5", 20, 40, code='DeltaX="g 8 4"'))
    ) == ["支出1,234.5万元。"]


@pytest.mark.parametrize("code", ['DeltaX="4 4 4"', 'DeltaX="g 2 4 4"', "", 'DeltaX="g 3 4"'])
def test_distances_may_be_listed_or_repeated_or_left_out(code: str) -> None:
    assert lines(ofd(words("预算执行", 20, 40, code=code or 'Z=""'))) == ["预算执行"]


def test_words_that_stand_apart_get_blanks() -> None:
    page = words("项目", 20, 40) + words("金额", 34, 40) + words("率", 70, 40)
    assert lines(ofd(page)) == ["项目 金额  率"]


def test_a_line_that_fills_the_width_goes_on() -> None:
    full = words("　　" + "字" * 40, 20, 40) + words("又" * 42, 20, 46) + words("完。", 20, 52)
    assert lines(ofd(full + words("　　下一段。", 20, 58))) == [
        "字" * 40 + "又" * 42 + "完。",
        "下一段。",
    ]


def test_a_character_drawn_twice_is_read_once() -> None:
    assert lines(ofd(words("30万元", 20, 40) + words("30万元", 20.2, 40))) == ["30万元"]


def test_a_matrix_moves_and_scales_words() -> None:
    page = words("乙", 20, 60) + words("甲", 20, 30, CTM="0.5 0 0 0.5 3 2")
    document = load(ofd(page))
    assert document.text == "甲\n乙"
    place = document.places([(0, 1)])[0] if document.places else None
    assert place is not None
    assert place.box is not None
    left, top, right, bottom = place.box
    assert [left, right - left, bottom - top] == pytest.approx([23 * POINT, 2 * POINT, 2 * POINT])


def test_places_are_page_and_box_in_points() -> None:
    document = load(ofd(words("甲", 20, 40), words("共30万元", 20, 40)))
    start = document.text.index("30")
    assert document.places is not None
    (place,) = document.places([(start, start + 2)])
    assert place is not None
    assert place.page == 2
    assert place.box == pytest.approx([24 * POINT, 36.48 * POINT, 32 * POINT, 40.48 * POINT])


# --- tables and furniture ---------------------------------------------------------------------


def test_a_ruled_table_stands_where_it_stands_on_the_page() -> None:
    cells = [["项目", "金额"], ["支出", "1,234.50"], ["合计", ""]]
    page = words("单位：万元", 20, 30) + table(cells, 20, 40) + words("说明。", 20, 90)
    document = load(ofd(page, table([["a", "b"]], 20, 40)))
    assert document.text.split("\n") == [
        "单位：万元", "项目\t金额", "支出\t1,234.50", "合计\t", "说明。", "a\tb",
    ]  # fmt: skip
    assert [(b.table, b.row) for b in document.blocks] == [
        (None, None), (0, 0), (0, 1), (0, 2), (None, None), (1, 0),
    ]  # fmt: skip


def test_a_number_that_is_wrapped_in_its_cell_is_one() -> None:
    rules = table([["", ""]], 20, 40, height=20)
    page = rules + words("金额", 62, 47) + words("1,234,5", 22, 47) + words("67.89", 22, 53)
    assert lines(ofd(page)) == ["1,234,567.89\t金额"]


def test_templates_page_numbers_watermarks_and_running_heads_are_furniture() -> None:
    mark = words("内部资料", 60, 150, CTM="0.7 0.7 -0.7 0.7 0 0")
    pages = [
        words("支出情况说明", 20, 15)
        + words("单位：万元", 150, 26)
        + words(f"正文{n}。", 20, 60)
        + words(f"- {n} -", 100, 287)
        + mark
        for n in range(3)
    ]
    document = load(ofd(*pages, template=words("某县财政局", 20, 20)))
    kinds = {document.text[b.start : b.end]: b.kind for b in document.blocks}
    assert {text for text, kind in kinds.items() if kind == "paragraph"} == {
        *(f"正文{n}。" for n in range(3)),
        "单位：万元",  # said of the table below, on each page
    }
    assert {"某县财政局", "支出情况说明", "内部资料", "- 2 -"} <= kinds.keys()


def test_a_number_at_the_edge_that_is_no_page_number_stays() -> None:
    pages = ofd(words("合计", 20, 60) + words("1,234", 100, 287), words("第2页", 100, 287))
    document = load(pages)
    kinds = [(document.text[b.start : b.end], b.kind) for b in document.blocks]
    assert kinds == [("合计", "paragraph"), ("1,234", "paragraph"), ("第2页", "furniture")]


# --- what is refused --------------------------------------------------------------------------

IMAGE = '<ofd:ImageObject ID="2" Boundary="0 0 210 297" ResourceID="5"/>'
TEXT = words("支出30万元。", 20, 60)
OUTSIDE = b"<OFD><DocBody><DocRoot>../../etc/x</DocRoot></DocBody></OFD>"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ofd(IMAGE), "empty(scanned)"),
        (ofd(""), "empty(no_text)"),
        (ofd(words("  ", 20, 40)), "empty(no_text)"),
        (ofd(TEXT.replace("<ofd:TextObject", '<ofd:TextObject Visible="false"')), "empty(no_text)"),
        (ofd(TEXT, extra={"Doc_0/Encryptions.xml": b"<x/>"}), "encrypted"),
        (ofd(TEXT, extra={"Doc_0/Document.xml": b"<!DOCTYPE x><x/>"}), "refused(doctype)"),
        (ofd(TEXT, extra={"OFD.xml": b"<x"}), "corrupt(xml)"),
        (zip_of({"OFD.xml": OUTSIDE}), "corrupt(part)"),
        (zip_of({"OFD.xml": b"<OFD/>"}), "empty(no_text)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, expected: str) -> None:
    assert ended(data) == expected


def test_a_damaged_page_costs_itself_only() -> None:
    document = load(ofd(TEXT, "", extra={"Doc_0/Pages/P_1/Content.xml": b"<x"}))
    assert (document.text, document.status, document.reason) == (
        "支出30万元。",
        "partial",
        "page_errors",
    )


@pytest.mark.parametrize("number", ["1e400", "nan", "inf", "-1e300", "x", "", "9" * 500])
def test_numbers_out_of_bounds_do_no_harm(number: str) -> None:
    broken = words("甲3", 20, 40, code=f'DeltaX="g {number} {number}"', CTM=f"1 0 0 1 {number} 0")
    start = time.process_time()
    document: Document = load(ofd(TEXT + broken + line(0, 0, 9, 0).replace("L 9", f"L {number}")))
    assert "支出30万元。" in document.text
    assert time.process_time() - start < 2


def test_a_page_of_many_rules_and_characters_is_read_within_seconds() -> None:
    start = time.process_time()
    grid = table([["1"] * 20] * 60, 5, 5, width=10, height=4)
    assert len(load(ofd(grid)).blocks) == 60
    rules = "".join(line(n / 10, 0, n / 10, 200) for n in range(2_500))
    assert ended(ofd(TEXT + rules)) == "ok"
    assert ended(ofd(words("字" * 20_000, 1, 40))) == "ok"
    assert time.process_time() - start < 6


def test_damaged_packages_are_read_or_refused_by_name() -> None:
    data = ofd(TEXT + table([["a", "b"], ["c", "1"]], 20, 80), template=TEXT)
    for mutant in mutants(data, seeded(5), 200):
        assert ended(mutant)
    page = TEXT + table([["a", "b"], ["c", "1"]], 20, 80)
    for mutant in mutants(page.encode(), seeded(6), 150):
        assert ended(ofd(mutant.decode("utf-8", "replace"), TEXT))
