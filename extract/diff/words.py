"""A comparison as a table to read, and as JSON (对比结果)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.arrow import batches
from extract.diff.changes import CAUSES, KINDS, Change, shown
from extract.diff.summary import TABLES, Summary

_HASH = 12  # digits of a hash that are shown


def as_text(summary: Summary, limit: int) -> str:
    """The counts, and the largest changes of a value; at most ``limit`` lines of a kind."""
    told = summary.told()
    parts = [_sides(told), _rows(told)]
    parts.append(_causes(told) if told["causes"] else "" if summary.rows else "no differences")
    parts += [
        "files\n" + _table(summary.files, right=()) if summary.files else "",
        _kinds("facts by indicator", told["indicators"], limit),
        _kinds("cells by panel column", told["panel_columns"], limit),
        _fields(told["fields"]),
        _rules(told["rules"], limit),
        _largest(summary.ranked()[:limit]),
        _schema("new", told["columns_added"]),
        _schema("lost", told["columns_removed"]),
    ]
    return "\n\n".join(part for part in parts if part)


def as_json(summary: Summary, changes: Path) -> Iterator[str]:
    """The counts and all changes as pieces of one JSON object."""
    told = json.dumps(summary.told(), ensure_ascii=False, indent=2)
    yield told.removesuffix("\n}") + ',\n  "changes": ['
    comma = ""
    for piece in batches(changes):
        for row in piece.to_pylist():
            known = {name: value for name, value in row.items() if value is not None}
            yield f"{comma}\n    {json.dumps(known, ensure_ascii=False)}"
            comma = ","
    yield "\n  ]\n}\n"


def _sides(told: Mapping[str, Any]) -> str:
    lines = []
    for side in ("old", "new"):
        one = told[side]
        rules = (one["rules"] or "unknown")[:_HASH]
        words = [one["version"] or "unknown", f"rules {rules}", one["started"] or ""]
        lines.append([side.upper(), one["folder"], *words])
    lines[1][3] += " (the same)" if told["new"]["rules"] and not told["rules_differ"] else ""
    return _table(lines, right=())


def _rows(told: Mapping[str, Any]) -> str:
    lines = [["rows", "before", "now", *KINDS]]
    for table in TABLES:
        counts = told["rows"][table]
        numbers = [counts["before"], counts["now"], *(counts.get(kind, 0) for kind in KINDS)]
        lines.append([table, *map(_count, numbers)])
    return _table(lines)


def _causes(told: Mapping[str, Any]) -> str:
    lines = [["by cause", *TABLES, ""]]
    for cause, meaning in CAUSES.items():
        if cause in told["causes"]:
            counts = told["causes"][cause]
            lines.append([cause, *(_count(counts.get(t, 0)) for t in TABLES), meaning])
    return _table(lines, right=range(1, len(TABLES) + 1))


def _kinds(title: str, counts: Mapping[str, Mapping[str, int]], limit: int) -> str:
    """Groups with what happened to them and why, the most changed first."""
    if not counts:
        return ""
    lines = [[title, *KINDS[:3], "causes"]]
    ranked = sorted(counts.items(), key=lambda i: (-sum(i[1].get(k, 0) for k in KINDS), i[0]))
    for name, of in ranked[:limit]:
        why = ", ".join(f"{cause} {of[cause]}" for cause in CAUSES if cause in of)
        lines.append([name, *(_count(of.get(kind, 0)) for kind in KINDS[:3]), why])
    return _table(lines, right=(1, 2, 3)) + _more(len(ranked) - limit)


def _fields(fields: Mapping[str, Mapping[str, int]]) -> str:
    lines = []
    for table in TABLES:
        if table in fields:
            ranked = sorted(fields[table].items(), key=lambda i: (-i[1], i[0]))
            lines.append([table, ", ".join(f"{name} {n}" for name, n in ranked)])
    return "columns that changed\n" + _table(lines, right=()) if lines else ""


def _rules(rules: Sequence[Mapping[str, Any]], limit: int) -> str:
    """Which rule decided before, and which one now, of the same bytes."""
    if not rules:
        return ""
    lines = [["same bytes, other reading", "mentions"]]
    for one in rules[:limit]:
        before, now = one["old"] or "(no figure)", one["new"] or "(no figure)"
        lines.append([before if before == now else f"{before} → {now}", _count(one["mentions"])])
    return _table(lines) + _more(len(rules) - limit)


def _largest(changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    lines = [
        [
            shown(c.old) or "", "→", shown(c.new) or "", str(c.year), c.indicator or "",
            c.measure or "", c.cause.cause, " ".join(filter(None, (c.dims, c.agency))),
        ]
        for c in changes
    ]  # fmt: skip
    return "values of facts that changed, by the largest factor\n" + _table(lines, right=(0, 2))


def _schema(word: str, columns: Mapping[str, Sequence[str]]) -> str:
    lines = [[table, ", ".join(names)] for table, names in columns.items()]
    return f"{word} columns, which were not compared\n" + _table(lines, right=()) if lines else ""


def _count(number: int) -> str:
    return f"{number:,}" if number else "-"


def _more(count: int) -> str:
    return f"\nand {count} more: all with --limit, or in the file of -o" if count > 0 else ""


def _table(lines: Sequence[Sequence[str]], right: Sequence[int] | range | None = None) -> str:
    """Lines in columns; those of ``right`` (default: all but the first) stand to the right."""
    ends = range(1, max(map(len, lines))) if right is None else right
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at in ends else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
