from __future__ import annotations

import gc
import io
import struct

import docx
import pytest
from docx.table import Table

from extract.errors import DocumentError
from extract.loaders import load
from tests.builders import docx_of, docx_with, docx_xml, w_p, w_tbl, w_tc, zip_of
from tests.rendering.pythondocx import formatted


def text_of(body: str) -> str:
    return load(docx_xml(body)).text


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


def run(xml: str) -> str:
    return f"<w:r>{xml}</w:r>"


def t(text: str) -> str:
    return run(f"<w:t>{text}</w:t>")


def m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


# --- order and words --------------------------------------------------------------------------


def test_paragraphs_and_tables_come_in_document_order() -> None:
    document = load(docx_of("前", [["名称", "金额"], ["会议费", "3.2"]], "后", [["甲", "乙"]]))
    assert document.text == "前\n名称\t金额\n会议费\t3.2\n后\n甲\t乙"
    places = [(block.kind, block.table, block.row) for block in document.blocks]
    assert places == [
        ("paragraph", None, None),
        ("row", 0, 0),
        ("row", 0, 1),
        ("paragraph", None, None),
        ("row", 1, 0),
    ]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (t("甲") + t("乙"), "甲乙"),
        (t("甲") + run("<w:tab/>") + t("乙"), "甲 乙"),
        (t("甲") + run("<w:br/>") + t("乙"), "甲\n乙"),
        (t("甲") + run("<w:noBreakHyphen/>") + t("乙"), "甲-乙"),
        (t("甲\t乙\n丙"), "甲 乙 丙"),
        (f"<w:hyperlink>{t('甲')}</w:hyperlink>", "甲"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{t('甲')}</w:sdtContent></w:sdt>", "甲"),
        (f"<w:smartTag>{t('甲')}</w:smartTag>", "甲"),
        (f"<w:ins>{t('甲')}</w:ins>", "甲"),
        (t("甲") + "<w:del><w:r><w:delText>乙</w:delText></w:r></w:del>", "甲"),
        (t("甲") + f"<w:moveFrom>{t('乙')}</w:moveFrom>", "甲"),
        (t("甲") + run("<w:instrText>PAGE</w:instrText>"), "甲"),
        (f"<w:fldSimple w:instr='PAGE'>{t('3')}</w:fldSimple>", "3"),
        (f"<w:moveTo>{t('甲')}</w:moveTo>", "甲"),
        (t("甲") + "<w:bookmarkStart w:id='0' w:name='_Hlk12345'/>" + t("乙"), "甲乙"),
        (f"<w:ruby><w:rt>{t('jia')}</w:rt><w:rubyBase>{t('甲')}</w:rubyBase></w:ruby>", "甲"),
        (run("<w:sym w:font='Symbol' w:char='F0B3'/>") + t("95%"), "≥95%"),
        (t("甲") + run("<w:sym w:font='Webdings' w:char='F021'/>"), "甲"),
        (t("甲") + run("<w:softHyphen/>") + t("乙"), "甲乙"),
        (t("甲") + run("<w:commentReference w:id='1'/>"), "甲"),
        (t("甲") + run("<w:rPr><w:vanish/></w:rPr><w:t>隐</w:t>"), "甲"),
        (t("甲") + run("<w:rPr><w:vanish/></w:rPr><w:t>隐</w:t>") + t("乙"), "甲乙"),
        (run("<w:rPr><w:vanish w:val='0'/></w:rPr><w:t>甲</w:t>"), "甲"),
        (run("<w:rPr><w:webHidden/></w:rPr><w:t>甲</w:t>"), "甲"),
        (t("10") + run("<w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>4</w:t>"), "10⁴"),
        (t("m") + run("<w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t>"), "m2"),
        (
            run("<w:rPr><w:b/><w:rPrChange w:id='1'><w:rPr><w:i/></w:rPr></w:rPrChange></w:rPr>")
            + t("甲"),
            "甲",
        ),
        (f"<m:oMath>{m('12')}</m:oMath>", "12"),
        (f"<m:oMath><m:f><m:num>{m('1')}</m:num><m:den>{m('2')}</m:den></m:f></m:oMath>", "1/2"),
        (f"<m:sSup><m:e>{m('10')}</m:e><m:sup>{m('4')}</m:sup></m:sSup>", "10^4"),
        (f"<m:d><m:e>{m('a+b')}</m:e></m:d>{m('×2')}", "(a+b)×2"),
    ],
)
def test_the_words_of_a_paragraph_are_those_that_word_shows(xml: str, text: str) -> None:
    assert text_of(f"<w:p>{xml}</w:p>") == text


def test_no_word_of_such_a_paragraph_is_counted_as_lost() -> None:
    runs = (
        t("甲")
        + run("<w:rPr><w:vanish/></w:rPr><w:t>隐</w:t>")
        + f"<w:moveFrom>{t('移')}</w:moveFrom>"
    )
    assert load(docx_xml(f"<w:p>{runs}</w:p>")).text_share == 1.0


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next() -> None:
    mark = "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"
    assert text_of(f"<w:p>{mark}{t('甲')}</w:p>{w_p('乙')}{w_p('丙')}") == "甲乙\n丙"
    assert text_of(f"{w_p('甲')}<w:p>{mark}{t('乙')}</w:p>") == "甲\n乙"


def test_what_hangs_on_such_a_paragraph_stands_behind_the_whole() -> None:
    mark = "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"
    box = run(f"<w:pict><w:txbxContent>{w_p('框')}</w:txbxContent></w:pict>")
    assert text_of(f"<w:p>{mark}{t('甲')}{box}</w:p>{w_p('乙')}{w_p('丙')}") == "甲乙\n框\n丙"
    assert text_of(f"<w:p>{mark}{box}</w:p>{w_p('乙')}") == "框\n乙"
    assert text_of(f"{w_p('乙')}<w:p>{mark}{t('甲')}{box}</w:p>") == "乙\n甲\n框"


def test_text_that_a_style_hides_is_left_out() -> None:
    styles = "<w:style w:styleId='藏'><w:name w:val='x'/><w:rPr><w:vanish/></w:rPr></w:style>"
    hidden = run("<w:rPr><w:rStyle w:val='藏'/></w:rPr><w:t>隐</w:t>")
    assert load(docx_with(f"<w:p>{t('甲')}{hidden}</w:p>", {"styles.xml": styles})).text == "甲"


@pytest.mark.parametrize("blank", [" ", "\n", "\t  "])
def test_how_the_xml_is_spaced_changes_nothing(blank: str) -> None:
    properties = f"<w:tcPr><w:gridSpan{blank}w:val='2'{blank}/></w:tcPr>".replace("'", '"')
    run_ = f'<w:r{blank}w:rsidR="00A0"><w:rPr><w:vanish{blank}/></w:rPr><w:t>隐</w:t></w:r>'
    cell = f'<w:tc>{properties}<w:p{blank}w:rsidR="00B1">{t("甲")}{run_}</w:p></w:tc>'
    assert text_of(w_tbl([cell, w_tc("1")])) == "甲\t\t1"


def test_runs_and_paragraphs_with_attributes_are_read_like_others() -> None:
    inner = f'{t("甲")}<w:r w:rsidR="1"/>{t("乙")}'
    assert text_of(f'<w:p w:rsidR="1"/><w:p w:rsidR="1" w:x="a>b">{inner}</w:p>') == "甲乙"


def test_words_outside_of_paragraphs_are_not_lost() -> None:
    assert text_of(w_p("甲") + t("乙") + w_p("丙")) == "甲\n乙\n丙"


def test_content_controls_around_paragraphs_and_tables_are_read_through() -> None:
    inner = w_p("甲") + w_tbl([w_tc("乙"), w_tc("丙")])
    assert text_of(f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>") == "甲\n乙\t丙"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{w_p('框')}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    document = load(docx_xml(f"<w:p>{t('前')}{run(both)}{t('后')}</w:p>{w_p('末')}"))
    assert document.text == "前后\n框\n末"
    assert document.text_share == 1.0


def test_strict_files_are_read_like_transitional_ones() -> None:
    assert load(docx_xml(w_p("甲"), strict=True)).text == "甲"


def test_auto_numbered_paragraphs_are_read_without_their_numbers() -> None:
    numbered = "<w:p><w:pPr><w:numPr><w:numId w:val='9'/></w:numPr></w:pPr>" + t("甲") + "</w:p>"
    assert text_of(numbered) == "甲"


def test_the_main_part_may_bear_another_name() -> None:
    body = "<d xmlns='w'><body><p><r><t>甲</t></r></p></body></d>"
    relation = '<r xmlns="x"><a Type="http://x/officeDocument" Target="/word/document2.xml"/></r>'
    members = {"_rels/.rels": relation.encode(), "word/document2.xml": body.encode()}
    assert load(zip_of(members)).text == "甲"


def test_python_docx_reads_the_same_of_a_file_of_its_own() -> None:
    data = formatted(3)
    lines = []
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            lines += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    document = load(data)
    assert document.text.split("\n") == lines
    assert document.text_share == 1.0
    assert [b.level for b in document.blocks if b.kind == "heading"] == [1, 1, 1, 1]


def test_loading_leaves_no_cycles_and_the_collector_as_it_was() -> None:
    data = formatted(3)
    load(data)
    gc.collect()
    load(data)
    assert gc.isenabled()
    assert gc.collect() == 0
    with pytest.raises(DocumentError):
        load(zip_of({"word/document.xml": b"<"}))
    assert gc.isenabled()


# --- tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([[w_tc("甲", '<w:gridSpan w:val="2"/>'), w_tc("乙")]], "甲\t\t乙"),
        (
            [[w_tc("甲", '<w:gridSpan w:val="0"/>'), w_tc("乙", '<w:gridSpan w:val="-1"/>')]],
            "甲\t乙",
        ),
        ([[w_tc("甲", '<w:gridSpan w:val="x"/>'), w_tc("乙", "<w:gridSpan/>")]], "甲\t乙"),
        (
            [
                [w_tc("甲", '<w:vMerge w:val="restart"/>'), w_tc("1")],
                [w_tc("", "<w:vMerge/>"), w_tc("2")],
            ],
            "甲\t1\n\t2",
        ),
        (
            [
                [w_tc("甲", '<w:vMerge w:val="restart"/>'), w_tc("1")],
                [w_tc("藏", '<w:vMerge w:val="continue"/>'), w_tc("2")],
                [w_tc("乙"), w_tc("3")],
            ],
            "甲\t1\n\t2\n乙\t3",
        ),
        ([[w_tc("无头", "<w:vMerge/>"), w_tc("1")]], "无头\t1"),
        ([[w_tc("甲", '<w:hMerge w:val="restart"/>'), w_tc("藏", "<w:hMerge/>")]], "甲\t"),
    ],
)
def test_of_merged_cells_the_first_has_the_text_and_columns_stay_aligned(
    rows: list[list[str]], text: str
) -> None:
    assert text_of(w_tbl(*rows)) == text


def test_a_huge_span_is_held_to_the_columns_that_word_allows() -> None:
    text = text_of(w_tbl([w_tc("甲", '<w:gridSpan w:val="100000000"/>'), w_tc("乙")]))
    assert text == "甲" + "\t" * 63 + "乙"


def test_a_cell_stays_on_one_line() -> None:
    cell = f"<w:tc>{w_p('甲')}<w:p>{t('乙')}{run('<w:br/>')}{t('丙')}</w:p></w:tc>"
    assert text_of(w_tbl([cell, w_tc("1")])) == "甲 乙 丙\t1"


def test_a_table_in_a_cell_is_a_table_of_its_own_behind_the_row() -> None:
    inner = w_tbl([w_tc("甲"), w_tc("1")], [w_tc("乙"), w_tc("2")])
    cell = f"<w:tc>{inner}{w_p('丙')}</w:tc>"
    document = load(docx_xml(w_tbl([cell, w_tc("3")], [w_tc("丁"), w_tc("4")])))
    assert document.text == "丙\t3\n甲\t1\n乙\t2\n丁\t4"
    assert [(b.table, b.row) for b in document.blocks] == [(0, 0), (1, 0), (1, 1), (0, 1)]


def test_a_table_of_one_cell_is_layout() -> None:
    cell = f"<w:tc>{w_p('甲')}{w_tbl([w_tc('乙'), w_tc('1')])}{w_p('丙')}</w:tc>"
    document = load(docx_xml(w_tbl([cell]) + w_tbl([w_tc("丁"), w_tc("2")])))
    assert document.text == "甲\n乙\t1\n丙\n丁\t2"
    assert [(b.table, b.row) for b in document.blocks] == [
        *((None, None), (0, 0), (None, None), (1, 0)),
    ]


def test_a_row_that_is_one_cell_around_a_table_is_layout() -> None:
    framed = f"<w:tc>{w_p('甲')}{w_tbl([w_tc('乙'), w_tc('1')])}</w:tc>"
    document = load(docx_xml(w_tbl([w_tc("表", '<w:gridSpan w:val="2"/>')], [framed])))
    assert document.text == "表\t\n甲\n乙\t1"


@pytest.mark.parametrize("wrap", ["sdt", "customXml", "ins"])
def test_rows_and_cells_may_be_wrapped(wrap: str) -> None:
    def wrapped(xml: str) -> str:
        content = f"<w:sdtContent>{xml}</w:sdtContent>" if wrap == "sdt" else xml
        return f"<w:{wrap}>{content}</w:{wrap}>"

    row = f"<w:tr>{wrapped(w_tc('甲'))}{w_tc('1')}</w:tr>"
    cell = f"<w:tc>{wrapped(w_p('乙'))}</w:tc>"
    body = f"<w:tbl>{row}{wrapped(f'<w:tr>{cell}{w_tc(str(2))}</w:tr>')}</w:tbl>"
    assert text_of(body) == "甲\t1\n乙\t2"


def test_text_boxes_in_a_cell_belong_to_the_cell() -> None:
    box = f"<w:pict><w:txbxContent>{w_p('框')}</w:txbxContent></w:pict>"
    cell = f"<w:tc><w:p>{t('甲')}{run(box)}</w:p></w:tc>"
    assert text_of(w_tbl([cell, w_tc("1")])) == "甲 框\t1"


def test_columns_left_out_at_the_end_of_a_row_are_empty_cells() -> None:
    row = f'<w:tr><w:trPr><w:gridAfter w:val="2"/></w:trPr>{w_tc("甲")}</w:tr>'
    assert text_of(f"<w:tbl>{row}</w:tbl>") == "甲\t\t"


def test_cells_merged_down_are_found_by_their_column() -> None:
    begin, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        [w_tc("甲", '<w:gridSpan w:val="2"/>'), w_tc("乙", begin)],
        [w_tc("1"), w_tc("2"), w_tc("藏", go_on)],
    )
    document = load(docx_xml(w_tbl(*rows)))
    assert document.text == "甲\t\t乙\n1\t2\t"
    assert document.text_share == 1.0


def test_a_row_of_spans_has_no_more_columns_than_word_allows() -> None:
    cells = [w_tc("甲", '<w:gridSpan w:val="63"/>')] * 50
    assert text_of(w_tbl(cells)).count("\t") < 63 + 50


def test_deleted_rows_are_left_out() -> None:
    deleted = f"<w:tr><w:trPr><w:del/></w:trPr>{w_tc('删')}</w:tr>"
    assert text_of(f"<w:tbl>{deleted}<w:tr>{w_tc('留')}{w_tc('1')}</w:tr></w:tbl>") == "留\t1"


def test_columns_skipped_at_the_start_of_a_row_are_empty_cells() -> None:
    row = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{w_tc("甲")}</w:tr>'
    assert text_of(f"<w:tbl>{row}</w:tbl>") == "\t甲"


# --- what must not be read --------------------------------------------------------------------


def test_a_part_with_a_doctype_is_refused_so_no_entity_can_eat_a_figure() -> None:
    prolog = '<!DOCTYPE d [<!ENTITY n "12">]>'
    assert outcome(docx_xml(w_p("金额&n;万元"), prolog=prolog)) == ("refused", "doctype")


def test_a_doctype_in_utf16_or_behind_a_comment_is_seen() -> None:
    xml = f"<?xml version='1.0' encoding='utf-16'?><!--{'x' * 9000}--><!DOCTYPE d><d/>"
    members = {"word/document.xml": xml.encode("utf-16")}
    assert outcome(zip_of(members)) == ("refused", "doctype")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"word/other.xml": b"<x/>"}, ("corrupt", "part")),
        ({"word/document.xml": b"<w:p"}, ("corrupt", "xml")),
        ({"word/document.xml": b""}, ("corrupt", "xml")),
        ({"word/document.xml": b"<?xml version='1.0' encoding='no'?><d/>"}, ("corrupt", "xml")),
        ({"word/document.xml": b"<document><body/></document>"}, ("empty", "no_text")),
        ({"word/document.xml": b"<d/>", "../../x": b""}, ("refused", "zip_path")),
        ({"word/document.xml": b"<d/>", "/abs": b""}, ("refused", "zip_path")),
        ({"word/document.xml": b"<d/>", "C:\\x": b""}, ("refused", "zip_path")),
        ({f"word/{i}": b"" for i in range(5001)}, ("refused", "zip_members")),
        ({"word/document.xml": b" " * 11 * 2**20}, ("refused", "zip_ratio")),
    ],
)
def test_odd_packages_are_rows_with_a_reason(
    members: dict[str, bytes], expected: tuple[str, str]
) -> None:
    assert outcome(zip_of(members)) == expected


def test_a_huge_part_that_no_loader_wants_costs_nothing() -> None:
    members = {"word/document.xml": b"<d><body><p><r><t>a</t></r></p></body></d>"}
    assert load(zip_of(members | {"word/media/a.bmp": bytes(80 * 2**20)})).text == "a"


def test_a_broken_checksum_is_corrupt() -> None:
    data = bytearray(docx_xml(w_p("甲")))
    at = data.index(b"word/document.xml") + len(b"word/document.xml")
    data[at + 8] ^= 0xFF
    assert outcome(bytes(data)) == ("corrupt", "zip")


def test_a_locked_member_is_encrypted() -> None:
    data = bytearray(docx_xml(w_p("甲")))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<H", data, central + 8, 1)
    assert outcome(bytes(data)) == ("encrypted", "")


@pytest.mark.parametrize(("depth", "expected"), [(60, "ok"), (400, "refused"), (5000, "refused")])
def test_tables_in_tables_are_read_to_a_depth_and_then_refused(depth: int, expected: str) -> None:
    body = "<w:tbl><w:tr><w:tc>" * depth + w_p("甲") + "</w:tc></w:tr></w:tbl>" * depth
    if expected == "ok":
        assert text_of(body) == "甲"
    else:
        assert outcome(docx_xml(body)) == ("refused", "depth")
