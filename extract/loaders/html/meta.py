"""What a page says about itself: title, address, date of publication, linked files (页面元数据)."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selectolax.lexbor import LexborHTMLParser

    from extract.loaders.html.article import Run
    from extract.loaders.html.portals import PortalRules

_DATE = re.compile(r"((?:19|20)[0-9]{2})\D{1,4}([0-9]{1,2})\D{1,4}([0-9]{1,2})(?![0-9])")
_PACKED = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?![0-9])")
_SAVED = re.compile(r"<!--\s{0,9}saved from url=\([0-9]{1,6}\)(\S{1,2000})", re.IGNORECASE)
_MAX_TITLE = 200
_LEAST = 6  # characters of a title that nothing marks
_MAX_LINKS = 200
_MAX_ADDRESS = 2_000


def metas(page: LexborHTMLParser) -> dict[str, str]:
    """Contents of the meta elements by name in small letters; of several the first."""
    found: dict[str, str] = {}
    for node in page.css("meta[content]"):
        get = node.attributes.get
        name = get("name") or get("property") or get("itemprop") or ""
        content = " ".join((get("content") or "").split())
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def window_title(page: LexborHTMLParser, rules: PortalRules) -> str | None:
    """The page's title element without the site behind it; None where it says nothing."""
    node = page.css_first("title")
    title = " ".join((node.text() if node else "").split())[:_MAX_TITLE]
    title = rules.site.sub("", title) or title
    return title if title and not rules.no_title.fullmatch(title) else None


def title_of(
    named: dict[str, str], window: str | None, shown: str | None, rules: PortalRules
) -> str | None:
    """The title: as the portal names it, as the page shows it, as the window has it."""
    told = next((named[name] for name in rules.meta_title if name in named), None)
    return (told or shown or window or "")[:_MAX_TITLE] or None


def shown_title(
    page: LexborHTMLParser, head: Sequence[Run], window: str | None, rules: PortalRules
) -> str | None:
    """The title that stands above an article.

    What is marked as one, or agrees with the window's, or stands right above date and source.
    """
    texts = {_bare(run.text): run.text for run in head}
    for selector in rules.title:
        for node in page.css(selector):
            text = texts.get(_bare(node.text()))
            if text:
                return " ".join(text.split())
    for bare, text in texts.items():
        if window and len(bare) >= _LEAST and _bare(window).startswith(bare):
            return " ".join(text.split())
    for run, below in pairwise(head):
        if rules.facts.match(below.text) and not run.linked and len(run.text) >= _LEAST:
            return " ".join(run.text.split())[:_MAX_TITLE]
    return None


def _bare(text: str) -> str:
    return "".join(text.split())


def published_on(named: dict[str, str], lines: Iterable[str], rules: PortalRules) -> str | None:
    """ISO date of publication: a meta element's, else that of the first line that tells one."""
    for name in rules.meta_published:
        if name in named and (found := _iso(named[name])):
            return found
    for line in lines:
        for pattern in rules.dated:
            match = pattern.search(line)
            if match and (found := _iso(match["date"])):
                return found
    return None


def _iso(text: str) -> str | None:
    match = _DATE.search(text) or _PACKED.search(text)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def address_of(
    page: LexborHTMLParser, named: dict[str, str], text: str, rules: PortalRules
) -> str | None:
    """Where the page stood: its canonical link, its meta elements, or what a browser noted."""
    node = page.css_first("link[rel=canonical][href]")
    saved = _SAVED.search(text, 0, 4_096)
    candidates = (
        node.attributes.get("href") if node else None,
        *(named.get(name) for name in rules.meta_url),
        saved[1] if saved else None,
    )
    good = (url.strip() for url in candidates if url and url.strip().startswith("http"))
    return next((url for url in good if len(url) <= _MAX_ADDRESS), None)


def attachments_of(page: LexborHTMLParser, rules: PortalRules) -> tuple[str, ...]:
    """Addresses of linked files as written, in order: by their suffix, or by the link's words."""
    found: dict[str, None] = {}
    for node in page.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if not href or len(href) > _MAX_ADDRESS or href.lower().startswith(("javascript:", "#")):
            continue
        if is_attachment(href, node.text(), rules):
            found.setdefault(" ".join(href.split()))
        if len(found) == _MAX_LINKS:
            break
    return tuple(found)


def is_attachment(href: str, words: str, rules: PortalRules) -> bool:
    """Whether a link leads to a file to be read on its own."""
    if rules.attachment.search(href):
        return True
    words = words.strip()
    return bool(rules.attachment.search(words)) or (
        href.rpartition("/")[2][:1].isalnum() and words.startswith(rules.download)
    )
