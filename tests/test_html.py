"""Pages of portals: what is read of them, what is left out, what they tell of themselves."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from extract.loaders.html.portals import rules
from tests.pages import ARTICLE, MENU, READ, TITLE, ended, lines, page, portal, read

# --- portals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "container", ["class='TRS_Editor'", "id='zoom'", "id='vsb_content_4'", "class='kuang_3'", ""]
)
def test_of_a_portals_page_title_facts_and_article_are_read(container: str) -> None:
    assert lines(portal(container)) == READ


def test_the_line_with_date_and_source_is_furniture() -> None:
    blocks = read(portal("id='zoom'")).blocks
    assert [block.kind for block in blocks] == ["heading", "furniture", *["paragraph"] * 4]


def test_an_article_under_the_name_of_a_button_is_read_whole() -> None:
    html = portal("class='kuang'").replace("class='box'", "class='print'")
    assert lines(html) == READ


@pytest.mark.parametrize(
    "told", ["2023-06-12 09:30", "2023-06-12 来源：县医疗保障局", "来源：县局 点击：7"]
)
def test_the_line_above_date_and_source_is_the_title(told: str) -> None:
    html = (
        portal("id='zoom'")
        .replace("发布时间：2023-06-12", told)
        .replace(f"<title>{TITLE}_", "<title>")
    )
    document = read(html)
    assert document.title == TITLE
    assert [block.kind for block in document.blocks][:2] == ["heading", "furniture"]


def test_where_the_article_has_its_own_title_the_portals_is_furniture() -> None:
    own = "<p>附件1</p><p>云岭县医疗保障局2022年度部门决算情况说明</p>"
    document = read(portal("id='zoom'", article=own + ARTICLE))
    assert document.text.split("\n")[0] == TITLE
    assert [block.kind for block in document.blocks][:3] == ["furniture", "furniture", "paragraph"]


def test_an_article_in_several_elements_of_a_rule_is_read_whole() -> None:
    first, second = ARTICLE.split("<p>　　二、")
    html = portal(
        "",
        article=f"<div class='TRS_Editor'>{first}</div><div class='TRS_Editor'>二、{second}</div>",
    )
    assert lines(html) == READ


def test_an_article_that_a_script_will_show_is_read() -> None:
    assert lines(portal("id='zoom' style='display:none'"))[-4:] == READ[-4:]
    html = portal("", article=f"<div hidden><div id='zoom'>{ARTICLE}</div></div>")
    assert lines(html)[-4:] == READ[-4:]


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
    assert ended(html.encode()) == "empty(no_text)"


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


def test_all_selectors_of_the_rules_are_such() -> None:
    body = LexborHTMLParser("<p>")
    known = rules()
    for selector in (*known.body, *known.title, known.left_out):
        assert list(body.css(selector)) == []
