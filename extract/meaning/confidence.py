"""The probability that a figure is read right (可信度): one small calibrated model.

A logistic sum over what is known of a figure when it has been read: how strong its phrase is and
how far ahead of the next one, what decided, the measure, the class of the unit, and how well the
whole report is understood. The weights are data, ``patterns/confidence.toml``; ``make score``
measures them and fits them anew.

Right means value, unit, indicator (none where the catalogue has none), measure, year and coded
dimensions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.context.sense import Sense
    from extract.numbers.scan import Refusal

_MEASURES = ("budget", "target", "standard", "change", "growth", "share", "completion")
_HOW = ("heading", "form", "scope", "part", "default", "words")
_KINDS = ("percent", "person", "visit", "thing", "points")
_CODED = ("scheme", "care", "benefit", "fund_source", "institution")
# Terms that may only raise confidence (a stronger phrase is never less sure), and those that may
# only lower it (whatever else had to be decided can only be one more thing that went wrong).
RISING = ("score_low", "score_high", "margin")
FALLING = (
    "rivals",
    *(f"by_{how}" for how in _HOW),
    *(f"is_{measure}" for measure in _MEASURES),
    "cell", "other_year", "no_year", "flagged", "hedged", "unknown", "weak", "lost",
    "none", "none_near", "none_money", "none_percent",
)  # fmt: skip
FREE = (
    "by_after",
    "by_anchor",
    *(f"in_{kind}" for kind in _KINDS),
    "dims",
    "no_dims",
    "none_unknown",
)
TERMS = (*RISING, *FALLING, *FREE)
SAYS = {  # each term in words, for `zhengju explain`
    "score_low": "weak phrase", "score_high": "strong phrase", "margin": "lead over others",
    "rivals": "others come close", "by_heading": "named by a heading",
    "by_form": "named by its column", "by_scope": "named by its place alone",
    "by_part": "part of a total", "by_default": "no budget before it",
    "by_words": "named by words before the cue", "cell": "in a table",
    "other_year": "not the report's year", "no_year": "no year", "flagged": "flagged",
    "hedged": "hedge or bound", "unknown": "other figures of the report unknown",
    "weak": "other phrases of the report weak",
    "lost": "numbers of the report not understood", "none": "no indicator",
    "none_near": "a phrase nearly fits", "none_money": "money", "none_percent": "percent",
    "none_unknown": "other figures of the report unknown", "by_after": "phrase directly behind",
    "by_anchor": "about another figure", "dims": "with a dimension", "no_dims": "without dimension",
    **{f"is_{measure}": measure for measure in _MEASURES},
    **{f"in_{kind}": kind for kind in _KINDS},
}  # fmt: skip
_BY_MEASURE = {measure: f"is_{measure}" for measure in _MEASURES}
_BY_KIND = {kind: f"in_{kind}" for kind in _KINDS}
_ENDINGS = (  # of the ids of rules that are no phrases
    (".anchor", "by_anchor"), (".scope", "by_scope"), (".classification", "by_part"),
    ("completion.default", "by_default"),
)  # fmt: skip
_PLACES = {"heading": "by_heading", "after": "by_after", "column": "by_form", "row": "by_form"}
_TYPICAL, _SPREAD = 11.0, 7.0  # scores: what is usual, and where more of it says nothing more
_WEAK = 10.0
_NEAR = 3.0  # a candidate this close behind the winner competes

Term = tuple[str, float]


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """The fitted weights; ``ends`` are the least and the greatest probability given."""

    intercept: float
    weights: Mapping[str, float]
    ends: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Whole:
    """How the report as a whole was understood; shares lie between 0 and 1."""

    year: int | None
    unknown: float  # share of its figures that no phrase names
    weak: float  # share of its named figures with a weak phrase
    lost: float  # share of its numbers that are neither figures nor known to be none


def whole_of(senses: Iterable[Sense], refusals: Iterable[Refusal], year: int | None) -> Whole:
    """What all numbers of one report say about it; ``year`` is its fiscal year."""
    figures = named = weak = lost = 0
    for sense in senses:
        if sense.rejected is not None:
            lost += sense.rejected == "other"
            continue
        figures += 1
        if sense.indicator is not None:
            named += 1
            weak += sense.score < _WEAK
    lost += sum(refusal.reason == "other" for refusal in refusals)
    return Whole(
        year,
        1 - named / figures if figures else 0.0,
        weak / named if named else 0.0,
        lost / (lost + figures) if lost else 0.0,
    )


def confidence_of(sense: Sense, whole: Whole, model: ConfidenceModel) -> float:
    """The probability that all of the figure's reading is right."""
    weights = model.weights
    total = model.intercept
    for name, amount in terms(sense, whole):
        total += weights[name] * amount
    low, high = model.ends
    return round(min(max(1 / (1 + math.exp(-total)), low), high), 3)


def reasons(sense: Sense, whole: Whole, model: ConfidenceModel) -> list[Term]:
    """What moved the confidence, the strongest first: terms with what they add to the log-odds.

    What moves it by less than 0.05 is left out.
    """
    moved = [(name, model.weights[name] * amount) for name, amount in terms(sense, whole)]
    return sorted((m for m in moved if abs(m[1]) >= 0.05), key=lambda m: (-abs(m[1]), m[0]))


def terms(sense: Sense, whole: Whole) -> list[Term]:
    """The terms that apply to a figure, with their amounts; names are those of ``TERMS``."""
    found: list[Term] = []
    if sense.measure in _BY_MEASURE:
        found.append((_BY_MEASURE[sense.measure], 1.0))
    if sense.cell is not None:
        found.append(("cell", 1.0))
    if sense.year is None:
        found.append(("no_year", 1.0))
    elif sense.year != whole.year:
        found.append(("other_year", 1.0))
    if sense.flags:
        found.append(("flagged", 1.0))
    if sense.indicator is None:
        return found + _unnamed(sense, whole)
    return found + _named(sense, whole)


def _unnamed(sense: Sense, whole: Whole) -> list[Term]:
    best = sense.candidates[0].score if sense.candidates else 0.0
    found = [("none", 1.0), ("none_unknown", whole.unknown), ("lost", whole.lost)]
    if best:
        found.append(("none_near", min(best, _SPREAD) / _SPREAD))
    if sense.figure.kind in ("money", "percent"):
        found.append((f"none_{sense.figure.kind}", 1.0))
    return found


def _named(sense: Sense, whole: Whole) -> list[Term]:
    source = sense  # a satellite is as sure as the figure that it is about
    for _ in range(2):
        if source.anchor is not None and source.rule is not None and ".anchor" in source.rule:
            source = source.anchor
    score, indicator = sense.score - _TYPICAL, sense.indicator
    margin, rivals = _margin(source)
    found = [
        ("score_low", max(min(score, 0.0), -_SPREAD)),
        ("score_high", min(max(score, 0.0), _SPREAD)),
        ("margin", margin),
        ("unknown", whole.unknown),
        ("weak", whole.weak),
        ("lost", whole.lost),
    ]
    if rivals:
        found.append(("rivals", rivals))
    if how := _how(sense):
        found.append((how, 1.0))
    if sense.figure.kind in _BY_KIND:
        found.append((_BY_KIND[sense.figure.kind], 1.0))
    if sense.figure.approx or sense.figure.bound != "=":
        found.append(("hedged", 1.0))
    if indicator is not None and any(name in indicator.dims for name in _CODED):
        said = any(name in sense.dims for name in _CODED)
        found.append(("dims" if said else "no_dims", 1.0))
    return found


def _margin(sense: Sense) -> tuple[float, float]:
    """How far the winner is ahead of another indicator, and how many come close (of three)."""
    best, rivals = 0.0, 0
    for candidate in sense.candidates:
        if candidate.rule.indicator is not sense.indicator:
            best = max(best, candidate.score)
            rivals += candidate.score > sense.score - _NEAR
    return max(min(sense.score - best, _SPREAD), -_SPREAD), float(min(rivals, 3))


def _how(sense: Sense) -> str | None:
    """What decided, other than a phrase beside the figure."""
    rule = sense.rule or ""
    for candidate in sense.candidates:
        if candidate.rule.id == rule and candidate.score == sense.score:
            return _PLACES.get(candidate.place)
    if rule.startswith("form."):
        return "by_form"
    if rule.startswith("part."):
        return "by_part"
    for ending, name in _ENDINGS:
        if rule.endswith(ending):
            return name
    return "by_words"
