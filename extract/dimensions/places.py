"""Territories other than the agency's own that a project or a sentence names (区县)."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.lexicon.wording import WordingRules
from extract.text.sections import Node

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


# Territories from the largest on; what an agency's own is called, by the last of its name.
_RISING = {
    "县": "国省市州盟区", "旗": "国省市州盟区", "区": "国省市州盟", "市": "国省州区",
    "州": "国省区", "盟": "国省区", "地区": "国省区", "省": "国", "自治区": "国",
}  # fmt: skip
_OWN = re.compile(r"[\u4e00-\u9fff]+?(?P<kind>自治区|地区|[省市州盟县区旗])")
_TIME = r"(?:[0-9]{4}年度?|[0-9]{1,2}月|截至|截止|目前|年末|年底|底|，){0,4}"
_AGAIN = re.compile(rf"{_TIME}(?:其中)?(?:我|本|该)[省市州盟县区旗镇乡局]")


@lru_cache(maxsize=256)
def _larger(agency: str) -> re.Pattern[str] | None:
    """A clause about a territory that the agency's is a part of: 全省参保率98%."""
    kinds = [own["kind"] for own in _OWN.finditer(agency)]
    words = _RISING[kinds[-1]] if kinds else None
    return re.compile(rf"{_TIME}(?P<place>全[{words}])") if words else None


def larger_territory(
    text: str, start: int, agency: str | None, wording: WordingRules
) -> str | None:
    """The territory beyond the agency's own that the clause at ``start`` is about (全国, 全省)."""
    pattern = _larger(agency) if agency else None
    match = pattern.match(text, start) if pattern else None
    if match is None or wording.no_subject.match(text, match.end()):
        return None
    return match["place"]


def own_territory(text: str, start: int) -> bool:
    """Whether the clause at ``start`` is about the agency's own territory again (我县, 我局)."""
    return _AGAIN.match(text, start) is not None
