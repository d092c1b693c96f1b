"""The coded sheets, read back (回收编码): what each coder says of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extract.audit.draw import Key
from extract.compare.grid import read_grid
from extract.compare.numbers import Scale, Written, same, scale_of, written
from extract.compare.words import load as load_words
from extract.errors import UsageError

if TYPE_CHECKING:
    from extract.numbers.scan import FigureRules

_KEY = ("agency_id", "year", "column")


@dataclass(frozen=True, slots=True)
class Code:
    """What a coder found: a number, or (None) that no report states one; ``said`` as written."""

    number: Written | None
    said: str

    def agrees(self, other: Code) -> bool:
        """Whether both found the same, as either is rounded."""
        if self.number is None or other.number is None:
            return self.number is other.number
        return same(self.number, other.number)


@dataclass(frozen=True, slots=True)
class Coding:
    """One sheet: first and final codes by cell, all its cells, and the lines that say nothing."""

    name: str
    cells: tuple[Key, ...]
    first: dict[Key, Code]
    final: dict[Key, Code]
    unread: tuple[str, ...]


def read_coding(path: Path, rules: FigureRules, value: str = "value") -> Coding:
    """A coder's sheet, or the column ``value`` of one with what was settled afterwards.

    Raises ``CorpusError`` or ``UsageError``, which name the file and what to do.
    """
    rows = read_grid(path)
    header = rows[0] if rows else []
    needed = (*_KEY, value)
    at = {name: header.index(name) for name in (*needed, "after", "unit") if name in header}
    lost = [name for name in needed if name not in at]
    if lost:
        raise UsageError(f"{path}: column {lost[0]!r} is missing; give a sheet of zhengju audit")
    keys: list[Key] = []
    first: dict[Key, Code] = {}
    final: dict[Key, Code] = {}
    unread: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        key = _key(path, number, [row[at[name]] for name in _KEY])
        if key in keys:
            raise UsageError(f"{path}, line {number}: the cell stands twice; keep one line")
        keys.append(key)
        scale = scale_of(row[at["unit"]], rules.units) if "unit" in at else None
        for name, codes in ((value, first), ("after", final)):
            said = row[at[name]] if name in at else ""
            try:
                code = _code(said, scale or Scale(), rules)
            except ValueError as error:
                unread.append(f"{path.name}, line {number}: {error}")
                continue
            if code is not None:
                codes[key] = code
    return Coding(path.stem, tuple(keys), first, first | final, tuple(unread))


def _key(path: Path, line: int, said: Sequence[str]) -> Key:
    agency, year, column = (cell.removeprefix("'") for cell in said)
    try:
        return agency, int(float(year)), column
    except ValueError as error:
        raise UsageError(f"{path}, line {line}: {year!r} is no year; restore it") from error


def _code(said: str, scale: Scale, rules: FigureRules) -> Code | None:
    if not said:
        return None
    return Code(written(said, scale, rules, load_words()), said)
