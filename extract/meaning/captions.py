"""Units that stand elsewhere: in a caption (单位：万元), a column's header, a catalogue row."""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING

from extract.numbers.figures import Figure, scaled
from extract.numbers.units import UnitRules

if TYPE_CHECKING:
    from extract.context.frame import Surroundings

_CAPTION = re.compile(
    r"(?:单位[：:]?\t?(?:[人户家个件次%]{1,2}[、/，])?|[（(])(?P<unit>亿元|万元|千元|元)[）)]?"
)


_MIXED = re.compile(r"单位[：:]?\t?[人户家个件次%]{1,2}[、/，]")


def mixed(around: Surroundings, at: int) -> bool:
    """Whether the last caption before ``at`` names other units than money too (单位：人、万元)."""
    place = bisect_right(around.captions or [], (at, "\uffff")) - 1
    captions = around.captions or []
    return place >= 0 and _MIXED.match(around.text, captions[place][0]) is not None


_FIELD = re.compile(r"(?<![^\n])项目名称[：:\t]?(?P<name>[^\n\t|，。：]{4,60})(?![^\n])")


def project_field(around: Surroundings, at: int) -> str | None:
    """The project that the last line 项目名称 before ``at`` names, in the same part."""
    if around.fields is None:
        around.fields = [(m.start(), m["name"]) for m in _FIELD.finditer(around.text)]
    place = bisect_right(around.fields, (at, "\uffff")) - 1
    if place < 0:
        return None
    start, name = around.fields[place]
    part = bisect_right(around.parts, at) - 1
    return name if part < 0 or around.parts[part] <= start else None


def caption_unit(around: Surroundings, at: int) -> str | None:
    """The money unit of the last caption or header before ``at`` in the same part (单位：万元)."""
    if around.captions is None:
        around.captions = [(m.start(), m["unit"]) for m in _CAPTION.finditer(around.text)]
    place = bisect_right(around.captions, (at, "\uffff")) - 1
    after = around.captions[place + 1] if place + 1 < len(around.captions) else None
    if after and "\n" not in around.text[at : after[0]]:
        return after[1]  # the unit closes the line: …=97.73%（单位：万元）
    if place < 0:
        return None
    start, unit = around.captions[place]
    part = bisect_right(around.parts, at) - 1
    return unit if part < 0 or around.parts[part] <= start else None


def in_unit(figure: Figure, word: str, units: UnitRules) -> Figure:
    """The figure in a unit that stands elsewhere: ``万元`` is a scale and 元."""
    tail = units.tail.match(word)
    if tail is None or not tail["unit"]:
        return figure
    unit = units.units[tail["unit"]]
    scale = units.scales.get(tail["scale"] or "", Decimal(1)) * unit.factor
    return scaled(figure, unit, scale)
