"""Whose row it is (单位匹配): agencies of a sheet among those of a dataset.

By id, by name in any of its wordings, by the place where only one agency of it is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.compare.words import plain
from extract.identity import identify, normal_agency
from extract.panel.frame import ENTITIES, Roster
from extract.regions.gazetteer import KINDS, bare

if TYPE_CHECKING:
    from extract.identity import IdentityRules
    from extract.tables import Columns

DOCUMENT_COLUMNS = (
    "agency_id", "agency_group", "agency", "entity", "report_year", "bureau", "adcode",
    "adcode_asof", "province", "prefecture", "county", "source", "format", "doc_type", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    """The agencies (entities) that a row is about; without any, ``why`` says what is wrong."""

    agencies: frozenset[str] = frozenset()
    group: str = ""
    why: str = ""


_CODE = re.compile(r"(?P<code>[0-9]{6})(?:\.0|0{6})?")  # as spreadsheets and statistics write it


class Agencies:
    """The agencies of a dataset, by whatever a sheet may call them."""

    def __init__(self, documents: Columns, rules: IdentityRules) -> None:
        """Learn them from the columns of ``documents``."""
        self.roster = Roster()
        self.roster.see(documents)
        self.members: dict[str, set[str]] = defaultdict(set)  # group → agencies
        self.entities: dict[str, set[str]] = defaultdict(set)  # agency → entities of its reports
        self._places: dict[str, set[str]] = defaultdict(set)  # code or name of a place → groups
        self._known: dict[tuple[tuple[str, ...], str, int | None], Who] = {}
        self._rules = rules
        for agency, group in self.roster.groups.items():
            self.members[group].add(agency)
        self._names: dict[str, set[str]] = defaultdict(set)
        for name, groups in self.roster.names.items():
            self._names[normal_agency(name)] |= groups
        for row in _rows(documents):
            if row["agency_id"] is None:
                continue
            self.entities[row["agency_id"]].add(row["entity"])
            group = self.roster.groups[row["agency_id"]]
            for word in _places(row):
                self._places[word].add(group)

    def find(self, cells: Sequence[str], entity: str, year: int | None) -> Who:
        """Whose row it is; ``cells`` are all that the row says of it, the surest first."""
        key = tuple(cells), entity, year
        if key not in self._known:
            self._known[key] = self._find(cells, entity, year)
        return self._known[key]

    def _find(self, cells: Sequence[str], entity: str, year: int | None) -> Who:
        said = [cell for cell in cells if cell]
        if not said:
            return Who(why="the row names no agency")
        together = ["".join(reversed(said)), "".join(said)] if len(said) > 1 else []
        torn = False
        for words in (*said, *together):
            if words in self.roster.groups:
                return Who(frozenset({words}), self.roster.groups[words])
            groups = self._groups(words, year)
            torn = torn or len(groups) > 1
            if len(groups) == 1:
                return self._of(next(iter(groups)), entity)
        what = "several agencies are called" if torn else "the dataset has no agency"
        return Who(why=f"{what} {' '.join(said)}")

    def _of(self, group: str, entity: str) -> Who:
        members = self.members[group]
        kind = ENTITIES.get(plain(entity))
        chosen = {agency for agency in members if kind in self.entities[agency]} if kind else set()
        return Who(frozenset(chosen or members), group)

    def _groups(self, words: str, year: int | None) -> set[str]:
        if words in self.members:
            return {words}
        name = normal_agency(words)
        if name in self._names:
            return self._names[name]
        told = {"agency": words} | ({"year": str(year)} if year else {})
        who = identify("", "", self._rules, told)
        if who.agency_id in self.roster.groups:
            return {self.roster.groups[who.agency_id]}
        if who.agency_group in self.members:
            return {who.agency_group}
        code = _CODE.fullmatch(words)
        place = code["code"] if code else words
        return self._places.get(place) or self._begun(name)

    def _begun(self, place: str) -> set[str]:
        """The groups whose names are this place and a bureau: 青禾县, 青禾 for 青禾县医疗保障局."""
        return {
            group
            for name, groups in self._names.items()
            if len(place) > 1 and name.startswith(place) and self._is_bureau(name[len(place) :])
            for group in groups
        }

    def _is_bureau(self, words: str) -> bool:
        """Whether they name a bureau, perhaps behind the kind of its place (县医疗保障局)."""
        named = (words, *(words.removeprefix(kind) for kind in KINDS if words.startswith(kind)))
        return any(bureau.names.fullmatch(w) for bureau in self._rules.bureaus for w in named)


def _places(row: Mapping[str, Any]) -> Iterator[str]:
    """What a sheet may call the place of a document: codes, 青禾县, 青禾, 澜川市青禾县."""
    yield from filter(None, (row["adcode"], row["adcode_asof"]))
    above = ""
    for name in filter(None, (row["county"], row["prefecture"], row["province"])):
        above = name + above
        yield above
        if name == above and len(bare(name)) > 1:
            yield bare(name)


def _rows(columns: Columns) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
