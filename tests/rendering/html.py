"""A report as a page of an agency's portal: menu, breadcrumb, publish line, body, footer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from tests.rendering.source import Cell, Paragraph, Part, Table, merged

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="{charset}"><title>{title}_样例县人民政府</title>
<meta name="PubDate" content="2023-08-17 10:25"><style>.nav li{{float:left;width:120px}}</style>
<script>var hits = 20318; document.title += "";</script></head>
<body><div class="header"><ul class="nav"><li><a href="/">首页</a></li>
<li><a href="/zw/">政务公开</a></li><li><a href="/fw/">办事服务</a></li>
<li><a href="/hd/">互动交流</a></li><li><a href="/zt/2023/">2023年专题</a></li></ul></div>
<div class="crumb">您现在的位置：<a href="/">首页</a> &gt; <a href="/zw/">政务公开</a> &gt;
<a href="/zw/yjs/">预决算</a></div>
<div class="article"><h1>{title}</h1>
<div class="info">发布时间：2023-08-17 10:25　来源：样例县人民政府　浏览次数：1287次</div>
<div class="TRS_Editor">
{body}
</div>
<div class="attachments">附件：<a href="/files/1.xlsx">附表1.xlsx</a></div>
<div class="share">分享到：微信 微博</div></div>
<div class="footer"><p>主办：样例县人民政府　承办：样例县政务服务中心</p>
<p>网站标识码：0000000001　备案号：样例ICP备00000000号-1　电话：0000-0000000</p></div>
</body></html>
"""


def html(parts: Sequence[Part], title: str, *, charset: str = "utf-8") -> bytes:
    """The bytes of the page; ``charset`` as declared and as written."""
    body = "\n".join(_part(part) for part in parts)
    page = _PAGE.format(title=escape(title), body=body, charset=charset)
    return page.encode("gb18030" if charset == "gb2312" else charset)


def _part(part: Part) -> str:
    if isinstance(part, Paragraph):
        words = _spaced(part.text.replace("\t", "    ").strip(" "))
        if part.is_heading:
            words = f"<strong>{words}</strong>"
        return f'<p style="text-indent:2em"><span>{words or "&nbsp;"}</span></p>'
    return f'<table border="1"><tbody>\n{_rows(part)}\n</tbody></table>'


def _rows(table: Table) -> str:
    return "\n".join(
        f"<tr>{''.join(_cell(cell) for cell in row if cell)}</tr>" for row in merged(table.rows)
    )


def _cell(cell: Cell) -> str:
    down = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    aside = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    lines = "".join(f"<p>{_spaced(line)}</p>" for line in cell.text.split("\n"))
    return f"<td{down}{aside}>{lines}</td>"


def _spaced(text: str) -> str:
    """Runs of blanks survive as no-break spaces, which editors put in."""
    return re.sub(" {2,}", lambda blanks: "&nbsp;" * len(blanks[0]), escape(text, quote=False))
