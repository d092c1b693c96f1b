from __future__ import annotations

from typing import Any

import pytest

from extract import catalogue
from tests.panels import cell, report, said, staged

CORE = [i.short for i in catalogue.load().values() if i.tier == "core"]
UNMAPPED: dict[str, Any] = {"indicator": None, "quote": "7户", "measure": None}
EVALUATION = ("budget_execution", "enforcement")


def test_there_is_a_row_for_each_filled_cell_and_each_missing_core_cell() -> None:
    tables = staged(report("a.txt", said("fines", "3万元"), said("revenue", "5万元", year=2021)))

    filled = {(row["year"], row["column"]) for row in tables["cells"] if row["reason"] is None}
    missing = {(row["year"], row["column"]) for row in tables["cells"] if row["reason"]}
    assert filled == {(2022, "fines"), (2021, "revenue")}
    assert missing == {(y, c) for y in (2021, 2022) for c in CORE} - filled
    assert len(tables["cells"]) == len(filled) + len(missing)
    assert all((row["value"] is None) == (row["reason"] is not None) for row in tables["cells"])


def test_cells_hold_what_the_panel_holds() -> None:
    tables = staged(
        report("a.txt", said("fines", "3万元"), said("enrollees", "9人", measure="target"))
    )
    (row,) = tables["panel"]

    cells = {c["column"]: c["value"] for c in tables["cells"] if c["reason"] is None}
    assert cells == {"fines": 30000.0, "enrollees__tgt": 9.0}
    assert cells.items() <= row.items()


def test_a_cell_tells_where_its_value_stands() -> None:
    row = cell(staged(report("a.txt", said("fines", "3.05万余元", approx=True, page=4))), "fines")

    assert (row["source"], row["start"], row["end"], row["page"]) == ("a.txt", 0, 7, 4)
    assert (row["quote"], row["unit"], row["approx"], row["bound"]) == (
        "3.05万余元",
        "元",
        True,
        "=",
    )
    assert (row["origin"], row["doc_type"]) == ("own_report", "self_evaluation")
    assert row["mention_id"]
    assert row["fact_id"]


def test_cells_follow_the_order_of_the_catalogue_within_a_row() -> None:
    rows = staged(report("a.txt", said("fines", "3万元")))["cells"]

    assert [row["column"] for row in rows if row["column"] in CORE] == CORE


@pytest.mark.parametrize(
    ("kinds", "more", "indicator", "reason"),
    [
        (EVALUATION, {}, "fines", "not_stated"),
        (EVALUATION, {}, "self_score", "section_missing"),
        (EVALUATION, {"doc_type": "budget"}, "fines", "section_missing"),
        (EVALUATION, {"doc_type": "work_report"}, "expenditure", "section_missing"),
        (EVALUATION, {"bureau": "民政"}, "suspended", "section_missing"),
        (EVALUATION, {"bureau": "民政"}, "fines", "not_stated"),
        (EVALUATION, {"status": "partial"}, "self_score", "unreadable"),
        (EVALUATION, {"status": "partial"}, "fines", "not_stated"),
        (("other",), {}, "self_score", "not_stated"),
        (("other", "enforcement"), {}, "self_score", "section_missing"),
    ],
)
def test_a_core_cell_is_empty_for_a_reason(
    kinds: tuple[str, ...], more: dict[str, Any], indicator: str, reason: str
) -> None:
    figures = said("revenue", "9万元")

    assert (
        cell(staged(report("a.txt", figures, kinds=kinds, **more)), indicator)["reason"] == reason
    )


def test_an_unmapped_figure_where_it_could_stand_is_a_reason_to_look_there() -> None:
    tables = staged(report("a.txt", UNMAPPED | {"section_kind": "enforcement"}, kinds=EVALUATION))

    assert cell(tables, "fines")["reason"] == "not_found"
    assert cell(tables, "expenditure")["reason"] == "not_stated"


def test_two_values_in_one_document_are_a_conflict_that_names_both_places() -> None:
    tables = staged(report("a.txt", said("fines", "3万元"), said("fines", "4万元")))
    row = cell(tables, "fines")

    assert (row["value"], row["reason"], row["conflict"]) == (None, "conflict", "disagree")
    assert row["conflict_note"] == "3万元 (a.txt 0–3); 4万元 (a.txt 20–23)"
    assert row["fact_id"] == tables["facts"][0]["fact_id"]
    assert "fines" not in tables["panel"][0]


def test_a_conflict_is_told_of_other_columns_too() -> None:
    figures = (said("fines", q, measure="target") for q in ("3万元", "4万元"))

    assert cell(staged(report("a.txt", *figures)), "fines__tgt")["reason"] == "conflict"


def test_a_file_that_could_not_be_read_is_the_reason_of_its_year() -> None:
    tables = staged(report("a.pdf", status="corrupt", kinds=("other",)))

    assert {row["reason"] for row in tables["cells"]} == {"unreadable"}
    assert [(r["year"], r["n_reports"], r["has_own_report"]) for r in tables["panel"]] == [
        (2022, 0, False)
    ]


def test_a_year_that_only_a_later_report_speaks_of_has_no_section_of_its_own() -> None:
    tables = staged(report("a.txt", said("fines", "3万元", year=2021)))

    assert cell(tables, "revenue", 2021)["reason"] == "section_missing"
    assert cell(tables, "fines", 2021)["origin"] == "later_report"


def test_a_missing_total_names_the_forms_that_are_stated() -> None:
    forms = [{"scheme": "resident"}, {"scheme": "employee"}, {"subject": "困难群众"}]
    tables = staged(report("a.txt", *(said("enrollees", "9人", dims=dims) for dims in forms)))

    assert cell(tables, "enrollees")["stated_as"] == [
        "enrollees_emp", "enrollees_res", "subject=困难群众",
    ]  # fmt: skip


def test_the_years_own_report_stays_where_a_later_one_restates_it() -> None:
    own = report("2021.txt", said("fines", "3万元"), year=2021)
    later = [
        report(f"{year}.txt", said("fines", quote, year=2021), year=year)
        for year, quote in ((2022, "4万元"), (2023, "5万元"))
    ]
    row = cell(staged(own, *later), "fines", 2021)

    assert (row["value"], row["origin"]) == (30000.0, "own_report")
    assert (row["value_restated"], row["restated_in"]) == (50000.0, "2023.txt")
    assert row["conflict"] == "disagree"


def test_a_later_report_that_rounds_restates_nothing() -> None:
    own = report("2021.txt", said("fines", "628.07万元"), year=2021)
    later = report("2022.txt", said("fines", "628.1万元", year=2021), year=2022)
    row = cell(staged(own, later), "fines", 2021)

    assert (row["value"], row["value_restated"], row["conflict"]) == (6280700.0, None, "rounding")
    assert row["origin"] == "own_report"


def test_a_year_without_its_own_report_takes_the_later_ones_word() -> None:
    later = report("2022.txt", said("fines", "4万元", year=2021), year=2022)
    row = cell(staged(later), "fines", 2021)

    assert (row["value"], row["value_restated"], row["origin"]) == (40000.0, None, "later_report")
