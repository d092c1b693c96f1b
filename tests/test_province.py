"""The tables made of a made-up province whose figures are known: keys, types, cells, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from extract import catalogue
from tests.research import wording, world
from tests.research.province import AT, REPORTS, counties

if TYPE_CHECKING:
    from pathlib import Path

    from extract.dataset import Dataset

KEY = ["agency_id", "year", "indicator", "measure", "dims"]
REASONS = {
    "conflict", "no_report", "unreadable", "section_missing", "not_found", "not_stated",
}  # fmt: skip


def test_the_panel_says_what_is_true(province: Dataset, true: pd.DataFrame) -> None:
    panel = counties(province.panel, true)
    wrong = []
    for name in true.columns.difference([*AT, "county"]):
        if name == "premium_standard_res__std":
            continue  # per person and year in one county: see the analysis of premiums
        got, want = panel[name].to_numpy(float), true[name].to_numpy(float)
        off = ~np.isclose(got, want, rtol=1e-9, atol=1e-6, equal_nan=True)
        wrong += [(name, *panel.loc[i, AT], got[i], want[i]) for i in np.flatnonzero(off)]
    assert wrong == []


def test_facts_have_one_row_for_each_key_and_no_key_is_null(province: Dataset) -> None:
    assert province.facts[KEY].notna().all(axis=None)
    assert (province.facts.groupby(KEY).size() == 1).all()


def test_the_panel_has_one_row_for_each_agency_and_year(province: Dataset) -> None:
    assert province.panel.groupby(AT).size().eq(1).all()
    assert province.panel[[*AT, "agency_num", "agency_group", "is_primary"]].notna().all(axis=None)


def test_the_panel_s_types_suit_other_software(province: Dataset, tmp_path: Path) -> None:
    panel = province.panel
    numbers = panel.groupby("agency_id")["agency_num"].nunique()
    codes = panel[["agency_id", "agency_group", "province_code", "prefecture_code", "adcode"]]
    said = [code for name in codes for code in codes[name].dropna()]

    assert str(panel["agency_num"].dtype) == "int64"
    assert panel["agency_num"].max() < 2**53
    assert numbers.eq(1).all()
    assert panel["agency_num"].nunique() == len(numbers)
    assert said
    assert all(isinstance(code, str) for code in said)
    values = panel[["agency_num", "year", *panel.select_dtypes("float").columns]]
    values.to_stata(tmp_path / "panel.dta", version=118, write_index=False)
    again = pd.read_stata(tmp_path / "panel.dta")
    assert again["agency_num"].tolist() == panel["agency_num"].tolist()
    pd.testing.assert_series_equal(again["expenditure"], panel["expenditure"], check_index=False)


def test_a_county_that_changed_its_code_keeps_one_line(
    province: Dataset, agency_of: dict[str, str]
) -> None:
    panel = province.panel.set_index("agency_id")
    for county, codes in (("赣县", {"360721", "360704"}), ("会理", {"513425", "513402"})):
        ids = {agency for source, agency in agency_of.items() if county in source}
        assert len(ids) == 1, county
        line = panel.loc[[*ids]].sort_values("year")
        assert set(line["adcode_asof"]) == codes
        assert len(set(line["adcode"])) == 1
        assert line["staff_on_duty"].tolist() == [year - 2000 for year in line["year"]]


def test_reasons_are_a_table_of_their_own(province: Dataset, agency_of: dict[str, str]) -> None:
    reasons = province.cells.pivot(index=AT, columns="column", values="reason")  # noqa: PD010  words
    core = [i.short for i in catalogue.load().values() if i.tier == "core"]
    filled = province.panel.set_index(AT)[core].notna()

    assert len(reasons) == len(province.panel)
    assert (reasons.loc[filled.index, core].notna() ^ filled).all(axis=None)
    assert set(province.cells["reason"].dropna()) <= REASONS
    told = {place: (agency_of[source], place[1]) for place, source in _places().items()}
    why = reasons.to_dict("index")
    assert why[told[wording.SILENT]]["recovered_funds"] == "not_stated"
    assert why[told[wording.UNTOLD]]["recovered_funds"] == "not_stated"
    assert why[told["汇总", 2021]]["recovered_funds"] == "section_missing"
    assert why[told[wording.TORN]]["expenditure"] == "conflict"


def _places() -> dict[tuple[int | str, int], str]:
    """The report of each county and year, and those of the one that is consolidated (汇总)."""
    return {
        ("汇总" if "汇总" in source else r.county, r.year): source
        for source, r in REPORTS.items()
        if r.county is not None
    }


def test_an_expected_agency_without_reports_has_rows_of_reasons(province: Dataset) -> None:
    rows = province.panel[province.panel["agency"] == wording.EXPECTED]
    reasons = province.cells[province.cells["agency"] == wording.EXPECTED].groupby("year")["reason"]

    assert rows["year"].tolist() == list(world.YEARS)
    assert rows["n_reports"].tolist() == [0] * len(rows)
    assert len(set(rows["agency_id"])) == 1
    assert reasons.unique().map(list).to_dict() == {
        year: ["unreadable" if year == wording.LOST else "no_report"] for year in world.YEARS
    }


def test_what_a_later_report_restates_stands_beside_the_cell(
    province: Dataset, agency_of: dict[str, str]
) -> None:
    frame = province.cells.query("column == 'recovered_funds'").set_index(AT)
    cells, places = frame.to_dict("index"), _places()
    for year in list(world.YEARS)[:-1]:
        own, later = places[wording.RESTATED, year], places[wording.RESTATED, year + 1]
        cell = cells[agency_of[own], year]
        assert cell["value"] == float(REPORTS[own].truth["recovered_funds"])
        assert cell["value_restated"] == float(wording.restated(year).value)
        assert (cell["restated_in"], cell["origin"]) == (later, "own_report")
    assert frame["value_restated"].notna().sum() == len(world.YEARS) - 1


def test_a_year_without_a_report_is_known_from_the_next(
    province: Dataset, agency_of: dict[str, str]
) -> None:
    agency, first = agency_of[_places()[wording.LATE, 2020]], world.YEARS.start
    row = province.panel.set_index(AT).to_dict("index")[agency, first]
    cell = province.cells.set_index([*AT, "column"]).to_dict("index")[agency, first, "expenditure"]

    assert not row["has_own_report"]
    assert (cell["origin"], cell["value"]) == ("later_report", row["expenditure"])


def test_every_cell_leads_to_its_sentence(province: Dataset) -> None:
    filled = province.cells.dropna(subset=["value"])
    evidence = filled.merge(province.mentions, on="mention_id", suffixes=("", "_said"))
    texts = dict(zip(province.texts["doc_id"], province.texts["text"], strict=True))
    printed = zip(*(evidence[name] for name in ("doc_id", "start", "end", "quote")), strict=True)

    assert len(evidence) == len(filled)
    assert evidence["value"].eq(evidence["value_said"]).all()
    assert all(texts[doc][start:end] == quote for doc, start, end, quote in printed)
    assert all(quote in sentence for quote, sentence in evidence[["quote", "sentence"]].to_numpy())
