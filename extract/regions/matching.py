"""Where an agency stands (所属区划): the division that its name means, in the year of its report.

Names come in every length: 湛江市坡头区…, 坡头区…, 黔南州…, 炎陵县…. The longest reading from
the left wins; of several divisions of one name (鼓楼区, 朝阳区) other evidence decides, or none is:
ambiguous stays empty, with its candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .evidence import Hint, decided
from .gazetteer import COUNTY, PREFECTURE, PROVINCE, Division, Gazetteer

# A county or city that the gazetteer does not know, at the beginning of what follows a known place.
_UNKNOWN = re.compile("[\u4e00-\u9fff]{2,6}?(?:自治县|县|区|旗|市)(?=.)(?!域|级|场)")


@dataclass(frozen=True, slots=True)
class Region:
    """The division of an agency; codes are strings of six digits, None where unknown."""

    level: str | None = None
    adcode_asof: str | None = None  # in the year asked for
    adcode: str | None = None  # today's; None where the division was split, or is none
    province: str | None = None
    prefecture: str | None = None
    county: str | None = None  # or the functional area, which has no code
    province_code: str | None = None
    prefecture_code: str | None = None
    candidates: tuple[str, ...] = ()  # codes, where the evidence leaves several
    evidence: str = ""
    place: str | None = None  # stands for the place in ids; None where it is not known
    end: int = 0  # where in the name the place ends


@dataclass(frozen=True, slots=True)
class _Reading:
    """Divisions that the beginning of a name may mean, and where that beginning ends."""

    found: tuple[Division, ...]
    end: int


def region_of(name: str, year: int | None, hints: Sequence[Hint], places: Gazetteer) -> Region:
    """The region of an agency ``name`` in ``year``.

    ``hints`` are further texts of the report, best first; they decide between divisions of one
    name and never overrule the name.
    """
    if corps := places.corps.match(name):
        return _of_corps(name, corps, year, places)
    reading = _read(name, year, places)
    area = places.functional.match(name, reading.end)
    if not reading.found:
        return _area_alone(area["name"], area.end(), year, places) if area else Region()
    division, evidence = decided(reading.found, year, hints, places)
    if division is None:
        codes = tuple(sorted({_code(d, year, places) for d in reading.found}))
        levels = {d.level for d in reading.found}
        return Region(
            level=levels.pop() if len(levels) == 1 else None,
            candidates=codes,
            evidence=evidence,
            end=reading.end,
        )
    region = replace(region_at(division, year, evidence, places), end=reading.end)
    if division.level == COUNTY:
        return region
    if area:
        return _area_within(region, area["name"], area.end(), places)
    return _unknown_within(region, name)


def region_at(division: Division, year: int | None, evidence: str, places: Gazetteer) -> Region:
    """The region that a known division is, with all that it lies in."""
    chain = {d.level: d for d in (*places.parents(division, year), division)}
    province, prefecture, county = (chain.get(v) for v in (PROVINCE, PREFECTURE, COUNTY))
    return Region(
        level=division.level,
        adcode_asof=_code(division, year, places),
        adcode=division.today,
        province=province.name if province else None,
        prefecture=prefecture.name if prefecture else None,
        county=county.name if county else None,
        province_code=province.adcode if province else None,
        prefecture_code=prefecture.adcode if prefecture else None,
        evidence=evidence,
        place=division.line,
    )


def divisions_at(
    text: str, year: int | None, places: Gazetteer
) -> tuple[tuple[Division, ...], int]:
    """The divisions that the beginning of ``text`` may mean, and where their name ends."""
    reading = _read(text, year, places)
    return reading.found, reading.end


def _read(name: str, year: int | None, places: Gazetteer) -> _Reading:
    """The reading of the beginning of ``name`` that takes most of it."""
    best = _Reading((), 0)
    stack = [best]
    while stack:
        before = stack.pop()
        for end, named in places.at(name, before.end):
            there = [d for d in named if d.around(year)] or _past(name, before.end, end, named)
            if before.found:
                there = [d for d in there if any(d.within(o) for o in before.found)]
            found = _there(there, year, places)
            if found and _whole(name, end, found, places):
                stack.append(_Reading(found, end))
        if before.end > best.end:
            best = before
    return best


def _past(name: str, start: int, end: int, named: Sequence[Division]) -> list[Division]:
    """Divisions that are no more, by their full names: reports cling to them."""
    return [d for d in named if d.name == name[start:end]]


def _there(near: Sequence[Division], year: int | None, places: Gazetteer) -> tuple[Division, ...]:
    """Of divisions of one name those of the year, each once however often it changed its code.

    One of the year before counts too, and one of the year after that has only changed its name:
    there may be another of that name elsewhere.
    """
    exact = [d for d in near if year is not None and d.within_years(year)]
    if exact and year is not None:
        near = [d for d in near if d in exact or d.last < year or places.had(d.line, year)]
    order = sorted(near, key=lambda d: (d in exact, d.last))
    return tuple({d.line: d for d in order}.values())


def _whole(name: str, end: int, found: Iterable[Division], places: Gazetteer) -> bool:
    """Whether a name may end here: a short one only before a further place, or before a bureau."""
    if any(name.startswith(d.name, end - len(d.name)) for d in found if len(d.name) <= end):
        return True
    if name[end - 1] in "县旗盟" or (name[end - 1] == "州" and end > 2):
        return True
    if places.follows.match(name, end) or places.functional.match(name, end):
        return True
    return places.full_at(name, end) > end


def _code(division: Division, year: int | None, places: Gazetteer) -> str:
    if year is None:
        return division.adcode
    return places.code_in(division, year) or division.adcode


def _of_corps(name: str, corps: re.Match[str], year: int | None, places: Gazetteer) -> Region:
    """A city of the corps (兵团), else its division (师), which has no code."""
    reading = _read(name[corps.end() :], year, places)
    within = [d for d in reading.found if d.adcode.startswith("65")]
    if len(within) == 1:
        return replace(region_at(within[0], year, "name", places), end=corps.end() + reading.end)
    part = (corps["part"] or corps["alone"] or "").removeprefix("第")
    province = places.under("650000", year)
    return Region(
        level=PREFECTURE,
        province=province.name if province else None,
        province_code="650000",
        prefecture=f"兵团{part and '第'}{part}",
        evidence="name",
        place=f"@兵团{part}",
        end=corps.end(),
    )


def _area_alone(name: str, end: int, year: int | None, places: Gazetteer) -> Region:
    """A functional area without the place that it lies in: known only by a name of its own."""
    around = places.under(places.areas.get(name, ""), year)
    if around is None:
        return Region(level=COUNTY, county=name, end=end)
    return _inside(region_at(around, year, "name", places), name, name, end)


def _area_within(region: Region, name: str, end: int, places: Gazetteer) -> Region:
    """A functional area within ``region``: a place of its own, without a code."""
    if name in places.areas:
        return _inside(region, name, name, end)
    known = name
    for kind, same in places.same_area.items():
        known = known.replace(kind, same)
    return _inside(region, name, f"{region.place}{known}", end)


def _unknown_within(region: Region, name: str) -> Region:
    """A county that the table does not know within ``region``; else ``region`` itself."""
    first = _UNKNOWN.match(name, region.end)
    if first is None:
        return region
    second = _UNKNOWN.match(name, first.end()) if first.group()[-1] == "市" else None
    last = second or first
    place = name[region.end : last.end()]
    if region.level == PREFECTURE:
        return _inside(region, place, f"{region.place}{place}", last.end())
    inside = _inside(region, last.group(), place, last.end())
    if second is None and first.group()[-1] == "市":
        return replace(inside, level=PREFECTURE, prefecture=first.group(), county=None)
    return replace(inside, prefecture=first.group()) if second else inside


def _inside(region: Region, county: str, place: str, end: int) -> Region:
    return Region(
        level=COUNTY,
        province=region.province,
        prefecture=region.prefecture,
        county=county,
        province_code=region.province_code,
        prefecture_code=region.prefecture_code,
        evidence=region.evidence,
        place=f"@{place}",
        end=end,
    )
