"""What a sentence knows about its document, and what its figures hand on from one to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.context.sense import Sense
from extract.grids.slots import FormRules, Statement
from extract.lexicon.cues import CueRules, IndicatorRule, Tags
from extract.numbers.units import UnitRules
from extract.text.years import YearMark

_RUN_IN = re.compile(
    r"(?:(?<![^\n\t])|(?<=[。；]))(?:[（(]?[0-9一二三四五六七八九十]{1,2}[）).、．])?"
    r"(?P<label>[^，。；：0-9\n]{2,34})："
)
_NUMBER = re.compile(r"^[（(]?[一二三四五六七八九十]{1,3}[）)、.．]{1,2}")
_LEAST, _TOPIC = 4, 12  # characters of a project's name and of a topic
PARAGRAPH = 99  # sentences: to the end of the line


class Named(NamedTuple):
    """The rule that words speak for, its score, and the coded dimensions that they name."""

    rule: IndicatorRule
    score: float
    dims: dict[str, str]
    start: int  # of the phrase in the words
    end: int


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
    function_at: int = -1000  # where the last line of the functional classification was read
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
    headed: Sense | None = None  # whose parts the last sentence with figures listed
    total: Sense | None = None  # whose parts a sentence that begins with 其中 lists

    def __init__(self, project: str | None = None, kept: int = 0, scanned: int = 0) -> None:
        """A line below the heading of a project, or of none."""
        self.project = project
        self.kept = kept  # for how many more sentences the project goes on
        self.scanned = scanned  # how far run-in labels of the line were looked for
        self.levels: list[Sense] = []  # of the sentence, the last eight
        self.listed: dict[int, str] = {}  # projects by where their money stands

    @property
    def of_paragraph(self) -> bool:
        """Whether the project is that of the whole line."""
        return self.kept > PARAGRAPH // 2

    def begin(self, text: str, start: int, end: int, project: str | None) -> None:
        """A new sentence of the line: what it does not take over is forgotten."""
        self.part = None
        self.kept -= 1
        if self.kept < 0:
            self.project = project
        alone = self.levels[0] if len(self.levels) == 1 else self.whole
        self.total = alone if text.startswith("其中", start) else None
        if self.levels:
            self.headed = _headed(self.levels, text)
        self.levels.clear()
        limit = min(end, start + 40)
        labels = _RUN_IN.finditer(text, self.scanned, limit)
        for label in labels if text.find("：", self.scanned, limit) >= 0 else ():
            if label["label"].endswith("项目") and len(label["label"]) > _LEAST:
                self.project, self.kept = _NUMBER.sub("", label["label"]), 4
            elif len(label["label"]) <= _TOPIC:
                self.topic = label.span("label")
                self.project = self.project if self.of_paragraph else project
        self.scanned = start


def _headed(levels: list[Sense], text: str) -> Sense | None:
    """The level whose parts the others of its sentence are: 支出9万元，其中甲4万元，乙5万元."""
    if len(levels) < 2 or "其中" not in text[levels[0].figure.end : levels[1].figure.start]:
        return None
    return levels[0]
