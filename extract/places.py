"""Territories other than the agency's own that a project or a sentence names (区县)."""

from __future__ import annotations

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
