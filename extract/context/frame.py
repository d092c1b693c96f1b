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
# what sums up the evaluation of one project: 某某项目绩效自评综述：全年预算数…
_SUMMARY = re.compile(
    r"(?P<name>(?!.*整体)[^，。；：]{2,28}?(?:项目|资金|经费|补助))(?:支出)?"
    r"(?:绩效)?(?:自评|评价|自评价)(?:结果|情况)?(?:综述|情况|结果|说明)?"
)


_LEAST, _TOPIC, _SUMMED = 4, 12, 9  # characters of a project's name and of a topic; sentences


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
    total: Sense | None = None  # whose parts a sentence that begins with 其中 lists
    summary = False  # the line sums up the evaluation of one project

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
        limit = min(end, start + 40)
        labels = _RUN_IN.finditer(text, self.scanned, limit)
        for label in labels if text.find("：", self.scanned, limit) >= 0 else ():
            sums_up = _SUMMARY.fullmatch(label["label"])
            if sums_up and len(sums_up["name"]) > _LEAST:
                self.project, self.kept, self.summary = sums_up["name"], _SUMMED, True
            elif label["label"].endswith("项目") and len(label["label"]) > _LEAST:
                self.project, self.kept = label["label"], 4
            elif len(label["label"]) <= _TOPIC and not self.summary:
                self.topic = label.span("label")
                self.project = project
        self.scanned = start
