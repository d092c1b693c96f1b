from __future__ import annotations

import tomllib
from typing import Any

import pyarrow as pa
import pytest

from extract import catalogue
from extract.agency.facts import MENTION_COLUMNS
from extract.arrow import schema
from extract.catalogue import patterns_folder
from extract.errors import RulebookError
from extract.panel import coverage, twins
from extract.panel.coverage import compile_coverage
from extract.panel.reports import reports_of
from extract.schema import read_file
from tests.panels import Row, cell, report, said, staged

CATALOGUE = catalogue.load()
RULES = read_file(patterns_folder(), "coverage.toml")


def panel(*readings: Any) -> dict[tuple[str, int], Row]:  # noqa: ANN401
    return {(row["agency_id"], row["year"]): row for row in staged(*readings)["panel"]}


def entity(agency: str, kind: str, year: int = 2022, figures: int = 1) -> Any:  # noqa: ANN401
    indicators = ("fines", "interviewed", "rectified")[:figures]
    figures_ = (said(i, "3万元" if i == "fines" else "3家") for i in indicators)
    return report(
        f"{agency}{kind}{year}.txt", *figures_,
        year=year, agency=agency, agency_id=f"{agency}-{kind}", entity=kind,
    )  # fmt: skip


# Keys


def test_a_row_has_all_keys() -> None:
    (row,) = staged(report("a.txt", said("fines", "3万元")))["panel"]

    assert (row["agency_id"], row["agency_group"], row["agency"]) == ("a1", "a1", "甲县医保局")
    assert (row["bureau"], row["level"], row["year"]) == ("医疗保障", "county", 2022)
    assert (row["n_reports"], row["has_own_report"], row["is_primary"]) == (1, True, True)


def test_a_code_is_that_of_the_year_and_the_rest_that_of_the_latest_report() -> None:
    old = {"adcode_asof": "320723", "adcode": "320723", "agency": "甲县医疗保险管理局"}
    new = {"adcode_asof": "320724", "adcode": "320724", "agency": "甲县医保局"}
    row: dict[str, Any] = {"agency_id": "a", "doc_id": "x", "doc_type": "budget", "status": "ok"}
    row |= {"duplicate_of": None, "section_kinds": []}
    documents = pa.Table.from_pylist(
        [row | old | {"report_year": 2014}, row | new | {"report_year": 2024}]
    )
    mentions = schema("mentions").empty_table().select(list(MENTION_COLUMNS))
    reports = reports_of(mentions, documents, {})

    assert reports.profiles["a"]["adcode"] == "320724"
    assert reports.profiles["a"]["agency"] == "甲县医保局"
    codes = {year: reports.of_year("a", year)["adcode_asof"] for year in (2013, 2014, 2022, 2024)}
    assert codes == {2013: "320723", 2014: "320723", 2022: "320724", 2024: "320724"}


@pytest.mark.parametrize(
    ("entities", "primary"),
    [
        ([("own", 2021, 1), ("own", 2022, 1), ("consolidated", 2022, 3)], "own"),
        ([("own", 2022, 1), ("consolidated", 2022, 2)], "consolidated"),
        ([("own", 2022, 2), ("consolidated", 2022, 1)], "own"),
        ([("own", 2022, 1), ("consolidated", 2022, 1)], "consolidated"),
        ([("unknown", 2022, 1), ("own", 2022, 1)], "own"),
        ([("subunit", 2022, 1), ("unknown", 2022, 1)], "unknown"),
    ],
)
def test_one_entity_of_a_group_is_the_primary_one_in_all_years(
    entities: list[tuple[str, int, int]], primary: str
) -> None:
    readings = [entity("g", *rest) for rest in entities]
    groups = {one.identity.agency_id: "g" for one in readings}
    tables = staged(*readings, groups=groups)
    rows = {(row["agency_id"], row["year"]): row for row in tables["panel"]}

    assert {at[0] for at, row in rows.items() if row["is_primary"]} == {f"g-{primary}"}
    assert {row["agency_group"] for row in rows.values()} == {"g"}
    assert all(row["is_primary"] == (at[0] == f"g-{primary}") for at, row in rows.items())


# Reports


def test_a_report_in_two_formats_is_one_report() -> None:
    figures = [said("project_funds", f"{n}万元", dims={"project": f"{n}号"}) for n in range(1, 13)]
    word, pdf = (report(path, *figures) for path in ("a.docx", "a.pdf"))
    other = report("b.txt", *figures[:6])
    tables = staged(word, pdf, other)

    assert [row["n_reports"] for row in tables["panel"]] == [2]
    assert sorted(row["n_docs"] for row in tables["facts"]) == [1] * 6 + [2] * 6


def test_few_figures_in_common_make_no_twins() -> None:
    (row,) = staged(*(report(path, said("fines", "3万元")) for path in ("a.txt", "b.txt")))["panel"]

    assert row["n_reports"] == 2
    assert twins.LEAST > 1


def test_the_same_figures_in_another_year_are_another_report() -> None:
    figures = [said("project_funds", f"{n}万元", dims={"project": f"{n}号"}) for n in range(1, 13)]
    rows = panel(*(report(f"{y}.txt", *figures, year=y) for y in (2021, 2022)))

    assert [row["n_reports"] for row in rows.values()] == [1, 1]


# Coverage


def test_coverage_is_the_share_stated_of_what_this_kind_of_report_can_state() -> None:
    rules = coverage.load()
    (row,) = staged(
        report(
            "a.txt", said("fines", "3万元"), said("enrollees", "9人", dims={"scheme": "resident"})
        )
    )["panel"]

    assert row["coverage"] == 2 / len(rules.possible(["self_evaluation"], "医疗保障"))


def test_what_another_years_report_states_covers_nothing() -> None:
    rows = panel(report("a.txt", said("fines", "3万元", year=2021)))

    assert [(year, row["coverage"]) for (_, year), row in rows.items()] == [(2021, None), (2022, 0)]


def test_each_core_indicator_has_a_rule_that_some_report_keeps() -> None:
    rules = coverage.load()
    core = {i.id for i in CATALOGUE.values() if i.tier == "core"}

    assert rules.core.keys() == core
    assert rules.possible(["final_accounts", "self_evaluation"], "医疗保障") == core
    assert not rules.possible(["final_accounts"], "民政") & {"enrollees", "suspended"}


def test_rules_name_kinds_of_documents_and_sections_that_there_are() -> None:
    folder = patterns_folder()
    told = tomllib.loads((folder / "identity.toml").read_text("utf-8"))
    kinds = {kind["id"] for kind in read_file(folder, "sections.toml")["kind"]} | {"other"}
    doc_types = {kind["id"] for kind in told["doc_type"]} | {"other"}
    bureaus = {bureau["id"] for bureau in read_file(folder, "bureaus.toml")["bureau"]}

    for row in RULES["states"]:
        assert set(row["doc_types"]) <= doc_types
        assert set(row["sections"]) <= kinds
        assert set(row.get("bureaus", ())) <= bureaus


@pytest.mark.parametrize(
    ("states", "complaint"),
    [
        ([], "no rule for posts_authorized"),
        ([{"families": ["none"], "doc_types": [], "sections": []}], "families has 'none'"),
        ([{"indicators": ["none"], "doc_types": [], "sections": []}], "indicators has 'none'"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(states: list[Any], complaint: str) -> None:
    with pytest.raises(RulebookError, match=complaint):
        compile_coverage({"unstructured": "other", "states": states}, CATALOGUE)


def test_a_rule_for_an_indicator_stands_before_that_of_its_family() -> None:
    tables = staged(report("a.txt", said("fines", "3万元"), doc_type="self_evaluation"))

    assert cell(tables, "agency_running_cost")["reason"] == "section_missing"
    assert cell(tables, "expenditure_operating")["reason"] == "not_stated"
