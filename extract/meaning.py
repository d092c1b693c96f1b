"""How the figures of one sentence get their meaning.

A figure is a satellite (share, growth, change, completion of another one: ``satellites``) or a
level (``levels``). A frame hands on what stays the same from figure to figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from . import levels, naming, paragraph, projects, respective, satellites
from .candidates import ranked
from .crossed import Named
from .cues import CueRules, Tags
from .figures import Figure, formula_start
from .places import (
    larger_territory,
    other_territory,
    own_territory,
    region_above,
    region_of,
)
from .sections import Node
from .sense import Sense, Span
from .slots import FormRules, Statement
from .units import UnitRules
from .unnamed import mark_parts
from .years import (
    PLANNED,
    YearMark,
    names_year,
    period_of,
    speaks_of_now,
    told_by,
    year_of,
    year_right_above,
)

_RUN_IN = re.compile(r"(?:(?<![^\n\t])|(?<=[。；]))(?P<label>[^，。；：0-9\n]{2,28})：")
_BEFORE = 100  # characters of the line before a sentence that may say what it speaks of
_COMPARED = frozenset({"change", "growth", "share"})
_SAID = 200  # characters before a figure in which its period is told
_NEAR = 24  # characters before a figure in which 由 or 每人每年 stands
_STOP = re.compile(r"[，；。：、）]")
_YEAR = re.compile(r"(?<!关于)(?:19|20)[0-9]{2}年")  # 关于2021年…的通知 is only cited
_YEAR_BEFORE = re.compile(r"[较比与同](?P<y>(?:19|20)[0-9]{2})年度?的?\Z")
_YEAR_BEHIND = re.compile(r"（(?P<y>(?:19|20)[0-9]{2})年度?）")
_PER_BEFORE = re.compile(
    r"每(?P<o>户|生|人|床|车|辆)每(?P<t>学年|学期|年|月|天|日|次)[^，。；、：0-9]{0,8}\Z"
    r"|每(?P<t2>年|月|天)每(?P<o2>人|户|生)[^，。；、：0-9]{0,8}\Z"
    r"|(?P<t4>[年月])人均[^，。；0-9]{0,6}\Z|人均(?P<far>[^，。；、：0-9]{1,10})?\Z"
    r"|每(?P<o3>户|生|人次|人|车|辆|床|亩|例|件|班|次)\Z"
)


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
        _when(sense, span, frame, around)


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


def _when(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> None:
    text = around.text
    year, base = year_of(around.years, span.start, sense.at, around.report_year, sense.zone)
    if year is None or year == around.report_year:
        year = _year_told(sense, span, around) or year
    sense.year = sense.anchor.year if sense.anchor and sense.anchor.year else year
    if sense.measure in ("change", "growth"):
        before = sense.year - 1 if sense.year and "base" not in sense.dims else None
        sense.base_year = base if base is not None else before
    if sense.measure in _COMPARED and sense.anchor and sense.anchor.measure == "budget":
        sense.dims["base"] = "budget"  # the growth of a plan is none of what was spent
    words = text[max(sense.zone, sense.at - _NEAR) : sense.at]
    if sense.is_level:
        _when_changed(sense, words, span, frame, around)
    if text.startswith("（", sense.figure.end):
        behind = _YEAR_BEHIND.match(text, sense.figure.end)
        if behind:  # 550元（2020年）
            sense.year = int(behind["y"])
    sense.period_kind = period_of(text[max(span.start, sense.at - _SAID) : sense.at])
    if around.partial and sense.year == around.report_year:
        sense.period_kind = "ytd"
    if sense.period_kind == "ytd" and sense.measure in PLANNED:
        sense.period_kind = "year"  # 1至6月完成全年任务500人的60%
    if sense.figure.kind == "money":
        _per(sense, words, frame, around)


def _when_changed(sense: Sense, words: str, span: Span, frame: Frame, around: Surroundings) -> None:
    """Give the two levels of a change their years: from X to Y, against Y."""
    wording, years = around.rules.wording, around.years
    named = names_year(years, sense.zone, sense.at, relative=True)
    if sense.year is not None and not named and wording.changed_from.search(words):
        sense.year -= 1  # from X to Y: without years X belongs to the year before
    if based := _YEAR_BEFORE.search(words):
        sense.year = int(based["y"])  # 较2020年的41万元，…少支出12万元
    if wording.changed_to.search(words):
        sense.year = _year_reached(sense, span, frame, around) or sense.year


def _year_reached(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> int | None:
    """The year of Y where only X has one of its own: 2021年由2019年的21%降到17%."""
    last = frame.last_level
    if last is None or last.sentence != sense.sentence or last.figure.unit != sense.figure.unit:
        return None
    text, years = around.text, around.years
    first = around.rules.wording.changed_since.search(text, last.zone, last.at)
    if first is None or names_year(years, last.figure.end, sense.at, relative=True):
        return None
    if not names_year(years, first.start(), last.at):
        return None
    return year_of(years, span.start, first.start(), around.report_year, span.start)[0]


def _per(sense: Sense, words: str, frame: Frame, around: Surroundings) -> None:
    """What an amount is for (每人每年), from its own words or the standard that it goes on with."""
    per = _PER_BEFORE.search(words) if "每" in words or "人均" in words else None
    last = frame.levels[-1] if frame.levels else None
    if per and sense.figure.per in ("年", "月") and per.group().startswith("人均"):
        sense.figure = replace(sense.figure, per=f"人·{sense.figure.per}")
    elif per and not per["far"] and sense.figure.per is None:
        thing = per["o"] or per["o2"] or per["o3"] or "人"
        time = per["t"] or per["t2"] or per["t4"]
        sense.figure = replace(sense.figure, per=f"{thing}·{time}" if time else thing)
    elif last and last.figure.per and sense.measure == last.measure == "standard":
        gap = around.text[last.figure.end : sense.at]
        part = "其中" in gap or gap[:1] == "、" or around.rules.wording.changed_to.search(gap)
        if part and sense.indicator is last.indicator and sense.figure.per is None:
            sense.figure = replace(sense.figure, per=last.figure.per)


def _year_told(sense: Sense, span: Span, around: Surroundings) -> int | None:
    """The year of the paragraph or the nearest heading, where the sentence itself names none."""
    if names_year(around.years, span.start, sense.at):
        return None
    if not speaks_of_now(around.years, span.start, sense.at):
        before = paragraph.year_before(around.text, around.years, span.start)
        if before:
            return before
    if span.above is None:
        above = year_right_above(around.text, span.start) or _year_headed(span.node, around)
        span.above = (above,)
    return span.above[0]


def _year_headed(node: Node | None, around: Surroundings) -> int | None:
    """The year in the nearest numbered heading that has one."""
    while node is not None and node.rank > 1:
        match = _YEAR.search(node.heading) if node.how == "numbered" else None
        if match and told_by(around.years, node.start, node.body):
            return int(match.group()[:4])
        node = node.parent
    return None
