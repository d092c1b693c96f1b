"""Whom or which way a figure is about where that makes it a part of a total (困难群众)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.lexicon.subjects import SubjectRules

if TYPE_CHECKING:
    from extract.context.sense import Sense
    from extract.lexicon.cues import CueRules

_NEAR = 80  # characters before a rate in which its group is named
_LEADING = re.compile(
    r"^(?:其中|以及|调查|抽样|走访|问卷|抽取|随机|全年|经|对|的|了|及|和|、|是|为|二是|一是|三是|全[县市州区省]|我[县市州区局])+"
)


def set_subject(
    sense: Sense, text: str, clause: int, rules: CueRules, last: Sense | None = None
) -> None:
    """Set ``subject`` or ``channel`` where the figure's own words name a part.

    Those of the level ``last`` before it count too where it is about a group only.
    """
    if sense.indicator is None:
        return
    known = rules.subjects.kinds.get(sense.indicator.id)
    if known is None:
        return
    kind, pattern = known
    found = _found(sense, kind, text, clause, pattern)
    if found is None and kind == "group" and last is not None:
        found = _taken_over(sense, last, text, pattern, rules.subjects)
    if found:
        sense.dims["channel" if kind == "channel" else "subject"] = found


def _taken_over(
    sense: Sense, last: Sense, text: str, pattern: re.Pattern[str], rules: SubjectRules
) -> str | None:
    """The group of the level before: 为2.1万名困难群众补助保费520万元，参保率100%."""
    if sense.figure.kind != "percent" or last.sentence != sense.sentence or not last.indicator:
        return None
    if last.indicator.id not in rules.behind or rules.all.search(text, last.figure.end, sense.at):
        return None
    start = max(sense.sentence[0], sense.at - _NEAR)
    groups = [m.group() for m in pattern.finditer(text, start, sense.at)]
    return groups[-1] if groups else None


def _found(sense: Sense, kind: str, text: str, clause: int, pattern: re.Pattern[str]) -> str | None:
    if kind in ("group", "channel"):
        match = pattern.search(text, clause, sense.at)
        if match is None and kind == "group" and sense.figure.kind == "person":
            match = pattern.match(text, sense.figure.end)
        return match.group() if match else None
    best = next((c for c in sense.candidates if c.place == "left" and c.start >= clause), None)
    end = sense.at if kind == "holder" or best is None else best.start
    match = pattern.search(text[max(clause, end - 40) : end])
    if match is None:
        return None
    who = _LEADING.sub("", match["who"].split("对")[0])
    return who if len(who) >= 2 else None
