"""The same report in several formats (同一报告的不同格式): other bytes, the same figures.

A PDF and a Word file of one report are one witness, not two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa

LEAST = 10  # different figures that a report must have to be known again by them
ALIKE = 0.9  # share of figures in common; loaders differ in a few

_Figures = dict[str, set[tuple[str, float]]]


def twins_of(mentions: pa.Table, documents: pa.Table) -> dict[str, str]:
    """``doc_id`` of each twin, with that of the first file that holds the same report.

    Only documents of one agency, year and kind are compared.
    """
    rows = documents.select(["agency_id", "report_year", "doc_type", "doc_id"]).to_pylist()
    kinds: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for row in rows:
        kind = row["agency_id"], row["report_year"], row["doc_type"]
        if row["report_year"] is not None and row["doc_id"] not in kinds[kind]:
            kinds[kind].append(row["doc_id"])
    several = [docs for docs in kinds.values() if len(docs) > 1]
    figures = _figures(mentions, {doc_id for docs in several for doc_id in docs})
    twins: dict[str, str] = {}
    for docs in several:
        firsts: list[str] = []
        for doc_id in docs:
            same = next((f for f in firsts if _alike(figures[f], figures[doc_id])), None)
            if same is None:
                firsts.append(doc_id)
            else:
                twins[doc_id] = same
    return twins


def _figures(mentions: pa.Table, wanted: set[str]) -> _Figures:
    figures: _Figures = {doc_id: set() for doc_id in wanted}
    if wanted:
        columns = (mentions.column(n).to_pylist() for n in ("doc_id", "fact_id", "value"))
        for doc_id, fact_id, value in zip(*columns, strict=True):
            if fact_id is not None and doc_id in wanted:
                figures[doc_id].add((fact_id, value))
    return figures


def _alike(one: set[tuple[str, float]], other: set[tuple[str, float]]) -> bool:
    most = max(len(one), len(other))
    return most >= LEAST and len(one & other) >= ALIKE * most


def firsts(twins: Mapping[str, str], doc_ids: set[str]) -> set[str]:
    """The reports that these documents hold."""
    return {twins.get(doc_id, doc_id) for doc_id in doc_ids}
