"""How the figures of one sentence get their meaning.

A figure is a satellite (share, growth, change, completion of another one: ``satellites``) or a
level (``levels``).
"""

from __future__ import annotations

import re

from extract.context.frame import PARAGRAPH, Frame, Surroundings
from extract.context.sense import Sense, Span
from extract.dimensions import naming, projects
from extract.dimensions.places import (
    larger_territory,
    other_territory,
    own_territory,
    region_above,
    region_of,
)
from extract.meaning import levels, periods, respective, satellites
from extract.meaning.candidates import ranked
from extract.meaning.unnamed import mark_parts
from extract.numbers.figures import Figure, formula_start
from extract.text.sections import Node

_BEFORE = 100  # characters of the line before a sentence that may say what it speaks of
_STOP = re.compile(r"[，；。：、）]|（(?:含|其中|包括|包含)")


def read_sentence(
    sentence: tuple[int, int],
    figures: list[Figure],
    node: Node,
    frame: Frame,
    around: Surroundings,
) -> list[Sense]:
    """The senses of the figures of the sentence at those offsets, in order."""
    text, (start, end) = around.text, sentence
    before = max(text.rfind("\n", 0, start) + 1, start - _BEFORE)
    context = f"{text[before:end]}|{'|'.join(node.path)}|{around.agency or ''}"
    span = Span(text, start, end, figures, node, context)
    intro = None if node.project else naming.introduced(text, start, end, node, around.rules)
    earlier = frame.last_level
    frame.begin(text, start, end, intro[0] if intro else None)
    reviewed = naming.reviewed(text, start, around.rules)
    if reviewed:
        frame.project, frame.kept = reviewed, PARAGRAPH
    frame.listed = naming.enumerated(text, start, end, figures, around.rules)
    frame.region = region_of(text, start, around.agency, around.rules.wording)
    frame.region = frame.region or region_above(node, around.agency, around.rules.wording)
    wording = around.rules.wording
    frame.region = frame.region or larger_territory(text, start, around.agency, wording)
    senses: list[Sense] = []
    for index, figure in enumerate(figures):
        sense = Sense(figure, node, sentence=sentence)
        sense.zone = max(start, figures[index - 1].end if index else start)
        following = figures[index + 1].start if index + 1 < len(figures) else end
        sense.limit = _limit(text, figure.end, following)
        _read(sense, span, frame, around)
        if intro and figure.start >= intro[1]:
            projects.take_project(sense, intro[0], senses, around)
        senses.append(sense)
        _hand_on(sense, frame)
    respective.deal_out(senses, span, around)
    levels.goals_before_results(senses, text)
    mark_parts(senses, earlier, text)
    return senses


def _hand_on(sense: Sense, frame: Frame) -> None:
    frame.last = sense
    if sense.is_level and sense.rejected is None and not sense.compared:
        frame.last_level = sense
        frame.levels = [*frame.levels[-7:], sense]
        if "fund_source" not in sense.dims and "item" not in sense.dims:
            frame.whole = sense


def _limit(text: str, start: int, end: int) -> int:
    """Where the words behind a figure end."""
    stop = _STOP.search(text, start, end)
    return stop.start() if stop else end


def _read(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> None:
    semicolon = _place(sense, span, around)
    sense.candidates = ranked(span, sense.placed(), around.tags, around.rules)[:8]
    direct = _project(sense, span, frame, around, semicolon)
    if not satellites.read(sense, span, frame, around):
        levels.read(sense, frame, around)
        if direct and sense.figure.kind == "money":
            projects.as_project_funds(sense, around)
    _where(sense, span, frame, around)
    if not sense.compared:
        periods.set_period(sense, span, frame, around)


def _place(sense: Sense, span: Span, around: Surroundings) -> bool:
    """Set where the figure's own words begin and end; whether a semicolon stands before them."""
    text, figure = around.text, sense.figure
    begin = formula_start(text, figure)
    sense.at = figure.start if begin is None else begin
    zone = min(sense.zone, sense.at)
    if begin is not None:
        zone = max(span.start, *(text.rfind(c, span.start, begin) + 1 for c in "。，"))
    semicolon = text.rfind("；", zone, sense.at)
    sense.zone = max(zone, semicolon + 1)
    return semicolon >= 0


def _project(sense: Sense, span: Span, frame: Frame, around: Surroundings, semicolon: bool) -> bool:
    """Set the project that the figure's words name; whether it is directly that project's money."""
    text, figure = around.text, sense.figure
    start = max(sense.zone - 1, 0, sense.at - 80)
    project, direct = naming.named(text, start, sense.at, around.rules)
    if sense.node.project and text.endswith(sense.node.project, start, sense.at):
        direct = True
    if project is None:
        project = frame.listed.get(figure.start) or naming.listed(sense, frame, around)
        direct = direct or project is not None
    if project is None:
        project = naming.received(sense, start, around)
        direct = project is not None
    if figure.kind == "money" and (named := project or sense.node.project):
        project = naming.spent_on(named, sense, around) or project
    if project is not None:
        frame.project, frame.kept = project, 0 if figure.start in frame.listed else 1
    elif semicolon and not (frame.of_paragraph or _listed_part(text, span.start, sense)):
        frame.project = None
    return direct


def _listed_part(text: str, start: int, sense: Sense) -> bool:
    """Whether the figure is one of a list of parts: 其中，临河县5079万元；安平县4035万元."""
    return sense.at - sense.zone < 15 and "其中" in text[start : sense.zone]


def _where(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> None:
    text, rules = around.text, around.rules
    if rules.territory.search(text, max(span.start, sense.at - 200), sense.at):
        sense.reach = "territory"
    elif rules.own_level.search(text, sense.zone, sense.at):
        sense.reach = "own_level"
    elif any(
        s.reach == "own_level" and "其中" in text[s.figure.end : sense.at] for s in frame.levels
    ):
        sense.reach = "own_level"  # a part of what is
    comma = text.rfind("，", sense.zone, sense.at)
    clause = 1 + max(comma, text.rfind("；", sense.zone, sense.at))
    if clause:
        own = region_of(text, clause, around.agency, rules.wording)
        own = own or larger_territory(text, clause, around.agency, rules.wording)
        frame.region = own or (None if own_territory(text, clause) else frame.region)
    heading = sense.node.project
    region = other_territory(heading, around.agency, rules.wording) if heading else None
    projects.set_project(sense, rules, frame.project, region or frame.region)
