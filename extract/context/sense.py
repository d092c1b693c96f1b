"""What one figure means, while it is being worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from extract.catalogue import Indicator
from extract.lexicon.cues import IndicatorRule
from extract.numbers.figures import Figure
from extract.text.sections import Node

Offer = tuple[int, int, list[tuple[IndicatorRule, str, float]]]  # of the phrase at start:end


class Candidate(NamedTuple):
    """A phrase that could name the figure's indicator, with its score."""

    score: float
    rule: IndicatorRule
    start: int
    end: int
    place: str  # "left", "right", "after", "heading", "column", "row"


class Span:
    """The part of the copy that a figure may look for its phrases in.

    ``figures`` are all of the sentence, in order; ``context`` is sentence, headings and agency:
    where `needs` words may stand.
    """

    offers: list[Offer] | None = None  # phrases that may speak here, found once
    marks: list[int] | None = None  # the ends of figures that a 、 follows
    clause: tuple[int, int, str] = (-1, -1, "")  # the last phrase asked about, and its clause
    above: tuple[int | None] | None = None  # the year that stands above, once looked for

    def __init__(  # noqa: PLR0917  short and always the same
        self, text: str, start: int, end: int, figures: Sequence[Figure], node: Node, context: str
    ) -> None:
        """Nothing looked for yet."""
        self.text = text
        self.start = start
        self.end = end
        self.figures = figures
        self.node = node
        self.context = context
        self.starts: list[int] = []  # of the figures' digits
        self.places: list[int] = []  # where the offers begin
        self.heard: dict[str, bool] = {}  # whether a rule's `needs` are met


class Sense:
    """A figure with its meaning; offsets into the matching copy."""

    indicator: Indicator | None = None
    measure: str = "actual"
    year: int | None = None
    base_year: int | None = None
    stage: str | None = None
    period_kind: str | None = None
    reach: str | None = None
    anchor: Sense | None = None
    rule: str | None = None
    score: float = 0.0
    zone: int = 0  # where its words begin
    limit: int = 0  # where the words behind it end
    cell: tuple[int, int] | None = None  # row, column of a table
    table: int | None = None  # which one of the document's, from 0
    leads: bool = False  # its role goes on to the figures after it
    compared: bool = False  # the level of another year that a change is measured from
    rejected: str | None = None

    def __init__(
        self, figure: Figure, node: Node, sentence: tuple[int, int], at: int = 0, label: str = ""
    ) -> None:
        """Nothing known but where it stands."""
        self.figure = figure
        self.node = node
        self.sentence = sentence
        # where its words end: the figure's start, or that of the formula it results from
        self.at = at
        self.label = label
        self.dims: dict[str, str] = {}
        self.candidates: list[Candidate] = []
        self.flags: list[str] = []

    def placed(self) -> Figure:
        """The figure as candidates see it: a formula's result stands where the formula begins."""
        if self.at == self.figure.start:
            return self.figure
        return replace(self.figure, start=self.at, num_start=self.at)

    @property
    def is_level(self) -> bool:
        """Whether other figures can be about this one."""
        return self.measure not in ("share", "growth", "change", "completion")
