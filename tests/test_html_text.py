"""Words and tables of pages come out as a browser shows them; hostile pages end by name."""

from __future__ import annotations

import re
import time

import pytest

from extract.loaders import load
from extract.loaders.sniff import sniff
from tests.chance import seeded
from tests.mutation import mutants
from tests.pages import ARTICLE, READ, ended, lines, page, portal, read

# --- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>预算<b>执行</b>率<br>94%</p>", ["预算执行率", "94%"]),
        ("甲。<br><br>乙。", ["甲。", "乙。"]),
        ("<div>　　甲。<br/>　　乙。</div>", ["甲。", "乙。"]),
        ("<p>跨行的\r\n  中文 and\nwords</p>", ["跨行的中文 and words"]),
        ("<p>a &lt; b &amp;&nbsp;c &#19975;</p>", ["a < b & c 万"]),
        ("<p>面积30m<sup>2</sup>，收入100<sup>1</sup>万元</p>", ["面积30m²，收入100¹万元"]),
        ("<ol><li>甲<li><p>乙</p></ol>", ["1.甲", "2.乙"]),
        ("<ol start=3 style='list-style-type:cjk-ideographic'><li>丙</ol>", ["三、丙"]),
        ("<ol style='list-style:none'><li>甲</ol><ul><li>乙</ul>", ["甲", "乙"]),
        ("<pre>行一\n行二\t3</pre>", ["行一", "行二 3"]),
        ("<p>1,234\u200b.5万元</p><p>\u200b</p>", ["1,234\u200b.5万元"]),
        ("<p>第<![if !supportLists]><span>1.&nbsp;</span><![endif]>条<o:p></o:p></p>", ["第1. 条"]),
    ],
)
def test_words_come_out_as_a_browser_shows_them(body: str, expected: list[str]) -> None:
    assert lines(page(body)) == expected


def test_headings_have_their_level() -> None:
    document = read(page("<h1>甲</h1><h2>乙</h2><p>丙</p><h3>" + "长" * 90 + "</h3>"))
    assert [(b.kind, b.level) for b in document.blocks] == [
        ("heading", 1), ("heading", 2), ("paragraph", None), ("paragraph", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("codec", "declared", "recorded"),
    [
        ("gb18030", "gb2312", "gb18030"),
        ("gb18030", "utf-8", "gb18030"),
        ("utf-8", "gb2312", "utf-8"),
        ("utf-8-sig", "", "utf-8-sig"),
        ("utf-16", "utf-16", "utf-16-le"),
    ],
)
def test_the_bytes_decide_on_the_encoding(codec: str, declared: str, recorded: str) -> None:
    head = f"<meta http-equiv='Content-Type' content='text/html; charset={declared}'>"
    document = load(page(ARTICLE, head).encode(codec))
    assert (document.encoding, document.n_replaced) == (recorded, 0)
    assert document.text.split("\n") == READ[2:]


def test_a_short_page_that_declares_big5_is_read_as_such() -> None:
    html = page("<p>預算數</p>", "<meta charset=big5>").encode("big5")
    assert (load(html).text, load(html).encoding) == ("預算數", "big5hkscs")


def test_xhtml_may_end_elements_in_their_own_tag() -> None:
    html = (
        '<?xml version="1.0"?><html xmlns="x"><head><script src="a.js"/><title/></head>'
        "<body><p/><p>甲3</p></body></html>"
    )
    assert sniff(html.encode()) == "html"
    assert lines(html) == ["甲3"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("<!-- a --><!-- b -->\n<HTML>", "html"),
        ("<table><tr><td>1", "html"),
        ("<?xml version='1.0'?><Workbook/>", "xml"),
        ("From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\n", "mhtml"),
        ("小于号<p在中间", "txt"),
        ("预算：\n300", "txt"),
    ],
)
def test_markup_is_seen_in_the_content(data: str, kind: str) -> None:
    assert sniff(data.encode()) == kind


# --- tables -----------------------------------------------------------------------------------


def rows(sketch: str) -> list[str]:
    """Rows read of a table whose rows end in ``/`` and cells in ``|``, their spans behind them."""
    cells = [
        [cell.partition(" ") for cell in row.split("|")] for row in re.split("(?<!<)/", sketch)
    ]
    table = "".join(f"<tr>{''.join(f'<td {c}>{a}</td>' for a, _, c in row)}</tr>" for row in cells)
    document = read(page(f"<p>表</p><table>{table}</table>"))
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == "row"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("a rowspan=2|b colspan=2/c|d/e|f|g", ["a\tb\t", "\tc\td", "e\tf\tg"]),
        ("a|b|c rowspan=3/d/e|f", ["a\tb\tc", "d\t\t", "e\tf\t"]),
        ("a|b/c rowspan=0|d/e", ["a\tb", "c\td", "\te"]),
        ("a<br>b|<p>c</p><p>d", ["a b\tc d"]),
        ("名称|经办能力/a|<table><tr><td>1<td>2", ["名称\t经办能力", "a\t1 2"]),
        ("a|b/|", ["a\tb"]),
        ("a|1,234,<br>567.89<br>15", ["a\t1,234,567.89 15"]),
    ],
)
def test_merged_cells_are_resolved_once(table: str, expected: list[str]) -> None:
    assert rows(table) == expected


@pytest.mark.parametrize(
    "table",
    [
        "<caption>表</caption><thead><tr><th>a<th>b</thead><tr><td>1<td>2",
        "<tr height=0 style='display:none'><td>9<td>9<tr><td>a<td>b<tr><td>1<td>2",
    ],
)
def test_heads_are_rows_captions_and_hidden_rows_are_not(table: str) -> None:
    document = read(page(f"<table>{table}</table>"))
    rows = [document.text[b.start : b.end] for b in document.blocks if b.kind == "row"]
    assert rows == ["a\tb", "1\t2"]


def test_title_unit_and_notes_of_a_table_stand_around_it() -> None:
    table = (
        "<table><tr><td colspan=2>部门收支总表</td></tr><tr><td></td><td>单位：万元</td></tr>"
        "<tr><td>项目</td><td>金额</td></tr><tr><td>合计</td><td>1,234.50</td></tr>"
        "<tr><td colspan=2>注：本表数据取自年终报表。</td></tr></table>"
    )
    document = read(page(table))
    assert document.text.split("\n") == [
        "部门收支总表", "单位：万元", "项目\t金额", "合计\t1,234.50", "注：本表数据取自年终报表。",
    ]  # fmt: skip
    assert [b.row for b in document.blocks] == [None, None, 0, 1, None]


@pytest.mark.parametrize("span", ["100000000", "0", "-1", "abc", "", "9" * 400])
def test_any_span_is_clamped(span: str) -> None:
    (row,) = rows(f"a colspan='{span}'|1 rowspan='{span}'")
    assert row.replace("\t", "") == "a1"
    assert row.count("\t") <= 63


# --- hostile ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "depth", "expected"),
    [
        ("<table><tr><td>", 60, "ok"),
        ("<table><tr><td>", 400, "refused(depth)"),
        ("<table><tr><td>", 5_000, "refused(depth)"),
        ("<div>", 3_000, "ok"),
        ("<div>", 200_000, "refused(depth)"),
        ("<b><font>", 100_000, "refused(depth)"),
    ],
)
def test_deep_nesting_is_read_or_refused_and_never_slow(
    unit: str, depth: int, expected: str
) -> None:
    start = time.process_time()
    assert ended(page(unit * depth + "支出3万元").encode()) == expected
    assert time.process_time() - start < 3


def test_a_large_table_is_read_within_seconds() -> None:
    start = time.process_time()
    cells = "".join(f"<td>{n}</td>" for n in range(60))
    document = read(page(f"<p>表</p><table>{f'<tr>{cells}</tr>' * 2_000}</table>"))
    assert len(document.blocks) == 2_001
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "payload",
    [
        "<img src=x onerror=alert(1)>3",
        "</textarea>3",
        "{{7*7}}",
        "]]>3",
        "\x1b[31m3",
        "<a href='javascript:x'>3</a>",
    ],
)
def test_no_payload_is_run_or_breaks_the_reading(payload: str) -> None:
    assert "支出20万元" in read(page(f"<p>支出20万元</p>{payload}")).text


@pytest.mark.parametrize(
    "pump", ["<", "<p>", "<a ", "&", "<!--", " ", "\n", "<td>", "</", "　", "<br>", "1"]
)
def test_a_long_run_of_anything_takes_linear_time(pump: str) -> None:
    start = time.process_time()
    assert ended(b"<html>" + (pump * 200_000).encode()) in {
        "ok",
        "empty(no_text)",
        "refused(depth)",
    }
    assert time.process_time() - start < 5


def test_damaged_pages_are_read_or_refused_by_name() -> None:
    for mutant in mutants(portal("id='zoom'").encode("gbk"), seeded(4), 150):
        assert ended(mutant)
