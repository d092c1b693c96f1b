"""What a row and its column name together: 行政人员 below 编制数 is 行政人员编制数.

The words of a table's cells are put together as a sentence would, and read by the same phrases.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from extract.context.frame import Named, Surroundings
from extract.context.sense import Span
from extract.dimensions.scope import CODED
from extract.lexicon import cues
from extract.meaning.candidates import ranked
from extract.numbers.figures import moved
from extract.numbers.units import Unit
from extract.text.sections import Node

if TYPE_CHECKING:
    from extract.context.sense import Sense
    from extract.grids.slots import Slot
    from extract.numbers.figures import Figure

_TITLE_REACH, _TITLE_LONGEST = 90, 40  # characters above a table's header, and of one line there
_LISTED = frozenset({"three_public", "procurement", "staff", "assets"})
SOURCES = frozenset({"revenue_fiscal", "revenue_general_budget", "revenue_government_fund"})
_NOWHERE = Node(0, 0, 0, "", 0, "other", "table")


def named(words: str, figure: Figure, context: str, around: Surroundings) -> Named | None:
    """What ``words`` (at most some cells) name, for a figure of this class of unit."""
    if not words:
        return None
    key = (words, figure.kind, figure.unit.base if figure.unit else "")
    if key not in around.named:
        around.named[key] = _named(words, figure, context, around)
    return around.named[key]


def _named(words: str, figure: Figure, context: str, around: Surroundings) -> Named | None:
    tags = cues.tag(words, around.rules)
    at = len(words)
    placed = moved(figure, at, figure.unit)
    span = Span(words, 0, at, (), _NOWHERE, f"{words}|{context}")
    found = [c for c in ranked(span, placed, tags, around.rules) if c.place == "left"]
    if not found or found[0].score < around.rules.settings["threshold"]:
        return None
    best = found[0]
    dims = _dimensions(tags, best.rule.indicator.dims) | dict(best.rule.dims)
    return Named(best.rule, best.score, dims, best.start, best.end)


def dimensions(words: str, wanted: tuple[str, ...], around: Surroundings) -> dict[str, str]:
    """The coded dimensions among ``wanted`` that some words name."""
    return _dimensions(cues.tag(words, around.rules), wanted) if words else {}


def _dimensions(tags: cues.Tags, wanted: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, _, meanings in tags.dimensions:
        for cue in meanings:
            if cue.name in CODED and cue.name in wanted:
                found[cue.name] = cue.value
    return found


def as_money(figure: Figure, slot: Slot, around: Surroundings) -> Figure:
    """A bare number as an amount, where its row's label is that of one: 外事接待费."""
    if figure.kind != "bare" or not around.forms.money.search(slot.item):
        return figure
    return replace(figure, unit=Unit("元", "money", Decimal(1)))


def by_header(sense: Sense, slot: Slot, around: Surroundings) -> None:
    """What a column names that has no role: 参保人数, 当年基金收入.

    A phrase that joins the row's words to it says more: 行政人员 and 编制数.
    """
    header = (slot.header.text if slot.header else "") + (slot.sub.text if slot.sub else "")
    context = _context(sense, slot, around)
    figure = as_money(sense.figure, slot, around)
    own = named(header, figure, context, around)
    # 行政人员 below 在职人数 is said 行政人员在职人数 or 行政在职人数
    for item in dict.fromkeys((slot.item, around.forms.left_out.sub("", slot.item))):
        both = named(item + header, figure, context, around) if item else None
        if both and (own is None or _joins(both, item)):
            _say(sense, slot, both)
            return
    _say(sense, slot, own)


def _joins(said: Named, item: str) -> bool:
    """Whether the phrase begins in the row's label and ends in the header."""
    return said.start < len(item) < said.end


def by_words(sense: Sense, slot: Slot, words: str, around: Surroundings) -> None:
    """What some words of the table name: 基本医疗保险 in the part 参保人数."""
    _say(sense, slot, named(words, sense.figure, _context(sense, slot, around), around))


def by_title(sense: Sense, slot: Slot, around: Surroundings) -> bool:
    """What the total of a table is that says what it lists: 三公经费支出决算表."""
    said = named(title_of(slot, around), sense.figure, "", around)
    if said is None or said.rule.indicator.family not in _LISTED:
        return False
    _say(sense, slot, said)
    return True


def names_only_source(sense: Sense) -> bool:
    """Whether the column says nothing, or only whose money it is: 其中：公共预算财政拨款."""
    return sense.indicator is None or sense.indicator.id in SOURCES


def part_of_last(slot: Slot) -> bool:
    """Whether the column is a part of the one before it: 其中：公共预算财政拨款."""
    return slot.header is not None and slot.header.text.startswith("其中")


def _context(sense: Sense, slot: Slot, around: Surroundings) -> str:
    return f"{title_of(slot, around)}|{'|'.join(sense.node.path)}|{around.agency or ''}"


def _say(sense: Sense, slot: Slot, said: Named | None) -> None:
    if said is None:
        return
    sense.indicator, sense.rule, sense.score = said.rule.indicator, said.rule.id, said.score
    sense.dims.update(said.dims)
    if said.rule.measure and slot.role in ("named", ""):
        sense.measure = said.rule.measure


def title_of(slot: Slot, around: Surroundings) -> str:
    """What the table says of itself: its own first row, or the line above it."""
    if slot.title:
        return slot.title
    head = slot.header.start if slot.header else slot.cell.start
    head = around.text.rfind("\n", 0, head) + 1
    lines = f"\n{around.text[max(0, head - _TITLE_REACH) : head]}".rsplit("\n", 3)
    return "\n".join(line for line in lines[1:] if len(line) <= _TITLE_LONGEST)
