"""One sheet of an XLSX file, read as a stream: a sheet may hold a million cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from extract.errors import DocumentError
from extract.loaders.sheets.numbers import Format, shown
from extract.loaders.sheets.sheet import Sheet

if TYPE_CHECKING:
    from extract.loaders.sheets.sheet import Range

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_MERGED = 20_000
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_GENERAL = Format()
_TRUTH = {"1": "TRUE", "0": "FALSE"}


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets of a workbook share."""

    strings: tuple[str, ...]
    formats: tuple[Format, ...]
    from_1904: bool = False


def read_sheet(name: str, data: bytes, book: Book) -> Sheet:
    """The cells of a sheet.

    Raises:
        DocumentError: ``corrupt(xml)``, ``refused(doctype)``.
    """
    reader = _Reader(Sheet(name), book)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.open
    parser.EndElementHandler = reader.close
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DocumentError("corrupt", "xml") from error
    return reader.sheet


def _refuse(*_: object) -> None:
    raise DocumentError("refused", "doctype")


@dataclass(slots=True)
class _Reader:
    """The handlers of expat, and what they have gathered."""

    sheet: Sheet
    book: Book
    row: int = -1
    column: int = -1
    hidden_row: bool = False
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    kind: str = "n"
    style: str = ""
    words: list[str] = field(default_factory=list)
    gathers: bool = False
    has_formula: bool = False
    in_reading: bool = False

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition(":")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self.gathers = not self.in_reading
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self.in_reading = True
        elif name == "mergeCell" and len(self.sheet.merged) < _MAX_MERGED:
            if area := _range(attributes.get("ref", "")):
                self.sheet.merged.append(area)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(self.hidden_columns) < 100:
                self.hidden_columns.append((int(first) - 1, int(last) - 1))

    def close(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self.gathers = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self.in_reading = False

    def text(self, words: str) -> None:
        """Words between two tags."""
        if self.gathers:
            self.words.append(words)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) - 1 if number.isdecimal() and len(number) < 8 else self.row + 1
        self.column = -1
        self.hidden_row = attributes.get("hidden") in ("1", "true")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        if place:
            self.column, self.row = _column(place[1]), int(place[2]) - 1
        else:
            self.column += 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.words.clear()
        self.has_formula = False

    def _end_cell(self) -> None:
        value = "".join(self.words)
        self.words.clear()
        if not value.strip():
            self.sheet.uncached = self.sheet.uncached or (self.has_formula and self.kind != "str")
            return
        if self.hidden_row or any(a <= self.column <= b for a, b in self.hidden_columns):
            self.sheet.hidden = True
            return
        if not 0 <= self.row < _LAST_ROW or self.column >= _LAST_COLUMN:
            self.sheet.limited = True
            return
        self.sheet.put(self.row, self.column, self._decoded(value))

    def _decoded(self, value: str) -> str:
        if self.kind == "s":
            number = int(value) if value.strip().isdecimal() and len(value) < 10 else -1
            return self.book.strings[number] if 0 <= number < len(self.book.strings) else ""
        if self.kind == "b":
            return _TRUTH.get(value.strip(), value)
        if self.kind in ("str", "inlineStr", "e", "d"):
            return unescaped(value)
        style = int(self.style) if self.style.isdecimal() and len(self.style) < 8 else 0
        formats = self.book.formats
        known = formats[style] if style < len(formats) else _GENERAL
        return shown(value.strip(), known, from_1904=self.book.from_1904)


def unescaped(text: str) -> str:
    """The text with the characters that XML cannot hold, which stand as ``_x000D_``."""
    return _ESCAPED.sub(_escaped, text) if "_x" in text else text


def _escaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)


def _column(letters: str) -> int:
    """Number of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _range(ref: str) -> Range | None:
    first, _, last = ref.partition(":")
    a, b = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
    if a is None or b is None:
        return None
    return int(a[2]) - 1, _column(a[1]), int(b[2]) - 1, _column(b[1])
