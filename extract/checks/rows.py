"""Checks as rows of the table ``checks`` (核对表)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from extract.columns import CHECKS
from extract.ids import short_id
from extract.model import Mention

from .check import Check

Rows = dict[str, list[Any]]


def rows_of(
    checks: Iterable[Check],
    figures: Mapping[int, Mention],
    ids: Mapping[int, str],
    docs: Mapping[int, tuple[str, str]],
    agencies: Mapping[int, str | None],
    *,
    across: bool = False,
) -> Rows:
    """The columns of ``checks``.

    ``figures``, their ``ids``, ``(doc_id, source)`` and agencies go by what checks name figures by:
    the start of a mention in a document, its row in the agency stage.
    """
    rows: Rows = {column.name: [] for column in CHECKS}
    for check in checks:
        tested = figures[check.tested]
        doc_id, source = docs[check.tested]
        operands = [ids[at] for at in check.operands]
        row: dict[str, Any] = {
            "check_id": short_id(ids[check.tested], check.kind, across, *operands),
            "doc_id": doc_id,
            "source": source,
            "agency_id": agencies[check.tested],
            "year": tested.year,
            "kind": check.kind,
            "across": across,
            "indicator": tested.indicator,
            "measure": tested.measure,
            "mention_id": ids[check.tested],
            "operands": operands,
            "reported": _amount(check.reported, tested),
            "computed": _amount(check.computed, tested),
            "tolerance": _amount(check.tolerance, tested),
            "gap": _gap(check, tested),
            "verdict": check.verdict,
            "formula": check.formula or None,
            "suspects": [ids[at] for at, _ in check.suspects],
            "slips": [slip for _, slip in check.suspects],
        }
        for name, values in rows.items():
            values.append(row[name])
    return rows


def _gap(check: Check, tested: Mention) -> float | None:
    if check.computed is None:
        return None
    return _amount(check.computed - check.reported, tested)


def _amount(value: float | None, tested: Mention) -> float | None:
    """Money to the fen, all else to six decimals: no binary dust."""
    if value is None:
        return None
    return round(value, 2 if tested.unit == "元" else 6) + 0.0


def tells(kind: str, verdict: str) -> bool:
    """Whether a check says something of its figures."""
    return verdict == "off" or (verdict == "holds" and kind != "bound")


def verdicts(rows: Mapping[str, Sequence[Any]]) -> dict[str, set[str]]:
    """The verdicts of all checks in which a mention takes part.

    Neither ``not_testable``, nor bounds that hold: they say little of a figure.
    """
    found: dict[str, set[str]] = {}
    names = ("mention_id", "operands", "kind", "verdict")
    for tested, operands, kind, verdict in zip(*(rows[name] for name in names), strict=True):
        if tells(kind, verdict):
            for mention in (tested, *operands):
                found.setdefault(mention, set()).add(verdict)
    return found
