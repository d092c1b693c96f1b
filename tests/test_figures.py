from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from extract import rulebook
from extract.numbers.figures import Figure
from extract.numbers.ranges import joined
from extract.numbers.scan import Refusal, scan
from tests.chance import seeded

RULES = rulebook.load().figures


def figures(text: str) -> list[Figure]:
    return joined(text, [f for f in scan(text, RULES) if isinstance(f, Figure)])


def only(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


def quotes(text: str) -> list[str]:
    return [text[f.start : f.end] for f in figures(text)]


# Value and unit


@pytest.mark.parametrize(
    ("text", "value", "base"),
    [
        ("支出3.5元", "3.5", "元"),
        ("支出3.5万元", "35000", "元"),
        ("支出3.5亿元", "350000000", "元"),
        ("支出3万亿元", "3000000000000", "元"),
        ("支出2千万元", "20000000", "元"),
        ("支出五角", "0.5", "元"),
        ("占12.5%", "12.5", "%"),
        ("占2.5‰", "0.25", "%"),
        ("翻了2倍", "200", "%"),
        ("提高3个百分点", "3", "百分点"),
        ("共3万人", "30000", "人"),
        ("共12名", "12", "人"),
        ("共12位", "12", "人"),
        ("共1.2万人次", "12000", "人次"),
        ("共12家", "12", "家"),
        ("共12起", "12", "起"),
        ("共12批次", "12", "批次"),
        ("共12台（套）", "12", "台"),
        ("共5个工作日", "5", "工作日"),
        ("可支付12个月", "12", "月"),
        ("得98.5分", "98.5", "分"),
        ("共120户", "120", "户"),
        ("共36公里", "36", "公里"),
    ],
)
def test_a_number_with_its_unit_is_brought_to_the_base_unit(
    text: str, value: str, base: str
) -> None:
    found = [(f.value, f.unit.base if f.unit else "") for f in figures(text)]
    assert found == [(Decimal(value), base)]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("共检查80多家机构", "80多家"),
        ("住院约4.06万余人次", "约4.06万余人次"),
        ("满意度≥90%以上水平", "≥90%以上"),
        ("时限5个工作日内办结", "5个工作日内"),
        ("增长8.94%。", "8.94%"),
        ("追回50-60万元。", "50-60万元"),
        ("补助1.2万元/年。", "1.2万元/年"),
        ("得分98.5。", "98.5"),
    ],
)
def test_hedge_bound_and_unit_belong_to_the_figure(text: str, quote: str) -> None:
    assert quotes(text) == [quote]


@pytest.mark.parametrize(
    "text", ["5分局", "3个体户", "12家庭", "2次性", "8本级", "3处理", "6所有", "4条例", "9起来"]
)
def test_a_classifier_inside_a_longer_word_is_no_unit(text: str) -> None:
    assert [f.unit for f in figures(f"共{text}")] == [None]


# Hedges, bounds, intervals


@pytest.mark.parametrize("text", ["约80家", "80多家", "80余家", "近80家", "80家左右", "80家上下"])
def test_a_hedge_makes_a_figure_approximate(text: str) -> None:
    assert only(f"共{text}。").approx


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("80多家", 80, 90),
        ("2047余家", 2047, 2048),
        ("4.06万余人次", 40600, 40700),
        ("2万余份", 20000, 30000),
        ("近100家", 90, 100),
        ("近80家", 70, 80),
        ("近3.4万人", 33000, 34000),
        ("约80家", None, None),
    ],
)
def test_a_hedge_gives_an_interval_of_one_step(
    text: str, low: int | None, high: int | None
) -> None:
    figure = only(f"共{text}。")
    assert (figure.low, figure.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不低于90%", ">="), ("不少于90%", ">="), ("≥90%", ">="), (">=90%", ">="),
        ("90%以上", ">="),
        ("90%及以上", ">="), ("至少90%", ">="), ("超过90%", ">"), ("突破90%", ">"), ("逾90%", ">"),
        ("大于90%", ">"), (">90%", ">"), ("不超过90%", "<="), ("≤90%", "<="), ("<=90%", "<="),
        ("90%以内", "<="), ("90%以下", "<="), ("控制在90%", "<="), ("不足90%", "<"),
        ("低于90%", "<"),
        ("小于90%", "<"), ("<90%", "<"), ("达到90%", "="), ("90%", "="),
    ],
)  # fmt: skip
def test_words_and_signs_bound_a_figure(text: str, bound: str) -> None:
    figure = only(f"比例{text}。")
    assert figure.bound == bound
    assert figure.low == (90 if bound in {">=", ">"} else None)
    assert figure.high == (90 if bound in {"<=", "<"} else None)


@pytest.mark.parametrize(
    "text",
    [
        "50-60万元",
        "50~60万元",
        "50至60万元",
        "50万元至60万元",
        ("50万元-60万元"),
    ],
)
def test_a_range_is_one_figure_with_its_lower_end(text: str) -> None:
    figure = only(f"追回{text}。")
    assert figure.value == figure.low == 500_000
    assert figure.high == 600_000
    assert figure.bound == "="


def test_a_list_of_numbers_shares_the_unit_of_the_last() -> None:
    assert [f.value for f in figures("分别为120.5、118.2万元。")] == [1_205_000, 1_182_000]


def test_figures_with_units_of_their_own_are_not_joined() -> None:
    assert quotes("检查12家、36起。") == ["12家", "36起"]


def test_a_sign_directly_before_a_number_is_its_own() -> None:
    assert only("结余-3.5万元。").value == -35_000


# Numbers in words


@pytest.mark.parametrize(
    ("text", "value"),
    [("两家", 2), ("二十三家", 23), ("三百二十万元", 3_200_000), ("百分之九十八", 98)],
)
def test_a_chinese_numeral_before_a_counted_unit_is_a_figure(text: str, value: int) -> None:
    assert only(f"共{text}。").value == value


@pytest.mark.parametrize(
    "text",
    [
        "八项规定",
        "第三方",
        "一站式",
        "十四五",
        "三公",
        "一般",
        "第七批",
        "四中全会",
        "每一家",
        "二级",
    ],
)
def test_a_chinese_numeral_inside_a_name_is_none(text: str) -> None:
    assert figures(f"落实{text}要求。") == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("三五百人", 300, 500), ("七八家", 7, 8), ("四五千元", 4000, 5000), ("数十家", 10, 100),
        ("几百万元", 1_000_000, 10_000_000), ("十几家", 10, 20), ("一到二十家", 1, 20),
        ("两三千元", 2000, 3000), ("两到三百元", 200, 300),
        ("一千到两千万元", 10_000_000, 20_000_000),
    ],
)  # fmt: skip
def test_a_numeral_in_words_may_name_an_interval(text: str, low: int, high: int) -> None:
    figure = only(f"共{text}。")
    assert figure.value == figure.low == low
    assert figure.high == high


@pytest.mark.parametrize("text", ["三二百人", "十折", "一百折", "波三折"])
def test_a_numeral_in_words_that_makes_no_sense_is_none(text: str) -> None:
    assert figures(f"共{text}。") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1亿2000万元", 120_000_000), ("3万5千元", 35_000), ("5亿1万4千6百元", 500_014_600),
        ("12万6500元", 126_500), ("640元5角", Decimal("640.5")), ("五元三毛", Decimal("5.3")),
    ],
)  # fmt: skip
def test_an_amount_in_parts_is_one_figure(text: str, value: Decimal) -> None:
    assert only(f"共{text}。").value == value


def test_a_bound_before_an_amount_in_parts_is_about_all_of_it() -> None:
    figure = only("支出超过1亿2000万元。")
    assert figure.bound == ">"
    assert figure.low == 120_000_000


def test_numbers_that_only_stand_together_are_no_amount_in_parts() -> None:
    assert [f.value for f in figures("拨付3万5家。")] == [30_000, 5]


@pytest.mark.parametrize("piece", ["1万", "一", "三百", "一至", "百分之", "9O", "数十", "1,", "负"])
def test_long_chains_of_numerals_are_read_to_their_end(piece: str) -> None:
    found = list(scan(piece * 3000, RULES))
    assert all(a.end <= b.start for a, b in pairwise(found))


# Refusals


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("根据〔2022〕10号文件", "document_number"),
        ("截至2022年12月31日", "date"),
        ("在1-12月", "date"),
        ("拨打13000000000", "phone"),
        ("详见图7", "caption"),
        ("共计3分", "rubric"),
        ("第7批", "ordinal"),
    ],
)
def test_a_number_of_another_kind_is_refused_with_its_reason(text: str, reason: str) -> None:
    found = list(scan(f"{text}。", RULES))
    assert found
    assert {f.reason for f in found if isinstance(f, Refusal)} == {reason}
    assert not any(isinstance(f, Figure) for f in found)


PIECES = (
    "12", "3.5", "万元", "%", "〔2022〕", "号", "年", "月", "，", "。", "至", "-", "、", "约",
    "余", "家", "第", "（", "）", "1,2", "二十", "×", "=", "\n", "\t", "X", "计", "分", "不低于",
    "个百分点",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_each_run_of_digits_is_seen_once_and_in_order(seed: int) -> None:
    chance = seeded(seed)
    text = "".join(chance.choice(PIECES) for _ in range(120))
    found = list(scan(text, RULES))
    spans = [(f.start, f.end) for f in found]
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for run in re.finditer("[0-9]+", text):
        assert any(a <= run.start() and run.end() <= b for a, b in spans), run
