"""How parts of a total are named, compiled from ``subjects.toml`` (困难群众, 线上办理)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extract.kept import compiled
from extract.lexicon.phrases import alternation

TABLES = ("group", "rater", "holder", "channel")


@dataclass(frozen=True, slots=True)
class SubjectRules:
    """Compiled ``subjects.toml``: for each indicator how its parts are named."""

    kinds: Mapping[str, tuple[str, re.Pattern[str]]]  # indicator → which table, its wording
    behind: frozenset[str]  # indicators whose group goes on to a rate behind them
    all: re.Pattern[str]  # words that say that it does not


def compile_subjects(
    data: Mapping[str, Any], packs: Sequence[Mapping[str, Any]] = ()
) -> SubjectRules:
    """``SubjectRules`` from the parsed TOML; a pack adds phrases for its own indicators."""
    kinds = {}
    for name in TABLES:
        known = data[name]["phrases"]
        for table in (data[name], *(pack[name] for pack in packs if name in pack)):
            added = () if table is data[name] else table.get("phrases", ())
            kind = (name, _pattern(name, [*known, *added]))
            kinds.update(dict.fromkeys(table.get("indicators", ()), kind))
    group = data["group"]
    return SubjectRules(kinds, frozenset(group["behind"]), compiled(alternation(group["all"])))


def _pattern(table: str, phrases: Sequence[str]) -> re.Pattern[str]:
    words, run = alternation(phrases), r"[\u4e00-\u9fff、（）]"
    if table == "holder":
        return compiled(rf"(?P<who>{run}{{1,12}}(?:{words}))(?=[^，。；]{{0,4}}\Z)")
    if table == "rater":
        return compiled(rf"(?P<who>{run}{{0,14}}(?:{words}))(?=(?:对[^，。；]{{1,16}})?\Z)")
    return compiled(words)
