"""Whom or which way a figure is about where that makes it a part of a total (困难群众)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .phrases import alternation
from .sense import Sense

if TYPE_CHECKING:
    from .cues import CueRules

TABLES = ("group", "rater", "holder", "channel")


@dataclass(frozen=True, slots=True)
class SubjectRules:
    """Compiled ``subjects.toml``: for each indicator how its parts are named."""

    kinds: Mapping[str, str]  # indicator → which table
    patterns: Mapping[str, re.Pattern[str]]


def compile_subjects(data: Mapping[str, Any]) -> SubjectRules:
    """``SubjectRules`` from the parsed TOML."""
    words = {name: alternation(data[name]["phrases"]) for name in TABLES}
    run = r"[\u4e00-\u9fff、（）]"
    return SubjectRules(
        {indicator: name for name in TABLES for indicator in data[name]["indicators"]},
        {
            "group": re.compile(words["group"]),
            "channel": re.compile(words["channel"]),
            "holder": re.compile(
                rf"(?P<who>{run}{{1,12}}(?:{words['holder']}))(?=[^，。；]{{0,4}}\Z)"
            ),
            "rater": re.compile(
                rf"(?P<who>{run}{{0,14}}(?:{words['rater']}))(?=(?:对[^，。；]{{1,16}})?\Z)"
            ),
        },
    )


_LEADING = re.compile(
    r"^(?:其中|以及|调查|抽样|走访|问卷|抽取|随机|全年|经|对|的|了|及|和|、|是|为|二是|一是|三是|全[县市州区省]|我[县市州区局])+"
)


def set_subject(sense: Sense, text: str, clause: int, rules: CueRules) -> None:
    """Set ``subject`` or ``channel`` where the figure's own words name a part."""
    if sense.indicator is None:
        return
    kind = rules.subjects.kinds.get(sense.indicator.id)
    if kind is None:
        return
    found = _found(sense, kind, text, clause, rules.subjects)
    if found:
        sense.dims["channel" if kind == "channel" else "subject"] = found


def _found(sense: Sense, kind: str, text: str, clause: int, rules: SubjectRules) -> str | None:
    pattern = rules.patterns[kind]
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
