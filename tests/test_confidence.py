"""Confidence: a model whose terms, signs and calibration are checked."""

from __future__ import annotations

import math
import shutil
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from extract import rulebook
from extract.catalogue import patterns_folder
from extract.errors import RulebookError
from extract.meaning.confidence import (
    FALLING,
    RISING,
    SAYS,
    TERMS,
    ConfidenceModel,
    Whole,
    confidence_of,
    reasons,
    terms,
    whole_of,
)  # fmt: skip
from extract.model import Document
from extract.numbers.scan import Refusal
from extract.reader import analyse
from extract.records import Analysis, mentions_of
from tests.score import calibration, model
from tests.score.picture import bars, draw

if TYPE_CHECKING:
    from pathlib import Path

    from extract.context.sense import Sense

TEXT = (
    "青禾县医疗保障局2022年度部门整体支出绩效自评报告\n"
    "全年检查定点医药机构30家，约谈4家，追回医保基金12.5万元，较上年增加3万元，增长31.58%。\n"
    "满意度达到95%以上。另有毛毯12条。\n"
)
WHOLE = Whole(2022, 0.1, 0.1, 0.1)
EVEN = ConfidenceModel(0.5, dict.fromkeys(TERMS, 0.0), (0.02, 0.99))


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(Document(TEXT, "txt"), "x.txt", rulebook.load())


@pytest.fixture
def senses(analysis: Analysis) -> list[Sense]:
    return [sense for sense in analysis.senses if sense.rejected is None]


# The model


def test_each_term_is_in_words_and_of_one_kind() -> None:
    assert set(SAYS) == set(TERMS)
    assert len(TERMS) == len(set(TERMS))
    assert set(RISING) & set(FALLING) == set()


def test_terms_of_figures_are_known_terms(senses: list[Sense]) -> None:
    for sense in senses:
        names = [name for name, _ in terms(sense, WHOLE)]
        assert set(names) <= set(TERMS)
        assert len(names) == len(set(names))


def test_confidence_is_the_logistic_of_the_sum_between_its_ends(senses: list[Sense]) -> None:
    weights = {**EVEN.weights, "none": -1.0, "none_near": -0.25}
    odd = replace(EVEN, weights=weights)
    blankets = senses[-1]
    assert blankets.indicator is None

    near = dict(terms(blankets, WHOLE)).get("none_near", 0.0)
    expected = 1 / (1 + math.exp(-(0.5 - 1.0 - 0.25 * near)))
    assert confidence_of(blankets, WHOLE, odd) == pytest.approx(expected, abs=5e-4)
    assert confidence_of(blankets, WHOLE, replace(EVEN, intercept=99.0)) == 0.99
    assert confidence_of(blankets, WHOLE, replace(EVEN, intercept=-99.0)) == 0.02


def changed(sense: Sense, **values: object) -> Sense:
    """A copy of the sense with other values."""
    other = copy(sense)
    for name, value in values.items():
        setattr(other, name, value)
    return other


def test_a_higher_score_is_never_less_sure(senses: list[Sense]) -> None:
    rules = rulebook.load().confidence
    first = senses[0]
    for others in ([], first.candidates):
        said = [
            confidence_of(changed(first, score=score, candidates=others), WHOLE, rules)
            for score in np.arange(0.0, 25.0, 0.5).tolist()
        ]
        assert said == sorted(said)


def test_a_report_less_understood_is_never_more_sure(senses: list[Sense]) -> None:
    rules = rulebook.load().confidence
    said = [
        confidence_of(senses[0], Whole(2022, part, part, part), rules) for part in (0.0, 0.5, 1.0)
    ]
    assert said == sorted(said, reverse=True)


def test_the_whole_counts_what_is_unknown_and_what_is_weak(senses: list[Sense]) -> None:
    strange = changed(senses[0], rejected="other")
    dated = changed(senses[0], rejected="date")
    lost = Refusal(0, 1, "other", "x")
    whole = whole_of([*senses, strange, dated], [lost], 2022)

    assert whole.unknown == pytest.approx(1 / len(senses))
    assert 0 <= whole.weak <= 1
    assert whole.lost == pytest.approx(2 / (len(senses) + 2))
    assert whole_of([], [], None) == Whole(None, 0.0, 0.0, 0.0)


def test_a_mention_has_the_confidence_of_its_sense(analysis: Analysis, senses: list[Sense]) -> None:
    whole = whole_of(analysis.senses, analysis.refusals, analysis.identity.report_year)
    rules = rulebook.load().confidence
    assert [m.confidence for m in mentions_of(analysis)] == [
        confidence_of(sense, whole, rules) for sense in senses
    ]


def test_reasons_are_the_contributions_the_strongest_first(senses: list[Sense]) -> None:
    told = reasons(senses[0], WHOLE, rulebook.load().confidence)

    assert told
    assert [abs(a) for _, a in told] == sorted((abs(a) for _, a in told), reverse=True)


# The file


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("margin = ", "lead = ", "lead"),
        ("rivals = -", "rivals = ", "rivals"),
        ("margin = ", "margin = -", "margin"),
        ("ends = [0.02, 0.99]", "ends = [0.99, 0.02]", "ends"),
        ("intercept = ", "# ", "intercept"),
    ],
)
def test_a_bad_weight_is_refused_with_its_name(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    folder = shutil.copytree(patterns_folder(), tmp_path / "patterns")
    text = (folder / "confidence.toml").read_text("utf-8")
    assert old in text
    (folder / "confidence.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulebookError, match=rf"confidence\.toml.*{told}"):
        rulebook.load(folder)


def test_the_weights_are_those_that_the_kept_readings_give(tmp_path: Path) -> None:
    model.refit(tmp_path / "confidence.toml")
    told = (patterns_folder() / "confidence.toml").read_text("utf-8")
    assert (tmp_path / "confidence.toml").read_text("utf-8") == told


# Calibration


def sample(rows: list[dict[str, float]], right: list[int]) -> calibration.Sample:
    amounts = np.array([[row.get(name, 0.0) for name in TERMS] for row in rows])
    reports = np.arange(len(rows)) % 4
    return calibration.Sample(amounts, np.array(right, float), reports)


def test_the_calibration_error_is_that_worked_out_by_hand() -> None:
    said = np.array([0.9, 0.95, 0.92, 0.91, 0.3, 0.35])
    right = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 1.0])
    low, high = calibration.bins(said, right)

    assert (low.n, low.true) == (2, 0.5)
    assert low.said == pytest.approx(0.325)
    assert (high.n, high.true) == (4, 0.75)
    assert high.said == pytest.approx(0.92)
    assert calibration.calibration_error(said, right) == pytest.approx((2 * 0.175 + 4 * 0.17) / 6)
    assert calibration.loss(np.array([1.0, 0.5]), np.array([1.0, 0.0])) == pytest.approx(0.125)
    assert calibration.calibration_error(said[:0], right[:0]) == 0.0


def test_a_fit_finds_what_tells_right_from_wrong() -> None:
    rows = [{"flagged": 1.0}] * 40 + [{}] * 40
    right = [1, 0, 0, 0] * 10 + [1, 1, 1, 0] * 10
    found = calibration.fit(sample(rows, right))

    assert found.weights[TERMS.index("flagged")] < -1
    flagged, plain = found.probabilities(sample([{"flagged": 1.0}, {}], [0, 1]).amounts)
    assert 0.2 < flagged < 0.4
    assert 0.6 < plain < 0.8


def test_a_fit_never_gives_a_term_the_wrong_sign() -> None:
    rows = [{"flagged": 1.0, "margin": -3.0}] * 40 + [{"margin": 3.0}] * 40
    right = [1, 1, 1, 0] * 10 + [1, 0, 0, 0] * 10
    found = calibration.fit(sample(rows, right))

    assert found.weights[TERMS.index("flagged")] == 0
    assert found.weights[TERMS.index("margin")] == 0


def test_a_report_left_out_has_no_say_in_its_own_confidence() -> None:
    rows: list[dict[str, float]] = [{}] * 8
    said = calibration.left_out(sample(rows, [1, 0, 0, 0, 1, 0, 0, 0]))

    assert said[0] == 0.02  # all the others are wrong
    assert said[1] == pytest.approx(1 / 3, abs=1e-3)


def test_kept_readings_come_back_as_they_were(tmp_path: Path) -> None:
    first = sample([{"margin": 2.5, "none": 1.0}, {}], [1, 0])
    calibration.keep(first, tmp_path / "x.csv")
    again = calibration.kept(tmp_path / "x.csv")

    assert np.array_equal(first.amounts, again.amounts)
    assert np.array_equal(first.right, again.right)
    both = calibration.together([first, again])
    assert both.report.tolist() == [0, 1, 2, 3]


def test_the_interval_holds_the_error_of_even_reports() -> None:
    said, right = np.full(80, 0.9), np.array(([1.0] * 9 + [0.0]) * 8)
    low, high = calibration.interval(said, right, np.arange(80) // 10, 50)
    assert low == pytest.approx(0.0, abs=1e-9)
    assert high == pytest.approx(0.0, abs=1e-9)


def test_the_diagram_has_a_bar_and_a_circle_for_each_tenth(tmp_path: Path) -> None:
    row = calibration.Bin(0.9, 12, 0.95, 0.5)
    _, bar = bars([row])

    assert bar.count("█") == 20
    assert bar.rindex("|") > bar.rindex("█")
    draw(tmp_path / "a" / "x.svg", {"now": [row], "then": [row, row]})
    picture = (tmp_path / "a" / "x.svg").read_text("utf-8")
    assert picture.startswith("<svg")
    assert picture.count("fill-opacity") == 3
