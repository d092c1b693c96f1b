"""The thresholds (门槛): ``patterns/gates.toml``, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from extract import catalogue
from extract.columns import TABLES
from extract.errors import RulebookError
from extract.schema import read_file

FILE = "gates.toml"
# What a gate can watch: the keys that it needs beside ``id``, ``what`` and ``table``.
_NEEDS = {
    "rows": {"keep"},
    "nulls": {"columns", "factor", "slack"},
    "words": {"column", "words", "factor", "slack"},
    "range": {"columns", "factor", "slack"},
}
_MAY = {"rows": {"most"}}
_ANY = {"id", "what", "table", "by", "common", "least", "spare"}


@dataclass(frozen=True, slots=True)
class Gate:
    """One rule: what it watches, in which groups, and how far they may move."""

    id: str
    what: str
    table: str
    columns: tuple[str, ...]
    by: tuple[str, ...]
    common: str | None  # only rows whose value here both datasets have
    words: frozenset[str]
    keep: float
    most: float  # times as many rows as before; 0: any number
    factor: float
    slack: float
    least: int  # rows of a group, in the last dataset
    spare: float  # share of groups that may fail

    def needed(self) -> list[str]:
        """The columns of the table that it reads."""
        common = [self.common] if self.common else []
        return list(dict.fromkeys((*self.by, *self.columns, *common)))


@cache
def load(folder: Path | None = None) -> tuple[Gate, ...]:
    """The gates of ``folder`` (default: the rules that come with the package)."""
    return compile_gates(read_file(folder or catalogue.patterns_folder(), FILE))


def compile_gates(data: Mapping[str, Any]) -> tuple[Gate, ...]:
    """The gates of a parsed file; raises ``RulebookError``, which names rule and key."""
    gates = tuple(map(_gate, data["gate"]))
    if len({gate.id for gate in gates}) < len(gates):
        raise RulebookError(f"{FILE}: two gates have one id; name one anew")
    return gates


def _gate(row: Mapping[str, Any]) -> Gate:
    where, what = f"{FILE}, {row['id']}", row["what"]
    if what not in _NEEDS:
        raise RulebookError(f"{where}: no gate watches '{what}'; there are {', '.join(_NEEDS)}")
    for key in sorted(_NEEDS[what] - row.keys()):
        raise RulebookError(f"{where}: the key '{key}' is missing; add it")
    for key in sorted(row.keys() - _NEEDS[what] - _MAY.get(what, set()) - _ANY):
        raise RulebookError(f"{where}: '{key}' says nothing to '{what}'; take it out")
    columns = [row["column"]] if "column" in row else row.get("columns", [])
    common = row.get("common")
    named = [*columns, *row.get("by", []), *([common] if common else [])]
    _known(where, row["table"], named)
    for key in ("keep", "slack", "spare"):
        if not 0 <= row.get(key, 0) <= 1:
            raise RulebookError(f"{where}, {key}: give a share from 0 to 1")
    for key in ("factor", "most"):
        if row.get(key, 2) <= 1:
            raise RulebookError(f"{where}, {key}: give a number above 1")
    return Gate(
        row["id"], what, row["table"], tuple(columns), tuple(row.get("by", ())), common,
        frozenset(row.get("words", ())), row.get("keep", 0.0), float(row.get("most", 0)),
        float(row.get("factor", 2)), row.get("slack", 0.0), row.get("least", 1),
        row.get("spare", 0.0),
    )  # fmt: skip


def _known(where: str, table: str, columns: Sequence[str]) -> None:
    if table not in TABLES:
        raise RulebookError(f"{where}: no table '{table}'; there are {', '.join(TABLES)}")
    names = {column.name for column in TABLES[table]}
    for name in columns:
        if name not in names:
            raise RulebookError(f"{where}: '{table}' has no column '{name}'; see zhengju columns")
