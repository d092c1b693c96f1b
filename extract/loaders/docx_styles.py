"""Styles of a Word file: what a paragraph is by its style (word/styles.xml, §17.7)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.docx_xml import child, is_on, local, value, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_lazy import Elements
    from extract.loaders.docx_parts import Parts

_HEADING = re.compile(r"(?:heading|标题) ?([1-9])|([一二三四五六七八九])级标题", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录) ?[1-9]|(?:toc|目录)(?: heading|标题)", re.IGNORECASE)
_HAN = "一二三四五六七八九"
_MAX_CHAIN = 20  # styles based on styles; Word allows fewer
_BODY = 9  # outline level of what is no heading


class Reference(NamedTuple):
    """``w:numPr``: which list, which level of it from 0; null where it is not said."""

    list_id: str | None = None
    level: int | None = None


class Look(NamedTuple):
    """What a paragraph is by its style and its own properties."""

    heading: int | None = None  # level from 1
    number: Reference = Reference()
    linked: tuple[str, ...] = ()  # its style and those that this one is based on
    contents: bool = False  # an entry of a table of contents (目录)


class Styles:
    """The styles of a document; each is worked out when it is first used."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._looks: dict[str | None, Look] = {None: Look()}
        self._numbered: dict[tuple[str | None, Reference], Look] = {}

    def look(self, name: str | None) -> Look:
        """What paragraphs of a style are; those that name none are plain."""
        known = self._looks.get(name)
        if known is None:
            chain = list(self._chain(name or ""))
            known = Look(_heading(chain), _number(chain), tuple(n for n, _ in chain))
            contents = any(_CONTENTS.fullmatch(_name(style)) for _, style in chain)
            self._looks[name] = known = known._replace(contents=contents)
        return known

    def numbered(self, name: str | None, said: Reference) -> Look:
        """The same, of paragraphs that themselves name a list, or a level of their style's."""
        known = self._numbered.get((name, said))
        if known is None:
            look = self.look(name)
            list_id = look.number.list_id if said.list_id is None else said.list_id
            level = look.number.level if said.level is None else said.level
            known = look._replace(number=Reference(list_id, level))
            self._numbered[name, said] = known
        return known

    def hides(self, name: str | None) -> bool:
        """Tell whether runs of a character style are hidden text."""
        properties = (child(style, "rPr") for _, style in self._chain(name or ""))
        mark = next((m for p in properties if (m := child(p, "vanish")) is not None), None)
        return is_on(mark)

    @cached_property
    def _found(self) -> Elements:
        return self._parts.elements("styles", {"style": "styleId"})

    def _chain(self, name: str) -> Iterator[tuple[str, Element]]:
        """A style and those it is based on, itself first."""
        for _ in range(_MAX_CHAIN):
            style = self._found.get("style", name) if name else None
            if style is None:
                return
            yield name, style
            base = child(style, "basedOn")
            name = "" if base is None else value(base) or ""


def reference(number: Element | None) -> Reference:
    """The list that ``w:numPr`` names."""
    list_id, level = None, None
    for mark in () if number is None else number:
        name = local(mark.tag)
        if name == "numId":
            list_id = value(mark)
        elif name == "ilvl":
            level = whole(value(mark), 0, 8)
    return Reference(list_id, level)


def heading_of(mark: Element) -> int | None:
    """The level that ``w:outlineLvl`` stands for."""
    level = whole(value(mark), _BODY, _BODY)
    return None if level == _BODY else level + 1


def goes_on(properties: Element) -> bool:
    """Tell whether the end of the paragraph is deleted, so that the next one continues it."""
    return any(child(child(properties, "rPr"), name) is not None for name in ("del", "moveFrom"))


def _name(style: Element) -> str:
    name = child(style, "name")
    return "" if name is None else (value(name) or "").strip()


def _heading(chain: list[tuple[str, Element]]) -> int | None:
    for _, style in chain:
        mark = child(child(style, "pPr"), "outlineLvl")
        if mark is not None:
            return heading_of(mark)
        named = _HEADING.fullmatch(_name(style))
        if named:
            return int(named[1]) if named[1] else _HAN.index(named[2]) + 1
    return None


def _number(chain: list[tuple[str, Element]]) -> Reference:
    """List and level of a style, each from the nearest style of the chain that says it."""
    found = [reference(child(child(style, "pPr"), "numPr")) for _, style in chain]
    return Reference(
        next((r.list_id for r in found if r.list_id is not None), None),
        next((r.level for r in found if r.level is not None), None),
    )
