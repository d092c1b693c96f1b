"""What gates count in a written table (度量), one row group at a time.

A measure never holds more than a few numbers for each group of rows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extract.arrow import batches
from extract.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from extract.gates.rules import Gate

Group = tuple[str, ...]  # a value of each column of ``by``; of ``nulls`` the column as well
BINS = 10  # of a power of ten: how finely values are counted


@dataclass(slots=True)
class Measure:
    """By group: rows, those of them that a gate counts, and its values by order of magnitude."""

    rows: Counter[Group] = field(default_factory=Counter)
    hits: Counter[Group] = field(default_factory=Counter)
    sizes: dict[Group, Counter[int]] = field(default_factory=dict)

    def share(self, group: Group) -> float:
        """Which share of its rows the gate counts."""
        return self.hits[group] / self.rows[group] if self.rows[group] else 0.0


def measure(folder: Path, gate: Gate, within: Collection[str] | None = None) -> Measure:
    """What ``gate`` counts in the dataset of ``folder``.

    With ``within`` only rows whose ``gate.common`` is in it.
    """
    found = Measure()
    count = _COUNTS[gate.what]
    for columns in _pieces(folder, gate.table, gate.needed() or [TABLES[gate.table][0].name]):
        kept = columns
        if gate.common and within is not None:
            inside = [value in within for value in columns[gate.common]]
            kept = {name: list(compress(values, inside)) for name, values in columns.items()}
        count(found, gate, kept, _groups(gate, kept))
    return found


def values_of(folder: Path, table: str, column: str) -> set[str]:
    """The different values of a column, null left out."""
    found: set[str] = set()
    for columns in _pieces(folder, table, [column]):
        found.update(v for v in columns[column] if v is not None)
    return found


def names_of(folder: Path) -> dict[str, str]:
    """The agencies of a dataset by id, as their documents write them."""
    found: dict[str, str] = {}
    with suppress(OSError, KeyError, pa.ArrowException):
        for columns in _pieces(folder, "documents", ["agency_id", "agency"]):
            found.update(zip(columns["agency_id"], columns["agency"], strict=True))
    return {id_: name for id_, name in found.items() if id_ and name}


def _pieces(folder: Path, table: str, names: list[str]) -> Iterator[dict[str, list[Any]]]:
    """Column lists of one row group after the other."""
    for piece in batches(folder / f"{table}.parquet", names):
        yield {name: piece.column(name).to_pylist() for name in piece.column_names}


def _groups(gate: Gate, columns: dict[str, list[Any]]) -> list[Group]:
    """The group of each row."""
    if not gate.by:
        return [()] * len(next(iter(columns.values())))
    return [tuple(map(str, key)) for key in zip(*(columns[n] for n in gate.by), strict=True)]


def _rows(found: Measure, _gate: Gate, _columns: dict[str, list[Any]], groups: list[Group]) -> None:
    found.rows.update(groups)


def _nulls(found: Measure, gate: Gate, columns: dict[str, list[Any]], groups: list[Group]) -> None:
    for name in gate.columns:
        keys = [(name, *group) for group in groups]
        found.rows.update(keys)
        found.hits.update(compress(keys, (value is None for value in columns[name])))


def _words(found: Measure, gate: Gate, columns: dict[str, list[Any]], groups: list[Group]) -> None:
    (name,) = gate.columns
    keys = [(name, *group) for group in groups]
    found.rows.update(keys)
    found.hits.update(compress(keys, (value in gate.words for value in columns[name])))


def _range(found: Measure, gate: Gate, columns: dict[str, list[Any]], groups: list[Group]) -> None:
    for name in gate.columns:
        for group, value in zip(groups, columns[name], strict=True):
            if value:
                key = (name, *group)
                found.rows[key] += 1
                size = math.floor(BINS * math.log10(abs(value)))
                found.sizes.setdefault(key, Counter())[size] += 1


_Count = Callable[["Measure", "Gate", dict[str, list[Any]], list[Group]], None]
_COUNTS: dict[str, _Count] = {"rows": _rows, "nulls": _nulls, "words": _words, "range": _range}
