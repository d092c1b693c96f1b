"""Lists that answer a list: 基金收入、支出分别为8.15、7.94亿元; 2021年、2022年…分别为97.2%、97.8%.

A run of figures joined by 、 or 和 after 分别 or 各 is dealt out, in order, to as many years,
indicator phrases or earlier figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.context.sense import Candidate, Sense, Span
from extract.lexicon.cues import IndicatorHit, IndicatorRule, between
from extract.meaning import attachment
from extract.meaning.candidates import allowed, unit_fit

if TYPE_CHECKING:
    from extract.context.frame import Surroundings

_JOINED = re.compile(r"(?:、|，|,|和|与|及|以及)?(?:增长|下降|增加|减少|上升)?\Z")
_OPENER = re.compile(r"分别|各(?=为|是|增|减|下|上|提|达|占|完)")
_SINCE = re.compile(r"(?P<y>(?:19|20)[0-9]{2})年?(?:至|-|—|~|到)\Z")  # 2020年至2022年，分别…
_BACK = 90
_DEALT = ("scheme", "care", "benefit", "institution")
_LISTED = re.compile(r"[^，。；、]{0,10}(?:、|和|与|及|以及)[^，。；、]{1,24}")


def deal_out(senses: list[Sense], span: Span, around: Surroundings) -> None:
    """Correct the senses of every such run of one sentence, in place."""
    dealt: dict[tuple[str, int], list[str]] = {}
    for run in _runs(senses, around.text):
        begin = max(span.start, run[0].at - _BACK)
        openers = list(_OPENER.finditer(around.text, begin, run[0].figure.start))
        if openers:
            opener = openers[-1].start()
            begin = max(begin, *(around.text.rfind(c, begin, opener) + 1 for c in "；。"))
            _deal_dimensions(run, begin, opener, dealt, around)
            _deal(run, begin, opener, senses, around)


def _runs(senses: list[Sense], text: str) -> list[list[Sense]]:
    runs: list[list[Sense]] = []
    for before, sense in zip([None, *senses], senses, strict=False):
        gap = text[before.figure.end : sense.figure.start] if before else "…。"
        near = len(gap) <= 3 and _JOINED.fullmatch(gap) is not None
        if near and before is not None and before.figure.unit == sense.figure.unit:
            runs[-1].append(sense)
        else:
            runs.append([sense])
    return [run for run in runs if len(run) > 1]


def _deal(
    run: list[Sense], begin: int, opener: int, senses: list[Sense], around: Surroundings
) -> None:
    named_years = [
        m for m in around.years if begin <= m.start < opener and m.year and not m.compared
    ]
    years = [m.year for m in named_years]
    if named_years and (first := _SINCE.search(around.text, begin, named_years[-1].start)):
        years = list(range(int(first["y"]), (named_years[-1].year or 0) + 1))
    if len(years) == len(run):
        for sense, year in zip(run, years, strict=True):
            sense.year = year
        return
    earlier = [s for s in senses if s.figure.end <= opener and s.is_level and s.rejected is None]
    if run[0].measure in ("change", "growth", "completion", "share") and len(earlier) >= len(run):
        for sense, anchor in zip(run, earlier[-len(run) :], strict=True):
            sign = -1 if run[0].figure.value < 0 else 1
            sense.figure = attachment.signed(sense.figure, sign)
            base = run[0].base_year
            attachment.like(sense, anchor, run[0].measure)
            sense.year, sense.base_year = anchor.year, base
        return
    named = _named(run, begin, opener, around)
    if len(named) == len(run):
        for sense, candidate in zip(run, named, strict=True):
            sense.indicator, sense.rule = candidate.rule.indicator, candidate.rule.id
            sense.measure, sense.score = run[0].measure, candidate.score
            if not sense.is_level:
                sense.figure = attachment.signed(sense.figure, -1 if run[0].figure.value < 0 else 1)
                sense.base_year = run[0].base_year


def _deal_dimensions(
    run: list[Sense],
    begin: int,
    opener: int,
    dealt: dict[tuple[str, int], list[str]],
    around: Surroundings,
) -> None:
    """职工医保、居民医保报销比例分别为82%和70%: each rate has the scheme of its place.

    A run that names none goes on with what was dealt out before: ；支出分别为19亿元、37亿元.
    """
    cues = [
        (start, end, cue)
        for start, end, meant in between(around.tags.dimensions, begin, opener)
        for cue in meant
    ]
    for name in _DEALT:
        told: list[tuple[int, int, str]] = []
        for start, end, cue in cues:
            if cue.name == name and not (told and told[-1][2] == cue.value):
                told.append((start, end, str(cue.value)))
        values = dealt.get((name, len(run)), []) if not told else _listed(told, len(run), around)
        for sense, value in zip(run, values, strict=False):
            if sense.indicator and name in sense.indicator.dims:
                sense.dims[name] = value
        if values:
            dealt[name, len(run)] = values


def _listed(told: list[tuple[int, int, str]], size: int, around: Surroundings) -> list[str]:
    """The values of the last ``size`` words of one dimension, where they are a list."""
    last = told[-size:]
    joined = all(
        _LISTED.fullmatch(around.text, one[1], other[1]) or other[0] < one[1]
        for one, other in pairwise(last)
    )
    values = [value for _, _, value in last]
    return values if joined and len(set(values)) == size else []


def _named(run: list[Sense], begin: int, opener: int, around: Surroundings) -> list[Candidate]:
    """The indicator phrases before the opener that fit the unit of the run, in order."""
    figure = run[0].figure
    found: list[Candidate] = []
    span = Span(around.text, begin, opener, (), run[0].node, around.text[begin:opener])
    for start, end, meanings in _labels(begin, opener, around):
        if found and start < found[-1].end:
            continue  # a phrase of another class of units inside the last one
        for rule, strength in meanings:
            unit = figure.unit.base if figure.unit else ""
            fit = unit_fit(rule, figure.kind, unit) if run[0].is_level else ""
            if (
                fit is not None
                and strength != "after"
                and allowed(rule, strength, span, start, end)
            ):
                found.append(Candidate(8.0, rule, start, end, "left"))
                break
    return [_completed(found[0], candidate, around) for candidate in found] if found else []


def _labels(begin: int, opener: int, around: Surroundings) -> Iterator[IndicatorHit]:
    """The phrases before the opener; one that is a list (收入总计、支出总计) by its parts."""
    for start, end, meanings in between(around.tags.indicators, begin, opener):
        parts = around.text[start:end].split("、")
        if len(parts) == 1:
            yield start, end, meanings
            continue
        at = start
        for part in parts:
            yield at, at + len(part), _meanings(part, around)
            at += len(part) + 1


def _meanings(phrase: str, around: Surroundings) -> tuple[tuple[IndicatorRule, str], ...]:
    """What exactly this phrase means anywhere."""
    for hits in around.rules.vocabulary.spans(phrase)[: around.rules.groups]:
        for start, end, meanings in hits:
            if (start, end) == (0, len(phrase)):
                return tuple(meanings)
    return ()


def _completed(first: Candidate, short: Candidate, around: Surroundings) -> Candidate:
    """A label whose beginning the first label says as well: 居民医保基金收入、支出."""
    text = around.text
    head, tail = text[first.start : first.end], text[short.start : short.end]
    if len(tail) * 2 > len(head):
        return short
    meanings = _meanings(head[: -len(tail)] + tail, around)
    return short._replace(rule=meanings[0][0]) if meanings else short
