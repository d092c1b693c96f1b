"""The draw (分层抽样): cells of the panel, empty ones too, each with the same chance.

The cells are put in the order of their strata and taken at equal distances from a random start, so
that each stratum has its share of the sample and no weights are needed afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.compare.evidence import table
from extract.errors import CorpusError, UsageError
from extract.ids import short_id

if TYPE_CHECKING:
    import pyarrow as pa

FIELDS = ("column", "indicator", "measure", "doc_type", "format", "year", "province")
BY = ("column", "doc_type", "format", "year")
_CELLS = (
    "agency_id", "agency", "year", "column", "indicator", "measure", "value", "reason",
    "doc_type", "source", "mention_id",
)  # fmt: skip
Key = tuple[str, int, str]  # agency_id, year, column


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the panel with what it is grouped by; ``value`` is None where it is empty."""

    agency_id: str
    agency: str
    year: int
    column: str
    value: float | None
    reason: str | None
    mention_id: str | None
    traits: Mapping[str, Any]  # by ``FIELDS``

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.agency_id, self.year, self.column

    @property
    def id(self) -> str:
        """The same as one short word."""
        return short_id(*self.key)


def cells_of(output: Path, wanted: Iterable[Key] | None = None) -> pa.Table:
    """The cells with ``FIELDS``, all of them or those ``wanted``; raises ``CorpusError``."""
    import pyarrow as pa  # noqa: PLC0415  slow to import
    import pyarrow.compute as pc  # noqa: PLC0415
    import pyarrow.dataset as ds  # noqa: PLC0415

    path = output / "cells.parquet"
    if not path.exists():
        raise CorpusError(f"no dataset in {output}; make one: zhengju run CORPUS --output DIR")
    try:
        cells = ds.dataset(path, format="parquet").to_table(columns=list(_CELLS))
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); run again") from error
    names = [cells["agency_id"], pc.cast(cells["year"], pa.string()), cells["column"]]
    if wanted is not None:
        keys = pa.array(["|".join(map(str, key)) for key in wanted], pa.string())
        cells = cells.filter(pc.is_in(pc.binary_join_element_wise(*names, "|"), value_set=keys))
    at = pc.binary_join_element_wise(cells["agency_id"], pc.cast(cells["year"], pa.string()), "|")
    documents = _documents(output)
    own = {f"{row['agency_id']}|{row['report_year']}": row for row in reversed(documents)}
    files = {row["source"]: row for row in documents}
    places = {row["agency_id"]: row for row in documents}

    def told(keys: pa.Array, rows: Mapping[str, Mapping[str, Any]], name: str) -> pa.Array:
        known = pa.array(list(rows), pa.string())
        values = pa.array([row[name] for row in rows.values()], pa.string())
        return values.take(pc.index_in(keys.combine_chunks(), value_set=known))

    kinds = pc.coalesce(cells["doc_type"], told(at, own, "doc_type"))
    formats = pc.coalesce(told(cells["source"], files, "format"), told(at, own, "format"))
    cells = cells.set_column(cells.column_names.index("doc_type"), "doc_type", kinds)
    cells = cells.append_column("format", formats)
    return cells.append_column("province", told(cells["agency_id"], places, "province"))


def _documents(output: Path) -> list[dict[str, Any]]:
    names = ("source", "agency_id", "report_year", "doc_type", "format", "province", "duplicate_of")
    rows = table(output, "documents", names)
    return [row for row in rows if row["agency_id"] and not row["duplicate_of"]]


def draw(cells: pa.Table, n: int, by: Sequence[str], seed: int) -> list[Cell]:
    """``n`` cells (all, where there are fewer), the same for the same cells, ``by`` and seed."""
    import pyarrow as pa  # noqa: PLC0415  slow to import

    for name in by:
        if name not in FIELDS:
            raise UsageError(f"--by: no field {name!r}; known are {', '.join(FIELDS)}")
    columns = [cells[name].to_pylist() for name in by]
    filled = cells["value"].is_valid().to_pylist()
    keys = zip(*(cells[name].to_pylist() for name in ("agency_id", "year", "column")), strict=True)
    chance = [short_id(seed, *key) for key in keys]
    strata = [tuple("" if v is None else str(v) for v in row) for row in zip(*columns, strict=True)]
    strata = strata or [()] * len(chance)
    order = sorted(range(len(chance)), key=lambda i: (filled[i], strata[i], chance[i]))
    step = len(order) / min(n, len(order)) if order else 1.0
    start = random.Random(seed).random() * step  # noqa: S311  a draw, no secret
    taken = [order[min(int(start + i * step), len(order) - 1)] for i in range(min(n, len(order)))]
    return records(cells.take(pa.array(sorted(set(taken)), pa.int64())))


def records(cells: pa.Table) -> list[Cell]:
    """Rows of ``cells_of`` as records."""
    names = ("agency_id", "agency", "year", "column", "value", "reason", "mention_id")
    return [
        Cell(**{name: row[name] for name in names}, traits={name: row[name] for name in FIELDS})
        for row in cells.to_pylist()
    ]
