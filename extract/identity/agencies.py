"""Names of agencies to ids (单位编号): stable over wordings and years, never shared.

A group is a place and a bureau (``430225-ybj``), or the hash of a name where the bureau is none of
the vocabulary; an id adds the entity that reports. A name that does not tell its place stands for
itself in one document only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from extract.regions.matching import Region

from .rules import Bureau, IdentityRules

SUFFIXES = {"own": "own", "consolidated": "all", "unknown": "any"}
_PLACE = re.compile("[\u4e00-\u9fff]{1,7}?(?:自治[州县旗区]|地区|省|市|县|区|旗|州|盟)")
_TOWN = re.compile("[\u4e00-\u9fff]{1,9}?(?:街道|(?<!城)[镇乡]|苏木)")
_TOWN_OFFICE = re.compile("(?<=[镇乡道木])(?:人民政府|办事处|党工委)\\Z")
_STATE, _STATE_CODE = "国家", "000000"
_LAYERS = 3  # places in a name: province, prefecture, county


@dataclass(frozen=True, slots=True)
class Named:
    """What a name tells of an agency."""

    agency_group: str
    unit: str | None  # of a subordinate institution in its bureau's group: stands in the id
    subunit: bool
    bureau: str | None
    level: str | None

    def id_of(self, entity: str) -> str:
        """The ``agency_id`` of one of the group's entities."""
        if self.unit:
            return f"{self.agency_group}-{self.unit}"
        return f"{self.agency_group}-{'sub' if self.subunit else SUFFIXES.get(entity, 'sub')}"


def normal_agency(name: str) -> str:
    """The name without blanks, brackets and the words 本级 and 机关."""
    return re.sub(r"(?:本级|机关|（汇总）|汇总)+$", "", re.sub(r"[\s（）()]", "", name))


def named(name: str, region: Region, document: str, rules: IdentityRules) -> Named:
    """Group, bureau and level of the agency ``name`` in ``region``.

    ``document`` (its path, so that all formats of one report agree) stands for the place where the
    name does not tell it.
    """
    plain, front = without_front(name, rules)
    place, end = _place(plain, region, document, rules)
    rest = front + plain[end:]
    bureau, unit = _bureau(rest, rules)
    town = None if bureau else _TOWN.match(rest)
    level = "township" if town else region.level or _level(name, rules)
    if bureau is not None:
        return Named(f"{place}-{bureau.code}", unit, unit is not None, bureau.id, level)
    rest = _TOWN_OFFICE.sub("", rest)
    field = next((b.id for b in rules.bureaus if b.words.search(rest)), None)
    whole = rest if rest and place[0] != "d" else name
    group = f"{place}-x{_hash(whole, 8)}"
    subunit = town is None and rules.entity.subunit.search(rest) is not None
    return Named(group, None, subunit, field, level)


def without_front(name: str, rules: IdentityRules) -> tuple[str, str]:
    """The name with its place first, and what stood before it (共青团, 政协)."""
    match = rules.front.match(name)
    return (name[match.end() :], rules.fronts[match.group()]) if match else (name, "")


def unknown_place(name: str, rules: IdentityRules) -> int:
    """Where a place that no table knows ends at the beginning of a name; 0 where none begins it."""
    end = 0
    for _ in range(_LAYERS):
        match = _PLACE.match(name, end)
        if match is None or match.end() == len(name) or _bureau_at(name, match, rules):
            break
        end = match.end()
    return end


def _bureau_at(name: str, match: re.Match[str], rules: IdentityRules) -> bool:
    """Whether what looks like a place runs into the name of the bureau (月区市|场监督)."""
    ending = rules.agency.search(name, match.start())
    return ending is not None and ending.start() < match.end()


def _place(plain: str, region: Region, document: str, rules: IdentityRules) -> tuple[str, int]:
    """What stands for the place in ids, and where it ends in the name."""
    if region.place is not None and not region.place.startswith("@"):
        return region.place, region.end
    if region.place is not None:
        return "u" + _hash(region.place, 7), region.end
    if plain.startswith(_STATE):
        return _STATE_CODE, len(_STATE)
    end = 0 if region.candidates or region.end else unknown_place(plain, rules)
    if end:
        inner = plain[:end].partition("省")[2] or plain[:end]
        return "u" + _hash(f"@{inner}", 7), end
    return "d" + _hash(document, 9), region.end


def _bureau(rest: str, rules: IdentityRules) -> tuple[Bureau | None, str | None]:
    """The bureau whose name ``rest`` is, or to which the institution ``rest`` belongs."""
    for bureau in rules.bureaus:
        if bureau.names.fullmatch(rest):
            return bureau, None
    for bureau in rules.bureaus:
        if bureau.units.fullmatch(rest):
            return bureau, "s" + _hash(rest, 6)
    for bureau in rules.bureaus:
        match = bureau.names.match(rest)
        if match and rules.entity.subunit.search(rest, match.end()):
            behind = rest[match.end() :]
            if not rules.agency.search(behind) or bureau.units.fullmatch(behind):
                return bureau, "s" + _hash(behind, 6)
    return None, None


def _level(name: str, rules: IdentityRules) -> str | None:
    return next((v for v, p in rules.levels if p.search(name)), None)


def _hash(words: str, digits: int) -> str:
    return blake2b(words.encode(), digest_size=8).hexdigest()[:digits]
