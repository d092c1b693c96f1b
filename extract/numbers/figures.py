"""A figure: a number with its unit, hedge and bound; whether it stands in arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from extract.numbers.units import Unit

_TIMES, _PLUS = tuple("×*/÷"), tuple("=+")


@dataclass(slots=True, init=False)
class Figure:
    """A number with its hedge and unit; offsets into the matching copy.

    Immutable. Its ``__init__`` is written out, as that of a frozen record takes ten times as long.
    """

    start: Final[int]
    end: Final[int]
    num_start: Final[int]
    num_end: Final[int]
    raw: Final[str]
    value: Final[Decimal]  # in the base unit, with the printed sign
    scale: Final[Decimal]
    unit: Final[Unit | None]
    unit_raw: Final[str]
    per: Final[str | None]
    approx: Final[bool]
    bound: Final[str]
    low: Final[Decimal | None]
    high: Final[Decimal | None]
    flags: Final[tuple[str, ...]]
    kind: str = field(init=False)  # class of the unit; ``bare`` without one

    def __init__(  # noqa: PLR0917  in the order of the fields
        self,
        start: int,
        end: int,
        num_start: int,
        num_end: int,
        raw: str,
        value: Decimal,
        scale: Decimal,
        unit: Unit | None,
        unit_raw: str,
        per: str | None = None,
        approx: bool = False,
        bound: str = "=",
        low: Decimal | None = None,
        high: Decimal | None = None,
        flags: tuple[str, ...] = (),
    ) -> None:
        """Keep everything; the fields say what it is."""
        self.start = start
        self.end = end
        self.num_start = num_start
        self.num_end = num_end
        self.raw = raw
        self.value = value
        self.scale = scale
        self.unit = unit
        self.unit_raw = unit_raw
        self.per = per
        self.approx = approx
        self.bound = bound
        self.low = low
        self.high = high
        self.flags = flags
        self.kind = unit.kind if unit else "bare"


def moved(figure: Figure, at: int, unit: Unit | None) -> Figure:
    """The figure as if it stood, without its digits, ``at`` another place, in that unit."""
    return Figure(
        at, at, at, at, figure.raw, figure.value, figure.scale, unit, figure.unit_raw,
        figure.per, figure.approx, figure.bound, figure.low, figure.high, figure.flags,
    )  # fmt: skip


def scaled(figure: Figure, unit: Unit, scale: Decimal) -> Figure:
    """A figure without a unit in one that stands elsewhere, its interval included."""
    return replace(
        figure,
        unit=unit,
        scale=figure.scale * scale,
        value=figure.value * scale,
        low=None if figure.low is None else figure.low * scale,
        high=None if figure.high is None else figure.high * scale,
    )


def negated(figure: Figure) -> Figure:
    """The figure with the other sign: a decrease by 1 to 2 lies between -2 and -1."""
    low = None if figure.high is None else -figure.high
    high = None if figure.low is None else -figure.low
    return replace(figure, value=-figure.value, low=low, high=high)


_ARITHMETIC = re.compile(
    r"(?<=[\u4e00-\u9fff）])=[^=，。；\t\n]{2,110}=[（\[-]?\Z"
    r"|[0-9.,%×*/÷+=（）()\[\]万元-]{3,60}=[（\[-]?\Z|(?<=[率比度性])=\Z"
)


def formula_start(text: str, figure: Figure) -> int | None:
    """Where the printed arithmetic begins that this figure is the result of."""
    if not figure.num_start or text[figure.num_start - 1] not in "=-":
        return None
    match = _ARITHMETIC.search(text, max(0, figure.num_start - 120), figure.num_start)
    return match.start() if match else None


def in_formula(text: str, figure: Figure) -> bool:
    """Whether the number is an operand of printed arithmetic, not its result."""
    before = text[figure.num_start - 1] if figure.num_start else ""
    after = text[figure.end : figure.end + 1]
    if before in _TIMES or after in _TIMES:
        return True
    return after == "=" and before in _PLUS
