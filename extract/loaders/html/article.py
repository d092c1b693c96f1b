"""Where the article of a page stands (正文定位): by the rules of portals, else by its words.

Without a rule that fits it is the smallest element that holds all paragraphs and tables; of a
page without menus that is the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.html.inline import paragraphs
from extract.loaders.html.tree import BLOCKS, events, tag_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from selectolax.lexbor import LexborNode

    from extract.loaders.html.portals import PortalRules

_TEXT = "p h1 h2 h3 h4 h5 h6 pre blockquote caption"
_PARTS = "tr tbody thead tfoot ul ol dl li dt dd p caption"  # never the whole article
_TEXT_TAGS, _BETWEEN = frozenset(_TEXT.split()), frozenset(_PARTS.split())
_SENTENCE = re.compile(r"[。；]|[0-9]\s{0,2}(?:万?元|亿元|%|％)|单位[：:]")
_LONG = 40  # characters: no label of a portal is so long
_LINKED = 0.5
_MENU = 5  # links outside the article that make a page one of a portal
_SMALL = 50  # characters; what is smaller is never mistaken for the article
_MOST = 0.5  # of the page's words that no menu and no footer holds
_LEAST = 0.5  # of the page's words that a rule's element must hold to be believed


class Run(NamedTuple):
    """Words between two block borders; ``place`` counts the elements begun before them."""

    text: str
    tag: str
    place: int
    linked: int  # characters in links
    strong: bool  # words that an article is made of


@dataclass(slots=True)
class _Survey:
    """One walk over a page."""

    rules: PortalRules
    runs: list[Run] = field(default_factory=list)
    links: list[int] = field(default_factory=list)  # places
    path: list[tuple[int, LexborNode]] = field(default_factory=list)
    common: list[tuple[int, LexborNode]] | None = None  # path that all strong runs share
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)  # first and last place
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    linked: int = 0
    inside: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """The elements that hold the article, and the runs of words before them."""

    roots: tuple[LexborNode, ...]
    head: tuple[Run, ...]
    is_page: bool  # nothing was cut away


def left_out_of(body: LexborNode, rules: PortalRules) -> set[int]:
    """Ids of the elements that are no part of any article, whatever they are called.

    One that holds most of the page's words is the article, under a misleading name.
    """
    found = body.css(rules.left_out)
    large = {node.mem_id for node in found if len(node.text()) > _SMALL}
    if large:
        most = _MOST * _n_plain(body)
        large = {n.mem_id for n in found if n.mem_id in large and _n_plain(n) > most}
    return {node.mem_id for node in found} - large


def _n_plain(root: LexborNode) -> int:
    """Characters that are no links."""
    count = links = 0
    for kind, node, text in events(root):
        if kind == "text":
            count += 0 if links else len(text.strip())
        elif node.tag == "a":
            links += 1 if kind == "open" else -1
    return count


def find_article(body: LexborNode, left_out: Collection[int], rules: PortalRules) -> Article:
    """Choose the elements of the page that hold its article."""
    named = bool(body.css_first(", ".join(rules.body)))
    if len(body.css("a")) < _MENU and not named:
        return Article((body,), (), True)
    survey = _Survey(rules)
    _walk(survey, body, left_out)
    if named and (nodes := _by_rules(survey, body, left_out)):
        first = survey.spans.get(nodes[0].mem_id, (survey.place + 1, 0))[0]
        return Article(tuple(nodes), _before(survey, first), False)
    place, node = survey.common[-1] if survey.common else (0, body)
    last = survey.spans[node.mem_id][1]
    n_outside = sum(not place <= link <= last for link in survey.links)
    if node.mem_id == body.mem_id or n_outside < _MENU:
        return Article((body,), (), True)
    return Article((node,), _before(survey, place), False)


def _by_rules(survey: _Survey, body: LexborNode, left_out: Collection[int]) -> list[LexborNode]:
    """What the first rule that fits names; nothing where too much stands outside of it."""
    total = sum(len(run.text) for run in survey.runs if run.strong)
    for selector in survey.rules.body:
        found = _outermost(body.css(selector), left_out)
        words = sum(_n_words(survey, node, left_out) for node in found)
        if found and words >= max(1, _LEAST * total):
            return found
    return []


def _n_words(survey: _Survey, node: LexborNode, left_out: Collection[int]) -> int:
    """Characters below an element; of one that only a script shows, too."""
    if node.mem_id not in survey.spans:
        return sum(len(text.strip()) for kind, _, text in events(node, left_out) if kind == "text")
    first, last = survey.spans[node.mem_id]
    return sum(len(run.text) for run in survey.runs if first <= run.place <= last)


def _before(survey: _Survey, place: int) -> tuple[Run, ...]:
    return tuple(run for run in survey.runs if run.place < place)


def _outermost(nodes: Sequence[LexborNode], left_out: Collection[int]) -> list[LexborNode]:
    """Nodes in the order of the page, those within another one of them left out."""
    ids = {node.mem_id for node in nodes}
    kept = []
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in ids and above.mem_id not in left_out:
            above = above.parent
        if above is None:
            kept.append(node)
    return kept


def _walk(survey: _Survey, body: LexborNode, left_out: Collection[int]) -> None:
    for kind, node, text in events(body, left_out):
        if kind == "text":
            survey.words.append(text.replace("\n", "\r"))
            survey.linked += len(text.strip()) if survey.inside else 0
            continue
        tag, opens = tag_of(node), kind == "open"
        survey.place += opens
        if tag in BLOCKS:
            _end_run(survey)
            _step(survey, tag, node, opens=opens)
        elif tag == "a":
            survey.inside += 1 if opens else -1
            if opens:
                survey.links.append(survey.place)
        elif tag == "br":
            survey.words.append("\n")


def _step(survey: _Survey, tag: str, node: LexborNode, *, opens: bool) -> None:
    """Into a block, or out of it."""
    first = survey.spans.get(node.mem_id, (survey.place, 0))[0]
    survey.spans[node.mem_id] = first, survey.place
    if opens:
        survey.tags.append(tag)
        if tag not in _BETWEEN:
            survey.path.append((survey.place, node))
    else:
        survey.tags.pop()
        if tag not in _BETWEEN:
            survey.path.pop()


def _end_run(survey: _Survey) -> None:
    if not survey.words:
        return
    text = "\n".join(paragraphs("".join(survey.words)))
    linked, survey.linked = survey.linked, 0
    survey.words.clear()
    if not text:
        return
    tag = survey.tags[-1] if survey.tags else ""
    strong = _is_strong(text, tag, linked, survey)
    survey.runs.append(Run(text, tag, survey.place, linked, strong))
    if strong:
        _share(survey)


def _is_strong(text: str, tag: str, linked: int, survey: _Survey) -> bool:
    """Whether words must belong to the article: a paragraph, a cell of a table, a sentence."""
    if linked > _LINKED * len(text) or survey.rules.lines_out.fullmatch(text):
        return False
    if survey.rules.facts.match(text):
        return False
    if tag in _TEXT_TAGS or len(text) >= _LONG or _SENTENCE.search(text):
        return True
    return tag in ("td", "th") and any(char.isdigit() for char in text)


def _share(survey: _Survey) -> None:
    """Shorten the common path to what leads to this run as well."""
    if survey.common is None:
        survey.common = list(survey.path)
        return
    common, path = survey.common, survey.path
    length = min(len(common), len(path))
    while length and common[length - 1][0] != path[length - 1][0]:
        length -= 1
    del common[length:]
