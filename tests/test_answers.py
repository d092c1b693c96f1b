"""Texts with their answers inline: what the marks say, and which marks are refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.score.answers import (
    Answer,
    AnswerError,
    excerpt,
    read_excerpts,
    read_reports,
    unmarked,
)

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "#year=2023\n#p1=甲乙项目\n"


def answer(label: str) -> Answer:
    return excerpt("x.txt", f"{HEAD}全年[[{label}]]。\n").answers[0]


def test_the_text_is_that_without_marks_and_spans_point_into_it() -> None:
    labelled = excerpt(
        "x.txt", f"{HEAD}追回[[3.2万元|recovered_funds]]，约谈[[4家|interviewed]]。\n"
    )

    assert labelled.text == "追回3.2万元，约谈4家。\n"
    assert [labelled.text[a.start : a.end] for a in labelled.answers] == ["3.2万元", "4家"]


@pytest.mark.parametrize(
    ("quote", "value", "unit", "approx", "bound"),
    [
        ("1,234.5 万元", 12_345_000, "元", False, "="),
        ("约3.05万余人次", 30_500, "人次", True, "="),
        ("不低于95%", 95, "%", False, ">="),
        ("0.3‰", 0.03, "%", False, "="),
        ("710元/人·月", 710, "元", False, "="),
        ("2台（套）", 2, "台", False, "="),
        ("12个工作日", 12, "工作日", False, "="),
        ("37名", 37, "人", False, "="),
    ],
)
def test_a_quote_says_value_unit_hedge_and_bound(
    quote: str, value: float, unit: str, approx: bool, bound: str
) -> None:
    got = answer(f"{quote}|-")

    assert (got.value, got.unit, got.approx, got.bound) == (value, unit, approx, bound)


def test_a_label_says_indicator_measure_dimensions_and_year() -> None:
    got = answer("8%|project_funds|gro-|p=1;src=central|2021")

    assert (got.indicator, got.measure, got.year) == ("project_funds", "growth", 2021)
    assert got.value == -8
    assert got.dims == {"project": "甲乙项目", "fund_source": "central"}


def test_a_bare_number_takes_what_the_label_sets() -> None:
    got = answer("12.5|expenditure||_v=125000;_u=元")

    assert (got.value, got.unit, got.year) == (125_000, "元", 2023)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("3万元|no_such_thing", "unknown indicator"),
        ("3万元|expenditure|sum", "unknown measure"),
        ("3万元|expenditure||s=res", "no dimension scheme"),
        ("3万元|expenditure||colour=red", "is no dimension"),
        ("3万元|expenditure|||last", "is no year"),
        ("3万元", "parts"),
        ("3|-", "no unit"),
        ("两家|inspected", "no unit"),
    ],
)
def test_a_wrong_label_is_refused_with_file_and_line(label: str, told: str) -> None:
    with pytest.raises(AnswerError, match=rf"^x\.txt:4: .*{told}"):
        excerpt("x.txt", f"{HEAD}一、情况\n全年[[{label}]]。\n")


def test_a_wrong_header_and_an_open_mark_are_refused() -> None:
    with pytest.raises(AnswerError, match=r"x\.txt:2: unknown header"):
        excerpt("x.txt", "#year=2023\n#colour=red\n")
    with pytest.raises(AnswerError, match="year"):
        excerpt("x.txt", "全年3家。\n")
    with pytest.raises(AnswerError, match="not closed"):
        excerpt("x.txt", "#year=2023\n全年[[3家|inspected。\n")


def test_numbers_without_a_mark_are_listed() -> None:
    assert list(unmarked(excerpt("x.txt", f"{HEAD}2023年[[3家|inspected]]。\n"))) == [
        "2023年3家。⏎"
    ]


def test_answer_files_are_read_with_their_reports(tmp_path: Path) -> None:
    row = {
        "start": 2, "end": 4, "quote": "3家", "value": 3, "unit": "家", "approx": False,
        "bound": "=", "indicator": None, "measure": "actual", "period": "2022", "dims": {},
    }  # fmt: skip
    (tmp_path / "甲.txt").write_text("全年3家", "utf-8")
    (tmp_path / "甲.jsonl").write_text(json.dumps(row) + "\n", "utf-8")

    (labelled,) = read_reports(tmp_path, tmp_path)
    assert (labelled.name, labelled.text) == ("甲", "全年3家")
    assert labelled.answers == (Answer(2, 4, "3家", 3.0, "家", None, "actual", 2022),)


def test_the_excerpts_are_many_made_up_and_varied() -> None:
    labelled = read_excerpts()
    answers = [a for one in labelled for a in one.answers]

    assert len(labelled) >= 50
    assert len(answers) >= 1300
    assert len({a.indicator for a in answers}) >= 170
    assert {a.measure for a in answers} == {
        "actual", "budget", "target", "standard", "change", "growth", "share", "completion",
    }  # fmt: skip
    assert all(re.search(r"\d{4}", one.text) for one in labelled)
