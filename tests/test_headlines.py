"""What a reader of the four published reports finds in the dataset made of them.

Skipped where no real reports lie beside the checkout.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import extract
from extract.pipeline import run

if TYPE_CHECKING:
    from extract.dataset import Dataset

ROOT = Path(__file__).parent.parent
REPORTS = ROOT.parent / "shared" / "reports"
HEADLINES = tomllib.loads((ROOT / "tests/research/headlines.toml").read_text("utf-8"))
CODES = {"000": "440804", "001": "430225", "002": "522700", "003": "510422"}
KEY = ["agency_id", "year", "indicator", "measure", "dims"]
# The page's frame of cells, and the two lines that lead from one of them to its sentence; which
# cell they look up stands behind .loc.
CELLS = re.compile(r"^>>> (cells = data\.cells\..+)$", re.MULTILINE)
LOOK_UP = re.compile(
    r"^>>> (?P<first>cell = cells\.loc)\[.+\]$\n"
    r"^>>> (?P<second>mention = data\.mentions.+)$",
    re.MULTILINE,
)

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="no reports beside the checkout")


@pytest.fixture(scope="module")
def ds(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The dataset of the four reports, in one run."""
    output = tmp_path_factory.mktemp("reports") / "output"
    run(REPORTS, output, workers=1)
    return extract.load(output)


def agency(ds: Dataset, file: str) -> str:
    """The agency whose report begins with these characters."""
    (found,) = ds.documents.loc[ds.documents["source"].str.startswith(file), "agency_id"]
    return str(found)


@pytest.mark.parametrize(
    ("file", "year"), [(file, year) for file, years in HEADLINES.items() for year in years]
)
def test_the_headline_figures_stand_in_the_panel(ds: Dataset, file: str, year: str) -> None:
    row = ds.panel.set_index(["agency_id", "year"]).to_dict("index")[agency(ds, file), int(year)]
    expected = HEADLINES[file][year]
    shown = {name: row.get(name) for name in expected}

    assert shown == expected


@pytest.mark.parametrize(("file", "code"), CODES.items())
def test_reports_are_of_the_division_that_they_name(ds: Dataset, file: str, code: str) -> None:
    document = ds.documents.set_index("agency_id").to_dict("index")[agency(ds, file)]
    rows = ds.panel[ds.panel["agency_id"] == agency(ds, file)]

    assert (document["adcode"], document["adcode_asof"]) == (code, code)
    assert set(rows["adcode"]) == set(rows["adcode_asof"]) == {code}
    assert set(rows["prefecture_code"]) == {code[:4] + "00"}
    assert set(rows["province_code"]) == {code[:2] + "0000"}


def test_facts_have_one_row_for_each_key_and_no_key_is_null(ds: Dataset) -> None:
    assert ds.facts[KEY].notna().all(axis=None)
    assert (ds.facts.groupby(KEY).size() == 1).all()


# --- every contradiction that a reader found is a check, a conflict or a flag ---------------------


def off(ds: Dataset, file: str, kind: str) -> list[set[float]]:
    """Reported and computed values of the checks of one kind that are off."""
    checks = ds.checks[ds.checks["agency_id"] == agency(ds, file)]
    checks = checks[checks["kind"].eq(kind) & checks["verdict"].eq("off")]
    pairs = checks[["reported", "computed"]].to_numpy(float)
    return [{round(float(value), 2) for value in pair} for pair in pairs]


def fact(ds: Dataset, file: str, year: int, indicator: str) -> dict[Any, Any]:
    """The fact of the agency itself, without dimensions."""
    at = (agency(ds, file), year, indicator, "actual", "")
    return dict(ds.facts.set_index(KEY).to_dict("index")[at].items())


def test_an_execution_of_100_percent_of_more_than_was_spent_is_off(ds: Dataset) -> None:
    assert {100.0, 98.91} in off(ds, "002", "completion")


def test_budget_lines_above_the_budget_are_off(ds: Dataset) -> None:
    assert {59_014_100.0, 65_101_100.0} in off(ds, "002", "sum")


def test_fixed_assets_above_all_assets_are_off(ds: Dataset) -> None:
    assert {244_400.0, 204_000.0} in off(ds, "001", "bound")


def test_parts_of_basic_expenditure_that_add_up_to_all_expenditure_are_off(ds: Dataset) -> None:
    assert {2_836_283.89, 10_279_873.89} in off(ds, "001", "sum")


def test_two_printings_of_one_item_are_a_conflict_with_both_places(ds: Dataset) -> None:
    project = fact(ds, "003", 2022, "expenditure_project")

    assert project["conflict"] == "disagree"
    assert all(printed in project["conflict_note"] for printed in ("628.07", "628.06"))


def test_expenses_under_the_wrong_year_conflict_with_what_is_said_of_that_year(
    ds: Dataset,
) -> None:
    three_public = fact(ds, "001", 2019, "three_public")

    assert three_public["conflict"] == "disagree"
    assert (three_public["value_low"], three_public["value_high"]) == (0, 15_600)


def test_a_number_with_a_wrong_mark_is_flagged(ds: Dataset) -> None:
    flagged = ds.mentions[[("malformed_number" in flags) for flags in ds.mentions["flags"]]]

    assert flagged["value"].tolist() == [347_400]
    assert flagged["indicator"].tolist() == ["evoucher_activations"]


def test_readings_that_hold_are_not_called_off(ds: Dataset) -> None:
    tested = ds.checks.query("verdict != 'not_testable'")

    assert tested["verdict"].eq("holds").sum() > 60
    assert tested["verdict"].eq("off").sum() <= 12  # the contradictions above, and what follows


# --- from a cell to its sentence ----------------------------------------------------------------


def test_the_two_lines_of_the_readme_lead_from_a_cell_to_its_sentence(ds: Dataset) -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    cells, lines = CELLS.search(page), LOOK_UP.search(page)
    assert cells is not None
    assert lines is not None
    (name,) = ds.documents.loc[ds.documents["agency_id"] == agency(ds, "002"), "agency"]
    words: dict[str, Any] = {"data": ds, "key": (name, 2022, "inspected_any")}
    printed = f"{cells[1]}\n{lines['first']}[key]\n{lines['second']}"
    exec(printed, words)  # noqa: S102  as the page prints them

    assert words["mention"]["quote"] == "2992家"
    assert "2992家" in words["mention"]["sentence"]
