"""The words of a paragraph, as Word shows them.

Inserted and moved-in words count, deleted and moved-out ones don't, nor does hidden text (the
printed page has none). Links, fields, content controls and smart tags are read through: of a field
its result. What hangs on a paragraph, such as text boxes, notes and charts, is handed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.blocks import FLAT, n_visible
from extract.loaders.docx_xml import (
    BOX,
    BRACKETS,
    CELL,
    CHART,
    CHOICE,
    CHUNK,
    DIAGRAM,
    GONE,
    INTO,
    MARK,
    NOTE,
    OF_CELL,
    OF_PARAGRAPH,
    OF_ROW,
    OF_RUN,
    PARAGRAPH,
    ROW,
    RUN,
    SECTION,
    SIGN,
    SKIP,
    SYMBOL,
    TABLE,
    TEXT,
    Acts,
    attribute,
    child,
    is_on,
    local,
    n_words,
    value,
)
from extract.loaders.symbols import symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_styles import Styles

MAX_DEPTH = 150  # elements around words, tables in tables included
BREAK = "\v"  # stands for a new line until the paragraph is put together; XML cannot hold it
_MARKS = {"br": BREAK, "cr": BREAK, "noBreakHyphen": "-"}  # tabs are blanks
_SIGNS = {"den": "/", "sup": "^", "sub": "_", "rad": "√"}  # of formulas, before their content
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWER = re.compile(r"[0-9]{1,3}")


@dataclass(slots=True)
class Tally:
    """Characters (blanks not counted) of a document, to tell what share of its words came out."""

    stored: int = 0  # in the text nodes of the parts that were read
    hidden: int = 0  # of these, what Word doesn't show either
    added: int = 0  # in the text, from other places: numbers of lists, signs, values of charts


@dataclass(slots=True)
class Hanging:
    """What a paragraph carries besides its words."""

    act: int  # BOX, TABLE, NOTE, CHART or DIAGRAM
    element: Element
    depth: int


@dataclass(slots=True)
class Words:
    """Reads paragraphs of one document. ``careful`` looks at the properties of each run, too."""

    acts: Acts
    tally: Tally
    styles: Styles
    careful: bool
    hanging: list[Hanging] = field(default_factory=list)
    _out: list[str] = field(default_factory=list)

    def read(self, paragraph: Iterable[Element], depth: int) -> str:
        """The words on one line; BREAK stands where a new one begins."""
        out = self._out
        out.clear()
        self._into(paragraph, depth)
        text = "".join(out)
        if "\n" in text or "\t" in text or "\r" in text:
            return text.translate(FLAT)
        return text

    def _into(self, parent: Iterable[Element], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise DocumentError("refused", "depth")
        acts, out, fast = self.acts, self._out, not self.careful
        for each in parent:
            act = acts[each.tag]
            if act == RUN and fast:
                for part in each:
                    kind = acts[part.tag]
                    if kind == TEXT:
                        if part.text:
                            out.append(part.text)
                    elif kind != OF_RUN:
                        self._other(kind, part, depth + 1)
            elif act not in _SILENT:
                self._other(act, each, depth)

    def _other(self, act: int, element: Element, depth: int) -> None:
        if act == INTO:
            if len(element):
                self._into(element, depth + 1)
        elif act in _HANGING:
            self.hanging.append(Hanging(act, element, depth))
        elif act not in _SILENT:
            _HANDLERS[act](self, element, depth)

    def _text(self, element: Element, _: int) -> None:
        self._out.append(element.text or "")

    def _mark(self, element: Element, _: int) -> None:
        sign = _MARKS.get(local(element.tag), " ")
        self._out.append(sign)
        self.tally.added += n_visible(sign)

    def _sign(self, element: Element, depth: int) -> None:
        """A sign of a formula: without it one half would read 12."""
        if n_words(element):
            self._out.append(_SIGNS[local(element.tag)])
            self.tally.added += 1
        self._into(element, depth + 1)

    def _brackets(self, element: Element, depth: int) -> None:
        """Brackets of a formula, which are properties and no words."""
        properties = child(element, "dPr")
        for name, usual in (("begChr", "("), ("endChr", ")")):
            mark = child(properties, name)
            sign = usual if mark is None else (value(mark) or "")[:1]
            if name == "endChr":
                self._into(element, depth + 1)
            self._out.append(sign)
            self.tally.added += n_visible(sign)

    def _symbol(self, element: Element, _: int) -> None:
        sign = symbol(attribute(element, "char") or "", attribute(element, "font") or "")
        self._out.append(sign)
        self.tally.added += n_visible(sign)

    def gone(self, element: Element, _: int = 0) -> None:
        """Pass over words that Word doesn't show."""
        self.tally.hidden += n_words(element)

    def _choice(self, element: Element, depth: int) -> None:
        self._into(self.chosen(element), depth + 1)

    def chosen(self, choice: Element) -> Iterable[Element]:
        """Of what is stored twice, for new and old readers, the first form."""
        for other in choice[1:]:
            self.gone(other)
        return choice[0] if len(choice) else ()

    def _run(self, run: Element, depth: int) -> None:
        """A run whose properties may change its words: hidden, or raised."""
        properties = child(run, "rPr")
        if properties is not None:
            if self._hides(properties):
                self.gone(run)
                return
            raised = child(properties, "vertAlign")
            if raised is not None and value(raised) == "superscript":
                self._power(run, depth)
                return
        self._into(run, depth + 1)

    def _power(self, run: Element, depth: int) -> None:
        """A raised number behind a digit: 10⁴ must not read 104."""
        at = len(self._out)
        before = next((text[-1] for text in reversed(self._out) if text), "")
        self._into(run, depth + 1)
        if before.isdecimal() and _POWER.fullmatch("".join(self._out[at:])):
            self._out[at:] = [text.translate(_RAISED) for text in self._out[at:]]

    def _hides(self, properties: Element) -> bool:
        mark, style = child(properties, "vanish"), child(properties, "rStyle")
        if mark is not None:
            return is_on(mark)
        return style is not None and self.styles.hides(value(style))


_SILENT = frozenset({SKIP, SECTION, OF_PARAGRAPH, OF_ROW, OF_CELL, OF_RUN})
_HANGING = frozenset({BOX, TABLE, PARAGRAPH, NOTE, CHART, DIAGRAM, CHUNK})
_HANDLERS: dict[int, Callable[[Words, Element, int], None]] = {
    RUN: Words._run,  # noqa: SLF001 a table of the class's own methods
    TEXT: Words._text,  # noqa: SLF001
    MARK: Words._mark,  # noqa: SLF001
    SIGN: Words._sign,  # noqa: SLF001
    BRACKETS: Words._brackets,  # noqa: SLF001
    SYMBOL: Words._symbol,  # noqa: SLF001
    GONE: Words.gone,
    CHOICE: Words._choice,  # noqa: SLF001
    ROW: Words._into,  # noqa: SLF001
    CELL: Words._into,  # noqa: SLF001
}
