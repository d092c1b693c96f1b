"""A written dataset in memory: pandas DataFrames with labels (数据集)."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pandas as pd

from extract.commit.held import hold
from extract.export.codebook import Described, rows
from extract.export.source import columns_of
from extract.glossary import CODEBOOK, TABLE_TEXTS
from extract.objects import is_remote

if TYPE_CHECKING:
    import pyarrow as pa

ATTRS = {
    "labels": b"label_zh", "labels_en": b"label_en", "units": b"unit",
    "meanings": b"meaning", "missing": b"missing",
}  # fmt: skip


def codebook_frame(tables: Described) -> pd.DataFrame:
    """A codebook as a table."""
    return pd.DataFrame(list(rows(tables)), columns=list(CODEBOOK))


class Dataset:
    """The tables of one output folder, each read when it is first asked for.

    ``frame.attrs["labels"]`` maps columns to their Chinese labels; ``labels_en``, ``units``,
    ``meanings`` and ``missing`` (what a null stands for) likewise; ``table`` and ``schema_version``
    say what it is. Missing values are null, never zero; whole numbers and truths
    that may be missing are pandas' nullable ones. Codes of divisions are strings.

    All tables are of one run: of the set that was there when the folder was opened. Where that is
    no longer to be had a table raises ``ReplacedError``, and ``DamageError`` where it is damaged.
    A dataset without ``manifest.json``, of an earlier version, comes without this promise.
    """

    def __init__(self, folder: Path | str) -> None:
        """Open the folder, or an address; raises ``CorpusError`` where it holds no dataset."""
        self.folder = folder if is_remote(folder) else Path(folder)
        self._held = hold(folder)

    def __reduce__(self) -> tuple[type[Self], tuple[Path | str]]:
        """Another process opens the folder anew."""
        return type(self), (self.folder,)

    def __repr__(self) -> str:
        return f"Dataset({str(self.folder)!r})"

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """One row for each figure that a report states."""
        return self._frame("mentions")

    @cached_property
    def facts(self) -> pd.DataFrame:
        """One row for each thing known: agency, year, indicator, measure, dims."""
        return self._frame("facts")

    @cached_property
    def panel(self) -> pd.DataFrame:
        """One row for each agency and year."""
        return self._frame("panel")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The panel in long form: one row for each cell, or for the reason why it is empty."""
        return self._frame("cells")

    @cached_property
    def documents(self) -> pd.DataFrame:
        """One row for each file found."""
        return self._frame("documents")

    @cached_property
    def sections(self) -> pd.DataFrame:
        """One row for each heading and what it governs."""
        return self._frame("sections")

    @cached_property
    def rejected(self) -> pd.DataFrame:
        """One row for each number that is no figure, with the reason."""
        return self._frame("rejected")

    @cached_property
    def checks(self) -> pd.DataFrame:
        """One row for each arithmetic relation that reports allow to test."""
        return self._frame("checks")

    @cached_property
    def texts(self) -> pd.DataFrame:
        """The text of each document, to which all spans refer."""
        return self._frame("texts")

    @cached_property
    def codebook(self) -> pd.DataFrame:
        """One row for each column of each table: type, unit, labels, meaning."""
        tables = [table for table in TABLE_TEXTS if self._held.parts(table)]
        described = {table: columns_of(self._held.schema(table)) for table in tables}
        self._held.check()
        return codebook_frame(described)

    def evidence(self, agency: str, year: int, column: str) -> pd.DataFrame:
        """The mentions behind one cell of the panel, the one that its value is taken from first.

        ``agency`` is a name or an ``agency_id``. Of a cell with the reason ``conflict`` these are
        all places that the conflict is about; other empty cells have none. Raises ``KeyError``
        where the panel has no such row or column.
        """
        cells, panel = self.cells, self.panel
        if column not in panel.columns:
            raise KeyError(f"no column {column!r} in the panel")
        rows = panel[
            panel["year"].eq(year) & (panel["agency_id"].eq(agency) | panel["agency"].eq(agency))
        ]
        if rows.empty:
            raise KeyError(f"no row of {agency} and {year} in the panel")
        here = cells["agency_id"].isin(rows["agency_id"]) & cells["year"].eq(year)
        found = cells[here & cells["column"].eq(column) & cells["fact_id"].notna()]
        mentions = self.mentions[self.mentions["fact_id"].isin(found["fact_id"])]
        best = mentions["mention_id"].isin(found["mention_id"])
        return mentions.assign(best=best).sort_values("best", ascending=False, kind="stable")

    def _frame(self, name: str) -> pd.DataFrame:
        table = self._held.table(name)
        frame: pd.DataFrame = table.to_pandas(types_mapper=_nullable)
        for field, column in zip(table.schema, table.columns, strict=True):
            if column.null_count and str(field.type) == "bool":
                frame[field.name] = frame[field.name].astype("boolean")
        frame.attrs = {
            key: {f.name: (f.metadata or {}).get(code, b"").decode() for f in table.schema}
            for key, code in ATTRS.items()
        }
        frame.attrs |= {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
        return frame


def _nullable(type_: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    return {"int16": pd.Int16Dtype(), "int32": pd.Int32Dtype()}.get(str(type_))
