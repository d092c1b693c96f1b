"""The unit of a cell's number (单元格单位): its row's, its column's, its target's, a caption's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from extract.context.sense import Sense
from extract.grids.slots import Slot
from extract.meaning.captions import caption_unit, in_unit, mixed
from extract.numbers.figures import Figure

if TYPE_CHECKING:
    from extract.context.frame import Surroundings

AMOUNTS = ("initial", "budget", "spent")
PERCENTS = ("rate", "growth", "share", "portion")
# money where a caption says so
_IN_CAPTIONED = ("resident", "employee", "this_year", "last_year", "year", "change", "left")
_SIGNS = {"≥": ">=", ">=": ">=", "≤": "<=", "<=": "<=", "＞": ">", ">": ">", "<": "<", "＜": "<"}


def with_unit(figure: Figure, slot: Slot, around: Surroundings, earlier: list[Sense]) -> Figure:
    """A bare cell takes the unit of its row, header, the row's target, or the caption."""
    if slot.sign in _SIGNS and figure.bound == "=":
        bound = _SIGNS[slot.sign]
        low, high = (figure.value, None) if bound[0] == ">" else (None, figure.value)
        figure = replace(figure, bound=bound, low=low, high=high)
    if figure.unit is not None or (figure.unit_raw and slot.role not in AMOUNTS):
        return figure
    word = slot.unit
    if slot.role in PERCENTS and not figure.unit_raw:
        word = "%"
    if word is None and slot.role in ("result", "target"):
        target = _target(slot, earlier)
        if target:
            scaled = in_unit(figure, target.unit_raw, around.units)
            near = _nearer(scaled.value, figure.value, target.value)
            return scaled if near else replace(figure, unit=target.unit)
    if word is None and slot.role in ("result", "target"):
        counted = around.forms.counted.search(slot.item)
        word = counted["unit"] if counted else None
    if figure.unit_raw:
        return replace(figure, unit=around.units.units["元"])
    if word is None and slot.role in AMOUNTS:
        word = caption_unit(around, figure.start) or "元"
    elif word is None and slot.role in _IN_CAPTIONED:
        word = caption_unit(around, figure.start)
        word = None if mixed(around, figure.start) else word
    return in_unit(figure, word, around.units) if word else figure


def _target(slot: Slot, earlier: list[Sense]) -> Figure | None:
    """The target in the same row, with its unit: 指标值 ≥95%, 完成值 96."""
    for sense in reversed(earlier[-6:]):
        same_row = sense.cell is not None and sense.cell[0] == slot.row
        if same_row and sense.measure == "target" and sense.figure.unit:
            return sense.figure
    return None


def _nearer(scaled: Decimal, plain: Decimal, target: Decimal) -> bool:
    """Whether a result is of the target's size only in its scale: ≤60万元, 58.4."""
    if min(scaled, plain, target) <= 0 or scaled == plain:
        return False
    return max(scaled / target, target / scaled) < max(plain / target, target / plain)
