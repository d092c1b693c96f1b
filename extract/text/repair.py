"""The matching copy: the text as it must have been meant, with a map back to the text as loaded.

Rules read the copy, spans point into the loaded text. Every repair only takes characters out or
exchanges one character for one, so that the map stays exact: ``copy.span(a, b)`` gives the loaded
span of ``copy.text[a:b]``. Which repairs there are stands in ``patterns/repairs.toml``.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from extract.model import Document
from extract.text.characters import Exchange, exchanged
from extract.text.gaps import ColumnRules, GapRules, columns, side_by_side


class Repair(NamedTuple):
    """One place that was mended: ``start:end`` of the loaded text, and by which rule."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class MatchingCopy:
    """``text`` is what rules read; ``origin[i]`` is the loaded offset of ``text[i]``."""

    text: str
    origin: array[int]
    repairs: tuple[Repair, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The loaded span of a non-empty span of the copy."""
        return self.origin[start], self.origin[end - 1] + 1

    def locate(self, offset: int) -> int:
        """The place in the copy of the first kept character at or after a loaded offset."""
        return bisect_left(self.origin, offset)


@dataclass(frozen=True, slots=True)
class Cut:
    """One rule of ``[[cut]]``: what it takes out."""

    id: str
    pattern: re.Pattern[str]
    put: str = ""  # one character that takes the place of what is cut
    needs: tuple[str, ...] = ("",)  # one of these stands in all that it takes out


@dataclass(frozen=True, slots=True)
class JoinRules:
    """When a line goes on in the next one."""

    widest: float
    narrowest: float
    share: float
    stops: str
    open_ends: str
    closing_starts: str
    never_after: re.Pattern[str]
    never_before: re.Pattern[str]
    unit_start: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class RepairRules:
    """Everything of ``repairs.toml``, compiled."""

    characters: Exchange  # one for one, before everything else
    columns: ColumnRules
    cuts: tuple[Cut, ...]
    furniture: tuple[Cut, ...]
    join: JoinRules
    gaps: GapRules


# both begin with their character, which ``re`` then looks for at full speed
_COMMA = re.compile(r",(?:(?! ?[0-9]|\n[0-9]{3}(?![0-9年]))|(?<![0-9],)(?<![0-9] ,))")
# A Latin full stop between Chinese words ends a sentence like 。
_STOP = re.compile(r"\.(?<=[\u4e00-\u9fff%）]\.)(?=[ \n]|(?![年月次])[\u4e00-\u9fff])")


_PLACES = array("l", range(1 << 15))  # as many as most texts have characters: fast to copy


def repair(document: Document, rules: RepairRules) -> MatchingCopy:
    """The matching copy of ``document``."""
    text = _STOP.sub("。", _COMMA.sub("，", exchanged(document.text, rules.characters)))
    text = columns(text, rules.gaps)
    size = len(text)
    origin = _PLACES[:size] if size <= len(_PLACES) else array("l", range(size))
    copy = MatchingCopy(text, origin)
    for cut in rules.cuts:
        if cut.id == rules.columns.before:
            copy = MatchingCopy(side_by_side(copy.text, rules.columns), copy.origin, copy.repairs)
        if any(words in copy.text for words in cut.needs):
            group = cut.pattern.groupindex.get("cut", 0)
            cuts = ((*m.span(group), cut.id) for m in cut.pattern.finditer(copy.text))
            copy = _without(copy, cuts, cut.put)
    copy = _without(copy, _marked_furniture(copy, document))
    copy = _without(copy, _furniture(copy, document, rules.furniture))
    return _without(copy, _line_breaks(copy.text, rules.join))


def _without(
    copy: MatchingCopy, spans: Iterable[tuple[int, int, str]], put: str = ""
) -> MatchingCopy:
    """The copy with the given spans (in order, not overlapping) taken out or exchanged."""
    text, places = copy.text, copy.origin
    pieces: list[str] = []
    origin = array("l")
    repairs: list[Repair] = []
    last = 0
    for start, end, rule in spans:
        if start < last or start == end:
            continue
        pieces += (text[last:start], put)
        origin += places[last : start + len(put)]
        repairs.append(Repair(places[start], places[end - 1] + 1, rule))
        last = end
    if not pieces:
        return copy
    pieces.append(text[last:])
    origin += places[last:]
    return MatchingCopy("".join(pieces), origin, (*copy.repairs, *repairs))


def line_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every line."""
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _marked_furniture(copy: MatchingCopy, document: Document) -> Iterator[tuple[int, int, str]]:
    """Blocks that the loader knows to belong to the page."""
    for block in document.blocks:
        if block.kind == "furniture":
            start, end = copy.locate(block.start), copy.locate(block.end)
            if start < end:
                yield start, end, "furniture"


def _furniture(
    copy: MatchingCopy, document: Document, rules: tuple[Cut, ...]
) -> list[tuple[int, int, str]]:
    """Lines that belong to the page: numbered by shape, or bare and repeated at page edges."""
    edges = _page_edges(copy, document)
    found = []
    for start, end in line_spans(copy.text):
        line = copy.text[start:end]
        if not line or len(line) > 60:
            continue
        rule = next((r.id for r in rules if r.pattern.fullmatch(line)), None)
        if rule is None and (start in edges) and (line.isdigit() or edges[start] >= 3):
            rule = "page_edge"
        if rule:
            found.append((start, end, rule))
    return found


def _page_edges(copy: MatchingCopy, document: Document) -> dict[int, int]:
    """Line start → on how many pages that first or last line stands, for paged formats."""
    pages: dict[int, list[int]] = {}
    for block in document.blocks:
        if block.page is not None:
            pages.setdefault(block.page, []).append(block.start)
            pages[block.page].append(block.end)
    if len(pages) < 2:
        return {}
    starts, ends = _line_index(copy.text)
    words: dict[int, str] = {}
    for offsets in pages.values():
        first = copy.locate(min(offsets))
        last = copy.locate(max(offsets)) - 1
        for place in (first, last):
            at = bisect_left(ends, place)
            while at < len(starts) and starts[at] == ends[at] and place == first:
                at += 1
            while at > 0 and at < len(starts) and starts[at] == ends[at]:
                at -= 1
            if at < len(starts):
                words[starts[at]] = copy.text[starts[at] : ends[at]].strip("0123456789")
    counts: dict[str, int] = {}
    for word in words.values():
        counts[word] = counts.get(word, 0) + 1
    return {start: counts[word] if word else 0 for start, word in words.items()}


def _line_index(text: str) -> tuple[list[int], list[int]]:
    spans = line_spans(text)
    return [s for s, _ in spans], [e for _, e in spans]


def _width(line: str) -> float:
    return len(line.encode("gb18030", "replace")) / 2


def _line_breaks(text: str, rules: JoinRules) -> list[tuple[int, int, str]]:
    """Breaks inside a sentence or a figure: between a line that goes on and the next one."""
    lines = [(s, e) for s, e in line_spans(text) if e > s]
    plain = [(s, e) for s, e in lines if "\t" not in text[s:e]]
    widths = sorted(_width(text[s:e]) for s, e in plain if e - s > 8)
    usual = widths[int(len(widths) * 0.85)] if widths else 0.0
    limit = max(rules.narrowest, min(rules.widest, rules.share * usual))
    found = []
    for (start, end), (next_start, next_end) in pairwise(lines):
        if _goes_on(
            text[start:end], text[next_start : min(next_end, next_start + 80)], limit, rules
        ):
            found.append((end, next_start, "line_break"))
    return found


def _prose_figure(following: str, rules: JoinRules) -> bool:
    """Whether a line begins with a figure that the line before it was leading up to."""
    number = _LEADING_NUMBER.match(following)
    return number is not None and rules.unit_start.match(following, number.end()) is not None


_CUT_NUMBER = re.compile(r"[^\n][0-9][.,]\Z")
_SCALED = re.compile(r"[0-9][万亿]\Z")
_LEADING_NUMBER = re.compile(r"[0-9][0-9,.]{0,20}")
_BARE = re.compile(r"[0-9][0-9,]{0,15}(?:\.[0-9]{1,6})?%?\Z")


def _goes_on(line: str, following: str, limit: float, rules: JoinRules) -> bool:
    if line[-1] in rules.stops or _in_table(line) or _in_table(following):
        return False
    if _is_cell(line, following):
        return False
    if rules.never_before.match(following) and line[-1] not in "，、（《":
        return False
    if line[-1] in rules.open_ends or following[0] in rules.closing_starts:
        return True
    if _figure_goes_on(line, following, rules):
        return True
    return _width(line) >= limit and not rules.never_after.search(line)


def _in_table(line: str) -> bool:
    return "\t" in line or "|" in line


def _figure_goes_on(line: str, following: str, rules: JoinRules) -> bool:
    """Whether the break parts a figure: 3万⏎元, 1,⏎204, 34⏎人次; or the words from their figure."""
    if following[0].isdigit():
        return _CUT_NUMBER.search(line) is not None or (
            "，" in line and _prose_figure(following, rules)
        )
    if following[0] == "元" and _SCALED.search(line):
        return True
    return line[-1].isdigit() and rules.unit_start.match(following) is not None


def _is_cell(line: str, following: str) -> bool:
    """Whether a line of nothing but a number, or a dash, is a cell of its own."""
    if line[-1] in "—-－–/" and not line.strip("—-－–/ "):
        return True
    if not following[0].isdigit() or line[-1] in "，、（(,.—-~～":
        return False
    return _BARE.match(following) is not None
