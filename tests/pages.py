"""Pages made in memory, and how reading them ends."""

from __future__ import annotations

from extract.errors import DocumentError
from extract.loaders import load
from extract.model import Document

TITLE = "云岭县医疗保障局2022年度部门整体支出绩效自评报告"
ARTICLE = (
    "<p>　　一、基本情况</p><p>　　全年预算数<span>1,234.50</span>&nbsp;万元，执行率94.5%。</p>"
    "<p>　　二、存在问题</p><p>　　项目进度偏慢。</p>"
)
MENU = "".join(f"<li><a href='/{n}/'>栏目{n}</a></li>" for n in range(8))


def page(body: str, head: str = "") -> str:
    """A page with nothing around ``body``."""
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
    """The document of a page."""
    return load(html.encode())


def lines(html: str) -> list[str]:
    """The lines of its text."""
    return read(html).text.split("\n")


def ended(data: bytes) -> str:
    """How reading ended; any error but ours goes through."""
    try:
        return load(data).status
    except DocumentError as error:
        return str(error)


# What is read of ``portal``.
READ = [
    TITLE,
    "发布时间：2023-06-12 来源：县医疗保障局 浏览次数：512",
    "一、基本情况",
    "全年预算数1,234.50 万元，执行率94.5%。",
    "二、存在问题",
    "项目进度偏慢。",
]
