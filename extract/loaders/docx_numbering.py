"""Numbers of headings and lists, counted as Word does (word/numbering.xml, §17.9).

A paragraph names a list (``numId``) and a level of it. The list points to a definition of nine
levels (``abstractNum``), which lists may share; they count on together, unless one starts anew.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.docx_numerals import MOST, ZEROS, numeral
from extract.loaders.docx_xml import attribute, child, children, is_on, local, value, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_lazy import Elements
    from extract.loaders.docx_parts import Parts
    from extract.loaders.docx_styles import Look, Styles

_LEVELS = 9
_MAX_LABEL = 60  # characters of a level's pattern; Word's own are far shorter
_MAX_LINKS = 10  # definitions that only point to another one
_PLACE = re.compile(r"%([1-9])")
_CUSTOM = "custom"
_SILENT = ("none", "bullet")  # a bullet says nothing


class Level(NamedTuple):
    """How one level is counted and written."""

    start: int = 0  # as the standard has it where nothing is said
    style: str = "decimal"
    pattern: str = ""
    gap: bool = True  # a tab or blank between number and text
    restart: int | None = None  # begins anew only after this level (from 1) or one further out
    digits: bool = False  # all numbers of the label in digits
    paragraphs: str | None = None  # the paragraph style that is numbered so


_UNSAID = Level()


class Levels(dict[int, Level]):
    """The levels of a definition, each worked out when it is first asked for."""

    def __init__(self, definition: Element) -> None:
        super().__init__()
        self._elements = {_index(each): each for each in children(definition, "lvl")}

    def __missing__(self, at: int) -> Level:
        """Work a level out."""
        element = self._elements.get(at)
        self[at] = level = _UNSAID if element is None else _level(element)
        return level


class List(NamedTuple):
    """A list of the document."""

    definition: str
    levels: Levels
    starts: dict[int, int]  # level → where this list begins anew


class Numbering:
    """The lists of a document and how far each is counted."""

    def __init__(self, parts: Parts, styles: Styles) -> None:
        self._parts = parts
        self._styles = styles
        self._known: dict[str, List | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    @cached_property
    def _found(self) -> Elements:
        keys = {"num": "numId", "abstractNum": "abstractNumId"}
        return self._parts.elements("numbering", keys)

    def label(self, look: Look) -> str:
        """Count a paragraph and give its number, as it stands before the text; "" without one."""
        name = look.number.list_id
        if name is None:
            return ""
        if name not in self._known:
            self._known[name] = self._list(name)
        found = self._known[name]
        if found is None:
            return ""
        at = _level_of(look, found)
        counts = self._count(name, found, at)
        level = found.levels[at]
        if level.style in _SILENT:
            return ""
        written = _PLACE.sub(lambda m: _written(int(m[1]) - 1, at, found, counts), level.pattern)
        return written + " " if level.gap and written and written[-1].isascii() else written

    def _count(self, name: str, found: List, at: int) -> list[int | None]:
        counts = self._counts.get(found.definition)
        if counts is None:
            counts = self._counts[found.definition] = [None] * _LEVELS
        for outer in range(at):  # Word counts a level that was left out, too (its article Q110380)
            if counts[outer] is None:
                counts[outer] = found.starts.get(outer, found.levels[outer].start)
        anew = at in found.starts and (name, at) not in self._begun
        before = counts[at]
        if anew or before is None:
            counts[at] = found.starts.get(at, found.levels[at].start)
        else:
            counts[at] = min(before + 1, MOST)
        self._begun.add((name, at))
        for deeper in range(at + 1, _LEVELS):
            if counts[deeper] is not None:
                restart = found.levels[deeper].restart
                if restart is None or at < restart:
                    counts[deeper] = None
        return counts

    def _list(self, name: str) -> List | None:
        number = self._found.get("num", name)
        points = None if number is None else child(number, "abstractNumId")
        if number is None or points is None:
            return None
        definition = self._followed(value(points) or "")
        root = self._found.get("abstractNum", definition)
        if root is None:
            return None
        levels = Levels(root)
        starts = {}
        for change in children(number, "lvlOverride"):
            own, start = child(change, "lvl"), child(change, "startOverride")
            if own is not None:
                levels[_index(change)] = _level(own)
            if start is not None:
                starts[_index(change)] = whole(value(start), 1, MOST)
        return List(definition, levels, starts)

    def _followed(self, definition: str) -> str:
        """The definition that one with ``numStyleLink`` stands for."""
        for _ in range(_MAX_LINKS):
            link = child(self._found.get("abstractNum", definition), "numStyleLink")
            style = None if link is None else self._styles.look(value(link))
            number = style and self._found.get("num", style.number.list_id or "")
            points = child(number, "abstractNumId")
            if points is None:
                break
            definition = value(points) or ""
        return definition


def _level_of(look: Look, found: List) -> int:
    """The level said, or the one that is made for the paragraph's style."""
    if look.number.level is not None:
        return look.number.level
    for style in look.linked:
        for at in range(_LEVELS):
            if found.levels[at].paragraphs == style:
                return at
    return 0


def _written(place: int, at: int, found: List, counts: list[int | None]) -> str:
    """The number of one level in a label."""
    level, count = found.levels[place], counts[place]
    if place > at or count is None or level.style in _SILENT:
        return ""
    digits = found.levels[at].digits
    return numeral(count, "decimal" if digits else level.style)


def _index(element: Element) -> int:
    return whole(attribute(element, "ilvl"), 0, _LEVELS - 1)


def _level(element: Element) -> Level:
    said = {local(mark.tag): value(mark) for mark in element}
    style, restart = said.get("numFmt"), said.get("lvlRestart")
    return Level(
        start=whole(said.get("start"), 0, MOST),
        style=style if style and style != _CUSTOM else _style(element),
        pattern=(said.get("lvlText") or "")[:_MAX_LABEL],
        gap=said.get("suff") != "nothing",
        restart=None if restart is None else whole(restart, 0, _LEVELS),
        digits="isLgl" in said and is_on(child(element, "isLgl")),
        paragraphs=said.get("pStyle"),
    )


def _style(level: Element) -> str:
    """The format of the numbers; formats of newer versions stand in a choice with an older one."""
    mark = child(level, "numFmt")
    if mark is None:
        choice = child(level, "AlternateContent")
        mark = child(child(choice, "Choice"), "numFmt")
    if mark is None:
        return "decimal"
    if value(mark) == _CUSTOM:  # such as "001, 002, 003, ..."
        first = (attribute(mark, "format") or "").partition(",")[0].strip()
        return f"{ZEROS}{len(first)}" if first.isdecimal() and len(first) < 10 else "decimal"
    return value(mark) or "decimal"
