"""The dataset made of the province's reports, and what is true of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

import extract
from extract.pipeline import run
from tests.research import wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from extract.dataset import Dataset

REPORTS = {report.source: report for report in wording.reports()}
AT = ["agency_id", "year"]


def make(folder: Path) -> Dataset:
    """Print the reports and run over them."""
    wording.write(folder / "reports")
    run(folder / "reports", folder / "output", workers=1)
    return extract.load(folder / "output")


def agencies(data: Dataset) -> dict[str, str]:
    """The agency of each report, by its file."""
    return dict(zip(data.documents["source"], data.documents["agency_id"], strict=True))


def truth(agency_of: Mapping[str, str]) -> pd.DataFrame:
    """The true figures: one row for each report, columns as in the panel."""
    rows = [
        {"agency_id": agency_of[source], "year": report.year, "county": report.county}
        | {name: float(value) for name, value in report.truth.items()}
        for source, report in REPORTS.items()
    ]
    return pd.DataFrame(rows).sort_values(AT, ignore_index=True)


def counties(frame: pd.DataFrame, true: pd.DataFrame) -> pd.DataFrame:
    """The rows of a frame whose agency and year have a report in ``true``."""
    return true[AT].merge(frame.astype({"year": "int64"}), on=AT, how="left")
