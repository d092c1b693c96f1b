"""Candidates whose words speak of something else than the figure's own clause does."""

from __future__ import annotations

import re

from extract.context.sense import Candidate, Span
from extract.lexicon.cues import CueRules
from extract.numbers.figures import Figure

_WORDS = re.compile(r"(?!其中)[\u4e00-\u9fff]{2}")  # what a part of a list says itself
# 公用经费27万元，包括办公费<5万元>: what it consists of has names of its own
_CONSISTS = re.compile(r"(?:包括|包含|主要是|主要为|主要用于)[：:]?[^，。；]{2,200}\Z")
_OWN_NAME, _TAKEN = tuple("费资贴金款"), re.compile("为?[0-9]")
_BARE = 2  # characters of words that name nothing alone (惠及)
_LIST = 120  # characters of a list
_CLAUSE = 20  # characters of a short clause that counts persons of its own


def on_topic(
    found: list[Candidate], span: Span, figure: Figure, rules: CueRules
) -> list[Candidate]:
    """The candidates without those that stand for another topic, or for other persons."""
    text = span.text
    part = text.rfind("；", span.start, figure.start)
    own = part > 0 and (
        _WORDS.match(text, part + 1, figure.start)
        or (figure.start > part + 1 and _WORDS.match(text, figure.end, span.end))
    )
    if own:
        found = [c for c in found if c.end > part or not c.rule.indicator.pack]
    if figure.kind == "thing" and rules.wording.done.search(
        text, max(span.start, figure.start - _CLAUSE), figure.start
    ):
        comma = text.rfind("，", span.start, figure.start)
        found = [c for c in found if c.end > comma or c.rule.indicator.id not in rules.received]
    if figure.kind == "money":
        found = _named_itself(found, span, figure)
    if any(map(_bare, found)):
        found = [c for c in found if not (_bare(c) and _elsewhere(c, span, figure))]
    if found and figure.kind == "person":
        found = _no_strangers(found, span, figure, rules)
    return found


def _named_itself(found: list[Candidate], span: Span, figure: Figure) -> list[Candidate]:
    """Without words for the sum that it is a part of, or for the amount behind it."""
    text = span.text
    if text[figure.start - 1 : figure.start] not in _OWN_NAME:
        return found
    parts = _CONSISTS.search(text, max(span.start, figure.start - _LIST), figure.start)
    if parts is None:
        return found
    return [
        c
        for c in found
        if (c.place != "left" or c.end > parts.start())
        and (c.place != "right" or not _TAKEN.match(text, c.end))
    ]


def _bare(candidate: Candidate) -> bool:
    """Whether words of a pack name nothing alone, and need a word of its topic."""
    short = candidate.end - candidate.start <= _BARE
    return short and bool(candidate.rule.needs and candidate.rule.indicator.pack)


def _elsewhere(candidate: Candidate, span: Span, figure: Figure) -> bool:
    """Whether the words needed stand only in other parts of the sentence.

    实施临时救助56人次；发放高龄津贴15万元，惠及<316人>.
    """
    text, needs = span.text, candidate.rule.needs
    begin = text.rfind("；", span.start, figure.start) + 1 or span.start
    stop = text.find("；", figure.end, span.end)
    own = text[begin : span.end if stop < 0 else stop]
    whole = text[span.start : span.end]
    return not any(word in own for word in needs) and any(word in whole for word in needs)


def _no_strangers(
    found: list[Candidate], span: Span, figure: Figure, rules: CueRules
) -> list[Candidate]:
    """Without the staff that others are counted behind: 临聘5人，幼儿<110人>."""
    begin = max(span.start, figure.start - _CLAUSE)
    own = rules.wording.other_persons.search(span.text, begin, figure.start)
    if own is None:
        return found
    return [c for c in found if c.end > own.start() or c.rule.indicator.family != "staff"]
