"""What the reports of some agencies say (证据): their mentions, by agency and indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.agency.join import Stated
from extract.compare.numbers import stated
from extract.compare.targets import Meaning, meaning_of
from extract.errors import CorpusError
from extract.tables import Columns

MENTIONS = (
    "mention_id", "doc_id", "source", "agency_id", "entity", "report_year", "doc_type", "start",
    "end", "quote", "value", "unit", "value_min", "value_max", "approx", "bound", "value_raw",
    "unit_raw", "indicator", "measure", "year", "label", "dims", "fact_id", "sentence",
    "section_kind", "page", "table", "confidence", "flags",
)  # fmt: skip
_CELLS = ("agency_id", "year", "column", "value", "reason", "mention_id", "stated_as")


@dataclass(frozen=True, slots=True)
class Statement:
    """One mention: whose, when, about what; ``meaning`` is None where no rule names it."""

    agency: str
    year: int | None
    meaning: Meaning | None
    said: Stated
    row: Mapping[str, Any]


@dataclass(slots=True)
class Evidence:
    """Statements by group of agencies and indicator; cells of the panel by agency, year, column."""

    about: dict[tuple[str, str], list[Statement]]
    of_group: dict[str, list[Statement]]  # those that no rule names, too
    cells: dict[tuple[str, int, str], Mapping[str, Any]]
    reported: set[tuple[str, int]]  # agencies and years with a report of their own

    def of(self, group: str, indicator: str) -> Sequence[Statement]:
        """All statements of a group about an indicator, of any year, measure and scope."""
        return self.about.get((group, indicator), ())

    def in_year(self, group: str, year: int) -> Iterator[Statement]:
        """All statements of a group on a year, named or not."""
        return (s for s in self.of_group.get(group, ()) if s.year in (year, None))


def table(
    output: Path, name: str, columns: Sequence[str], agencies: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Rows of a table of the dataset, of some agencies; raises ``CorpusError``."""
    import pyarrow as pa  # noqa: PLC0415  slow to import
    import pyarrow.dataset as ds  # noqa: PLC0415

    path = output / f"{name}.parquet"
    if not path.exists():
        raise CorpusError(f"no dataset in {output}; make one: zhengju run CORPUS --output DIR")
    try:
        data = ds.dataset(path, format="parquet")
        wanted = None
        if agencies is not None:
            wanted = ds.field("agency_id").isin(pa.array(sorted(agencies), pa.string()))
        rows: list[dict[str, Any]] = data.to_table(columns=list(columns), filter=wanted).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); run again") from error
    return rows


def documents(output: Path, columns: Sequence[str]) -> Columns:
    """The documents of the dataset that have an agency, by column."""
    rows = [row for row in table(output, "documents", columns) if row["agency_id"]]
    return {name: [row[name] for row in rows] for name in columns}


def load(output: Path, groups: Mapping[str, str]) -> Evidence:
    """The evidence on the agencies that ``groups`` maps to their group."""
    about: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    of_group: defaultdict[str, list[Statement]] = defaultdict(list)
    for index, row in enumerate(table(output, "mentions", MENTIONS, groups)):
        statement, group = _statement(row, index), groups[row["agency_id"]]
        of_group[group].append(statement)
        if statement.meaning is not None:
            about[group, statement.meaning.indicator].append(statement)
    cells: dict[tuple[str, int, str], Mapping[str, Any]] = {
        (row["agency_id"], row["year"], row["column"]): row
        for row in table(output, "cells", _CELLS, groups)
    }
    own = table(output, "documents", ("agency_id", "report_year"), groups)
    return Evidence(about, of_group, cells, {(row["agency_id"], row["report_year"]) for row in own})


def _statement(row: Mapping[str, Any], index: int) -> Statement:
    named = row["indicator"] and row["measure"] and row["year"] is not None
    meaning = (
        meaning_of(row["indicator"], row["measure"], row["dims"] or "", row["year"])
        if named
        else None
    )
    return Statement(row["agency_id"], row["year"], meaning, stated(row, index), row)
