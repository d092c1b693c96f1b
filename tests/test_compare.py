"""A sheet that somebody filled in, against the evidence: each planted error gets its label."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extract import catalogue
from extract.compare.report import compare
from extract.compare.verdicts import LABELS
from extract.panel.columns import SUFFIXES, all_columns
from extract.pipeline import run

ROOT = Path(__file__).parents[1]
QINGHE = "青禾县医疗保障局"
PLANTED = 200


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("compared")
    run(ROOT / "corpus", home / "out", workers=1)
    return home / "out"


@pytest.fixture(scope="module")
def cells(output: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(output / "cells.parquet").to_pylist())


def checked(output: Path, home: Path, *lines: str, encoding: str = "utf-8") -> list[dict[str, Any]]:
    """The rows of a comparison with a sheet of these lines."""
    sheet = home / "sheet.csv"
    sheet.write_text("\n".join(lines) + "\n", encoding)
    return [dict(row) for row in compare(output, sheet).rows]


def labels(rows: list[dict[str, Any]]) -> list[str]:
    return [row["label"] for row in rows]


# Planted errors


@dataclass(frozen=True)
class Plant:
    """A cell of a sheet, and the label that it must get."""

    agency: str
    year: int
    column: str
    value: float
    label: str


def planted(cells: list[dict[str, Any]]) -> Iterator[Plant]:
    """Cells with every kind of error, each a number of three digits or more that tells it."""
    filled = {(c["agency_id"], c["year"], c["column"]): c for c in cells if c["value"] is not None}
    names = {i.short: i for i in catalogue.load().values()}
    measures = [s for s in SUFFIXES.values() if s]
    for (agency, year, column), cell in filled.items():
        value, who = cell["value"], cell["agency"]
        if len(f"{abs(value):.10g}".strip("0.").replace(".", "")) < 3 or cell["bound"] != "=":
            continue
        yield Plant(who, year, column, value, "supported")
        power = 0.01 if cell["unit"] == "%" else 0.0001 if cell["unit"] == "元" else 0.001
        yield Plant(who, year, column, value * power, "unit_off")
        yield Plant(who, year, column, other_digits(value), "disagrees")
        near = filled.get((agency, year - 1, column)) or filled.get((agency, year + 1, column))
        if near and abs(near["value"] - value) > 0.03 * abs(value):
            yield Plant(who, near["year"], column, value, "other_year")
        stem = column.partition("__")[0]
        for suffix in ("", *measures):
            other = filled.get((agency, year, stem + suffix))
            if suffix in ("", "__bud", "__bud0") and other and differ(other["value"], value):
                yield Plant(who, year, stem + suffix, value, "other_measure")
        for name in {c.name for c in all_columns(names_of(names, stem))} - {column}:
            other = filled.get((agency, year, name))
            if "__" not in name + column and other and differ(other["value"], value):
                yield Plant(who, year, name, value, "other_scope")
    for cell in cells:
        if cell["reason"] == "not_stated" and not cell["stated_as"]:
            made_up = 7_131_719.0 + 1_013 * cell["year"]
            yield Plant(cell["agency"], cell["year"], cell["column"], made_up, "not_in_report")


def names_of(names: dict[str, catalogue.Indicator], stem: str) -> catalogue.Indicator:
    """The indicator of a column without its measure."""
    return next(names[stem[:end]] for end in range(len(stem), 0, -1) if stem[:end] in names)


def differ(one: float, other: float) -> bool:
    """Neither the same number nor the same digits."""
    plain = {f"{abs(v):.10g}".replace(".", "").strip("0")[:3] for v in (one, other)}
    return len(plain) == 2 and abs(one - other) > 0.03 * max(abs(one), abs(other))


def other_digits(value: float) -> float:
    """A number that is no rounding of the value, nor the value in another unit."""
    return round(value * 1.3713, 2) if value % 1 else float(round(value * 1.3713))


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_errors_get_their_label(
    output: Path, cells: list[dict[str, Any]], tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311
    plants = list(planted(cells))
    kinds = {label: [p for p in plants if p.label == label] for label in LABELS}
    assert all(len(found) > PLANTED // 7 for found in kinds.values()), kinds
    chosen = [p for found in kinds.values() for p in draw.sample(found, PLANTED // 7 + 1)]
    lines = [f"{p.agency},{p.year},{p.column},{p.value!r}" for p in chosen]
    rows = checked(output, tmp_path, "agency,year,column,value", *lines)

    assert len(rows) == len(chosen) >= PLANTED
    missed = [
        (p, r["label"], r["note"])
        for p, r in zip(chosen, rows, strict=True)
        if r["label"] != p.label
    ]
    assert len(missed) <= 0.05 * len(chosen), missed
