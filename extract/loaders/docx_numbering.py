"""Numbers of headings and lists, counted as Word does (word/numbering.xml, §17.9).

A paragraph names a list (``numId``) and a level of it. The list points to a definition of nine
levels (``abstractNum``), which lists may share; they count on together, unless one starts anew.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.docx_xml import attribute, child, children, is_on, local, value, whole
from extract.loaders.numbering import MAX_LEVELS, MOST, ZEROS, Counters, Level

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_lazy import Elements
    from extract.loaders.docx_parts import Parts
    from extract.loaders.docx_styles import Look, Styles

_CUSTOM = "custom"
_MAX_LABEL = 60  # characters of a level's pattern; Word's own are far shorter
_MAX_LINKS = 10  # definitions that only point to another one
_UNSAID = Level(text="", start=0)  # as the standard has it where nothing is said


class Levels:
    """The levels of a definition, each worked out when it is first asked for."""

    def __init__(self, definition: Element) -> None:
        self._elements = {_index(each): each for each in children(definition, "lvl")}
        self._known: dict[int, Level] = {}

    def __len__(self) -> int:
        """Return the number of levels, said or not."""
        return MAX_LEVELS

    def __getitem__(self, at: int) -> Level:
        """Return a level, counted from 0."""
        if at not in self._known:
            element = self._elements.get(at)
            self._known[at] = _UNSAID if element is None else _level(element)
        return self._known[at]

    def put(self, element: Element, at: int) -> None:
        """Put another level in the place of one."""
        self._elements[at] = element
        self._known.pop(at, None)

    @cached_property
    def styles(self) -> dict[str, int]:
        """Paragraph styles, each with the level that is made for it."""
        marks = {at: child(each, "pStyle") for at, each in self._elements.items()}
        return {value(mark) or "": at for at, mark in marks.items() if mark is not None}


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
        self._counters = Counters()

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
        label = self._counters.label(
            found.definition, found.levels, at, use=name, starts=found.starts
        )
        gap = label and label[-1].isascii() and found.levels[at].follow != "nothing"
        return label + " " if gap else label

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
                levels.put(own, _index(change))
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
    styles = found.levels.styles
    return next((styles[style] for style in look.linked if style in styles), 0)


def _index(element: Element) -> int:
    return whole(attribute(element, "ilvl"), 0, MAX_LEVELS - 1)


def _level(element: Element) -> Level:
    said = {local(mark.tag): value(mark) for mark in element}
    style, restart = said.get("numFmt"), said.get("lvlRestart")
    return Level(
        text=(said.get("lvlText") or "")[:_MAX_LABEL],
        format=style if style and style != _CUSTOM else _format(element),
        start=whole(said.get("start"), 0, MOST),
        restart=None if restart is None else whole(restart, 0, MAX_LEVELS),
        legal="isLgl" in said and is_on(child(element, "isLgl")),
        follow=said.get("suff") or "tab",
    )


def _format(level: Element) -> str:
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
