from __future__ import annotations

import re

import pytest

from extract import catalogue
from extract.columns import PANEL
from extract.panel.columns import SUFFIXES, Slot, all_columns, assign, columns_of, slot

CATALOGUE = catalogue.load()


@pytest.mark.parametrize(
    ("indicator", "measure", "dims", "column"),
    [
        ("revenue", "actual", "", "revenue"),
        ("revenue", "budget", "", "revenue__bud"),
        ("revenue", "budget", "stage=initial", "revenue__bud0"),
        ("revenue", "budget", "stage=adjusted", "revenue__bud"),
        ("revenue", "target", "", "revenue__tgt"),
        ("revenue", "standard", "", "revenue__std"),
        ("revenue", "completion", "", "revenue__cmp"),
        ("revenue", "growth", "base_year=2021", "revenue__gro"),
        ("revenue", "growth", "base_year=2020", None),
        ("revenue", "change", "", None),
        ("revenue", "change", "base=budget", None),
        ("revenue", "share", "whole=expenditure", "revenue__shr"),
        ("revenue", "actual", "scheme=resident", None),
        ("revenue", "actual", "subject=困难群众", None),
        ("revenue", "actual", "period_kind=ytd", None),
        ("revenue", "actual", "reach=own_level", None),
        ("revenue", "actual", "per=人", None),
        ("revenue", "actual", "unit=户", None),
        ("enrollees", "actual", "scheme=resident", "enrollees_res"),
        ("benefit_visits", "actual", "care=inpatient;scheme=employee", "benefit_visits_emp_inp"),
        ("benefit_visits", "actual", "benefit=assistance", "benefit_visits_ast"),
        ("benefit_visits", "actual", "benefit=basic;care=chronic", None),
        ("benefit_visits", "actual", "care=both", None),
        ("inspected", "actual", "institution=any", "inspected_any"),
        ("premium_subsidy_standard", "actual", "fund_source=central", "premium_subsidy_std_cen"),
        ("premium_subsidy_standard", "actual", "fund_source=lottery", None),
        ("project_funds", "actual", "", None),
        ("expenditure_function", "actual", "function=卫生健康支出", "expenditure_function_210"),
        ("expenditure_function", "budget", "function=教育支出", "expenditure_function_205__bud"),
        ("expenditure_function", "actual", "function=卫生健康支出/医疗救助", None),
        ("expenditure_function", "actual", "function=医疗救助", None),
        ("expenditure_function", "actual", "function=其他支出", None),
    ],
)
def test_a_fact_has_the_column_that_the_catalogue_allows(
    indicator: str, measure: str, dims: str, column: str | None
) -> None:
    place = slot(CATALOGUE[indicator], measure, dims, 2022)

    assert (place.column if place else None) == column


def test_column_names_are_unique_short_and_ascii() -> None:
    names = [c.name for indicator in CATALOGUE.values() for c in all_columns(indicator)]

    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 32
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert not {column.name for column in PANEL} & set(names)


def test_every_name_that_a_fact_can_have_is_a_known_column() -> None:
    column = slot(CATALOGUE["benefit_visits"], "growth", "base_year=2021;scheme=resident", 2022)

    assert column is not None
    assert column.column in {c.name for c in all_columns(CATALOGUE["benefit_visits"])}


def test_core_columns_exist_without_a_value_and_others_only_with_one() -> None:
    bare = {c.name for c in columns_of(CATALOGUE, ())}

    assert bare == {i.short for i in CATALOGUE.values() if i.tier == "core"}
    assert {c.name for c in columns_of(CATALOGUE, ["fines__tgt"])} == bare | {"fines__tgt"}


def test_columns_stand_in_the_order_of_the_catalogue() -> None:
    names = [c.name for c in columns_of(CATALOGUE, ["revenue__bud", "posts_authorized__chg"])]
    expected = ("posts_authorized", "posts_authorized__chg", "revenue", "revenue__bud")
    at = [names.index(name) for name in expected]

    assert at == sorted(at)


def test_a_column_says_its_unit_and_what_it_is_in_both_languages() -> None:
    (column,) = (c for c in all_columns(CATALOGUE["enrollees"]) if c.name == "enrollees_res__gro")

    assert (column.unit, column.label_zh) == ("%", "参保人数（城乡居民，较上年增长率）")
    assert column.meaning == "Insured persons; resident; growth"


def test_an_adjusted_budget_comes_before_an_unstaged_one() -> None:
    unstaged, adjusted = Slot("revenue__bud", rank=1), Slot("revenue__bud", rank=0)

    assert assign([unstaged, adjusted, None]) == [None, "revenue__bud", None]
    assert assign([unstaged]) == ["revenue__bud"]


def test_a_share_of_two_wholes_has_no_cell() -> None:
    shares = [Slot("fines__shr", whole="revenue"), Slot("fines__shr", whole="expenditure")]

    assert assign(shares) == [None, None]
    assert assign(shares[:1]) == ["fines__shr"]


def test_a_share_whose_whole_nothing_names_contradicts_none() -> None:
    unnamed, named = Slot("fines__shr"), Slot("fines__shr", whole="revenue")

    assert assign([unnamed, named]) == [None, "fines__shr"]
    assert assign([unnamed]) == ["fines__shr"]


def test_every_measure_has_its_own_suffix() -> None:
    assert len(set(SUFFIXES.values())) == len(SUFFIXES) == 9
