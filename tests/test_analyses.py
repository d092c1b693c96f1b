"""What a researcher does with the dataset: over a made-up province whose figures are known.

Each analysis is written as it would be in a notebook, run over the tables of the run and over the
true figures, and must come to the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests.research import world
from tests.research.province import AT, REPORTS, counties

if TYPE_CHECKING:
    from extract.dataset import Dataset


def slope(frame: pd.DataFrame, x: str, y: str, by: str) -> float:
    """``y`` on ``x`` with a fixed effect for each value of ``by``."""
    known = frame.dropna(subset=[x, y])
    within = known[[x, y]] - known.groupby(by)[[x, y]].transform("mean")
    found, *_ = np.linalg.lstsq(within[[x]].to_numpy(), within[y].to_numpy(), rcond=None)
    return float(found[0])


def test_enforcement_with_a_fixed_effect_for_each_county(
    province: Dataset, true: pd.DataFrame
) -> None:
    panel = counties(province.panel, true)
    known = panel.dropna(subset=["inspected_any", "recovered_funds"])
    naive = np.polyfit(known["inspected_any"], known["recovered_funds"], 1)[0]
    effect = slope(panel, "inspected_any", "recovered_funds", by="agency_id")

    assert naive < 0
    assert effect == pytest.approx(float(world.PER_INSPECTION) * 10_000, rel=0.1)
    assert effect == pytest.approx(slope(true, "inspected_any", "recovered_funds", "county"))


def test_enforcement_over_years(province: Dataset, true: pd.DataFrame) -> None:
    columns = ["inspected_any", "interviewed", "rectified", "suspended", "recovered_funds"]
    by_year = counties(province.panel, true).groupby("year")[columns].sum()

    pd.testing.assert_frame_equal(by_year, true.groupby("year")[columns].sum())


def test_budget_credibility(province: Dataset, true: pd.DataFrame) -> None:
    panel = counties(province.panel, true)
    deviation = panel["expenditure"] / panel["expenditure__bud0"] - 1
    expected = true["expenditure"] / true["expenditure__bud0"] - 1

    assert deviation.notna().sum() == expected.notna().sum() > 25
    np.testing.assert_allclose(deviation, expected)


def test_three_public_expenses_per_head_by_primary_entity(
    province: Dataset, true: pd.DataFrame
) -> None:
    primary = province.panel.query("is_primary").assign(
        head=lambda p: p.three_public / p.staff_on_duty
    )
    expected = true.assign(head=true["three_public"] / true["staff_on_duty"]).set_index(AT)["head"]
    entities = province.panel.groupby("agency_group")["agency_id"].nunique()
    heads = primary.dropna(subset=["head"])

    assert entities.max() == 2
    assert primary.groupby("agency_group")["agency_id"].nunique().eq(1).all()
    assert primary.groupby(["agency_group", "year"]).size().eq(1).all()
    assert heads["agency_group"].nunique() == len(world.COUNTIES)
    assert heads.set_index(AT)["head"].to_dict() == pytest.approx(
        expected[expected.index.isin(heads.set_index(AT).index)].to_dict()
    )


def test_agencies_that_contradict_themselves_score_themselves_higher(
    province: Dataset, true: pd.DataFrame
) -> None:
    tested = province.checks.query("verdict != 'not_testable'")
    off = tested["verdict"].eq("off").groupby([tested["agency_id"], tested["year"]]).mean()
    panel = counties(province.panel, true).set_index(AT)
    both = pd.DataFrame({"score": panel["self_score"] / panel["self_score_max__std"], "off": off})
    both = both.dropna().join(true.set_index(AT)["county"])
    careless = both["county"].isin(world.CARELESS)

    assert len(both) == sum(r.county is not None and "自评" in r.source for r in REPORTS.values())
    assert (both.loc[careless, "off"] > 0).all()
    assert (both.loc[~careless, "off"] == 0).sum() >= (~careless).sum() - 1  # one is torn
    assert both["score"].corr(both["off"]) > 0.9


def test_targets_follow_what_was_reached(province: Dataset) -> None:
    levels = province.facts.query("indicator == 'enrollees' and measure in ('target', 'actual')")
    wide = levels.query("dims == ''").pivot_table(
        index=["indicator", "agency_id", "year"], columns="measure", values="value"
    )
    wide["over"] = (wide["actual"] - wide["target"]).clip(lower=0)
    steps = wide.groupby(level=["indicator", "agency_id"])
    wide["step"] = steps["target"].shift(-1) - wide["target"]
    known = wide.dropna()

    assert len(known) == len(world.COUNTIES) * (len(world.YEARS) - 1) - 1  # one report is lost
    fitted, *_ = np.linalg.lstsq(known[["over"]].to_numpy(), known["step"].to_numpy(), rcond=None)
    assert fitted[0] == pytest.approx(float(world.RATCHET), rel=0.01)


def test_premium_and_enrolment_of_residents(province: Dataset, true: pd.DataFrame) -> None:
    residents = province.facts.query("scheme == 'resident' and indicator == 'premium_standard'")
    premium = residents.groupby(AT)["value"].first().rename("premium")
    panel = counties(province.panel, true).join(premium, on=AT)
    logs = panel.assign(x=np.log(panel["premium"]), y=np.log(panel["enrollees_res"]))
    straight = panel["premium_standard_res__std"]

    assert slope(logs, "x", "y", "agency_id") == pytest.approx(-float(world.DRIVEN_OUT), rel=1e-3)
    assert logs["x"].notna().sum() == true["premium_standard_res__std"].notna().sum()
    assert (straight.isna() | (straight == panel["premium"])).all()


def test_cost_per_stay(province: Dataset, true: pd.DataFrame) -> None:
    panel = counties(province.panel, true)
    cost = panel["benefit_cost_res_inp"] / panel["benefit_visits_res_inp"]

    np.testing.assert_allclose(cost, true["benefit_cost_res_inp"] / true["benefit_visits_res_inp"])


def test_project_money_by_source(province: Dataset, agency_of: dict[str, str]) -> None:
    money = province.facts.query("indicator == 'project_funds' and measure == 'actual'")
    by_source = money.pivot_table(index=AT, columns="fund_source", values="value", aggfunc="sum")
    own = [report for report in REPORTS.values() if "自评" in report.source]

    assert len(by_source) == len(own)
    for report in own:
        assert report.county is not None
        parts = world.sources(report.county, report.year)
        row = by_source.to_dict("index")[agency_of[report.source], report.year]
        assert {name: row[name] for name in parts} == {n: float(v) for n, v in parts.items()}
    totals = money[money["fund_source"].isna()].groupby(AT)["value"].sum()
    np.testing.assert_allclose(totals, by_source.sum(axis=1))


def test_growth_as_printed_is_growth_as_computed(province: Dataset) -> None:
    panel = province.panel.sort_values(AT)
    before = panel.groupby("agency_id")[["year", "expenditure"]].shift()
    computed = 100 * (panel["expenditure"] / before["expenditure"] - 1)
    gap = (panel["expenditure__gro"] - computed)[panel["year"] - before["year"] == 1].dropna()

    assert len(gap) > 20
    assert gap.abs().max() <= 0.0051
