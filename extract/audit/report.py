"""An audit in words and in tables (核查报告)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.audit.judged import Audit
from extract.audit.scores import Share
from extract.compare.grid import read_grid
from extract.errors import UsageError
from extract.explain.terminal import table as aligned
from extract.inputs.corpus import printable
from extract.inputs.usersheets import write_csv

_KEY = ("agency_id", "year", "column")
_SHOWN = 5  # lines of a kind
_OF_MENTION = ("unit", "source", "page", "start", "end", "quote", "sentence")
SHARE_COLUMNS = ("group", "of", "figure", "k", "n", "share", "low", "high")
CELL_COLUMNS = (
    "agency", "agency_id", "year", "column", "unit", "value", "verdict", "gross", "codes",
    "agreed", "adjudicated", "province", "format", "doc_type", "source", "page", "start", "end",
    "quote", "sentence",
)  # fmt: skip


def summary(result: Audit) -> str:
    """The audit in words."""
    lines = [
        f"cells        {result.drawn} drawn, {len(result.judged)} coded, {result.both} by both"
    ]
    if result.both:
        lines += [
            f"agreement    {result.agreement} on the same code",
            f"kappa        {result.stated} stated or not",
            f"kappa        {result.verdict} right, wrong, spurious, missed or empty",
        ]
    if result.undecided:
        lines.append(
            f"undecided    {result.undecided}, where the coders differ: fill in `adjudicated` of "
            "cells.csv (-o), and read it with --adjudicated"
        )
    lines += [f"not read     {line}" for line in result.unread[:_SHOWN]]
    if len(result.unread) > _SHOWN:
        lines.append(f"not read     and {len(result.unread) - _SHOWN} more lines")
    if result.lost:
        named = " ".join(map(str, result.lost[0]))
        lines.append(
            f"not there    {len(result.lost)} cells that the dataset does not have, such as "
            f"{named}; they count as empty"
        )
    if result.unitless:
        lines.append(
            f"no unit      {result.unitless} codes are numbers without a unit, and a power of ten "
            "off: if the head of a table says 万元, so should the code"
        )
    rows = [("", "cells", "precision", "recall", "wrong ≥ 10 times")]
    rows += [
        (f"{name} {value}".strip(), str(s.cells), str(s.precision), str(s.recall), str(s.gross))
        for name, value, s in result.groups
    ]
    ends = "in brackets: 95 % Wilson intervals (of kappa: large-sample); recall of core columns"
    return "\n".join([*map(printable, lines), "", *aligned(rows), "", ends])


def share_rows(result: Audit) -> Iterator[dict[str, Any]]:
    """The figures of an audit as rows with ``SHARE_COLUMNS``."""
    for name, value, found in result.groups:
        figures = {"precision": found.precision, "recall": found.recall, "gross": found.gross}
        for figure, share in figures.items():
            yield _share_row(name, value, figure, share)
    if result.both:
        yield _share_row("all", "", "agreement", result.agreement)
    for figure, kappa in (("kappa_stated", result.stated), ("kappa_verdict", result.verdict)):
        low, high = kappa.interval() or (None, None)
        yield {
            "group": "all", "of": "", "figure": figure, "n": kappa.n, "share": kappa.value,
            "low": low, "high": high,
        }  # fmt: skip


def _share_row(name: str, value: str, figure: str, share: Share) -> dict[str, Any]:
    low, high = share.interval() or (None, None)
    return {
        "group": name, "of": value, "figure": figure, "k": share.k, "n": share.n,
        "share": share.value, "low": low, "high": high,
    }  # fmt: skip


def cell_rows(result: Audit) -> Iterator[dict[str, Any]]:
    """Each coded cell with its codes, its value and its sentence; ``CELL_COLUMNS``."""
    for j in result.judged:
        said = j.row or {}
        yield {
            "agency": j.cell.agency,
            "agency_id": j.cell.agency_id,
            "year": j.cell.year,
            "column": j.cell.column,
            "value": j.cell.value,
            "verdict": j.verdict or "undecided",
            "gross": j.gross if j.verdict else None,
            "codes": " | ".join(code.said if code else "" for code in j.codes),
            "agreed": j.truth is not None,
            "adjudicated": j.settled.said if j.settled else None,
            **{name: j.cell.traits.get(name) for name in ("province", "format", "doc_type")},
            **{name: said.get(name) for name in _OF_MENTION},
        }


def save(result: Audit, folder: Path) -> list[Path]:
    """Write ``shares.csv`` and ``cells.csv``.

    Raises ``UsageError`` where a ``cells.csv`` is there with adjudications that ``result`` has not.
    """
    shares, cells = folder / "shares.csv", folder / "cells.csv"
    rows = list(cell_rows(result))
    known = {tuple(str(r[name]) for name in _KEY): r["adjudicated"] for r in rows}
    if any(known.get(key) != said for key, said in _adjudicated(cells).items()):
        raise UsageError(
            f"{cells} holds adjudications that would be lost: read it with --adjudicated, or name "
            "another folder with -o"
        )
    write_csv(shares, SHARE_COLUMNS, share_rows(result))
    write_csv(cells, CELL_COLUMNS, rows)
    return [shares, cells]


def _adjudicated(path: Path) -> dict[tuple[str, ...], str]:
    """What somebody has filled in, by cell."""
    if not path.exists():
        return {}
    header, *rows = read_grid(path) or [[]]
    if not {*_KEY, "adjudicated"} <= set(header):
        return {}
    *key, said = (header.index(name) for name in (*_KEY, "adjudicated"))
    return {tuple(row[at] for at in key): row[said] for row in rows if row[said]}
