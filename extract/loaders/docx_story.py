"""Paragraphs and tables of a Word file in document order, each with what hangs on it behind it.

Of merged cells the first has the text, the others are empty, so that columns stay aligned. A table
in a cell becomes a table of its own behind the row; where one cell is all there is, it is layout,
and what it holds is read as if it stood in the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from extract.errors import DocumentError
from extract.loaders.blocks import Piece, n_visible
from extract.loaders.docx_grid import MAX_COLUMNS, Row, cell_of, row_of, simple_text
from extract.loaders.docx_styles import Look, goes_on, heading_of, reference
from extract.loaders.docx_words import BREAK, MAX_DEPTH, Hanging, Words
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
    NUMBER,
    OF_CELL,
    OF_PARAGRAPH,
    OUTLINE,
    PARAGRAPH,
    ROW,
    RUN,
    SECTION,
    SIGN,
    SKIP,
    STYLE,
    SYMBOL,
    TABLE,
    TEXT,
    plain,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_numbering import Numbering
    from extract.loaders.docx_styles import Styles

Lines = list[str] | None  # of a cell; null outside of cells


class Annex(Protocol):
    """Reads what stands in another part: notes, charts, diagrams, other files."""

    def __call__(self, story: Story, hanging: Hanging) -> None:
        """Append its pieces to those of ``story``."""


class Story:
    """The pieces of one document, in order."""

    def __init__(self, words: Words, styles: Styles, numbering: Numbering, annex: Annex) -> None:
        self.words = words
        self.pieces: list[Piece] = []
        self.sections: list[Element] = []  # properties of sections: their headers and footers
        self.part = ""  # that the elements come from
        self._acts = words.acts
        self._styles = styles
        self._numbering = numbering
        self._annex = annex
        self._carried = ""
        self._n_tables = 0
        self._behind: list[Hanging] = []  # of the row that is being read

    def read(self, parent: Iterable[Element], depth: int = 0, lines: Lines = None) -> None:
        """Read paragraphs and tables below ``parent``, through what only wraps them."""
        if depth > MAX_DEPTH:
            raise DocumentError("refused", "depth")
        acts = self._acts
        for each in parent:
            act = acts[each.tag]
            if act == PARAGRAPH:
                text = plain(each, acts)
                if text is None or self._carried:
                    self._paragraph(each, depth, lines)
                elif lines is not None:
                    lines.append(text.strip())
                elif text and not text.isspace():
                    self.pieces.append(Piece(text))
            elif act not in _SILENT:
                self._other(act, each, depth, lines)
        if self._carried:
            self._put("", Look(), lines)
            self._settle(lines)

    def _other(self, act: int, element: Element, depth: int, lines: Lines) -> None:
        if act in (TABLE, CHUNK):
            hanging = Hanging(act, element, depth + 1)
            if lines is None:
                self._hang(hanging)
            else:
                self._behind.append(hanging)
        elif act == CHOICE:
            self.read(self.words.chosen(element), depth + 1, lines)
        elif act == SECTION:
            self.sections.append(element)
        elif act == GONE:
            self.words.gone(element)
        elif act in _LOOSE:
            self._loose(element, depth, lines)
        elif act in _WRAPS and len(element):
            self.read(element, depth + 1, lines)

    # --- paragraphs ---------------------------------------------------------------------------

    def _paragraph(self, paragraph: Element, depth: int, lines: Lines) -> None:
        first = paragraph[0] if len(paragraph) else None
        if first is not None and self._acts[first.tag] == OF_PARAGRAPH:
            look = self._look(first)
            if self.words.careful and goes_on(first):
                self._carried += self.words.read(paragraph, depth)
                if not self._carried:
                    self._settle(lines)
                return
        else:
            look = self._styles.look(None)
        text = self.words.read(paragraph, depth)
        if look.number.list_id is not None:
            text = self._labelled(text, look, lines)
        self._put(text, look, lines)
        if self.words.hanging:
            self._settle(lines)

    def _look(self, properties: Element) -> Look:
        """What the paragraph is, by its style and what it says itself."""
        name, number, outline = None, None, None
        for each in properties:
            act = self._acts[each.tag]
            if act == STYLE:
                name = value(each)
            elif act == NUMBER:
                number = each
            elif act == OUTLINE:
                outline = each
            elif act == SECTION:
                self.sections.append(each)
        if number is None:
            look = self._styles.look(name)
        else:
            look = self._styles.numbered(name, reference(number))
        return look if outline is None else look._replace(heading=heading_of(outline))

    def _labelled(self, text: str, look: Look, lines: Lines) -> str:
        """The text behind its number. Alone it counts in cells only: 序号."""
        label = self._numbering.label(look)
        if not label or (lines is None and not text.strip()):
            return text
        self.words.tally.added += n_visible(label)
        text = text.lstrip()
        clash = text[:1].isdecimal() and (label[-1].isdecimal() or label[-1] in ".．")
        return f"{label} {text}" if clash else label + text

    def _put(self, text: str, look: Look, lines: Lines) -> None:
        if self._carried:
            text, self._carried = self._carried + text, ""
        if lines is not None:
            lines.append(text.replace(BREAK, " ").strip())
            return
        if BREAK in text:
            text = text.replace(BREAK, "\n").strip("\n")
        if not text or text.isspace():
            return
        if look.contents:
            self.pieces.append(Piece(text, kind="furniture"))
        elif look.heading is not None:
            self.pieces.append(Piece(text, kind="heading", level=look.heading))
        else:
            self.pieces.append(Piece(text))

    def _loose(self, element: Element, depth: int, lines: Lines) -> None:
        """Words outside of any paragraph, which Word would not write."""
        self._put(self.words.read((element,), depth), Look(), lines)
        self._settle(lines)

    def _settle(self, lines: Lines) -> None:
        """Read what hung on the paragraph just read."""
        hanging, self.words.hanging = self.words.hanging, []
        for each in hanging:
            if lines is None:
                self._hang(each)
            elif each.act == BOX:
                self.read(each.element, each.depth + 1, lines)
            else:
                self._behind.append(each)

    def _hang(self, hanging: Hanging) -> None:
        if hanging.depth > MAX_DEPTH:
            raise DocumentError("refused", "depth")
        if hanging.act == TABLE:
            self._table(hanging.element, hanging.depth)
        elif hanging.act == BOX:
            self.read(hanging.element, hanging.depth + 1)
        elif hanging.act == PARAGRAPH:
            self._paragraph(hanging.element, hanging.depth + 1, None)
        else:
            self._annex(self, hanging)

    # --- tables -------------------------------------------------------------------------------

    def _table(self, table: Element, depth: int) -> None:
        rows = [row_of(each, self._acts) for each in self._all(table, ROW, depth)]
        rows = [row for row in rows if not self._is_gone(row)]
        number, merged = -1, set[int]()
        for index, row in enumerate(rows):
            cells = self._all(row.element, CELL, depth)
            if self._is_layout(row, cells, len(rows)):
                self.read(cells[0], depth + 1)
                continue
            if number < 0:
                number = self.new_table()
            text = self._row(row, cells, merged, depth)
            if text and not text.isspace():
                self.pieces.append(Piece(text, None, number, index))
            behind, self._behind = self._behind, []
            for hanging in behind:
                self._hang(hanging)

    def new_table(self) -> int:
        """The number of the next table."""
        self._n_tables += 1
        return self._n_tables - 1

    def _all(self, parent: Iterable[Element], wanted: int, depth: int) -> list[Element]:
        """Rows of a table, or cells of a row, through what only wraps them."""
        acts = self._acts
        found = []
        for each in parent:
            act = acts[each.tag]
            if act == wanted:
                found.append(each)
            elif act == INTO and len(each):
                if depth > MAX_DEPTH:
                    raise DocumentError("refused", "depth")
                found += self._all(each, wanted, depth + 1)
            elif act == GONE:
                self.words.gone(each)
            elif act == CHOICE:
                found += self._all(self.words.chosen(each), wanted, depth + 1)
        return found

    def _is_gone(self, row: Row) -> bool:
        if row.gone:
            self.words.gone(row.element)
        return row.gone

    def _is_layout(self, row: Row, cells: list[Element], n_rows: int) -> bool:
        """Tell whether a row is but a frame: one cell, alone in its table or with a table in it."""
        if len(cells) != 1 or row.before or row.after:
            return False
        return n_rows == 1 or any(self._acts[each.tag] == TABLE for each in cells[0])

    def _row(self, row: Row, cells: list[Element], merged: set[int], depth: int) -> str:
        texts = [""] * row.before
        for element in cells:
            simple = simple_text(element, self._acts)
            if simple is not None and not self._carried:
                merged.discard(len(texts))
                texts.append(simple)
                continue
            cell, column = cell_of(element, self._acts), len(texts)
            if (cell.down == "continue" and column in merged) or cell.aside == "continue":
                self.words.gone(element)
                texts.append("")
            else:
                lines: list[str] = []
                self.read(element, depth + 1, lines)
                texts.append(lines[0] if len(lines) == 1 else " ".join(filter(None, lines)))
            if cell.down:
                merged.add(column)
            else:
                merged.discard(column)
            if cell.span > 1:
                texts += [""] * min(cell.span - 1, MAX_COLUMNS - column - 1)
        texts += [""] * min(row.after, MAX_COLUMNS - len(texts))
        return "\t".join(texts)


_SILENT = frozenset({SKIP, OF_CELL})
# What is met between paragraphs without being one.
_LOOSE = frozenset({RUN, TEXT, MARK, SIGN, BRACKETS, SYMBOL, BOX, NOTE, CHART, DIAGRAM})
_WRAPS = frozenset({INTO, ROW, CELL})
