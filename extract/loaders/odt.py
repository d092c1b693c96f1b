"""ODT: the text documents of OpenDocument, by way of LibreOffice where it is installed.

LibreOffice leaves out what it has no place for in a Word file (rows of a table within a cell): the
file's own words are counted, so that such a loss is told.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.loaders import office, package

if TYPE_CHECKING:
    from extract.model import Document

_WHOLE = 0.995  # a smaller share of the words is flagged
_BODY = re.compile(r"<office:body\b")
# Deleted words, comments, and what a picture is described by.
_UNSHOWN = ("text:tracked-changes", "office:annotation", "svg:title", "svg:desc")
_TAG = re.compile(r"<[^>]*>|&[#a-z0-9]{1,8};|\s")


def load(data: bytes) -> Document:
    """Read an OpenDocument text.

    Raises:
        DocumentError: ``unsupported(odt)`` without LibreOffice, and what ``office.load`` says.
    """
    document = office.load(data, "odt")
    with package.open_package(data) as opened:
        shown = _n_shown(package.read_part(opened, "content.xml").decode("utf-8", "replace"))
    share = min(1.0, round(_n_shown(document.text) / shown, 4)) if shown else None
    if share is None or share >= _WHOLE or "text_loss" in document.flags:
        return document
    return replace(document, text_share=share, flags=(*document.flags, "text_loss"))


def _n_shown(xml: str) -> int:
    """How many characters are shown: tags, entities, blanks and what is not shown aside."""
    body = _BODY.search(xml)
    xml = xml[body.start() :] if body else xml
    for name in _UNSHOWN:
        xml = _without(xml, name)
    return len(_TAG.sub("", xml))


def _without(xml: str, name: str) -> str:
    """The file without all elements ``name``; one that has no end stays."""
    opened, closed = f"<{name}", f"</{name}>"
    kept, at = [], 0
    while (start := xml.find(opened, at)) >= 0 and (end := xml.find(closed, start)) >= 0:
        kept.append(xml[at:start])
        at = end + len(closed)
    return "".join([*kept, xml[at:]])
