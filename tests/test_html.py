"""Pages of portals and of office programs: what is read of them, and what is left out."""

from __future__ import annotations

import re
import time
from base64 import b64encode

import pytest
from selectolax.lexbor import LexborHTMLParser

from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders.portals import rules
from extract.loaders.sniff import sniff
from extract.model import Document
from tests.chance import seeded
from tests.mutation import mutants

TITLE = "云岭县医疗保障局2022年度部门整体支出绩效自评报告"
ARTICLE = (
    "<p>　　一、基本情况</p><p>　　全年预算数<span>1,234.50</span>&nbsp;万元，执行率94.5%。</p>"
    "<p>　　二、存在问题</p><p>　　项目进度偏慢。</p>"
)
MENU = "".join(f"<li><a href='/{n}/'>栏目{n}</a></li>" for n in range(8))


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def portal(container: str = "", head: str = "", article: str = ARTICLE) -> str:
    """A page with everything around the article that portals have."""
    return page(
        f"<div class='top'><ul>{MENU}</ul></div>"
        "<div>您现在的位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a></div>"
        f"<div class='box'><div class='bt'>{TITLE}</div>"
        "<div><span>发布时间：2023-06-12</span> <span>来源：县医疗保障局</span> 浏览次数：512</div>"
        f"<div {container}>{article}</div>"
        "<div>【打印】 【关闭】</div><p>上一篇：无</p></div>"
        f"<div><h3>相关阅读</h3><ul>{MENU}</ul></div>"
        "<div class='bottom'><p>版权所有：云岭县人民政府</p><p>云ICP备00000000号-1</p></div>"
        "<script>var total = 999;</script>",
        f"<title>{TITLE}_云岭县人民政府门户网站</title>{head}",
    )


def read(html: str) -> Document:
    return load(html.encode())


def lines(html: str) -> list[str]:
    return read(html).text.split("\n")


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


def ended(data: bytes) -> str:
    """How reading ended; any error but ours goes through."""
    try:
        return load(data).status
    except DocumentError as error:
        return str(error)


# --- portals ----------------------------------------------------------------------------------

READ = [
    TITLE,
    "发布时间：2023-06-12 来源：县医疗保障局 浏览次数：512",
    "一、基本情况",
    "全年预算数1,234.50 万元，执行率94.5%。",
    "二、存在问题",
    "项目进度偏慢。",
]


@pytest.mark.parametrize(
    "container", ["class='TRS_Editor'", "id='zoom'", "id='vsb_content_4'", "class='kuang_3'", ""]
)
def test_of_a_portals_page_title_facts_and_article_are_read(container: str) -> None:
    assert lines(portal(container)) == READ


def test_the_line_with_date_and_source_is_furniture() -> None:
    blocks = read(portal("id='zoom'")).blocks
    assert [block.kind for block in blocks] == ["heading", "furniture", *["paragraph"] * 4]


def test_an_article_in_several_elements_of_a_rule_is_read_whole() -> None:
    first, second = ARTICLE.split("<p>　　二、")
    html = portal(
        "",
        article=f"<div class='TRS_Editor'>{first}</div><div class='TRS_Editor'>二、{second}</div>",
    )
    assert lines(html) == READ


def test_a_rule_that_finds_next_to_nothing_is_not_believed() -> None:
    html = portal("class='text'", article=f"<div class='TRS_Editor'>附件</div>{ARTICLE}")
    assert lines(html)[-4:] == READ[-4:]


def test_a_page_without_menus_is_read_whole() -> None:
    body = "<div>说明</div><div><div>单位：万元</div><p>支出30.5万元，无结余。</p></div><i>完</i>"
    assert lines(page(body)) == ["说明", "单位：万元", "支出30.5万元，无结余。", "完"]


def test_hidden_parts_scripts_and_forms_are_not_read() -> None:
    html = page(
        "<p>支出20万元。</p><p style='display: none'>99</p><p hidden>98</p><script>97</script>"
        "<style>p{margin:96px}</style><select><option>95</option></select><textarea>94</textarea>"
        "<noscript>93</noscript><p style='mso-hide:all'>92</p><del>91</del><!-- 90 -->"
    )
    assert lines(html) == ["支出20万元。"]


def test_an_old_page_laid_out_by_tables_is_read_as_paragraphs() -> None:
    table = "<table><tr><td>项目</td><td>金额</td></tr><tr><td>支出</td><td>7</td></tr></table>"
    article = (
        ARTICLE + "<p>　　三、下一步措施</p>" + "<p>　　加强项目库管理，压实各股室责任。</p>" * 20
    )
    html = page(
        f"<table><tr><td><table><tr><td>{MENU}</td></tr></table></td></tr></table>"
        f"<table width=100%><tr><td><ul>{MENU}</ul></td><td>{article}{table}</td></tr></table>"
    )
    document = read(html)
    assert document.text.startswith("一、基本情况\n全年预算数")
    assert document.text.endswith("项目\t金额\n支出\t7")
    assert {block.table for block in document.blocks} == {None, 0}


def test_a_register_above_the_article_is_furniture() -> None:
    register = "<table><tr><td>索引号<td>00123-2023-7<tr><td>发文字号<td>无</table>"
    kinds = [block.kind for block in read(page(register + ARTICLE)).blocks]
    assert kinds[:3] == ["furniture", "furniture", "paragraph"]


@pytest.mark.parametrize(
    "html",
    [
        page(""),
        page("<script>1</script>"),
        page("<h1>404 Not Found</h1><hr>nginx"),
        page("<div>您访问的页面不存在</div><a href='/'>返回首页</a>"),
        "<html><frameset cols=2><frame src=a.htm></frameset></html>",
    ],
)
def test_shells_and_error_pages_have_no_text(html: str) -> None:
    assert outcome(html.encode()) == ("empty", "no_text")


# --- metadata ---------------------------------------------------------------------------------


def test_title_date_address_and_attachments_become_fields() -> None:
    head = (
        f"<meta name='ArticleTitle' content='{TITLE}'>"
        "<meta name='PubDate' content='2023-07-01 09:30'>"
        "<link rel='canonical' href='https://www.example.invalid/a/1.html'>"
    )
    links = (
        "<p><a href='./P0201.pdf'>附件1：决算公开表</a> <a href='/x?id=3'>附件2.xlsx</a>"
        "<a href='#top'>附件</a><a href='javascript:;'>下载</a><a href='/b/2.html'>说明</a></p>"
    )
    document = read(portal("id='zoom'", head, ARTICLE + links))
    assert (document.title, document.published) == (TITLE, "2023-07-01")
    assert document.url == "https://www.example.invalid/a/1.html"
    assert document.attachments == ("./P0201.pdf", "/x?id=3")


def test_without_meta_elements_the_page_itself_tells() -> None:
    html = portal("id='zoom'").replace(
        "<html>", "<!-- saved from url=(0014)http://a.invalid/1.htm --><html>"
    )
    document = read(html)
    assert (document.title, document.published) == (TITLE, "2023-06-12")
    assert document.url == "http://a.invalid/1.htm"


@pytest.mark.parametrize("told", ["发布日期：2023年2月30日", "发布日期：2023", "发布日期："])
def test_a_date_that_is_none_is_not_published(told: str) -> None:
    assert read(page(f"<p>{told}</p>{ARTICLE}")).published is None


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


# --- saved pages ------------------------------------------------------------------------------


def mhtml(*parts: tuple[str, bytes], head: str = "") -> bytes:
    """A saved page of ``(content type, body)`` parts, coded in base64."""
    lead = (
        f"From: <Saved by a browser>\r\n{head}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"\r\n\r\n'
    )
    body = "".join(
        f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{b64encode(data).decode()}\r\n"
        for kind, data in parts
    )
    return f"{lead}{body}--b--\r\n".encode()


def test_a_saved_page_is_read_as_the_page() -> None:
    saved = mhtml(
        ("text/html; charset=gb2312", portal("id='zoom'").encode("gbk")),
        ("image/png", b"\x89PNG"),
        ("text/html", page("<p>广告7</p>").encode()),
        head="Snapshot-Content-Location: http://a.invalid/2.htm\r\n",
    )
    document = load(saved)
    assert document.text.split("\n") == READ
    assert (document.format, document.encoding) == ("mhtml", "gb18030")
    assert document.url == "http://a.invalid/2.htm"


def test_of_a_saved_workbook_all_sheets_are_read() -> None:
    sheet = "<table><tr><td>项目</td><td>{0}</td></tr><tr><td>支出</td><td>{0}0</td></tr></table>"
    frames = "<html><frameset><frame src=1><frame src=2></frameset></html>"
    document = load(
        mhtml(
            ("text/html", frames.encode()),
            *(("text/html", page(sheet.format(n)).encode()) for n in (1, 2)),
        )
    )
    assert document.text == "项目\t1\n支出\t10\n项目\t2\n支出\t20"
    assert [b.table for b in document.blocks] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "data",
    [
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n",
        b"MIME-Version: 1.0\nContent-Type: text/plain\n\nno page",
        mhtml(("image/png", b"x")),
    ],
)
def test_a_saved_page_without_a_page_is_corrupt(data: bytes) -> None:
    assert outcome(data) == ("corrupt", "mhtml")


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


@pytest.mark.parametrize(
    "data", [portal("id='zoom'").encode("gbk"), mhtml(("text/html", portal().encode()))]
)
def test_damaged_pages_are_read_or_refused_by_name(data: bytes) -> None:
    for mutant in mutants(data, seeded(4), 150):
        assert ended(mutant)


def test_all_selectors_of_the_rules_are_such() -> None:
    body = LexborHTMLParser("<p>")
    known = rules()
    for selector in (*known.body, *known.title, known.left_out):
        assert list(body.css(selector)) == []
