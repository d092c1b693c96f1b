"""From one loaded document to its figures with their meaning: the stages, composed.

``read_document`` is pure: the same document and rules give the same ``Reading``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace

from extract.context.frame import PARAGRAPH, Frame, Surroundings
from extract.context.sense import Sense
from extract.grids import grid
from extract.grids.cells import Cells, labelled
from extract.identity import identify, told_in, with_annex_years
from extract.lexicon import cues
from extract.masking import mask, names_in
from extract.meaning.refusal import named_operand, refuse_by_context, refuse_private
from extract.meaning.sentence import read_sentence
from extract.meaning.tabular import read_slot
from extract.meaning.totals import settle_totals
from extract.model import Document, Reading, Section, Source
from extract.numbers.figures import Figure
from extract.numbers.ranges import joined
from extract.numbers.scan import Refusal, scan
from extract.records import Analysis, mentions_of, private_spans, rejections_of
from extract.rulebook import Rulebook
from extract.text import years
from extract.text.repair import MatchingCopy, line_spans, repair
from extract.text.sections import Node, contents_lines, outline

_SENTENCE_END = re.compile(r"[。！？\n]")
_LONGEST = 2_000  # characters of a sentence; the longest list of duties has some 1,500


class _Layout:
    """Where the lines, the sections and the cells of tables stand."""

    def __init__(self, lines: list[tuple[int, int]], nodes: list[Node], cells: Cells) -> None:
        self.lines = lines
        self.cells = cells
        self._nodes = nodes
        self._starts = [node.start for node in nodes]

    def node_at(self, at: int) -> Node:
        """The innermost section at an offset."""
        return self._nodes[bisect_right(self._starts, at) - 1]


def read_document(source: Source, document: Document, rulebook: Rulebook) -> Reading:
    """Sections, mentions and rejections of one document."""
    analysis = analyse(document, source.path, rulebook, source.told)
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
        analysis.names,
        private_spans(analysis),
    )


def analyse(
    document: Document, name: str, rulebook: Rulebook, said: Mapping[str, str] | None = None
) -> Analysis:
    """Repair, outline, scan and read one document; ``said`` is what the user says of it."""
    copy = repair(document, rulebook.repairs)
    text = copy.text
    identity = identify(text, name, rulebook.identity, said)
    written = told_in(text, identity, rulebook.identity)
    lines = line_spans(text)
    contents = contents_lines(text, rulebook.sections, lines)
    told = [line for line in lines if line[0] not in contents] if contents else lines
    tables = grid.tables(text, told, rulebook.forms.header, rulebook.forms.value)
    levels = {copy.locate(b.start): b.level for b in document.blocks if b.level is not None}
    nodes = outline(text, rulebook.sections, _outside(told, tables), levels)
    found = list(scan(text, rulebook.figures))
    tags = cues.tag(text, rulebook.cues, _telling(lines, nodes, tables, found))
    news = identity.report_year is None and identity.doc_type == "other"
    seen_from = years.dated(text) if news else identity.report_year
    around = Surroundings(
        text,
        tags,
        years.told(years.marks(text), identity.report_year, written),
        rulebook.cues,
        rulebook.figures.units,
        rulebook.forms,
        identity.agency,
        seen_from,
        identity.doc_type == "budget",
        years.part_of_year(text),
        [node.start for node in nodes if node.rank == 1],
    )
    refusals = [f for f in found if isinstance(f, Refusal)]
    figures = joined(text, [f for f in found if isinstance(f, Figure)])
    layout = _Layout(lines, nodes, Cells(tables, rulebook.forms))
    senses = _read(figures, layout, around)
    identity = with_annex_years(identity, nodes)
    refuse_by_context(senses, text)
    _refuse_pages(senses, text, contents)
    settle_totals(senses, text, rulebook.cues)
    names = names_in(document.text)
    masked = mask(text, names)
    refuse_private(senses, text, masked)
    return Analysis(
        document, copy, identity, nodes, tags, senses, refusals, rulebook.labels, names, masked,
        rulebook.confidence,
    )  # fmt: skip


def _read(figures: list[Figure], layout: _Layout, around: Surroundings) -> list[Sense]:
    """Senses in text order: value cells of tables by their headers, everything else as prose."""
    read: list[Sense] = []
    at = 0
    for start, end in layout.lines:
        group = []
        while at < len(figures) and figures[at].start < end:
            group.append(figures[at])
            at += 1
        prose = []
        for figure in group:
            slot = layout.cells.slot_at(figure.num_start)
            node = layout.node_at(figure.start)
            sense = read_slot(slot, figure, node, around, read) if slot else None
            if sense is None:
                prose.append(figure)
            else:
                sense.table = layout.cells.table_at(figure.num_start)
                read.append(sense)
        if prose:
            read += _read_prose(start, end, prose, layout, around)
    return sorted(read, key=lambda sense: sense.figure.start)


def _read_prose(
    start: int, end: int, figures: list[Figure], layout: _Layout, around: Surroundings
) -> Iterator[Sense]:
    """The figures of one line, sentence by sentence; a cell's text is a line of its own."""
    text, cells = around.text, layout.cells
    project = cells.project_at(start)
    for first, last, part in cells.pieces(start, end, figures):
        frame = Frame(project=project, kept=PARAGRAPH if project else 0, scanned=first)
        label, goal = cells.label_at(first)
        for s, e, group in _sentences(text, first, last, part):
            node = layout.node_at(s)
            if label and label.end <= s:
                node = labelled(node, label)
            if goal:
                node = replace(node, goals=True)
            for sense in read_sentence((s, e), group, node, frame, around):
                if cells.is_rubric(sense.figure.start) and not named_operand(text, sense.figure):
                    sense.rejected = "rubric"
                yield sense


def _telling(
    lines: list[tuple[int, int]],
    nodes: list[Node],
    tables: list[grid.Table],
    found: list[Figure | Refusal],
) -> list[tuple[int, int]]:
    """All headings and tables, and the lines with a figure: the parts that are worth tagging."""
    starts = [f.start for f in found if isinstance(f, Figure)]
    kept = {(n.start, n.body) for n in nodes if n.body > n.start}
    kept.update((table.start, table.end) for table in tables)
    for start, end in lines:
        at = bisect_left(starts, start)
        if at < len(starts) and starts[at] < end:
            kept.add((start, end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(kept):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _refuse_pages(senses: list[Sense], text: str, contents: frozenset[int]) -> None:
    """Numbers without a unit in a table of contents (目录) count pages."""
    for sense in senses if contents else ():
        figure = sense.figure
        if not figure.unit_raw and text.rfind("\n", 0, figure.start) + 1 in contents:
            sense.rejected = "page_furniture"


def _outside(lines: list[tuple[int, int]], tables: list[grid.Table]) -> list[tuple[int, int]]:
    """The lines that stand in no table: only they can be headings."""
    starts = [table.start for table in tables]
    kept: list[tuple[int, int]] = []
    for line in lines:
        place = bisect_right(starts, line[0]) - 1
        if place < 0 or tables[place].end < line[0]:
            kept.append(line)
    return kept


def _sentences(
    text: str, start: int, end: int, figures: list[Figure]
) -> Iterator[tuple[int, int, list[Figure]]]:
    """``(start, end, figures)`` of the sentences of a line that hold figures."""
    at, floor = 0, start
    while at < len(figures):
        figure = figures[at]
        begin = max(floor, figure.start - _LONGEST)
        for stop_mark in "。！？":
            begin = max(begin, text.rfind(stop_mark, begin, figure.start) + 1)
        stop = _SENTENCE_END.search(text, figure.end, min(end, figure.end + _LONGEST))
        finish = stop.start() if stop else _cut(text, figure.end, end)
        group = []
        while at < len(figures) and figures[at].start < finish:
            group.append(figures[at])
            at += 1
        floor = max(finish, group[-1].end)
        yield begin, floor, group


def _cut(text: str, start: int, end: int) -> int:
    """Where a sentence without an end is taken to end: what is about it grows with the square."""
    if end - start <= _LONGEST:
        return end
    return max(text.rfind(c, start, start + _LONGEST) for c in "，；、") + 1 or start + _LONGEST


def _section(node: Node, copy: MatchingCopy) -> Section:
    start, end = copy.span(node.start, node.end)
    return Section(start, end, node.heading, node.level, node.kind, node.path, node.how)
