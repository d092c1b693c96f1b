"""The divisions of the country by year (行政区划): what a name means, and what became of it.

``patterns/regions/divisions.csv`` has one row for each stretch of years in which a code and a name
belonged together, year ends 2008 to 2024; ``successors.csv`` names what took over from divisions
that were dissolved, or nothing where they were split.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extract.errors import RulebookError
from extract.kept import compiled
from extract.schema import csv_rows, pattern, read_file

PROVINCE, PREFECTURE, COUNTY = "province", "prefecture", "county"
_LEVELS = {"0000": PROVINCE, "00": PREFECTURE}
_LONGEST = 15  # characters of a name: 双江拉祜族佤族布朗族傣族自治县
_COLUMNS = ("adcode", "name", "first", "last", "today")
_NO_NAMES = frozenset({"市辖区", "县", "省直辖县", "直辖县", "自治区直辖县"})
KINDS = ("特别行政区", "自治区", "地区", "省", "市", "盟", "县", "区", "旗", "州")  # of a division


@dataclass(frozen=True, slots=True)
class Division:
    """One division under one code and name."""

    adcode: str  # six digits
    name: str
    first: int  # year ends, both included
    last: int
    today: str | None  # code of 2024; None where unknown, or the division was split
    line: str = ""  # the same for all that is one division through its renamings, and no other

    @property
    def level(self) -> str:
        """``province``, ``prefecture`` or ``county``, by the zeros of the code."""
        return next((v for zeros, v in _LEVELS.items() if self.adcode.endswith(zeros)), COUNTY)

    def within(self, other: Division) -> bool:
        """Whether it lies in ``other``, by its code."""
        return self.adcode != other.adcode and self.adcode.startswith(_stem(other.adcode))

    def around(self, year: int | None) -> bool:
        """Whether it was there in ``year``, or the year before or after: reports lag behind."""
        return year is None or self.first - 1 <= year <= self.last + 1 or self._beyond(year)

    def within_years(self, year: int) -> bool:
        """Whether it was there at the end of ``year``, as far as the table reaches."""
        return self.first <= year <= self.last or self._beyond(year)

    def _beyond(self, year: int) -> bool:
        """The table ends before this year: what was there last is there still."""
        return year > LAST == self.last or year < FIRST == self.first


FIRST, LAST = 2008, 2024  # year ends that the table has


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All divisions, by every form of their names."""

    named: Mapping[str, tuple[Division, ...]]
    coded: Mapping[str, tuple[Division, ...]]
    lines: Mapping[str, tuple[Division, ...]]
    short: Mapping[str, str]  # full name → the name without its kind (湛江市 → 湛江)
    signs: Mapping[str, str]  # first sign of document numbers → code of the province
    functional: re.Pattern[str]
    same_area: Mapping[str, str]  # kinds of functional areas under several names
    areas: Mapping[str, str]  # functional areas known by their name alone → code they lie in
    corps: re.Pattern[str]  # 兵团, 第八师
    follows: re.Pattern[str]  # what may stand behind a short name: a bureau

    def at(self, text: str, start: int = 0) -> Iterator[tuple[int, tuple[Division, ...]]]:
        """Names that stand at ``start``, the longest first: where each ends, what it may mean."""
        for end in range(min(len(text), start + _LONGEST), start + 1, -1):
            if found := self.named.get(text[start:end]):
                yield end, found

    def full_at(self, text: str, start: int = 0) -> int:
        """Where a full name that stands at ``start`` ends; ``start`` where none does."""
        for end, found in self.at(text, start):
            if any(d.name == text[start:end] for d in found):
                return end
        return start

    def parents(self, division: Division, year: int | None) -> tuple[Division, ...]:
        """Province and prefecture that a division lies in, outermost first."""
        codes = dict.fromkeys((division.adcode[:2] + "0000", division.adcode[:4] + "00"))
        found = (self.under(code, year) for code in codes if code != division.adcode)
        return tuple(d for d in found if d is not None)

    def had(self, line: str, year: int) -> bool:
        """Whether what is one division with these was there at the end of ``year``."""
        return any(d.within_years(year) for d in self.lines[line])

    def code_in(self, division: Division, year: int) -> str | None:
        """The code of what is one division with this one, at the end of ``year``.

        Of what was merged away or not yet founded that of the nearest year, where it is next to it.
        """
        kin = self.lines[division.line]
        there = {d.adcode for d in kin if d.within_years(year)}
        there = there or {d.adcode for d in kin if d.around(year)}
        return there.pop() if len(there) == 1 else None

    def under(self, code: str, year: int | None) -> Division | None:
        """The division under ``code`` in ``year``, else the nearest in time."""
        found = self.coded.get(code)
        if not found:
            return None
        year = LAST if year is None else year
        return min(found, key=lambda d: (max(d.first - year, year - d.last, 0), -d.last))


def load(folder: Path) -> Gazetteer:
    """The gazetteer in ``folder``; raises ``RulebookError`` for a bad file."""
    rules = read_file(folder, "regions/regions.toml")
    ended = csv_rows(folder / "regions" / "successors.csv", ("adcode", "last", "today", "note"))
    heirs = {(row["adcode"], row["last"]): row["today"] for _, row in ended}
    rows = csv_rows(folder / "regions" / "divisions.csv", _COLUMNS)
    divisions = _in_lines([_division(where, row, heirs) for where, row in rows])
    coded: defaultdict[str, list[Division]] = defaultdict(list)
    named: defaultdict[str, list[Division]] = defaultdict(list)
    lines: defaultdict[str, list[Division]] = defaultdict(list)
    short: dict[str, str] = {}
    shorten = _shortener(rules["peoples"])
    for d in (d for d in divisions if d.name not in _NO_NAMES):
        coded[d.adcode].append(d)
        lines[d.line].append(d)
        forms = shorten(d.name, d.level)
        short[d.name] = forms[-1]
        for name in dict.fromkeys((d.name, *forms)):
            named[name].append(d)
    for name, full in rules["also"].items():
        named[name] = [*named.get(name, ()), *named.get(full, ())]
    return Gazetteer(
        {name: tuple(found) for name, found in named.items()},
        {code: tuple(found) for code, found in coded.items()},
        {line: tuple(found) for line, found in lines.items()},
        short,
        rules["signs"],
        pattern("regions.toml, functional", rules["functional"]["pattern"]),
        rules["same_area"],
        rules["areas"],
        pattern("regions.toml, corps", rules["corps"]),
        pattern("regions.toml, follows", rules["follows"]),
    )


def _division(where: str, row: Mapping[str, str], heirs: Mapping[tuple[str, str], str]) -> Division:
    try:
        today = heirs.get((row["adcode"], row["last"]), row["today"])
        first, last = int(row["first"]), int(row["last"])
    except ValueError as error:
        raise RulebookError(f"{where}: first and last are years; run rebuild.py") from error
    return Division(row["adcode"], row["name"], first, last, today or None)


def _in_lines(divisions: Sequence[Division]) -> list[Division]:
    """Each division with its line: that of today's code, but of what was merged a line of its own.

    Of several that became one, the line goes on from the one of today's name, else of its code.
    """
    now = {d.adcode: d.name for d in divisions if d.last == LAST}
    heads: defaultdict[str, list[Division]] = defaultdict(list)
    for d in divisions:
        if d.today:
            heads[d.today].append(d)
    return [replace(d, line=_line(d, heads.get(d.today or "", ()), now)) for d in divisions]


def _line(d: Division, kin: Iterable[Division], now: Mapping[str, str]) -> str:
    if d.today is None:
        return d.adcode + "m"

    def near(one: Division) -> tuple[bool, bool]:
        return bare(one.name) == bare(now[str(one.today)]), one.adcode == one.today

    rivals = [o for o in kin if o.adcode != d.adcode and o.first <= d.last and d.first <= o.last]
    if any(near(o) >= near(d) for o in rivals):
        return d.adcode + "m"
    return d.today


def bare(name: str) -> str:
    """The name of a division without its kind: 青禾 for 青禾县."""
    return name.removesuffix(next((k for k in KINDS if name.endswith(k)), ""))


def _stem(code: str) -> str:
    """The digits that all codes within a division share."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _shortener(peoples: Iterable[str]) -> _Shortener:
    return _Shortener(compiled("(?:" + "|".join(peoples) + ")+(?=自治)"))


@dataclass(frozen=True, slots=True)
class _Shortener:
    """Short forms of a division's name, the shortest last."""

    peoples: re.Pattern[str]

    def __call__(self, name: str, level: str) -> tuple[str, ...]:
        plain = self.peoples.sub("", name)
        if plain != name:  # 黔南自治州 → 黔南州, 黔南
            kind = plain[-1]
            people = plain[: plain.rindex("自治")]
            if len(people) < 2:
                return (name[: name.rindex("自治")],)
            return (plain, people) if level == PROVINCE else (plain, people + kind, people)
        short = bare(name)
        return (short if len(short) >= 2 else name,)
