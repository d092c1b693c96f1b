"""Which indicator a level measures: phrases around the figure compete by a linear score.

A phrase directly before the figure counts most, then one directly behind it, then one inherited
from earlier clauses of the sentence, then headings and column headers. The weights stand in
``patterns/scopes.toml``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from extract.context.sense import Candidate, Offer, Span
from extract.lexicon.cues import CueRules, IndicatorHit, IndicatorRule, Tags
from extract.meaning.acted import where_acted
from extract.meaning.precedence import own_words_first
from extract.meaning.topics import on_topic
from extract.numbers.figures import Figure
from extract.text.sections import Node

# Unit classes that are near enough for one to stand for the other, at a price.
_NO_VISITS = frozenset("家所类种台辆套座份条项册张")  # what no visits or persons are counted in
_ACTS = frozenset(
    {"批", "批次", "次", "份", "条", "工作日", "辆", "台"}
)  # and 家 counts none of these
_NO_BODIES = frozenset("条项册张篇")  # what no institutions are counted in
_KIN = frozenset({
    frozenset({"person", "visit"}), frozenset({"person", "household"}),
    frozenset({"thing", "visit"}), frozenset({"thing", "household"}),
})  # fmt: skip
_CLAUSE_REACH = 120
_LEFT_REACH, _RIGHT_REACH = 400, 30  # characters in which phrases are looked for
_BARE_VERB = 2  # weak words of this length say nothing from a heading
_OUT = -99.0
_PARTS = ("，", "；")
_OPENS = "，、；（："  # what a figure with no words of its own before it follows
_NOUN = re.compile(r"[\u4e00-\u9fff]{2}")
_STOP = re.compile(r"[，；。：\t\n]")


class _Asked(NamedTuple):
    """A figure that looks for its phrase, with its unit; and the weights."""

    figure: Figure
    kind: str
    unit: str
    weights: Mapping[str, float]


def ranked(span: Span, figure: Figure, tags: Tags, rules: CueRules) -> list[Candidate]:
    """Candidates for one figure, best first; ties go to the phrase nearest to the figure."""
    settings = rules.settings
    if span.offers is None:
        span.offers = _offers(span, tags.indicators, settings)
        span.starts = [f.num_start for f in span.figures]
        span.places = [offer[0] for offer in span.offers]
    found: list[Candidate] = []
    asked = _Asked(figure, figure.kind, figure.unit.base if figure.unit else "", settings)
    floor, ceiling = figure.num_start - _LEFT_REACH, _right_end(span, figure)
    acted = where_acted(span, figure, rules)
    ceiling = max(ceiling, acted[1])  # behind a list: 对52家药店、86家医院进行检查
    for at in range(bisect_left(span.places, floor), len(span.offers)):
        offer = span.offers[at]
        start, end, _ = offer
        if start > ceiling:
            break
        if end <= figure.num_start:
            place, base = "left", _left(span, end, figure, settings)
        elif start >= figure.num_end:
            place, base = "right", _right(span, start, end, figure, settings)
            if base > _OUT and acted[0] <= start <= acted[1]:
                place = "acted"
        else:
            continue
        if base > _OUT:
            _score(found, offer, place, base, asked)
    _from_headings(found, span, asked, tags)
    found = on_topic(found, span, figure, rules)
    if len(found) > 1:
        found.sort(key=lambda c: (-c.score, abs(c.end - figure.start), c.rule.id))
    return found


def _offers(span: Span, hits: list[IndicatorHit], settings: Mapping[str, float]) -> list[Offer]:
    """The hits of the span with the rules that `needs` and `avoid` let speak, and their worth."""
    offers: list[Offer] = []
    per_char, longest, weak = settings["per_char"], settings["longest"], settings["weak"]
    packs = ""
    at = bisect_left(hits, (span.start,))
    while at < len(hits) and hits[at][0] < span.end:
        start, end, meanings = hits[at]
        length = min(end - start, longest)
        spoken: list[tuple[IndicatorRule, str, float]] = []
        for rule, strength in meanings:
            free = not rule.avoid and (strength != "weak" or not rule.needs)
            if free or allowed(rule, strength, span, start, end):
                worth = per_char * (length + rule.weight) - (weak if strength == "weak" else 0.0)
                spoken.append((rule, strength, worth))
                packs = packs or rule.indicator.pack
        if spoken:
            offers.append((start, end, spoken))
        at += 1
    if packs:
        own_words_first(offers)
    return offers


def _score(found: list[Candidate], offer: Offer, place: str, base: float, asked: _Asked) -> None:
    """Add the candidates of one phrase, whose place alone is worth ``base``."""
    start, end, meanings = offer
    figure, kind, unit, weights = asked
    for rule, strength, worth in meanings:
        fit = unit_fit(rule, kind, unit)
        if fit is None:
            continue
        score, where = base + worth - weights["other_" + fit] if fit else base + worth, place
        if fit == "classifier" and base <= weights["left"] - weights["comma"]:
            score -= weights["other_classifier"]  # neither its own words nor its own unit
        if place == "acted":
            where = "right"
            score = weights["acted"] + worth - (weights["other_" + fit] if fit else 0.0)
        elif strength == "after":
            if place != "right" or start - figure.end > 2:
                continue
            where, score = "after", score + weights["after"] - weights["right"]
        if score > 0:
            found.append(Candidate(score, rule, start, end, where))


def _left(span: Span, end: int, figure: Figure, s: Mapping[str, float]) -> float:
    gap = span.text[end : figure.start]
    base = s["left"] - s["gap"] * min(len(gap), 50)
    if len(gap) < 2 and gap not in _PARTS:
        return base
    commas, semicolons = gap.count("，"), gap.count("；")
    opened, closed = gap.count("（"), gap.count("）")
    if opened > closed:  # a bracket that is still open parts like a comma
        commas += 1
    if commas > 6 or semicolons > 2:
        return _OUT
    if closed > opened and gap[0] != "）":
        base -= s["aside"]
    if commas and gap[-1] in _OPENS and _NOUN.match(span.text, figure.end):
        base -= s["own_noun"]
    at = bisect_left(span.starts, figure.num_start)
    crossed = at - bisect_left(span.starts, end)
    apart = bool(commas or semicolons)
    if crossed and not apart:  # 检查96家约谈8家: words of its own stand between
        own = figure.start - span.figures[at - 1].end
        apart = own > 1 and "、" not in gap[-own:]
    return (
        base
        - s["comma"] * commas
        - s["list_mark"] * gap.count("、")
        - s["semicolon"] * semicolons
        - s["cell"] * gap.count("\t")
        - s["figure"] * crossed * (1.0 if apart else 0.4)
    )


def _right_end(span: Span, figure: Figure) -> int:
    """Where a phrase behind the figure must begin at the latest: by a stop or the next figure."""
    end = figure.end + _RIGHT_REACH
    stop = _STOP.search(span.text, figure.end, end)
    if stop:
        end = stop.start()
    following = bisect_left(span.starts, figure.num_end)
    return min(end, span.starts[following]) if following < len(span.starts) else end


def _right(span: Span, start: int, end: int, figure: Figure, s: Mapping[str, float]) -> float:
    gap = span.text[figure.end : start]
    if gap.count("）") > gap.count("（"):
        return _OUT
    following = bisect_left(span.starts, end)
    taken = following < len(span.starts) and span.starts[following] - end <= 2
    return s["right"] - s["right_gap"] * len(gap) - gap.count("、") - (4.0 if taken else 0.0)


def _worth(rule: IndicatorRule, strength: str, length: int, s: Mapping[str, float]) -> float:
    """What the phrase itself is worth, wherever it stands; ``_offers`` has it inline, for speed."""
    worth = s["per_char"] * (min(length, s["longest"]) + rule.weight)
    return worth - s["weak"] if strength == "weak" else worth


@lru_cache(maxsize=1 << 16)
def unit_fit(rule: IndicatorRule, kind: str, unit: str) -> str | None:
    """How the unit fits the rule: ``""`` where it is the catalogue's own.

    ``classifier`` or ``kind`` where it only is like it, None where the rule cannot be meant.
    """
    if kind == "bare":
        return ""
    own = unit == rule.indicator.unit or unit in rule.indicator.synonyms
    asked = rule.indicator.unit
    if not own and ((unit in _NO_BODIES and asked == "家") or (unit == "家" and asked in _ACTS)):
        return None  # 对16家医院的集中采购开展检查: no batches
    if kind in rule.kinds:
        return "" if own or kind != "thing" else "classifier"
    if kind == "thing" and unit in _NO_VISITS:
        return None
    if any(frozenset({kind, other}) in _KIN for other in rule.kinds):
        return "" if own else "kind"
    return None


def allowed(rule: IndicatorRule, strength: str, span: Span, start: int, end: int) -> bool:
    """Whether `needs` and `avoid` of the rule let it speak here."""
    if rule.needs and strength == "weak":
        heard = span.heard.get(rule.id)
        if heard is None:
            heard = span.heard[rule.id] = _any_in(rule.needs, span.context)
        if not heard:
            return False
    if not rule.avoid:
        return True
    first, last, clause = span.clause
    if first != start or last != end:
        clause = _clause(span, start, end)
        span.clause = start, end, clause
    return not _any_in(rule.avoid, clause)


def _any_in(words: tuple[str, ...], text: str) -> bool:
    """Whether one of the words stands in the text."""
    for word in words:  # noqa: SIM110  the loop is what mypyc compiles best
        if word in text:
            return True
    return False


def _clause(span: Span, start: int, end: int) -> str:
    """The words between the commas or semicolons around ``start:end``, before its parts.

    In a list (收入9万元、当期结余3万元、累计结余6万元) only those of its own item, and of the first
    one, where the verb of the list stands.
    """
    text = span.text
    first, last = max(span.start, start - _CLAUSE_REACH), min(span.end, end + _CLAUSE_REACH)
    first = max(first, text.rfind("，", first, start) + 1, text.rfind("；", first, start) + 1)
    for mark in ("，", "；", "（其中"):
        stop = text.find(mark, end, last)
        last = last if stop < 0 else stop
    if span.marks is None:
        span.marks = [f.end for f in span.figures if text.startswith("、", f.end)]
    at = bisect_left(span.marks, end)
    if at < len(span.marks):
        last = min(last, span.marks[at])
    begin, own = bisect_left(span.marks, first), bisect_left(span.marks, start)
    if begin < own:
        return text[first : span.marks[begin]] + text[span.marks[own - 1] : last]
    return text[first:last]


def _from_headings(found: list[Candidate], span: Span, asked: _Asked, tags: Tags) -> None:
    """Add the candidates from the headings above the figure, nearest first."""
    figure, kind, unit, weights = asked
    offers = tags.headings.get(id(span.node))
    if offers is None:
        offers = tags.headings[id(span.node)] = _heading_offers(span, tags, weights)
    for score, start, end, rule in offers:
        fit = unit_fit(rule, kind, unit)
        if fit is not None and end <= figure.start:
            found.append(
                Candidate(
                    score - weights["other_" + fit] if fit else score, rule, start, end, "heading"
                )
            )


def _heading_offers(
    span: Span, tags: Tags, s: Mapping[str, float]
) -> list[tuple[float, int, int, IndicatorRule]]:
    offers: list[tuple[float, int, int, IndicatorRule]] = []
    node: Node | None = span.node
    base = s["heading"]
    while node is not None and base > s["threshold"]:
        at = bisect_left(tags.indicators, (node.start,))
        while at < len(tags.indicators) and tags.indicators[at][1] <= node.body:
            start, end, meanings = tags.indicators[at]
            for rule, strength in meanings:
                if strength == "weak" and end - start <= _BARE_VERB:
                    continue  # 支出 in 部门整体支出绩效自评报告
                if strength != "after" and allowed(rule, strength, span, start, end):
                    offers.append(
                        (base + 0.5 * _worth(rule, strength, end - start, s), start, end, rule)
                    )
            at += 1
        base -= s["depth"]
        node = node.parent
    return offers
