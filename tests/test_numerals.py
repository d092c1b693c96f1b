from __future__ import annotations

import doctest
from decimal import Decimal

import pytest

from extract.numbers import numerals
from extract.numbers.numerals import arabic, chinese, last_step
from tests.chance import seeded

DIGITS = "零一二三四五六七八九"


def spelled(n: int) -> str:
    """``n`` (0 to 99 999 999) in Chinese, written down independently of the reader."""
    if n >= 10_000:
        head, rest = divmod(n, 10_000)
        return spelled(head) + "万" + ("" if not rest else "零" * (rest < 1000) + spelled(rest))
    for size, place in ((1000, "千"), (100, "百"), (10, "十")):
        if n >= size:
            head, rest = divmod(n, size)
            gap = "零" if 0 < rest < size // 10 else ""
            return DIGITS[head] + place + (gap + spelled(rest) if rest else "")
    return DIGITS[n]


def test_the_doctests_hold() -> None:
    assert doctest.testmod(numerals).failed == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_spelled_number_is_read_back(seed: int) -> None:
    chance = seeded(seed)
    numbers = [chance.randrange(10 ** chance.randint(1, 8)) for _ in range(200)]
    assert [int(chinese(spelled(n))) for n in numbers] == numbers


@pytest.mark.parametrize("seed", range(20))
def test_a_number_with_thousands_commas_is_read_back(seed: int) -> None:
    chance = seeded(seed)
    for _ in range(200):
        value = Decimal(chance.randrange(10**9)).scaleb(-chance.randint(0, 4))
        assert arabic(f"{value:,f}") == (value, False)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("一百一十", 110),
        ("两千", 2000), ("三千二百零五", 3205), ("壹拾贰", 12), ("伍佰", 500), ("叁仟零肆", 3004),
        ("二〇二二", 2022), ("零", 0), ("三万五千", 35000),
    ],
)  # fmt: skip
def test_a_chinese_numeral_has_its_value(raw: str, value: int) -> None:
    assert chinese(raw) == value


def test_hundred_millions_and_ten_thousands_add_up() -> None:
    assert chinese("一亿二千万") == 120_000_000


@pytest.mark.parametrize(
    ("raw", "value"), [("零点五", "0.5"), ("三点一四", "3.14"), ("十点五", "10.5")]
)
def test_a_chinese_decimal_has_its_value(raw: str, value: str) -> None:
    assert chinese(raw) == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "value", "malformed"),
    [
        ("0", "0", False),
        ("0.50", "0.50", False),
        ("1,204", "1204", False),
        ("4,681,352,073.40", "4681352073.40", False),
        ("35,82", "35.82", True),
        ("4,5", "4.5", True),
        ("12,3456", "123456", True),
        ("1.234.5", "1234.5", True),
    ],
)
def test_an_arabic_numeral_has_its_value_and_is_flagged_when_malformed(
    raw: str, value: str, malformed: bool
) -> None:
    assert arabic(raw) == (Decimal(value), malformed)


def test_printed_zeros_behind_the_point_are_kept() -> None:
    assert str(arabic("12.50")[0]) == "12.50"


@pytest.mark.parametrize(
    ("raw", "scale", "step"),
    [
        ("80", 1, 10), ("85", 1, 1), ("4.06", 10_000, 100), ("2", 10_000, 10_000),
        ("103", 10_000, 10_000), ("1,200", 1, 100), ("0", 1, 1), ("2047", 1, 1),
        ("116", 10_000, 10_000),
    ],
)  # fmt: skip
def test_a_step_is_one_of_the_last_decimal_or_of_the_last_digit_that_is_no_zero(
    raw: str, scale: int, step: int
) -> None:
    assert last_step(raw, Decimal(scale)) == step
