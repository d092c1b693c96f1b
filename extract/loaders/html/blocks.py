"""From the elements of a page to paragraphs, headings and tables (网页正文分块)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.html.inline import list_number, paragraphs
from extract.loaders.html.table import Cell, Item, Paragraph, flattened
from extract.loaders.html.tree import BLOCKS, events, tag_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from selectolax.lexbor import LexborNode

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MAX_HEADING = 80  # characters; longer ones are paragraphs in large print
_MAX_TABLES = 100  # inside one another
_FURNITURE = re.compile(r"mso-element\s{0,3}:\s{0,3}(?:header|footer)")
_RAISED = {
    "sup": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "sub": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}
_NUMBER = re.compile(r"[0-9]{1,6}")
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_OF_TABLES = frozenset({"tr", "td", "th", "caption"})
_LINKED = 0.8  # of an item's characters, from which on it is a link and not text


@dataclass(slots=True)
class _Flow:
    """What gathers paragraphs: the page, or a cell."""

    items: list[Item] = field(default_factory=list)
    spans: tuple[str | None, str | None] = (None, None)  # rows and columns, as written


@dataclass(slots=True)
class _Table:
    """What gathers cells."""

    rows: list[list[Cell]] = field(default_factory=list)


@dataclass(slots=True)
class _List:
    """A list, and how many of its items have begun."""

    node: LexborNode
    count: int = 0


@dataclass(slots=True)
class _Builder:
    """Where the walk is, and what it has gathered; one for each element that is read."""

    flows: list[_Flow]
    tables: list[_Table] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    linked: int = 0  # characters of the run that are links
    links: int = 0  # elements ``a`` around
    raised: list[str] = field(default_factory=list)
    level: int | None = None
    furniture: int = 0
    pre: int = 0
    lists: list[_List] = field(default_factory=list)
    prefix: str = ""  # number of a list's item, until its first words come

    def text(self, text: str) -> None:
        """Words between two tags."""
        if len(self.flows) <= len(self.tables):
            return  # blanks between the rows of a table
        if self.raised and _NUMBER.fullmatch(text.strip()):
            text = text.translate(_RAISED[self.raised[-1]])
        if not self.pre:
            text = text.replace("\n", "\r")  # an end of line in the source is none on the page
        if text.strip():
            if self.prefix:
                text, self.prefix = self.prefix + text.lstrip(), ""
            if self.links:
                self.linked += len(text.strip())
        self.run.append(text)

    def open(self, node: LexborNode) -> None:
        """An element begins."""
        tag = tag_of(node)
        if tag in BLOCKS:
            self.flush()
            self._open_block(tag, node)
        elif tag == "br":
            self.run.append("\n")
        elif tag == "q":
            self.run.append("“")
        elif tag == "a":
            self.links += 1
        elif tag in _RAISED:
            self.raised.append(tag)

    def close(self, node: LexborNode) -> None:
        """An element ends."""
        tag = tag_of(node)
        if tag in BLOCKS:
            self.flush()
            self._close_block(tag, node)
        elif tag == "q":
            self.run.append("”")
        elif tag == "a":
            self.links -= 1
        elif tag in _RAISED:
            self.raised.pop()

    def _open_block(self, tag: str, node: LexborNode) -> None:
        if tag == "table":
            if len(self.tables) >= _MAX_TABLES:
                raise DocumentError("refused", "depth")
            self.tables.append(_Table())
        elif tag in _OF_TABLES:
            if self.tables:
                self._open_part(tag, node)
        elif tag in _LISTS:
            self.lists.append(_List(node))
        elif tag == "li":
            if self.lists:
                self.lists[-1].count += 1
                self.prefix = list_number(self.lists[-1].node, node, self.lists[-1].count)
        else:
            self.level = _HEADINGS.get(tag, self.level)
            self.pre += tag == "pre"
            self.furniture += _is_furniture(node)

    def _close_block(self, tag: str, node: LexborNode) -> None:
        if tag == "table":
            self.flows[-1].items += flattened(self.tables.pop().rows)
        elif tag in _OF_TABLES:
            if self.tables:
                self._close_part(tag)
        elif tag in _LISTS:
            self.lists.pop()
        elif tag == "li":
            self.prefix = ""
        else:
            self.level = None if tag in _HEADINGS else self.level
            self.pre -= tag == "pre"
            self.furniture -= _is_furniture(node)

    def _open_part(self, tag: str, node: LexborNode) -> None:
        if tag == "tr":
            self.tables[-1].rows.append([])
        else:
            get = node.attributes.get
            self.flows.append(_Flow(spans=(get("rowspan"), get("colspan"))))

    def _close_part(self, tag: str) -> None:
        if tag == "tr":
            return
        flow = self.flows.pop()
        if tag == "caption":
            self.flows[-1].items += flow.items
            return
        rows = self.tables[-1].rows
        if not rows:  # a cell without a row
            rows.append([])
        rows[-1].append(Cell(flow.items, *flow.spans))

    def flush(self) -> None:
        """End the paragraph that is under way."""
        if not self.run:
            return
        parts = paragraphs("".join(self.run))
        listed = bool(self.lists) and self.linked > _LINKED * sum(map(len, parts))
        self.run.clear()
        self.linked = 0
        for part in parts:
            level = self.level if len(part) <= _MAX_HEADING and "。" not in part else None
            self.flows[-1].items.append(Paragraph(part, level, bool(self.furniture), listed))


def blocks(roots: Iterable[LexborNode], left_out: Collection[int]) -> tuple[list[Item], int]:
    """The paragraphs and tables below ``roots``, in order; how many characters they should have.

    Blanks are not counted.

    Raises:
        DocumentError: ``refused(depth)``.
    """
    page, shown = _Flow(), 0
    for root in roots:
        builder = _Builder([page])
        for kind, node, text in events(root, left_out):
            if kind == "text":
                builder.text(text)
                shown += sum(map(len, text.split()))
            elif kind == "open":
                builder.open(node)
            else:
                builder.close(node)
        builder.flush()
    return page.items, shown


def _is_furniture(node: LexborNode) -> bool:
    """The running heads and feet that word processors write into their pages."""
    get = node.attributes.get
    return get("title") in ("header", "footer") or bool(_FURNITURE.search(get("style") or ""))
