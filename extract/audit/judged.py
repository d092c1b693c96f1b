"""What codings say of a dataset (核查): precision, recall, agreement, gross errors.

Precision: of the filled cells, those whose value is what the reports say. Recall: of the cells
that the reports state, those that are filled and right; only of core columns, since the empty
cells of other columns are not in ``cells``. Gross: of the filled cells, those wrong by a factor
of ten or more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.audit.codings import Code, Coding, read_coding
from extract.audit.draw import Cell, Key, cells_of, records
from extract.audit.scores import Kappa, Share, cohen
from extract.compare.evidence import MENTIONS, table
from extract.compare.numbers import says, stated
from extract.errors import UsageError
from extract.rulebook import load as load_rules

if TYPE_CHECKING:
    from extract.agency.join import Stated

GROUPS = ("province", "year", "format", "doc_type")
RIGHT, WRONG, SPURIOUS, MISSED, EMPTY = "right", "wrong", "spurious", "missed", "empty"
_FILLED = (RIGHT, WRONG, SPURIOUS)
_STATED = (RIGHT, WRONG, MISSED)
_GROSS = 10.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell that was coded; ``truth`` and ``verdict`` are None where the coders differ."""

    cell: Cell
    codes: tuple[Code | None, ...]
    truth: Code | None
    verdict: str | None
    gross: bool
    verdicts: tuple[str, ...]  # of each coder's first code
    settled: Code | None  # what was adjudicated
    row: Mapping[str, Any] | None  # the mention that the value is taken from


@dataclass(frozen=True, slots=True)
class Scores:
    """The three shares of some cells."""

    cells: int
    precision: Share
    recall: Share
    gross: Share


@dataclass(frozen=True, slots=True)
class Audit:
    """All that codings tell; ``both`` counts the cells that all coders have coded.

    ``lost`` are cells of the sheets that the panel does not have, which count as empty ones.
    """

    judged: tuple[Judged, ...]
    drawn: int
    both: int
    agreement: Share
    stated: Kappa
    verdict: Kappa
    groups: tuple[tuple[str, str, Scores], ...]  # field, its value, scores; "" for all cells
    unread: tuple[str, ...]
    lost: tuple[Key, ...] = ()

    @property
    def unitless(self) -> int:
        """Wrong cells whose code has no unit, and would be right times a power of ten."""
        return sum(
            j.verdict == WRONG and j.truth is not None and _lacks_unit(j) for j in self.judged
        )

    @property
    def undecided(self) -> int:
        """Cells whose coders differ, and nobody has settled it."""
        return sum(j.truth is None for j in self.judged)


def audit(output: Path, sheets: Sequence[Path], adjudicated: Path | None = None) -> Audit:
    """Hold the codings of one or two coders against the dataset as it is now.

    ``adjudicated`` is the table of cells that an audit wrote, with its column ``adjudicated``
    filled in. Raises ``CorpusError`` or ``UsageError``.
    """
    rules = load_rules()
    if not 1 <= len(sheets) <= 2:
        raise UsageError("--read takes the sheets of one or two coders")
    codings = [read_coding(path, rules.figures) for path in sheets]
    settled = read_coding(adjudicated, rules.figures, "adjudicated") if adjudicated else None
    keys = list(dict.fromkeys(key for coding in codings for key in coding.cells))
    core = {i.short for i in rules.catalogue.values() if i.tier == "core"}
    cells = _cells(output, keys)
    rows = _mentions(output, cells.values())
    judged = tuple(
        _judged(cells[key], codings, settled.first.get(key) if settled else None, rows)
        for key in keys
        if any(key in coding.final for coding in codings)
    )
    double = [j for j in judged if None not in j.codes] if len(codings) > 1 else []
    agree = sum(j.codes[0].agrees(j.codes[1]) for j in double if j.codes[0] and j.codes[1])
    read = [*codings, settled] if settled else codings
    return Audit(
        judged,
        len(keys),
        len(double),
        Share(agree, len(double)),
        cohen(*(["yes" if v in _STATED else "no" for v in _of(double, i)] for i in (0, 1))),
        cohen(*(_of(double, i) for i in (0, 1))),
        tuple(_by_group([j for j in judged if j.verdict], core)),
        tuple(line for coding in read for line in coding.unread),
        tuple(key for key in keys if not cells[key].agency),
    )


def _of(double: Sequence[Judged], coder: int) -> list[str]:
    return [judged.verdicts[coder] for judged in double]


def _cells(output: Path, keys: Sequence[Key]) -> dict[Key, Cell]:
    """The cells as they are now; one that the panel does not have any more is empty."""
    found = {cell.key: cell for cell in records(cells_of(output, keys))}
    like = {(cell.agency_id, cell.year): cell.traits for cell in found.values()}
    for agency, year, column in keys:
        traits = {**like.get((agency, year), {}), "year": year}
        lost = Cell(agency, "", year, column, None, None, None, traits)
        found.setdefault((agency, year, column), lost)
    return found


def _mentions(output: Path, cells: Iterable[Cell]) -> dict[str, Mapping[str, Any]]:
    kept = [cell for cell in cells if cell.mention_id]
    wanted = {cell.mention_id for cell in kept}
    rows = table(output, "mentions", MENTIONS, {cell.agency_id for cell in kept})
    return {row["mention_id"]: row for row in rows if row["mention_id"] in wanted}


def _judged(
    cell: Cell,
    codings: Sequence[Coding],
    settled: Code | None,
    rows: Mapping[str, Mapping[str, Any]],
) -> Judged:
    row = rows.get(cell.mention_id or "")
    said = stated(row) if row is not None and cell.value is not None else None
    first = tuple(coding.first.get(cell.key) for coding in codings)
    final = [code for coding in codings if (code := coding.final.get(cell.key))]
    truth = settled or _truth(final)
    verdict = _verdict(said, cell, truth) if truth else None
    gross = verdict == WRONG and truth is not None and _is_gross(cell, truth)
    verdicts = tuple(_verdict(said, cell, code) if code else "" for code in first)
    return Judged(cell, first, truth, verdict, gross, verdicts, settled, row)


def _truth(final: Sequence[Code]) -> Code | None:
    """What all coders of a cell found; None where they differ."""
    one = final[0]
    return one if all(one.agrees(other) for other in final[1:]) else None


def _verdict(said: Stated | None, cell: Cell, truth: Code) -> str:
    if said is None:
        return EMPTY if truth.number is None else MISSED
    if truth.number is None:
        return SPURIOUS
    return RIGHT if says(said, truth.number, str(cell.traits.get("measure"))) else WRONG


def _is_gross(cell: Cell, truth: Code) -> bool:
    """Whether value and truth are a factor of ten or more apart; 0 is from anything else."""
    if cell.value is None or truth.number is None:
        return False
    one, other = abs(cell.value), abs(truth.number.value)
    if not one or not other:
        return one != other
    return abs(math.log10(one / other)) >= math.log10(_GROSS) - 1e-9


def _lacks_unit(one: Judged) -> bool:
    """Whether its true code is a bare number that misses the value by a power of ten."""
    number = one.truth.number if one.truth else None
    if number is None or one.row is None or not number.value or not one.cell.value:
        return False
    if not one.truth or not one.truth.said.strip("-+ ").replace(",", "").replace(".", "").isdigit():
        return False
    power = round(math.log10(abs(one.cell.value / number.value)))
    return power != 0 and says(
        stated(one.row), number.times(10.0**power), str(one.cell.traits.get("measure"))
    )


def scores(judged: Sequence[Judged], core: set[str]) -> Scores:
    """The shares of cells that have a verdict."""
    filled = [j for j in judged if j.verdict in _FILLED]
    there = [j for j in judged if j.verdict in _STATED and j.cell.column in core]
    return Scores(
        len(judged),
        Share(sum(j.verdict == RIGHT for j in filled), len(filled)),
        Share(sum(j.verdict == RIGHT for j in there), len(there)),
        Share(sum(j.gross for j in filled), len(filled)),
    )


def _by_group(judged: Sequence[Judged], core: set[str]) -> Iterator[tuple[str, str, Scores]]:
    yield "all", "", scores(judged, core)
    for name in GROUPS:
        found: dict[str, list[Judged]] = {}
        for one in judged:
            value = one.cell.traits.get(name)
            found.setdefault("unknown" if value is None else str(value), []).append(one)
        for value in sorted(found):
            yield name, value, scores(found[value], core)
