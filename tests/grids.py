"""Made-up tables with their answers (``tests/tables/*.txt``), each written once, in all layouts.

A file is an excerpt as in ``tests/answers/``: lines with TABs are rows of cells, as loaders give
them (of merged cells the first holds the text, the covered ones are empty). Two things are
shorter here: a bare number of an indicator in 元 is in the unit that ``#unit=`` names, one of a
rate in %, one of marks in 分; and ``?`` for an indicator takes any, or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from extract import rulebook
from extract.model import Document, Mention, Source
from extract.reader import read_document
from tests.score.answers import Answer, Labelled, excerpt
from tests.score.pairs import pairs_of

FOLDER = Path(__file__).parent / "tables"
_FACTOR = {"元": 1, "万元": 10_000}
_MARK = re.compile(r"\[\[(.*?)\]\]")
_BARE = re.compile(r"[≥≤<>=]?-?[0-9][0-9,.]*")
_UNITS = {"gro": "%", "shr": "%", "cmp": "%"}

Row = list[str]
Layout = Callable[[Sequence[Row]], list[str]]


def _cells(rows: Sequence[Row]) -> list[str]:
    return ["\t".join(row) for row in rows]


def _lines(rows: Sequence[Row]) -> list[str]:
    return [cell for row in rows for cell in row if cell]


def _blanks(rows: Sequence[Row]) -> list[str]:
    return [" ".join(cell for cell in row if cell) for row in rows]


def _pipes(rows: Sequence[Row]) -> list[str]:
    return [" | ".join(row) + " |" for row in rows]


LAYOUTS: dict[str, Layout] = {
    "cells": _cells,
    "pipes": _pipes,
    "lines": _lines,
    "blanks": _blanks,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read of a table: answers, mentions, and how many of both are right in all."""

    name: str
    layout: str
    wanted: int
    found: int
    right: int
    misses: tuple[tuple[Answer | None, Mention | None], ...]

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of figures that are right in all."""
        return 2 * self.right / (self.wanted + self.found) if self.wanted + self.found else 1.0


def names(folder: Path = FOLDER) -> list[str]:
    """The names of all tables."""
    return sorted(path.stem for path in folder.glob("*.txt"))


def labelled(name: str, layout: str, folder: Path = FOLDER) -> tuple[Labelled, frozenset[int]]:
    """A table in a layout with its answers, and the numbers of those with any indicator."""
    source = (folder / f"{name}.txt").read_text("utf-8")
    unit = re.search(r"^#unit=(.*)\n", source, re.MULTILINE)
    factor = _FACTOR[unit[1]] if unit else 1
    source = source.replace(unit.group(), "") if unit else source
    source = _MARK.sub(lambda m: f"[[{_expanded(m[1], factor)}]]", source)
    body = "\n".join(_laid_out(source.split("\n"), LAYOUTS[layout]))
    marks = [m[1].split("|") for m in _MARK.finditer(body)]
    free = frozenset(n for n, parts in enumerate(marks) if parts[1] == "?")
    return excerpt(f"{name}.txt", body.replace("|?|", "|-|")), free


def _expanded(label: str, factor: int) -> str:
    quote, name, code, dims, year = (*(parts := label.split("|")), *[""] * (5 - len(parts)))
    if not _BARE.fullmatch(quote) or "_u=" in dims:
        return f"{quote}|{name}|{code}|{dims}|{year}"
    indicator = rulebook.load().catalogue.get(name)
    unit = _UNITS.get(code) or (indicator.unit if indicator else "")
    number = Decimal(re.sub("[^0-9.-]", "", quote)) * (factor if unit == "元" else 1)
    extra = ";".join(filter(None, (dims, f"_v={number:f}", f"_u={unit}")))
    return f"{quote}|{name}|{code}|{extra}|{year}"


def _laid_out(lines: Iterable[str], layout: Layout) -> Iterable[str]:
    rows: list[Row] = []
    for line in lines:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        yield from layout(rows)
        rows = []
        yield line
    yield from layout(rows)


def outcome(name: str, layout: str, folder: Path = FOLDER) -> Outcome:
    """The table in that layout, read and compared."""
    table, free = labelled(name, layout, folder)
    document = Document(table.text, "txt")
    mentions = read_document(Source("", "", 0), document, rulebook.load()).mentions
    right, misses = 0, []
    for pair in pairs_of(table.answers, mentions):
        answer = None if pair.answer is None else table.answers[pair.answer]
        mention = None if pair.mention is None else mentions[pair.mention]
        if (
            answer
            and mention
            and pair.level == 4
            and (pair.answer in free or _same(answer, mention))
        ):
            right += 1
        else:
            misses.append((answer, mention))
    return Outcome(name, layout, len(table.answers), len(mentions), right, tuple(misses))


def _same(answer: Answer, mention: Mention) -> bool:
    """Also none where there is none, and the whole path of a function."""
    alike = answer.dims.get("function") == mention.dims.get("function")
    return answer.indicator == mention.indicator and alike
