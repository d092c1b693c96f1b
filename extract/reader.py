"""From one loaded document to its figures with their meaning: the stages, composed.

``read_document`` is pure: the same document and rules give the same ``Reading``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from . import cues, forms, grid, years
from .figures import Figure, Refusal, joined, scan
from .identity import identify
from .meaning import Frame, Surroundings, read_sentence
from .model import Document, Identity, Reading, Section, Source
from .records import mentions_of, rejections_of
from .refusal import named_operand, refuse_by_context
from .repair import MatchingCopy, repair
from .rulebook import Rulebook
from .sections import Node, outline
from .sense import Sense
from .totals import settle_totals
from .tabular import read_slot

_SENTENCE_END = re.compile(r"[。！？\n]")


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything known about one document, in terms of the matching copy."""

    document: Document
    copy: MatchingCopy
    identity: Identity
    nodes: list[Node]
    tags: cues.Tags
    senses: list[Sense]
    refusals: list[Refusal]


def read_document(source: Source, document: Document, rulebook: Rulebook) -> Reading:
    """Sections, mentions and rejections of one document."""
    analysis = analyse(document, source.path, rulebook)
    mentions = mentions_of(analysis)
    return Reading(
        source,
        document,
        analysis.identity,
        tuple(_section(node, analysis.copy) for node in analysis.nodes if node.end > node.start),
        mentions,
        rejections_of(analysis, mentions),
        document.status,
        document.reason,
    )


def analyse(document: Document, name: str, rulebook: Rulebook) -> Analysis:
    """Repair, outline, scan and read one document."""
    copy = repair(document, rulebook.repairs)
    text = copy.text
    identity = identify(text, name, rulebook.identity)
    lines = _lines(text)
    tables = grid.tables(text, lines, rulebook.forms.header, rulebook.forms.value)
    nodes = outline(text, rulebook.sections, _outside(lines, tables))
    tags = cues.tag(text, rulebook.cues)
    around = Surroundings(
        text, tags, years.marks(text), rulebook.cues, rulebook.figures.units,
        rulebook.forms, identity.agency, identity.report_year,
        [node.start for node in nodes if node.rank == 1],
    )
    found = list(scan(text, rulebook.figures))
    refusals = [f for f in found if isinstance(f, Refusal)]
    figures = joined(text, [f for f in found if isinstance(f, Figure)])
    senses = list(_read(text, lines, nodes, figures, around, rulebook.forms, tables))
    refuse_by_context(senses, text)
    settle_totals(senses, text, rulebook.cues)
    return Analysis(document, copy, identity, nodes, tags, senses, refusals)


def _read(
    text: str,
    lines: list[tuple[int, int]],
    nodes: list[Node],
    figures: list[Figure],
    around: Surroundings,
    rules: forms.FormRules,
    tables: list[grid.Table],
) -> Iterator[Sense]:
    """Senses in text order: value cells of tables by their headers, everything else as prose."""
    starts = [node.start for node in nodes]
    slots, rubrics = _slots(tables, rules)
    earlier: list[Sense] = []
    at = 0
    for start, end in lines:
        group = []
        while at < len(figures) and figures[at].start < end:
            group.append(figures[at])
            at += 1
        prose = []
        for figure in group:
            slot = _slot_at(slots, figure)
            if slot is None:
                prose.append(figure)
                continue
            node = nodes[bisect_right(starts, figure.start) - 1]
            earlier.append(read_slot(slot, figure, node, around, rules, earlier))
        frame = Frame()
        for s, e, part in _sentences(text, start, end, prose):
            node = nodes[bisect_right(starts, s) - 1]
            read = read_sentence(s, e, part, node, frame, around)
            for sense in read:
                if _inside(rubrics, sense.figure.start) and not named_operand(text, sense.figure):
                    sense.rejected = "rubric"
            earlier += read
    earlier.sort(key=lambda sense: sense.figure.start)
    yield from earlier


def _outside(lines: list[tuple[int, int]], tables: list[grid.Table]) -> list[tuple[int, int]]:
    """The lines that stand in no table: only they can be headings."""
    starts = [table.start for table in tables]
    kept = []
    for line in lines:
        place = bisect_right(starts, line[0]) - 1
        if place < 0 or tables[place].end < line[0]:
            kept.append(line)
    return kept


def _slots(
    tables: list[grid.Table], rules: forms.FormRules
) -> tuple[list[forms.Slot], list[tuple[int, int]]]:
    """The value cells of all tables, and the cells that hold marking rules."""
    found: list[forms.Slot] = []
    rubrics: list[tuple[int, int]] = []
    for table in tables:
        found += forms.slots(table, rules)
        rubrics += [
            (c.start, c.end) for row in table.rows for c in row
            if len(c.text) > 3 and rules.rubric.search(c.text)
        ]
    return found, sorted(rubrics)


def _slot_at(slots: list[forms.Slot], figure: Figure) -> forms.Slot | None:
    place = bisect_right(slots, figure.num_start, key=lambda slot: slot.cell.start) - 1
    if place >= 0 and slots[place].cell.end > figure.num_start:
        return slots[place]
    return None


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    place = bisect_right(spans, (at, 1 << 60)) - 1
    return place >= 0 and spans[place][1] > at


def _lines(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _sentences(
    text: str, start: int, end: int, figures: list[Figure]
) -> Iterator[tuple[int, int, list[Figure]]]:
    """``(start, end, figures)`` of the sentences of a line that hold figures."""
    at = 0
    while at < len(figures):
        figure = figures[at]
        head = max(text.rfind(c, start, figure.start) + 1 for c in "。！？")
        begin = max(start, head)
        stop = _SENTENCE_END.search(text, figure.end, end)
        finish = stop.start() if stop else end
        group = []
        while at < len(figures) and figures[at].start < finish:
            group.append(figures[at])
            at += 1
        yield begin, finish, group


def _section(node: Node, copy: MatchingCopy) -> Section:
    start, end = copy.span(node.start, node.end)
    return Section(start, end, node.heading, node.level, node.kind, node.path, node.how)
