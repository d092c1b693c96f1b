"""What a comparison comes to (对比汇总): counts by table, cause, indicator, column and rule."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from extract.diff.changes import Change
from extract.diff.sides import Side

_FILES = {"doc_id": "edited", "source": "renamed", "status": "status"}  # by changed column
TABLES = ("documents", "mentions", "checks", "facts", "cells", "panel")


@dataclass
class Summary:
    """Counts of rows, each once however many of its columns changed; fields count each of them."""

    old: Side
    new: Side
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)  # table, change
    causes: Counter[tuple[str, str]] = field(default_factory=Counter)  # cause, table; not moved
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)  # table, field
    indicators: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    columns: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)  # old, new
    largest: list[tuple[float, str, int, Change]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)  # what became of it, path
    keep: int = 20  # of the largest changes of a value, and of the files
    _last: tuple[str, str] = ("", "")

    def see(self, changes: Iterable[Change]) -> None:
        """Count changes; those of one row must follow each other."""
        for one in changes:
            if one.field is not None and one.change == "changed":
                self.fields[one.table, one.field] += 1
            if one.table == "documents":
                self._file(one)
            if one.table == "facts" and one.field == "value":
                self._rank(one)
            if (one.table, one.row) == self._last and one.change == "changed":
                continue
            self._last = one.table, one.row
            self._row(one)

    def _file(self, one: Change) -> None:
        """Keep the first files that came, went, changed, moved or ended otherwise."""
        word = one.change if one.field is None else _FILES.get(one.field)
        if word is not None and len(self.files) < self.keep:
            was = "" if one.field in (None, "doc_id") else f" (was {one.old})"
            self.files.append((word, one.row + was))

    def _row(self, one: Change) -> None:
        self.rows[one.table, one.change] += 1
        if one.change == "moved":
            return
        cause = one.cause.cause
        self.causes[cause, one.table] += 1
        if one.table == "facts":
            self.indicators[one.indicator or ""].update((one.change, cause))
        if one.table == "cells":
            self.columns[one.panel_column or ""].update((one.change, cause))
        if one.table == "mentions" and cause == "rule_changed":
            self.rules[one.cause.old_rule or "", one.cause.new_rule or ""] += 1

    def _rank(self, one: Change) -> None:
        """Keep the changes of a value by the largest factor."""
        if isinstance(one.old, float) and isinstance(one.new, float):
            entry = _factor(one.old, one.new), one.row, len(self.largest), one
            push = heapq.heappush if len(self.largest) < self.keep else heapq.heappushpop
            push(self.largest, entry)

    def told(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "old": self.old.told(),
            "new": self.new.told(),
            "rules_differ": self.old.report.get("rules") != self.new.report.get("rules"),
            "rows": {
                table: {
                    "before": self.old.rows(table), "now": self.new.rows(table),
                    **{kind: n for (name, kind), n in self._of(self.rows) if name == table},
                }
                for table in TABLES
            },
            "causes": _nested(self._of(self.causes)),
            "fields": _nested(self._of(self.fields)),
            "indicators": _sorted(self.indicators),
            "panel_columns": _sorted(self.columns),
            "rules": [
                {"old": old or None, "new": new or None, "mentions": n}
                for (old, new), n in sorted(self.rules.items(), key=lambda i: (-i[1], i[0]))
            ],
            "columns_added": self._schema(self.old, self.new),
            "columns_removed": self._schema(self.new, self.old),
        }  # fmt: skip

    def ranked(self) -> list[Change]:
        """The largest changes of a value, the largest first."""
        return [one for *_, one in sorted(self.largest, key=lambda e: (-e[0], e[1]))]

    @staticmethod
    def _of(counts: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
        return sorted(counts.items())

    @staticmethod
    def _schema(one: Side, other: Side) -> dict[str, list[str]]:
        """Columns that only ``other`` has, by table."""
        found = {}
        for table in TABLES:
            known = set(one.schema(table).names) if one.has(table) else set()
            more = (
                [n for n in other.schema(table).names if n not in known] if other.has(table) else []
            )
            if more:
                found[table] = more
        return found


def _factor(old: float, new: float) -> float:
    """How many powers of ten lie between; a change of sign, or from nothing, is the largest."""
    if old * new <= 0:
        return math.inf
    return abs(math.log10(new / old))


def _sorted(counts: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(sorted(of.items())) for name, of in sorted(counts.items())}


def _nested(counts: list[tuple[tuple[str, str], int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (outer, inner), n in counts:
        found.setdefault(outer, {})[inner] = n
    return found
