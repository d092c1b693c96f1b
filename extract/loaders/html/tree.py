"""The elements of a page in document order (HTML, tag soup included), read by lexbor.

Nothing here recurses: a page may nest as deep as it likes, up to a limit that keeps the parser
linear. Styles, scripts and whatever a browser does not show are never entered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

from extract.errors import DocumentError
from extract.loaders import limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MAX_SIZE = limits.HTML
MAX_DEPTH = 4_000  # elements: lexbor walks up all of them at every block
_BLOCKS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main
    menu nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_HIDDEN_TAGS = """
    area audio base button canvas col colgroup datalist del embed head iframe input link map meta
    noframes noscript object option param rp rt script select style svg template textarea title
    video
"""
_FLAT_TAGS = """
    area base br col dd dt embed frame hr img input li link meta option p param source tbody td
    tfoot th thead tr wbr
"""
BLOCKS = frozenset(_BLOCKS.split())
_NEVER = frozenset(_HIDDEN_TAGS.split())
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,30})")
# Elements that the next one of their kind ends, and those that hold nothing.
_FLAT = frozenset(_FLAT_TAGS.split())
_HIDDEN = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all"
)
_COMMENTED = re.compile(r"mso-element\s{0,3}:\s{0,3}comment")
# In XML an element may end in its own tag, in HTML it would swallow what follows.
_EMPTY = re.compile(
    r"<((?!(?:br|hr|img|meta|link|input|col)\b)[A-Za-z][\w:]{0,30})((?:\s[^<>]{0,2000})?)/>"
)


# "open" or "close" and the element, or "text" with the text.
Event = tuple[str, LexborNode, str]


def parse(text: str) -> LexborHTMLParser:
    """The tree of a page.

    Raises:
        DocumentError: ``refused(depth)``.
    """
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        text = _EMPTY.sub(r"<\1\2></\1>", text)
    if _depth(text) > MAX_DEPTH:
        raise DocumentError("refused", "depth")
    return LexborHTMLParser(text)


def _depth(text: str) -> int:
    """How deep elements may nest at most, seen from their tags alone."""
    depth = most = 0
    for slash, name in _TAG.findall(text):
        if name.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if slash else depth + 1
        most = max(most, depth)
    return most


def events(root: LexborNode, left_out: Collection[int] = ()) -> Iterator[Event]:
    """``root`` and all below it that is shown, but for the nodes whose ``mem_id`` is left out."""
    yield "open", root, ""
    stack = [root]
    node = root.child
    while True:
        while node is None:
            closed = stack.pop()
            yield "close", closed, ""
            if not stack:
                return
            node = closed.next
        if node.is_text_node:
            yield "text", node, node.text_content or ""
        elif node.is_element_node and is_shown(node) and node.mem_id not in left_out:
            yield "open", node, ""
            stack.append(node)
            node = node.child
            continue
        node = node.next


def is_shown(node: LexborNode) -> bool:
    """Whether a browser shows the element."""
    if node.tag in _NEVER:
        return False
    attributes = node.attributes
    if "hidden" in attributes:
        return False
    style = (attributes.get("style") or "").lower()
    return not style or not (_HIDDEN.search(style) or _COMMENTED.search(style))


def tag_of(node: LexborNode) -> str:
    """The name of an element in small letters."""
    return node.tag or ""
