"""How the figures of one sentence get their meaning.

A figure is a satellite (share, growth, change, completion of another one: ``satellites``) or a
level (``levels``). A frame hands on what stays the same from figure to figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extract.dimensions import naming, projects
from extract.dimensions.places import (
    larger_territory,
    other_territory,
    own_territory,
    region_above,
    region_of,
)
from extract.grids.crossed import Named
from extract.grids.slots import FormRules, Statement
from extract.lexicon.cues import CueRules, Tags
from extract.meaning import levels, periods, respective, satellites
from extract.meaning.candidates import ranked
from extract.meaning.sense import Sense, Span
from extract.meaning.unnamed import mark_parts
from extract.meaning.years import (
    YearMark,
)
from extract.numbers.figures import Figure, formula_start
from extract.numbers.units import UnitRules
from extract.text.sections import Node

_RUN_IN = re.compile(r"(?:(?<![^\n\t])|(?<=[。；]))(?P<label>[^，。；：0-9\n]{2,28})：")
_BEFORE = 100  # characters of the line before a sentence that may say what it speaks of
_STOP = re.compile(r"[，；。：、）]")


@dataclass(slots=True)
class Surroundings:
    """What a sentence knows about its document."""

    text: str
    tags: Tags
    years: list[YearMark]
    rules: CueRules
    units: UnitRules
    forms: FormRules
    agency: str | None
    report_year: int | None
    planned: bool  # a budget: what it states is planned where nothing else is said
    partial: bool  # it tells of less than a year
    parts: list[int]  # where the document's outermost parts begin
    captions: list[tuple[int, str]] | None = None  # money units of captions, found when needed
    fields: list[tuple[int, str]] | None = None  # lines that name a project, found when needed
    named: dict[tuple[str, str, str], Named | None] = field(default_factory=dict)  # by words
    # by where a table begins: which statement it is, and whether that is a plan
    statements: dict[int, tuple[Statement | None, bool]] = field(default_factory=dict)


class Frame:
    """What is handed on from figure to figure within a line."""

    last_level: Sense | None = None
    whole: Sense | None = None  # the last level that is no part of another one
    last: Sense | None = None
    part: str | None = None
    region: str | None = None  # another territory that the sentence begins with
    topic: tuple[int, int] | None = None  # a run-in label: 人员类：…
    total: Sense | None = None  # whose parts a sentence that begins with 其中 lists

    def __init__(self, project: str | None = None, kept: int = 0, scanned: int = 0) -> None:
        """A line below the heading of a project, or of none."""
        self.project = project
        self.kept = kept  # for how many more sentences the project goes on
        self.scanned = scanned  # how far run-in labels of the line were looked for
        self.levels: list[Sense] = []  # of the sentence, the last eight
        self.listed: dict[int, str] = {}  # projects by where their money stands

    def begin(self, text: str, start: int, end: int, project: str | None) -> None:
        """A new sentence of the line: what it does not take over is forgotten."""
        self.part = None
        self.kept -= 1
        if self.kept < 0:
            self.project = project
        alone = self.levels[0] if len(self.levels) == 1 else self.whole
        self.total = alone if text.startswith("其中", start) else None
        self.levels.clear()
        limit = min(end, start + 32)
        labels = _RUN_IN.finditer(text, self.scanned, limit)
        for label in labels if text.find("：", self.scanned, limit) >= 0 else ():
            if label["label"].endswith("项目") and len(label["label"]) > 4:
                self.project, self.kept = label["label"], 4
            elif len(label["label"]) <= 12:
                self.topic = label.span("label")
                self.project = project
        self.scanned = start


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
    elif semicolon and not _listed_part(text, span.start, sense):
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
