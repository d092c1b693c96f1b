"""Which indicator a level measures: phrases around the figure compete by a linear score.

A phrase directly before the figure counts most, then one directly behind it, then one inherited
from earlier clauses of the sentence, then headings and column headers. The weights stand in
``patterns/scopes.toml``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from .cues import CueRules, IndicatorHit, IndicatorRule, Tags
from .figures import Figure
from .sections import Node
from .sense import Candidate

_CLASSES_CLOSE = {("person", "visit"), ("visit", "person"), ("person", "household"), ("thing", "visit"), ("visit", "thing"), ("thing", "household"), ("days", "thing")}


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the copy that a figure may look for its phrases in."""

    text: str
    start: int
    end: int
    figures: tuple[Figure, ...]  # all figures of the sentence, in order
    node: Node
    context: str  # sentence, headings and agency: where `needs` words may stand


def ranked(span: Span, figure: Figure, tags: Tags, rules: CueRules) -> list[Candidate]:
    """Candidates for one figure, best first; ties go to the phrase nearest to the figure."""
    found: list[Candidate] = []
    hits = tags.indicators
    at = bisect_left(hits, (span.start,))
    while at < len(hits) and hits[at][0] < span.end:
        found += _scored(span, figure, hits[at], rules)
        at += 1
    found += from_headings(span, figure, tags, rules)
    found.sort(key=lambda c: (-c.score, abs(c.end - figure.start), c.rule.id))
    return found


def _scored(span: Span, figure: Figure, hit: IndicatorHit, rules: CueRules) -> list[Candidate]:
    start, end, meanings = hit
    if end <= figure.num_start:
        place, base = "left", _left(span, end, figure, rules)
    elif start >= figure.num_end:
        place, base = "right", _right(span, start, end, figure, rules)
    else:
        return []
    found = []
    for rule, strength in meanings:
        fit = unit_fit(rule, figure, rules)
        if fit is None or not allowed(rule, strength, span, start, end):
            continue
        score = base + fit + _strength(rule, end - start, rules)
        where = place
        if strength == "weak":
            score -= rules.settings["weak"]
        elif strength == "after":
            if place != "right" or start - figure.end > 2:
                continue
            where, score = "after", score + rules.settings["after"] - rules.settings["right"]
        found.append(Candidate(score, rule, start, end, where))
    return found


def _left(span: Span, end: int, figure: Figure, rules: CueRules) -> float:
    s = rules.settings
    gap = span.text[end : figure.start]
    crossed = sum(1 for f in span.figures if end <= f.num_start and f.num_end <= figure.num_start)
    return (
        s["left"]
        - s["gap"] * min(len(gap), 50)
        - s["comma"] * gap.count("，")
        - s["list_mark"] * gap.count("、")
        - s["semicolon"] * gap.count("；")
        - s["cell"] * gap.count("\t")
        - s["figure"] * crossed * (0.4 if "，" not in gap and "；" not in gap else 1.0)
    )


def _right(span: Span, start: int, end: int, figure: Figure, rules: CueRules) -> float:
    gap = span.text[figure.end : start]
    if any(c in "，；。：\t" for c in gap) or len(gap) > 30:
        return -99.0
    if any(figure.num_end <= f.num_start < start for f in span.figures):
        return -99.0
    taken = any(0 <= f.num_start - end <= 2 for f in span.figures)
    return rules.settings["right"] - rules.settings["right_gap"] * len(gap) - gap.count("、") - (4.0 if taken else 0.0)


def _strength(rule: IndicatorRule, length: int, rules: CueRules) -> float:
    s = rules.settings
    return s["per_char"] * (min(length, s["longest"]) + rule.weight)


def unit_fit(rule: IndicatorRule, figure: Figure, rules: CueRules) -> float | None:
    """0 where the unit is the catalogue's, less where it only is of a like class, None where not."""
    kind = figure.kind
    if kind == "bare":
        return 0.0
    if kind in rule.kinds:
        unit = figure.unit
        if kind != "thing" or unit is None or unit.base == rule.indicator.unit or unit.base in rule.indicator.synonyms:
            return 0.0
        return -rules.settings["other_classifier"]
    if any((kind, own) in _CLASSES_CLOSE for own in rule.kinds):
        unit = figure.unit
        if unit and unit.base in rule.indicator.synonyms:
            return 0.0
        return -rules.settings["other_kind"]
    return None


def allowed(rule: IndicatorRule, strength: str, span: Span, start: int, end: int) -> bool:
    """Whether `needs` and `avoid` of the rule let it speak here."""
    if rule.avoid:
        left = max(span.text.rfind("，", span.start, start), span.text.rfind("；", span.start, start), span.start - 1)
        right = min((p for p in (span.text.find("，", end, span.end), span.text.find("；", end, span.end)) if p >= 0), default=span.end)
        clause = span.text[left + 1 : right]
        if any(word in clause for word in rule.avoid):
            return False
    if strength == "weak" or not (rule.phrases or rule.after):
        return not rule.needs or any(word in span.context for word in rule.needs)
    return True


def from_headings(span: Span, figure: Figure, tags: Tags, rules: CueRules) -> list[Candidate]:
    """Candidates from the headings above the figure, nearest first."""
    found: list[Candidate] = []
    node: Node | None = span.node
    base = rules.settings["heading"]
    while node is not None and base > rules.settings["threshold"]:
        at = bisect_left(tags.indicators, (node.start,))
        while at < len(tags.indicators) and tags.indicators[at][1] <= node.body:
            start, end, meanings = tags.indicators[at]
            at += 1
            if end > figure.start >= start or start >= figure.start:
                continue
            for rule, strength in meanings:
                fit = unit_fit(rule, figure, rules)
                if fit is None or strength == "after" or not allowed(rule, strength, span, start, end):
                    continue
                score = base + fit + 0.5 * _strength(rule, end - start, rules)
                found.append(Candidate(score, rule, start, end, "heading"))
        base -= rules.settings["depth"]
        node = node.parent
    return found
