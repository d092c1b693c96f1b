"""What stands in other parts of a Word file: notes, headers, charts, files put in, properties."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders.docx_charts import shown
from extract.model import Document
from tests.builders import docx_of, docx_with, docx_xml, rels, w_p, w_tbl, w_tc, zip_of

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
CHART = ("rId1", "chart", "charts/chart1.xml")
HEADER, FOOTER = ("rId1", "header", "header1.xml"), ("rId2", "footer", "footer1.xml")
EDGES = '<w:sectPr><w:headerReference r:id="rId1"/><w:footerReference r:id="rId2"/></w:sectPr>'


def run(xml: str) -> str:
    return f"<w:r>{xml}</w:r>"


def t(text: str) -> str:
    return run(f"<w:t>{text}</w:t>")


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


def bare(text: str) -> bytes:
    """A part of plain words, as hand-made packages have it."""
    return f"<d><body><p><r><t>{text}</t></r></p></body></d>".encode()


# --- notes ------------------------------------------------------------------------------------


def note(name: int, text: str, kind: str = "footnote", more: str = "") -> str:
    return f'<w:{kind} w:id="{name}" {more}>{w_p(text)}</w:{kind}>'


def mark(name: int, kind: str = "footnote") -> str:
    return run(f'<w:{kind}Reference w:id="{name}"/>')


def test_a_note_stands_behind_the_paragraph_that_refers_to_it() -> None:
    notes = note(0, "线", more='w:type="separator"') + note(1, "注一") + note(2, "注二")
    body = f"<w:p>{t('甲')}{mark(1)}{t('乙')}</w:p>{w_p('丙')}<w:p>{t('丁')}{mark(2)}</w:p>"
    document = load(docx_with(body, {"footnotes.xml": notes}))
    assert document.text == "甲乙\n注一\n丙\n丁\n注二"
    assert document.text_share == 1.0
    assert document.flags == ()


def test_an_endnote_is_read_like_a_footnote_and_each_note_once() -> None:
    body = f"<w:p>{t('甲')}{mark(1, 'endnote')}{mark(1, 'endnote')}</w:p>"
    document = load(docx_with(body, {"endnotes.xml": note(1, "尾注", "endnote")}))
    assert document.text == "甲\n尾注"


def test_notes_of_a_table_stand_behind_their_row() -> None:
    cell = f"<w:tc><w:p>{t('甲')}{mark(1)}</w:p></w:tc>"
    body = w_tbl([cell, w_tc("1")], [w_tc("乙"), w_tc("2")])
    document = load(docx_with(body, {"footnotes.xml": note(1, "注")}))
    assert document.text == "甲\t1\n注\n乙\t2"


def test_a_note_that_refers_to_itself_is_read_once() -> None:
    own = f'<w:footnote w:id="1"><w:p>{t("注")}{mark(1)}</w:p></w:footnote>'
    assert load(docx_with(f"<w:p>{mark(1)}</w:p>", {"footnotes.xml": own})).text == "注"


def test_notes_that_nothing_shown_refers_to_are_left_out() -> None:
    body = w_p("甲") + f"<w:p><w:del>{mark(1)}</w:del></w:p>"
    document = load(docx_with(body, {"footnotes.xml": note(1, "注")}))
    assert document.text == "甲"
    assert document.text_share == 1.0


@pytest.mark.parametrize("notes", [{}, {"footnotes.xml": ""}, {"footnotes.xml": "<w:"}])
def test_a_note_that_is_not_there_is_a_loss(notes: dict[str, str]) -> None:
    document = load(docx_with(f"<w:p>{t('甲')}{mark(1)}</w:p>", notes))
    assert document.text == "甲"
    assert "text_loss" in document.flags


# --- headers and footers ----------------------------------------------------------------------


def test_headers_and_footers_are_furniture_each_once() -> None:
    page = w_p("第") + f"<w:p>{run('<w:instrText>PAGE</w:instrText>')}{t('3')}</w:p>"
    parts = {"header1.xml": w_p("内部资料"), "footer1.xml": page, "header2.xml": w_p("内部资料")}
    inner = '<w:p><w:pPr><w:sectPr><w:headerReference r:id="rId3"/></w:sectPr></w:pPr></w:p>'
    links = (HEADER, FOOTER, ("rId3", "header", "header2.xml"))
    document = load(docx_with(w_p("正文") + inner + EDGES, parts, *links))
    assert kinds(document) == [
        *(
            ("paragraph", "正文"),
            ("furniture", "内部资料"),
            ("furniture", "第"),
            ("furniture", "3"),
        ),
    ]
    assert document.text_share == 1.0


def test_a_table_in_a_header_is_furniture_without_cells() -> None:
    parts = {"header1.xml": w_tbl([w_tc("甲"), w_tc("乙")]), "footer1.xml": ""}
    document = load(docx_with(w_p("正文") + EDGES, parts, HEADER, FOOTER))
    assert kinds(document)[1:] == [("furniture", "甲 乙")]


def test_a_file_with_nothing_but_headers_is_empty() -> None:
    parts = {"header1.xml": w_p("甲"), "footer1.xml": w_p("乙")}
    with pytest.raises(DocumentError, match="no_text"):
        load(docx_with(EDGES, parts, HEADER, FOOTER))


def test_headers_that_are_missing_are_noted() -> None:
    document = load(docx_with(w_p("甲") + EDGES, {}, HEADER, FOOTER))
    assert document.text == "甲"
    assert document.flags == ("damaged_part",)


# --- charts and diagrams ----------------------------------------------------------------------


def points(values: list[str], kind: str, style: str = "") -> str:
    code = f"<c:formatCode>{style}</c:formatCode>" if style else ""
    each = "".join(
        f'<c:pt idx="{i}"><c:v>{value}</c:v></c:pt>' for i, value in enumerate(values) if value
    )
    return f"<c:{kind}Ref><c:{kind}Cache>{code}{each}</c:{kind}Cache></c:{kind}Ref>"


def series(name: str, labels: list[str], values: list[str], style: str = "General") -> str:
    return (
        f"<c:ser><c:tx>{points([name], 'str')}</c:tx><c:cat>{points(labels, 'str')}</c:cat>"
        f"<c:val>{points(values, 'num', style)}</c:val></c:ser>"
    )


def title(text: str) -> str:
    rich = f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
    return f"<c:title><c:tx><c:rich>{rich}</c:rich></c:tx></c:title>"


def chart(plot: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?><c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}"><c:chart>{head}'
        f"<c:plotArea>{plot}</c:plotArea></c:chart></c:chartSpace>"
    )


def drawn(text: str = "") -> str:
    drawing = f'<w:drawing><c:chart xmlns:c="{_C}" r:id="rId1"/></w:drawing>'
    return f"<w:p>{t(text)}{run(drawing)}</w:p>"


def test_a_chart_is_a_table_of_its_series_behind_its_paragraph() -> None:
    years = ["2021年", "2022年"]
    plot = f"<c:barChart>{series('预算（万元）', years, ['120.5', '98'])}</c:barChart>"
    rate = series("执行率", years, ["0.94570000000000001", "0.9"], "0.00%")
    axis = f"<c:catAx>{title('年度')}</c:catAx>"
    parts = {
        "charts/chart1.xml": chart(f"{plot}<c:lineChart>{rate}</c:lineChart>{axis}", title("图"))
    }
    document = load(docx_with(drawn("见图") + w_p("后"), parts, CHART))
    assert document.text.split("\n") == [
        *("见图", "图", "年度", "年度\t预算（万元）\t执行率"),
        *("2021年\t120.5\t94.57%", "2022年\t98\t90.00%", "后"),
    ]
    assert [b.row for b in document.blocks if b.table == 0] == [0, 1, 2]
    assert document.text_share == 1.0


def test_values_that_are_not_cached_leave_a_cell_empty() -> None:
    plot = series("甲", ["一", "二", "三"], ["1", "", "3"]) + series("", [], ["4"])
    document = load(docx_with(drawn(), {"charts/chart1.xml": chart(plot)}, CHART))
    assert document.text == "\t甲\t系列2\n一\t1\t4\n二\t\t\n三\t3\t"


def test_categories_of_two_levels_are_joined() -> None:
    inner = '<c:lvl><c:pt idx="0"><c:v>上</c:v></c:pt><c:pt idx="1"><c:v>下</c:v></c:pt></c:lvl>'
    outer = '<c:lvl><c:pt idx="0"><c:v>2022年</c:v></c:pt></c:lvl>'
    levels = f"<c:multiLvlStrCache>{inner}{outer}</c:multiLvlStrCache>"
    cat = f"<c:cat><c:multiLvlStrRef>{levels}</c:multiLvlStrRef></c:cat>"
    plot = f"<c:ser>{cat}<c:val>{points(['1', '2'], 'num')}</c:val></c:ser>"
    document = load(docx_with(drawn(), {"charts/chart1.xml": chart(plot)}, CHART))
    assert document.text == "\t系列1\n2022年 上\t1\n2022年 下\t2"


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("0.5", "0%", "50%"),
        ("1234.5", "#,##0.00", "1234.50"),
        ("12.300000000000001", "General", "12.3"),
        ("3", "0_ ", "3"),
        ("无", "0%", "无"),
        ("1e-20", "General", "1e-20"),
        ("9" * 60, "General", "9" * 60),
    ],
)
def test_values_are_written_as_their_format_shows_them(
    text: str, style: str, expected: str
) -> None:
    assert shown(text, style) == expected


def test_a_chart_shown_twice_is_read_once_and_one_too_large_is_a_loss() -> None:
    plot = series("甲", ["一"], ["1"])
    document = load(docx_with(drawn() + drawn(), {"charts/chart1.xml": chart(plot)}, CHART))
    assert document.text == "\t甲\n一\t1"
    wide = "".join(
        f'<c:ser><c:val><c:pt idx="{i}"><c:v>1</c:v></c:pt></c:val></c:ser>' for i in range(500)
    )
    document = load(docx_with(drawn("前"), {"charts/chart1.xml": chart(wide)}, CHART))
    assert (document.text, document.flags) == ("前", ("text_loss",))


def test_the_words_of_a_diagram_are_paragraphs() -> None:
    data = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for text in ("申请", "审核")
    )
    namespaces = f"xmlns:dgm='{_DGM}' xmlns:a='{_A}'"
    root = f"<?xml version='1.0'?><dgm:dataModel {namespaces}>{data}</dgm:dataModel>"
    drawing = f'<w:drawing><dgm:relIds xmlns:dgm="{_DGM}" r:dm="rId1"/></w:drawing>'
    link = ("rId1", "diagramData", "diagrams/data1.xml")
    document = load(docx_with(f"<w:p>{run(drawing)}</w:p>", {"diagrams/data1.xml": root}, link))
    assert document.text == "申请\n审核"
    assert document.text_share == 1.0


# --- files put in -----------------------------------------------------------------------------

CHUNK = '<w:altChunk r:id="rId1"/>'


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("afchunk.txt", "乙\n丙".encode(), "乙\n丙"),
        (
            "afchunk.htm",
            "<html><body><p>乙</p><table><tr><td>丙</td><td>1</td></tr></table></body></html>".encode(),
            "乙\n丙\t1",
        ),
        ("afchunk.docx", docx_of("乙", [["丙", "1"]]), "乙\n丙\t1"),
    ],
)
def test_a_file_put_in_is_read_in_its_place(name: str, data: bytes, text: str) -> None:
    body = w_tbl([w_tc("表"), w_tc("0")]) + CHUNK + w_p("后")
    host = docx_with(body, {}, ("rId1", "aFChunk", name))
    document = load(added(host, {f"word/{name}": data}))
    assert document.text == f"表\t0\n{text}\n后"
    assert [b.table for b in document.blocks if b.table is not None] in ([0], [0, 1])
    assert document.flags == ()


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"", docx_of("")])
def test_a_file_put_in_that_cannot_be_read_is_a_loss(data: bytes) -> None:
    host = docx_with(w_p("甲") + CHUNK, {}, ("rId1", "aFChunk", "x.bin"))
    document = load(added(host, {"word/x.bin": data}))
    assert (document.text, document.flags) == ("甲", ("text_loss",))


def test_word_files_in_each_other_are_read_one_deep() -> None:
    data = docx_with(w_p("丙"), {})
    for text in "乙甲":
        host = docx_with(w_p(text) + CHUNK, {}, ("rId1", "aFChunk", "x.docx"))
        data = added(host, {"word/x.docx": data})
    document = load(data)
    assert (document.text, document.flags) == ("甲\n乙", ("text_loss",))


def added(package: bytes, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return zip_of({name: archive.read(name) for name in archive.namelist()} | members)


# --- flags, titles, damage --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "flags"),
    [
        ({"word/vbaProject.bin": b"x"}, ("macro",)),
        (
            {"word/_rels/settings.xml.rels": rels(("r1", "attachedTemplate", "http://x/a.dot"))},
            ("external_link",),
        ),
        (
            {"word/_rels/document.xml.rels": rels(("r1", "image", "http://x/a.png"))},
            ("external_link",),
        ),
        (
            {"word/_rels/document.xml.rels": rels(("r1", "oleObject", "file:///x"))},
            ("external_link",),
        ),
        ({"word/_rels/document.xml.rels": rels(("r1", "hyperlink", "http://x/"))}, ()),
        (
            {"word/_rels/document.xml.rels": rels(("r1", "package", "embeddings/a.xlsx"))},
            ("embedded_object",),
        ),
        ({"word/_rels/document.xml.rels": b"<x"}, ("damaged_part",)),
        ({"word/theme/theme1.xml": b"<x"}, ()),
    ],
)
def test_flags_tell_what_a_file_would_run_or_fetch(
    members: dict[str, bytes], flags: tuple[str, ...]
) -> None:
    assert load(added(docx_xml(w_p("甲")), members)).flags == flags


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  2022年度部门决算  说明 ", "2022年度部门决算 说明"),
        ("Microsoft Word - 2022年度部门决算", None),
        ("决算说明终稿.doc", None),
        ("附件", None),
        ("Normal", None),
        ("", None),
        ("决" * 90, None),
    ],
)
def test_the_title_is_that_of_the_properties_where_it_looks_like_one(
    written: str, expected: str | None
) -> None:
    core = f"<cp:core xmlns:cp='c' xmlns:dc='d'><dc:title>{written}</dc:title></cp:core>"
    data = added(docx_xml(w_p("甲")), {"docProps/core.xml": core.encode()})
    assert load(data).title == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_main_part_may_be_in_another_encoding(encoding: str) -> None:
    xml = bare("甲方12万元").decode().encode(encoding)
    assert load(zip_of({"word/document.xml": xml})).text == "甲方12万元"


def test_parts_that_nobody_reads_may_be_broken() -> None:
    data = bytearray(added(docx_xml(w_p("甲")), {"word/theme/theme1.xml": b"theme" * 9}))
    at = data.index(b"word/theme/theme1.xml") + len(b"word/theme/theme1.xml")
    data[at + 3] ^= 0xFF
    assert load(bytes(data)).text == "甲"


@pytest.mark.parametrize("name", ["styles.xml", "numbering.xml", "footnotes.xml"])
def test_a_damaged_part_costs_what_stands_in_it(name: str) -> None:
    paragraph = (
        '<w:p><w:pPr><w:pStyle w:val="1"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        f"{t('甲')}{mark(1)}</w:p>"
    )
    document = load(added(docx_with(paragraph, {}), {f"word/{name}": b"<w:x><!-- "}))
    assert document.text == "甲"
    assert "damaged_part" in document.flags


@pytest.mark.parametrize("name", ["styles.xml", "footnotes.xml", "_rels/document.xml.rels"])
def test_a_doctype_in_any_part_that_is_read_is_refused(name: str) -> None:
    body = f'<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>{mark(1)}</w:p>'
    data = added(docx_with(body, {}), {f"word/{name}": b"<!DOCTYPE x><x/>"})
    with pytest.raises(DocumentError, match="doctype"):
        load(data)


def test_the_share_of_words_that_came_out_is_measured_and_a_loss_flagged() -> None:
    lost = "<w:sdtPr><w:t>丢失的字</w:t></w:sdtPr>"  # words where none may stand
    document = load(docx_xml(w_p("甲乙丙丁") + lost))
    assert document.text_share == 0.5
    assert document.flags == ("text_loss",)


def test_numbers_of_lists_do_not_hide_a_loss() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt '
        'w:val="decimal"/><w:lvlText w:val="第%1部分"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    said = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    lost = "<w:sdtPr><w:t>丢失</w:t></w:sdtPr>"
    body = f"<w:p>{said}{t('甲乙')}</w:p>{lost}"
    document = load(docx_with(body, {"numbering.xml": numbering}))
    assert document.text == "第1部分甲乙"
    assert document.text_share == 0.5
