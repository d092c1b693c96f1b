"""Senses become ``Mention`` and ``Rejection`` rows: back from the copy to the text as loaded."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.context.sense import Sense
from extract.lexicon.cues import Tags
from extract.lexicon.labels import LabelRules, head
from extract.meaning.confidence import ConfidenceModel, Whole, confidence_of, whole_of
from extract.model import Block, Box, Document, Identity, Mention, Rejection, Span
from extract.numbers.scan import Refusal
from extract.text.repair import MatchingCopy
from extract.text.sections import Node
from extract.text.years import as_of

_DIGITS = re.compile(r"\d+")
_HIDDEN = re.compile("■+")
_CLAUSE_END = re.compile(r"[，；。：、（\t]")
_LABEL_TAIL = re.compile(r"(?:达到?|为|是|共计?|了|约|均|[（：:，、]|已|分别|\s)+\Z")
_TAIL_ENDS = frozenset("达到为是共计了约均（：:，、已别")  # the last characters of what it finds


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything known about one document, in terms of the matching copy."""

    document: Document
    copy: MatchingCopy
    identity: Identity
    nodes: list[Node]
    tags: Tags
    senses: list[Sense]
    refusals: list[Refusal]
    labels: LabelRules
    names: frozenset[str]  # of private persons
    masked: str  # the copy without them
    confidence: ConfidenceModel


def mentions_of(analysis: Analysis) -> tuple[Mention, ...]:
    """One mention for each sense that was not rejected, in text order."""
    kept = [s for s in analysis.senses if s.rejected is None]
    masked = analysis.masked
    labels = _labels(analysis, masked)
    blocks = analysis.document.blocks
    starts = [b.start for b in blocks]
    whole = whole_of(analysis.senses, analysis.refusals, analysis.identity.report_year)
    mentions = [
        _mention(sense, analysis, (label, masked), blocks, starts, whole=whole)
        for sense, label in zip(kept, labels, strict=True)
    ]
    return tuple(_placed(_doubted(mentions, analysis.document.unsure), analysis.document))


def _placed(mentions: list[Mention], document: Document) -> list[Mention]:
    """The mentions with page and box, where the format has pages."""
    if document.places is None or not mentions:
        return mentions
    places = document.places([(m.start, m.end) for m in mentions])
    return [
        m if p is None else m._replace(page=p.page, bbox=_printed(p.box))
        for m, p in zip(mentions, places, strict=True)
    ]


def _printed(box: Box | None) -> str | None:
    return ",".join(f"{edge:.1f}" for edge in box) if box else None


def _doubted(mentions: list[Mention], unsure: Sequence[Span]) -> list[Mention]:
    """The mentions; those that touch characters read with low confidence are flagged."""
    if not unsure:
        return mentions
    ends = [end for _, end in unsure]  # spans are in order and apart
    found = []
    for m in mentions:
        at = bisect_right(ends, m.start)
        doubtful = at < len(unsure) and unsure[at][0] < m.end
        found.append(m._replace(flags=(*m.flags, "ocr_unsure")) if doubtful else m)
    return found


def _mention(
    sense: Sense,
    analysis: Analysis,
    words: tuple[str, str],  # the label, and the masked copy
    blocks: Sequence[Block],
    starts: list[int],
    *,
    whole: Whole,
) -> Mention:
    figure, copy, (label, masked) = sense.figure, analysis.copy, words
    start, end = copy.span(figure.start, figure.end)
    block = blocks[bisect_right(starts, start) - 1] if blocks and start >= starts[0] else None
    flags: tuple[str, ...] = ()
    if figure.flags or sense.flags:
        flags = tuple(dict.fromkeys([f for f in figure.flags if f != "range"] + sense.flags))
    s0, s1 = sense.sentence
    cell = sense.cell or (None, None)
    unit, node, anchor = figure.unit, sense.node, sense.anchor
    in_row = block is not None and block.table is not None
    return Mention(  # in the order of its fields: to pass them by name takes twice as long
        start,
        end,
        analysis.document.text[start:end],
        figure.value,
        unit.base if unit else "",
        figure.per,
        figure.low,
        figure.high,
        figure.approx,
        figure.bound,
        figure.raw,
        figure.unit_raw,
        sense.indicator.id if sense.indicator else None,
        sense.measure,
        sense.year,
        sense.period_kind,
        as_of(copy.text, s0, figure.start) if s1 else None,
        sense.stage if sense.measure == "budget" else None,
        sense.base_year,
        copy.origin[anchor.figure.start] if anchor and anchor.rejected is None else None,
        sense.reach,
        label,
        {k: _as_printed(k, v, figure.end, analysis) for k, v in sense.dims.items()},
        masked[s0:s1][:400],
        node.path,
        node.kind,
        block.page if block else None,
        None,  # the box is known later
        block.table if block and in_row else sense.table,
        block.row if block and in_row else cell[0],
        cell[1],
        sense.rule,
        confidence_of(sense, whole, analysis.confidence),
        flags,
    )


_NAMES = frozenset({"project", "item", "function"})


def _as_printed(name: str, value: str, at: int, analysis: Analysis) -> str:
    """A name as the loaded text writes it, quotation marks included, blanks left out."""
    if name not in _NAMES or "/" in value:
        return value
    copy = analysis.copy
    place = copy.text.rfind(value, max(0, at - 6000), at + 60)
    if place < 0:
        return value
    start, end = copy.span(place, place + len(value))
    text = analysis.document.text
    if start and text[start - 1] in '“"' and any(c in text[start:end] for c in '”"'):
        start -= 1
    return "".join(text[start:end].split())


def _labels(analysis: Analysis, masked: str) -> Iterator[str]:
    """The label of each sense that was not rejected: its cells', else out of its own words.

    Words are looked up in the dictionary only where no indicator says what the figure is.
    """
    heads: dict[int, str] = {}  # by the figure's start
    last = -1, ""  # the sentence and the head of the figure before
    for at, sense in enumerate(analysis.senses):
        if sense.indicator or sense.label:
            label = sense.label or _tail(masked, sense.sentence[0], sense.figure.start)
        else:
            label = _head(analysis, masked, at)
            anchor = sense.anchor.figure.start if sense.anchor and not sense.is_level else -1
            if anchor in heads:  # a share or a growth is about what its figure is about
                label = heads[anchor]
            elif not label and last[0] == sense.sentence[0]:
                label = last[1]
        heads[sense.figure.start] = label
        if label:
            last = sense.sentence[0], label
        if sense.rejected is None:
            yield label


def _head(analysis: Analysis, masked: str, at: int) -> str:
    """The head phrase between the figures before and behind, within the sentence."""
    senses, figure = analysis.senses, analysis.senses[at].figure
    first, last = senses[at].sentence
    if at and senses[at - 1].figure.start >= first:
        first = max(first, senses[at - 1].figure.end)
    if at + 1 < len(senses):
        last = min(last, senses[at + 1].figure.start)
    unit = figure.unit.base if figure.unit else ""
    span = figure.start, figure.end
    return head(masked, span, (first, last), unit, analysis.labels).label


def _tail(text: str, start: int, end: int) -> str:
    """The words of the figure's own clause before it."""
    words = _CLAUSE_END.split(text[max(start, end - 60) : end])[-1]
    if words[-1:] in _TAIL_ENDS or words[-1:].isspace():
        words = _LABEL_TAIL.sub("", words)
    return words[-30:]


def rejections_of(analysis: Analysis, mentions: tuple[Mention, ...]) -> tuple[Rejection, ...]:
    """A row with its reason for each run of digits that no mention covers."""
    text = analysis.document.text
    reasons = _reasons(analysis)
    starts = [start for start, _, _ in reasons]
    rows, at = [], 0
    for run in _DIGITS.finditer(text):
        start, end = run.span()
        while at < len(mentions) and mentions[at].end <= start:
            at += 1
        if at < len(mentions) and mentions[at].start <= start and end <= mentions[at].end:
            continue
        place = bisect_right(starts, start) - 1
        reason = "other"
        if place >= 0 and reasons[place][1] > start:
            reason = reasons[place][2]
        rows.append(Rejection(start, end, run.group(), reason))
    return tuple(rows)


def private_spans(analysis: Analysis) -> tuple[tuple[int, int], ...]:
    """Where the loaded text holds what is masked, in order."""
    own = analysis.copy.text
    runs = (run.span() for run in _HIDDEN.finditer(analysis.masked))
    return tuple(analysis.copy.span(a, b) for a, b in runs if own[a:b] != analysis.masked[a:b])


def _reasons(analysis: Analysis) -> list[tuple[int, int, str]]:
    """Spans of the loaded text that are known to hold no figure, in order."""
    copy = analysis.copy
    spans = list(_repaired(analysis))
    spans += [(*copy.span(r.start, r.end), r.reason) for r in analysis.refusals]
    spans += [
        (*copy.span(s.figure.num_start, s.figure.num_end), s.rejected)
        for s in analysis.senses
        if s.rejected
    ]
    return sorted(spans)


def _repaired(analysis: Analysis) -> Iterator[tuple[int, int, str]]:
    for repair in analysis.copy.repairs:
        if repair.rule in ("word_marks", "latex", "address"):
            yield repair.start, repair.end, "markup"
        elif repair.rule in ("dashed_number", "page_of", "page_edge", "furniture"):
            yield repair.start, repair.end, "page_furniture"
