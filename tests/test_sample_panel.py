"""The panel made of the sample corpus says what its table of true values says."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

import extract
from extract import catalogue
from extract.panel.columns import slot
from extract.pipeline import run
from tests.samples.make_corpus import CORPUS, TRUTH

if TYPE_CHECKING:
    from pathlib import Path

    from extract.dataset import Dataset

Cell = tuple[str, int, str]  # agency_id, year, column


def true_cells(data: Dataset) -> dict[Cell, set[float]]:
    """What the reports say of each cell, their own year's before what others say of it."""
    agencies = dict(zip(data.documents["source"], data.documents["agency_id"], strict=True))
    own: dict[Cell, set[float]] = defaultdict(set)
    other: dict[Cell, set[float]] = defaultdict(set)
    with TRUTH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["indicator"]:
                continue
            indicator, year = catalogue.load()[row["indicator"]], int(row["year"])
            dims = ";".join(sorted(filter(None, row["dims"].split(";"))))
            place = slot(indicator, row["measure"], dims, year)
            if place is not None:
                said = own if row["report_year"] == row["year"] else other
                said[agencies[row["source"]], year, place.column].add(float(row["value"]))
    return {**other, **own}


def test_cells_are_the_true_values(tmp_path: Path) -> None:
    run(CORPUS, tmp_path / "output", workers=1)
    data = extract.load(tmp_path / "output")
    panel = data.panel.set_index(["agency_id", "year"]).to_dict("index")
    stated = {cell: values for cell, values in true_cells(data).items() if len(values) == 1}
    shown = {cell: {panel[cell[0], cell[1]].get(cell[2])} for cell in stated}

    assert len(stated) > 700
    assert shown == stated
    assert set(data.checks["verdict"]) == {"holds", "not_testable"}
