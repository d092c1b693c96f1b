"""Territories other than the agency's own that a project or a sentence names (区县)."""

from __future__ import annotations

from .sections import Node
from .wording import WordingRules

_COUNTY = ("县", "区", "旗")


def other_territory(project: str, agency: str | None, wording: WordingRules) -> str | None:
    """The place that a project's name begins with, where it is not the agency's own."""
    match = wording.place.match(project)
    if match is None or (agency and match["place"] in agency):
        return None
    return match["place"] if len(match["place"]) >= 3 else None


def region_of(text: str, start: int, agency: str | None, wording: WordingRules) -> str | None:
    """A county that a sentence of a prefecture's or province's report begins with."""
    if not agency or not wording.large.search(agency) or any(c in agency for c in _COUNTY):
        return None
    match = wording.other_place.match(text, start)
    if match is None or len(match["place"]) < 3 or match["place"] in agency:
        return None
    return None if wording.no_place.match(match["place"]) else match["place"]


def region_above(node: Node, agency: str | None, wording: WordingRules) -> str | None:
    """The county that is the heading of a part of a prefecture's or province's report."""
    if not agency or not wording.large.search(agency) or any(c in agency for c in _COUNTY):
        return None
    for heading in reversed(node.path):
        match = wording.bare_place.fullmatch(heading)
        if match and len(match["place"]) >= 3 and match["place"] not in agency:
            return match["place"]
    return None
