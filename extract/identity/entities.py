"""Which entity of an agency reports (填报主体): the office itself, all its units, or one."""

from __future__ import annotations

from collections.abc import Sequence

from .rules import EntityRules

ENTITIES = ("own", "consolidated", "subunit", "unknown")
_REACH = 20_000  # characters in which the scope of accounts is told
_NUMERALS = "一二三四五六七八九十"


def entity_of(
    heads: Sequence[str], text: str, *, subunit: bool, rules: EntityRules
) -> tuple[str, str]:
    """The entity, and the words that say so; ``heads`` are title, cover fields and file name."""
    for head in heads:
        if match := rules.consolidated.search(head):
            return "consolidated", match.group()
    if subunit:
        return "subunit", "name"
    for head in heads:
        if match := rules.own.search(head):
            return "own", match.group()
    match = rules.scope.search(text, 0, _REACH)
    if match and _number(match["n"]) != 1:
        return "consolidated", match.group()[:60]
    return "unknown", ""


def _number(printed: str | None) -> int:
    """A number of units, 2 where there are several without a number."""
    if not printed:
        return 2
    if printed.isdigit():
        return int(printed)
    return _NUMERALS.find(printed) + 1 if len(printed) == 1 else 11
