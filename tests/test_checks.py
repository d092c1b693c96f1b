"""Relations among figures: what holds, what is off, and what is said of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import extract
from extract import rulebook
from extract.catalogue import patterns_folder
from extract.checks import HOLDS, OFF, UNTESTED, Check, compile_checks
from extract.checks.intervals import Interval
from extract.checks.slips import alike, slip
from extract.checks.stated import Stated
from extract.dataset import Dataset
from extract.errors import RulebookError
from extract.explain.report import explain
from extract.pipeline import run
from extract.schema import read_file
from tests import planting
from tests.stubs import mention

TITLE = "某县医疗保障局2022年度部门整体支出绩效自评报告\n"
FILE = tomllib.loads((patterns_folder() / "checks.toml").read_text("utf-8"))
RULES = [
    pytest.param(table, row, text, id=f"{table}-{row.get('total', row.get('whole', ''))}-{at}")
    for table, rows in FILE.items()
    if isinstance(rows, list)
    for at, row in enumerate(rows)
    for text in row.get("examples", ())
]
KINDS = {"split": {"sum"}, "rate": {"rate"}, "difference": {"balance"}, "bound": {"bound"}}


def checks(text: str) -> tuple[Check, ...]:
    return planting.read(TITLE + text).checks


def told(text: str) -> set[tuple[str, str]]:
    """Kinds and verdicts of the relations that a text allows to test."""
    return {(c.kind, c.verdict) for c in checks(text) if c.verdict != UNTESTED}


def stated(quote: str) -> Stated:
    """A printed number as arithmetic sees it."""
    return Stated(mention(quote))


# --- the rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "row", "example"), RULES)
def test_an_example_of_a_rule_gets_its_verdict(
    table: str, row: dict[str, Any], example: str
) -> None:
    wanted, _, text = example.partition(": ")
    kinds = KINDS.get(table, {row.get("kind", "sum")})
    found = {verdict for kind, verdict in told(f"{text}\n") if kind in kinds}

    assert found == {wanted}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"within": [{"whole": "expenditures", "parts": []}]}, "no indicator 'expenditures'"),
        ({"full": {"rates": ["satisfaction"]}}, "no indicator 'satisfaction'"),
    ],
)
def test_an_indicator_that_no_catalogue_has_is_refused(change: Any, complaint: str) -> None:  # noqa: ANN401  data of a rule file
    data = read_file(patterns_folder(), "checks.toml")
    with pytest.raises(RulebookError, match=complaint):
        compile_checks({**data, **change}, rulebook.load().catalogue)


# --- printed digits -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "low", "high"),
    [
        ("12.40万元", 123_950, 124_050),
        ("12万元", 115_000, 125_000),
        ("48家", 48, 48),
        ("48.25元", 48.25, 48.25),
        ("94.6%", 94.55, 94.65),
    ],
)
def test_a_printed_number_stands_for_what_prints_as_it(quote: str, low: float, high: float) -> None:
    found = stated(quote).interval
    assert (round(found.low, 6), round(found.high, 6)) == (low, high)


def test_intervals_that_only_touch_are_two_numbers_and_an_exact_end_is_one() -> None:
    assert not stated("628.07万元").interval.meets(stated("628.06万元").interval)
    assert stated("628.07万元").interval.meets(stated("628.1万元").interval)
    assert Interval(12.5, 12.5).meets(Interval(12.5, 13.5))


@pytest.mark.parametrize(
    ("printed", "meant", "kind"),
    [
        ("512.35", 521.35, "order"),
        ("512.35", 572.35, "digit"),
        ("512.35", 5123.5, "decimal"),
        ("512.35", 5_123_500, "unit"),
        ("512.35", 5912.35, "length"),
        ("512.35", 604.11, None),
        ("51", 57, None),  # so few digits are alike by chance
    ],
)
def test_a_slip_is_one_digit_two_swapped_one_lost_the_mark_or_the_unit(
    printed: str, meant: float, kind: str | None
) -> None:
    figure = Stated(mention(f"{printed}元", value=Decimal(printed), value_raw=printed))
    assert slip(figure, Interval(meant, meant), 0.0) == kind


def test_copies_are_alike_only_with_enough_digits() -> None:
    assert alike(stated("628.07万元"), stated("628.06万元")) == "digit"
    assert alike(stated("28万元"), stated("23万元")) is None


# --- relations ------------------------------------------------------------------------------------


def test_rounding_is_no_error_and_a_percent_may_be_cut_off() -> None:
    assert told("本年支出合计66.67万元，其中：基本支出33.33万元，项目支出33.33万元。") >= {
        ("sum", HOLDS)
    }
    assert ("share", OFF) not in told(
        "本年支出合计300万元，其中：基本支出200万元，占66.66%；项目支出100万元，占33.33%。"
    )


def test_units_are_compared_as_yuan() -> None:
    text = "本年支出合计812.4万元，其中：基本支出5124000元，项目支出300万元。"
    assert ("sum", HOLDS) in told(text)


def test_growth_and_change_explain_each_other_without_the_year_before() -> None:
    text = "“三公”经费支出0.05万元，较上年减少0.2万元，下降{}。"
    assert ("growth", HOLDS) in told(text.format("80%"))
    assert ("growth", OFF) in told(text.format("60%"))


def test_what_stands_elsewhere_and_does_not_fit_is_not_called_off() -> None:
    apart = "本年开展了各项工作。" * 60
    text = f"基本支出512.4万元。\n{apart}\n本年支出合计950万元。\n{apart}\n"
    assert ("sum", OFF) not in told(f"{text}项目支出300万元，基本支出402.4万元。\n")


@pytest.mark.parametrize(
    "text",
    [
        # all parts by their kind: what is short is no part left out
        "收入预算800.5万元，其中：基本支出500.5万元，项目支出298万元。",
        "项目到位资金900万元，其中中央资金500万元、省级资金250万元、县级资金50万元。",
        # the sole part is its total but for a slip
        "年度预算收入540.6万元，其中财政拨款收入504.6万元。",
        # 其中 behind the full stop
        "“三公”经费支出4.2万元。其中公务用车运行维护费2.1万元，公务接待费1.4万元。",
    ],
)
def test_a_list_that_must_be_complete_is_off_where_it_is_not(text: str) -> None:
    assert ("sum", OFF) in told(text)


def test_a_list_that_may_leave_out_a_round_part_is_not_off() -> None:
    text = "本年支出合计812.4万元，其中：差旅费500.2万元，培训费302.2万元。"
    assert ("sum", OFF) not in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "办理事项5200件，其中线上办理3120件，占{}。",
        "项目到位资金800万元，资金已下达。实际支出720万元，占到位资金的{}。",
    ],
)
@pytest.mark.parametrize(("wrong", "verdict"), [(False, HOLDS), (True, OFF)])
def test_a_share_is_of_what_its_list_or_its_words_name(
    text: str, wrong: bool, verdict: str
) -> None:
    right = "60%" if "线上" in text else "90%"
    assert ("share", verdict) in told(text.format("41%" if wrong else right))


def test_a_share_is_of_no_other_part_of_its_list() -> None:
    text = "支出合计200万元，其中卫生健康支出40万元，占20%；住房保障支出10万元，占{}。"
    assert ("share", HOLDS) in told(text.format("5%"))
    assert ("share", OFF) in told(text.format("25%"))


def test_a_growth_is_not_measured_on_the_level_it_led_to() -> None:
    text = "2022年机关运行经费50万元，比上年增加10万元，增长{}。"
    assert ("growth", HOLDS) in told(text.format("25%"))
    assert ("growth", OFF) in told(text.format("20%"))


def test_points_above_their_weight_are_off() -> None:
    table = (
        "评分表\n指标\t分值\t得分\n预算执行\t10\t{}\n产出\t50\t48\n效益\t40\t39\n合计\t100\t{}\n"
    )
    assert told(table.format("9.5", "96.5")) == {("sum", HOLDS), ("bound", HOLDS)}
    assert ("bound", OFF) in told(table.format("15", "102"))
    assert ("sum", OFF) in told(table.format("9.5", "69.5"))


def test_the_same_amount_under_two_years_is_a_shift_unless_the_report_says_so() -> None:
    text = "2022年支出合计812.46万元。\n2021年支出合计812.46万元{}。\n"
    assert ("year_shift", OFF) in told(text.format(""))
    assert ("year_shift", OFF) not in told(text.format("，与上年持平"))


def test_the_arithmetic_is_printed_as_the_report_prints_its_numbers() -> None:
    text = "本年支出合计812.4万元，其中：基本支出521.4万元，项目支出300万元。"
    (check,) = (c for c in checks(text) if c.kind == "sum")
    assert check.formula == "521.4万元 + 300万元 = 821.4 ≠ 812.4万元"
    assert {kind for _, kind in check.suspects} == {"order"}


# --- errors planted in the samples ----------------------------------------------------------------


def test_of_relations_that_hold_two_in_a_hundred_at_most_are_called_off() -> None:
    tested = [c for r in planting.readings().values() for c in r.checks if c.verdict != UNTESTED]
    assert len(tested) > 1_000
    assert sum(c.verdict == OFF for c in tested) <= 0.02 * len(tested)


def missed(planted: Iterable[planting.Planted]) -> tuple[list[str], int]:
    """The errors that no relation shows, and how many the printed digits let see."""
    shown = [error for error in planted if not error.small]
    lost = [f"{e.name} {e.kind} {e.old} → {e.new}" for e in shown if not planting.found(e)]
    return lost, len(shown)


def test_planted_errors_are_found() -> None:
    lost, count = missed(e for seed in (1, 2) for e in planting.plant(350, seed))
    assert count > 500
    assert len(lost) <= 0.05 * count, "\n".join(lost)


def test_errors_in_texts_that_no_rule_was_tuned_on_are_found() -> None:
    lost, count = missed(planting.plant(210, fresh=True))
    assert count > 150
    assert len(lost) <= 0.10 * count, "\n".join(lost)


# --- the tables -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Reports of one bureau in four years; the last ones contradict themselves and each other."""
    folder = tmp_path_factory.mktemp("years")
    corpus, text = folder / "corpus", "某县医疗保障局{}年度部门决算\n{}年本年支出合计{}，{}"
    corpus.mkdir()
    for year, total, rest in (
        (2019, "812.46万元", "其中：基本支出512.46万元，项目支出300万元。年末结转和结余20.5万元。"),
        (2020, "822.46万元", "比上年增加10万元。年初结转和结余20.5万元，年末结转和结余30.2万元。"),
        (2021, "832.46万元", "比上年增加90万元。年初结转和结余32.2万元。"),
        (2022, "842.46亿元", "其中：基本支出512.46万元，项目支出330万元。"),
    ):
        report = text.format(year, year, total, rest)
        (corpus / f"{year}.txt").write_text(f"{report}\n", "utf-8")
    run(corpus, folder / "output", workers=1)
    return extract.load(folder / "output")


def test_reports_of_two_years_are_held_against_each_other(data: Dataset) -> None:
    rows = data.checks[data.checks["across"]]
    found = set(zip(rows["kind"], rows["year"], rows["verdict"], strict=True))

    assert found >= {
        ("change", 2020, HOLDS),
        ("opening", 2020, HOLDS),
        ("change", 2021, OFF),
        ("opening", 2021, OFF),
    }


def test_a_fact_tells_what_its_checks_say(data: Dataset) -> None:
    facts = data.facts.query("measure == 'actual' and dims == ''")
    status = facts.set_index(["indicator", "year"])["check_status"]

    assert status["expenditure", 2019] == "holds"
    assert status["carryover_opening", 2021] == "off"
    assert status["expenditure", 2022] == "off"


def test_an_amount_in_an_impossible_unit_is_suspect(data: Dataset) -> None:
    flagged = data.facts[["unit_suspect" in flags for flags in data.facts["flags"]]]
    assert set(zip(flagged["indicator"], flagged["year"], strict=True)) == {("expenditure", 2022)}


def test_checks_lead_to_their_figures(data: Dataset) -> None:
    ids = set(data.mentions["mention_id"])
    assert data.checks["check_id"].is_unique
    assert set(data.checks["mention_id"]) <= ids
    assert {id_ for row in data.checks["operands"] for id_ in row} <= ids
    tested = data.checks.query("verdict != 'not_testable'")
    assert (tested["computed"] - tested["reported"] - tested["gap"]).abs().max() < 0.01


def test_explain_shows_the_relations_of_a_figure(tmp_path: Path) -> None:
    text = TITLE + "本年支出合计812.4万元，其中：基本支出521.4万元，项目支出300万元。\n"
    path = tmp_path / "报告.txt"
    path.write_text(text, "utf-8")

    shown = explain(path, text.index("521.4"))
    assert "521.4万元 + 300万元 = 821.4 ≠ 812.4万元" in shown
    assert "521.4万元 (order)" in shown
    assert "sum off: 521.4万元" in explain(path)
