"""What a release has that the one before had not (本版变化), in counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.export.source import Source
from extract.export.vital import Vital

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """Counts of what was added, removed and changed between two datasets."""

    rows: dict[str, tuple[int, int]]  # by table: before and now
    files: tuple[int, int, int]  # added, removed, changed
    cells: tuple[int, int, int]
    columns: tuple[list[str], list[str]]  # of the panel: added, removed
    versions: dict[str, tuple[str, str]] = field(default_factory=dict)  # those that differ


def news(old: Source, new: Source, before: Vital, now: Vital) -> News:
    """Compare two datasets by file and by cell of the panel."""
    names = list(dict.fromkeys([*now.rows, *before.rows]))
    versions = {
        "zhengju": (before.code, now.code), "schema": (before.schema, now.schema),
        "rules": (before.rules[:8], now.rules[:8]), "corpus": (before.corpus[:8], now.corpus[:8]),
    }  # fmt: skip
    panels = [set(s.schema("panel").names) if "panel" in s.tables else set() for s in (old, new)]
    return News(
        rows={name: (before.rows.get(name, 0), now.rows.get(name, 0)) for name in names},
        files=_changes(_pairs(old, "documents"), _pairs(new, "documents")),
        cells=_changes(_pairs(old, "cells"), _pairs(new, "cells")),
        columns=(sorted(panels[1] - panels[0]), sorted(panels[0] - panels[1])),
        versions={name: pair for name, pair in versions.items() if pair[0] != pair[1]},
    )


_KEYS = {
    "documents": (("source",), "doc_id"),
    "cells": (("agency_id", "year", "column"), "value"),
}


def _pairs(source: Source, table: str) -> dict[Key, object]:
    """What stands under each key; cells without a value do not count."""
    keys, value = _KEYS[table]
    if table not in source.tables:
        return {}
    return {
        tuple(str(row[key]) for key in keys): row[value]
        for piece in source.pieces(table, [*keys, value])
        for row in piece.to_pylist()
        if row[value] is not None
    }


def _changes(old: dict[Key, object], new: dict[Key, object]) -> tuple[int, int, int]:
    changed = sum(old[key] != value for key, value in new.items() if key in old)
    return len(new.keys() - old.keys()), len(old.keys() - new.keys()), changed
