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
    told = list(checks)
    tested = [figures[check.tested] for check in told]
    own = [ids[check.tested] for check in told]
    others = [[ids[at] for at in check.operands] for check in told]
    rows: Rows = {
        "check_id": [
            short_id(id_, check.kind, across, *operands)
            for check, id_, operands in zip(told, own, others, strict=True)
        ],
        "doc_id": [docs[check.tested][0] for check in told],
        "source": [docs[check.tested][1] for check in told],
        "agency_id": [agencies[check.tested] for check in told],
        "year": [m.year for m in tested],
        "kind": [check.kind for check in told],
        "across": [across] * len(told),
        "indicator": [m.indicator for m in tested],
        "measure": [m.measure for m in tested],
        "mention_id": own,
        "operands": others,
        "reported": [_amount(c.reported, m) for c, m in zip(told, tested, strict=True)],
        "computed": [_amount(c.computed, m) for c, m in zip(told, tested, strict=True)],
        "tolerance": [_amount(c.tolerance, m) for c, m in zip(told, tested, strict=True)],
        "gap": [_gap(c, m) for c, m in zip(told, tested, strict=True)],
        "verdict": [check.verdict for check in told],
        "formula": [check.formula or None for check in told],
        "suspects": [[ids[at] for at, _ in check.suspects] for check in told],
        "slips": [[slip for _, slip in check.suspects] for check in told],
    }
    return {column.name: rows[column.name] for column in CHECKS}


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
