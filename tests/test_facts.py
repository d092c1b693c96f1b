from __future__ import annotations

from typing import Any

import pytest

from extract import catalogue
from extract.agency.facts import MENTION_COLUMNS, facts_of
from extract.arrow import schema, to_table
from extract.model import Mention, Reading
from extract.tables import empty_columns, extend, tables_of
from tests.stubs import mention, reading

CATALOGUE = catalogue.load()


def facts(*readings: Reading) -> list[dict[str, Any]]:
    mentions = empty_columns("mentions")
    for one in readings:
        extend(mentions, tables_of(one, CATALOGUE)["mentions"])
    table = to_table(mentions, schema("mentions")).select(list(MENTION_COLUMNS))
    columns = to_table(facts_of(table, CATALOGUE), schema("facts"))
    rows: list[dict[str, Any]] = columns.to_pylist()
    return rows


def fact(*mentions: Mention, **identity: Any) -> dict[str, Any]:  # noqa: ANN401
    (row,) = facts(reading(*mentions, **identity))
    return row


def spread(*quotes: str, **more: Any) -> tuple[Mention, ...]:  # noqa: ANN401
    return tuple(mention(quote, 20 * i, **more) for i, quote in enumerate(quotes))


def test_a_thing_said_once_is_a_fact_as_it_was_said() -> None:
    row = fact(mention("2115.05万元"))

    assert row["value"] == row["value_low"] == row["value_high"] == 21150500.0
    assert (row["n_mentions"], row["n_docs"], row["conflict"]) == (1, 1, "none")
    assert row["conflict_note"] is None
    assert row["panel_column"] == "revenue"


def test_no_mention_no_fact() -> None:
    assert facts(reading()) == []


def test_a_figure_without_indicator_stays_in_mentions() -> None:
    assert facts(reading(mention(indicator=None))) == []


def test_facts_are_sorted_and_unique_on_their_key() -> None:
    rows = facts(
        reading(mention(year=2022), mention("9万元", 20, year=2021), path="b.txt", agency_id="b"),
        reading(mention(year=2022), path="a.txt", agency_id="a"),
        reading(mention(year=2022), path="c.txt", agency_id="b"),
    )

    assert [(row["agency_id"], row["year"]) for row in rows] == [
        ("a", 2022), ("b", 2021), ("b", 2022),
    ]  # fmt: skip
    assert [row["n_docs"] for row in rows] == [1, 1, 2]


@pytest.mark.parametrize(
    ("quotes", "value", "conflict"),
    [
        (("6655.59万元", "6655.59万元"), 66555900.0, "none"),
        (("6655.59万元", "66555900元"), 66555900.0, "none"),
        (("6656万元", "6655.59万元"), 66555900.0, "rounding"),
        (("6655.59万元", "6656万元", "0.67亿元"), 66555900.0, "rounding"),
        (("6655.59万元", "6655.59万元", "6700万元"), 66555900.0, "disagree"),
        (("0元", "0.00万元"), 0.0, "none"),
        (("0元", "1万元", "1万元"), 10000.0, "disagree"),
        (("628.07万元", "628.1万元"), 6280700.0, "rounding"),
        (("628.07万元", "628.06万元"), 6280700.0, "disagree"),
        (("628.1万元", "628.15万元"), 6281500.0, "rounding"),
        (("628.1万元", "628.16万元"), 6281000.0, "disagree"),
        (("0.3亿元", "0.4亿元"), 30000000.0, "disagree"),
    ],
)
def test_repeated_mentions_agree_within_what_was_printed(
    quotes: tuple[str, ...], value: float, conflict: str
) -> None:
    row = fact(*spread(*quotes))

    assert (row["value"], row["conflict"]) == (value, conflict)
    assert row["n_mentions"] == len(quotes)
    assert (row["conflict_note"] is None) == (conflict == "none")


def test_a_conflict_names_both_places() -> None:
    row = fact(*spread("100万元", "100万元", "120万元"))

    assert row["conflict_note"] == "100万元 (a.txt 0–5); 120万元 (a.txt 40–45)"
    assert (row["value_low"], row["value_high"]) == (1000000.0, 1200000.0)
    assert row["confidence"] == pytest.approx(0.9 * 2 / 3)


def test_a_conflict_names_the_pages_where_there_are_pages() -> None:
    row = fact(mention("100万元", page=3), mention("120万元", 20, page=12))

    assert row["conflict_note"] == "100万元 (a.txt 0–5, page 3); 120万元 (a.txt 20–25, page 12)"


def test_the_best_mention_has_the_most_digits_then_the_most_confidence() -> None:
    rough, fine = mention("3.1万元", confidence=0.99), mention("3.05万元", 20, confidence=0.5)
    sure = mention("3.05万元", 40, confidence=0.8)

    assert fact(rough, fine, sure)["confidence"] == 0.8


def test_an_interval_agrees_with_a_value_inside_it() -> None:
    about = mention("3.05万余元", value=30500, value_min=30500, value_max=30600, approx=True)

    row = fact(about, mention("30562元", 20))
    assert (row["value"], row["conflict"], row["approx"]) == (30562.0, "rounding", False)


def test_a_kept_floor_contradicts_no_result() -> None:
    floor = mention("70%", indicator="satisfaction_rate", bound=">=")
    row = fact(floor, mention("94.5%", 20, indicator="satisfaction_rate"))

    assert (row["value"], row["bound"], row["conflict"]) == (94.5, "=", "none")


def test_two_different_goals_disagree_whatever_their_bounds() -> None:
    goals = {"indicator": "satisfaction_rate", "measure": "target", "bound": ">="}

    assert fact(*spread("90%", "95%", **goals))["conflict"] == "disagree"


def test_final_accounts_come_before_evaluation_before_budget() -> None:
    said = {"budget": "1万元", "self_evaluation": "2万元", "final_accounts": "3万元"}
    readings = [
        reading(mention(quote), path=f"{kind}.txt", doc_type=kind) for kind, quote in said.items()
    ]

    assert [row["value"] for row in facts(*readings)] == [30000.0]
    assert [row["value"] for row in facts(*readings[:2])] == [20000.0]


def test_a_table_comes_before_the_text_of_the_same_accounts() -> None:
    text, cell = mention("3万元"), mention("4万元", 20, table=0, row=1, col=1)

    assert fact(text, cell, doc_type="final_accounts")["value"] == 40000.0


def test_the_years_own_report_comes_before_a_later_one_which_revises_it() -> None:
    own = reading(mention("3万元"), path="2022.txt", doc_type="budget")
    later = reading(mention("4万元"), path="2023.txt", doc_type="final_accounts", report_year=2023)

    (row,) = facts(own, later)
    assert (row["value"], row["revised"], row["n_docs"]) == (30000.0, True, 2)
    assert (row["value_restated"], row["restated_in"]) == (40000.0, "2023.txt")


def test_a_later_report_that_agrees_revises_nothing() -> None:
    own = reading(mention("3万元"), path="2022.txt")
    later = reading(mention("30000元"), path="2023.txt", report_year=2023)

    (row,) = facts(own, later)
    assert (row["revised"], row["value_restated"], row["restated_in"]) == (False, None, None)


def test_totals_and_their_parts_are_never_joined() -> None:
    dims: list[dict[str, str]] = [{}, {"scheme": "resident"}, {"scheme": "employee"}]
    rows = facts(
        reading(*(mention("9人", 9 * i, indicator="enrollees", dims=d) for i, d in enumerate(dims)))
    )

    assert [row["n_mentions"] for row in rows] == [1, 1, 1]
    assert [row["scheme"] for row in rows] == [None, "employee", "resident"]


@pytest.mark.parametrize(
    ("quotes", "value", "conflict"),
    [
        (("52家", "22家", "30家"), 52, "none"),
        (("52家", "22家", "30家", "52家"), 52, "none"),
        (("10.1万人", "6.04万人", "4.03万人"), 101000, "none"),
        (("22家", "30家", "52家"), None, "disagree"),
        (("52家", "22家", "29家"), None, "disagree"),
        (("52家", "52家", "30家"), None, "disagree"),
        (("52%", "22%", "30%"), None, "disagree"),
    ],
)
def test_parts_that_nothing_names_do_not_contradict_their_total(
    quotes: tuple[str, ...], value: float | None, conflict: str
) -> None:
    indicator = "satisfaction_rate" if "%" in quotes[0] else "enrollees"
    row = fact(*spread(*(quote.replace("家", "人") for quote in quotes), indicator=indicator))

    assert row["conflict"] == conflict
    assert ("conflict_in_document" in row["flags"]) == (value is None)
    if value is not None:
        assert (row["value"], row["flags"]) == (value, ["parts_left_out"])
        assert (row["value_low"], row["value_high"]) == (value, value)


def test_a_marked_part_neither_stands_for_its_total_nor_contradicts_it() -> None:
    total, part = mention("103人", indicator="enrollees"), mention(
        "2人", 20, indicator="enrollees", flags=("part_of_total",), confidence=0.99
    )  # fmt: skip
    row = fact(total, part)

    assert (row["value"], row["conflict"], row["n_mentions"]) == (103.0, "none", 2)
    assert row["flags"] == ["parts_left_out"]


def test_a_synonym_takes_the_unit_of_the_catalogue_and_another_unit_its_own_key() -> None:
    rows = facts(
        reading(
            *(mention(quote, 9 * i, indicator="inspected") for i, quote in
              enumerate(("12家", "12所", "12个", "3件")))
        )
    )  # fmt: skip

    assert [(row["dims"], row["unit"], row["n_mentions"]) for row in rows] == [
        ("", "家", 3), ("unit=件", "件", 1),
    ]  # fmt: skip


def test_values_of_one_document_more_than_a_percent_apart_give_no_cell() -> None:
    apart, close = fact(*spread("100万元", "102万元")), fact(*spread("100.2万元", "100.9万元"))

    assert (apart["panel_column"], apart["flags"]) == (None, ["conflict_in_document"])
    assert (close["panel_column"], close["conflict"]) == ("revenue", "disagree")


def test_two_documents_that_differ_leave_the_cell_to_the_better_one() -> None:
    accounts = reading(mention("100万元"), path="a.txt", doc_type="final_accounts")
    other = reading(mention("150万元"), path="b.txt")

    assert [(f["panel_column"], f["value"]) for f in facts(accounts, other)] == [("revenue", 1e6)]


def test_many_mentions_under_one_key_are_joined() -> None:
    assert fact(*spread(*["5万元"] * 2000, "6万元"))["n_mentions"] == 2001


def test_a_numeral_in_words_is_exact() -> None:
    words = mention("2家", indicator="inspected", value_raw="两")
    row = fact(words, mention("3家", 20, indicator="inspected"))

    assert row["conflict"] == "disagree"
