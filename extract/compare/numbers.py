"""A number as somebody wrote it into a cell (单元格数值), and whether a report says the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extract.agency.join import DISAGREE_SHARE, Stated, agree
from extract.compare.words import plain
from extract.numbers.amounts import amount
from extract.numbers.figures import Figure
from extract.numbers.scan import scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.compare.words import SheetWords
    from extract.numbers.scan import FigureRules
    from extract.numbers.units import Unit, UnitRules

_PLAIN = re.compile(
    r"(?P<sign>[-+]?)(?P<digits>[0-9]*\.?[0-9]+)\.?(?:e(?P<power>[-+]?[0-9]{1,2}))?"
)
_DIGIT = re.compile(r"[0-9]|\.[0-9]")
_LEAST_DIGITS = 3  # that stay when trailing zeros are taken for rounding
_EXACT = 12  # significant digits; more come from binary fractions
_UNIT_LEAD = re.compile(r"^(?:计量|金额)?单位[:：]?")


@dataclass(frozen=True, slots=True)
class Written:
    """A number of a sheet: ``value`` in the base unit; ``raw`` the digits that are certain."""

    value: float
    raw: str
    unit: str  # base unit where the cell or its header tells one, else ""

    @property
    def digits(self) -> int:
        """Significant digits."""
        return len(self.raw.replace(".", "").lstrip("0"))

    def times(self, factor: float) -> Written:
        """The same digits in another order of magnitude."""
        return Written(self.value * factor, self.raw, self.unit)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a plain number counts in: ``factor`` brings it to the base unit."""

    factor: Decimal = Decimal(1)
    unit: str = ""


def scale_of(words: str, rules: UnitRules) -> Scale | None:
    """What a header's unit (万元, %, 人次) stands for; None where it is no unit."""
    said = _UNIT_LEAD.sub("", unicodedata.normalize("NFKC", words).strip().strip("()[]"))
    if not said or _DIGIT.search(said):
        return Scale() if not said else None
    figure = amount(f"1{said}", 0, rules)
    if figure.end != len(said) + 1:
        return None
    return Scale(figure.value, figure.unit.base if figure.unit else "")


def written(cell: str, scale: Scale, rules: FigureRules, words: SheetWords) -> Written | None:
    """The number of a cell; None where the cell is meant to be empty.

    A unit or 万 in the cell itself wins over ``scale``. Raises ``ValueError`` where the cell holds
    no number, or more than one.
    """
    text = "".join(unicodedata.normalize("NFKC", cell).split()).replace("−", "-").lstrip("'¥￥")
    if plain(text) in words.missing:
        return None
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"  # as accountants write it
    if match := _PLAIN.fullmatch(text.replace(",", "").lower()):
        number = Decimal(match.group())
        return _written(number, scale.factor, scale.unit)
    figure = _figure(cell, text, rules)
    factor, unit = figure.scale, _base(figure.unit) or scale.unit
    if not figure.unit and figure.scale == 1:
        factor = scale.factor
    before = text[: figure.num_start]
    negative = before.endswith("-") or any(word in before for word in words.decrease)
    value = abs(figure.value / figure.scale) * (-1 if negative or figure.value < 0 else 1)
    return _written(value, factor, unit)


def _figure(cell: str, text: str, rules: FigureRules) -> Figure:
    """The one figure of a cell, in digits or in words (两家)."""
    begin = _DIGIT.search(text)
    if begin is None:
        found = [figure for figure in scan(text, rules) if isinstance(figure, Figure)]
        if len(found) != 1:
            raise ValueError(f"{cell} is no number")
        return found[0]
    figure = amount(text, begin.start(), rules.units)
    if _DIGIT.search(text, figure.end):
        raise ValueError(f"{cell} holds more than one number")
    return figure


def _base(unit: Unit | None) -> str:
    return unit.base if unit else ""


def _written(number: Decimal, factor: Decimal, unit: str) -> Written:
    number = Decimal(f"{number:.{_EXACT}g}") if len(number.as_tuple().digits) > _EXACT else number
    digits = f"{abs(number):f}"
    if "." in digits and not digits.partition(".")[2].strip("0"):
        digits = digits.partition(".")[0]
    if "." not in digits:  # 9905000 may be rounded, 990 and 9000 are not
        short = digits.lstrip("0").rstrip("0")
        digits = short.ljust(min(_LEAST_DIGITS, len(digits)), "0") or "0"
    return Written(float(number * factor), digits, unit)


def stated(row: Mapping[str, Any], index: int = 0) -> Stated:
    """A row of ``mentions`` as values are compared."""
    return Stated(
        index, row["doc_id"], row["source"], row["report_year"], row["doc_type"], row["table"],
        row["section_kind"], row["page"], row["start"], row["end"], row["quote"], row["value"],
        row["value_min"], row["value_max"], row["approx"], row["bound"], row["value_raw"],
        row["unit_raw"], row["confidence"], row["flags"] or (),
    )  # fmt: skip


def says(said: Stated, number: Written, measure: str) -> bool:
    """Whether a report's words are the number of a sheet, as either of both is rounded.

    Where the words leave an interval (80多) any number in it will do, else 1 % is the most.
    """
    if not agree(_as_stated(number), said, measure):
        return False
    if said.value_min is not None and said.value_max is not None:
        return said.value_min <= number.value <= said.value_max or _near(said, number)
    return _near(said, number)


def _near(said: Stated, number: Written) -> bool:
    most = max(abs(said.value), abs(number.value))
    return abs(said.value - number.value) <= DISAGREE_SHARE * most


def same(one: Written, other: Written) -> bool:
    """Whether two people wrote the same number, as either of both is rounded."""
    return says(_as_stated(one), other, "actual")


def _as_stated(number: Written) -> Stated:
    return Stated(
        0, "", "", None, None, None, None, None, 0, 0, "", number.value, None, None,
        approx=False, bound="=", value_raw=number.raw, unit_raw="", confidence=1.0, flags=(),
    )  # fmt: skip
