"""Pairing, precision and recall by hand-computed examples, and floors that only move on purpose."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from extract.model import Mention
from tests.score import floors, pages, tables
from tests.score.answers import Answer, Labelled, excerpt, read_excerpts
from tests.score.pairs import Pair, is_right, level_of, pairs_of
from tests.score.reading import Read, read

if TYPE_CHECKING:
    from pathlib import Path


def wanted(start: int = 0, **changes: object) -> Answer:
    plain: dict[str, Any] = {
        "quote": "3家", "value": 3.0, "unit": "家", "indicator": "inspected", "measure": "actual",
        "year": 2022,
    }  # fmt: skip
    return Answer(start, start + 2, **{**plain, **changes})


def got(start: int = 0, **changes: object) -> Mention:
    plain: dict[str, Any] = {
        "quote": "3家", "value": Decimal(3), "unit": "家", "indicator": "inspected",
        "measure": "actual", "year": 2022, "rule": "inspected.one",
    }  # fmt: skip
    return Mention(start, start + 2, **{**plain, **changes})


def made(answers: list[Answer], mentions: list[Mention]) -> Read:
    labelled = Labelled("甲", "…", tuple(answers))
    return Read(labelled, tuple(mentions), (), tuple(pairs_of(answers, mentions)), ())


# Pairs


@pytest.mark.parametrize(
    ("answer", "mention", "level"),
    [
        ({}, {}, 4),
        ({"unit": "所"}, {}, 4),
        ({}, {"value": Decimal(4)}, 0),
        ({}, {"unit": "元"}, 0),
        ({}, {"indicator": "interviewed"}, 1),
        ({}, {"measure": "target"}, 2),
        ({}, {"year": 2021}, 2),
        ({"dims": {"institution": "any"}}, {}, 3),
        ({}, {"bound": ">="}, 3),
        ({"dims": {"item": "甲"}}, {"dims": {"item": "甲乙"}}, 4),
        ({}, {"dims": {"item": "甲"}}, 4),
        ({"indicator": None}, {}, 4),
    ],
)
def test_a_level_asks_for_all_before_it(
    answer: dict[str, Any], mention: dict[str, Any], level: int
) -> None:
    assert level_of(wanted(**answer), got(**mention)) == level


@pytest.mark.parametrize(
    ("answer", "mention", "right"),
    [
        ({}, {}, True),
        ({}, {"dims": {"project": "甲"}}, True),
        ({}, {"dims": {"institution": "any"}}, False),
        ({"indicator": None}, {}, False),
        ({"indicator": None}, {"indicator": None, "dims": {"institution": "any"}}, True),
        ({"indicator": None}, {"indicator": None, "measure": "target"}, False),
        ({"indicator": None}, {"indicator": "urban_new_jobs"}, True),
        ({}, {"bound": ">="}, True),
    ],
)
def test_right_is_what_confidence_promises(
    answer: dict[str, Any], mention: dict[str, Any], right: bool
) -> None:
    assert is_right(wanted(**answer), got(**mention)) is right


def test_each_answer_has_one_mention_and_the_better_one() -> None:
    pairs = pairs_of([wanted(0), wanted(10)], [got(1, year=2021), got(9), got(20)])

    assert Pair(0, 0, 2, right=False) in pairs
    assert Pair(1, 1, 4, right=True) in pairs
    assert Pair(None, 2, 0, right=False) in pairs
    assert len(pairs) == 3


# Tables


def test_precision_recall_and_f1_are_those_worked_out_by_hand() -> None:
    answers = [wanted(0), wanted(10), wanted(20), wanted(30)]
    mentions = [got(0), got(10, year=2021), got(40)]
    scores = tables.by_level([made(answers, mentions)])

    right = scores["right"]
    assert (right.hits, right.answers, right.mentions) == (1, 4, 3)
    assert right.precision == pytest.approx(1 / 3)
    assert right.recall == pytest.approx(1 / 4)
    assert right.f1 == pytest.approx(2 / 7)
    assert scores["indicator"].hits == 2


def test_a_wrong_family_costs_recall_in_one_and_precision_in_the_other() -> None:
    answers = [wanted(0), wanted(10)]
    mentions = [got(0), got(10, indicator="meetings")]
    scores = tables.by_group([made(answers, mentions)], tables.family_of)

    assert (scores["enforcement"].precision, scores["enforcement"].recall) == (1.0, 0.5)
    assert (scores["service"].answers, scores["service"].mentions) == (0, 1)
    assert scores["service"].f1 == 0.0


@pytest.mark.parametrize(
    ("unit", "name"),
    [("元", "amount"), ("百分点", "percent"), ("人次", "visits"), ("家", "institutions"),
     ("起", "cases"), ("分", "scores"), ("工作日", "days"), ("顶", "other counts")],
)  # fmt: skip
def test_the_class_of_a_figure_is_that_of_its_unit(unit: str, name: str) -> None:
    assert tables.class_of(wanted(unit=unit)) == name


def test_rules_are_listed_with_errors_and_conflicts_the_worst_first() -> None:
    text = excerpt(
        "x.txt",
        "#year=2022\n青禾县医疗保障局2022年工作总结\n"
        "全年检查定点医药机构[[30家|inspected||n=any]]，约谈[[4家|rectified]]。\n",
    )
    first, second = tables.by_rule(read([text]))

    assert first.rule.startswith("interviewed.")
    assert (first.hits, first.errors, first.worst) == (1, 1, "indicator")
    assert second.rule.startswith("inspected.")
    assert (second.hits, second.errors, second.worst) == (1, 0, "")
    lines = tables.rule_lines([first, second], 1)
    assert len(lines) == 3
    assert "and 1 more with 0 errors" in lines[-1]


# Floors

PINNED = floors.Floors({"a-full": 0.9, "a-right": 0.8}, {"calibration": 0.05})


def test_what_is_worse_than_pinned_is_told_and_the_rest_is_not() -> None:
    assert floors.breaches(PINNED, {"a-full": 0.9, "a-right": 0.85}, {"calibration": 0.05}) == []
    low = floors.breaches(PINNED, {"a-full": 0.899, "b-full": 0.1}, {"calibration": 0.06})
    assert [line.partition(":")[0] for line in low] == ["a-full", "calibration"]


def test_a_floor_goes_down_only_with_a_reason_which_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="reason"):
        floors.lowered(PINNED, {"a-full": 0.5}, {}, " ")
    lower = floors.lowered(
        PINNED, {"a-full": 0.85, "a-right": 0.9}, {"calibration": 0.06}, '改了 "答案"'
    )

    assert lower.floors == {"a-full": 0.85, "a-right": 0.8}
    assert lower.ceilings == {"calibration": 0.06}
    assert floors.breaches(lower, {"a-full": 0.85}, {"calibration": 0.06}) == []
    floors.save(lower, tmp_path / "floors.toml")
    again = floors.load(tmp_path / "floors.toml")
    assert again == lower
    assert [row.why for row in again.lowered] == ['改了 "答案"'] * 2


def test_raising_never_lowers() -> None:
    assert floors.rising(PINNED, {"a-full": 0.95, "a-right": 0.801}) == ["a-full"]
    assert floors.raised(PINNED, {"a-full": 0.95, "a-right": 0.7}).floors == {
        "a-full": 0.95, "a-right": 0.8,
    }  # fmt: skip


def test_without_a_file_nothing_is_pinned(tmp_path: Path) -> None:
    assert floors.load(tmp_path / "floors.toml") == floors.Floors()


# Pages


def test_the_pages_say_what_is_measured() -> None:
    words = pages.measured(read(read_excerpts()))
    shown = set()
    for name in pages.PAGES:
        page = (pages.ROOT / name).read_text("utf-8")
        assert pages.filled(page, words) == page, "make score PAGES=1 writes them anew"
        assert f"| {words['row']} |" in page
        shown |= {key for key in words if words[key] in page}
    assert shown == words.keys()
