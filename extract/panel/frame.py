"""The user's list of expected agencies (应报单位名录), ``frame.csv`` beside the corpus.

Only against such a list can a missing report be told from one that was never due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from extract.ids import short_id
from extract.inputs.usertables import UserFile, UserTable, mistake, read
from extract.model import Identity
from extract.panel.reports import LASTING
from extract.tables import Columns

NAME = "frame.csv"
COLUMNS = ("agency", "agency_id", "adcode", "bureau", "entity", "from", "to", "year")
ENTITIES = {
    "own": "own", "consolidated": "consolidated", "subunit": "subunit", "unknown": "unknown",
    "本级": "own", "汇总": "consolidated",
}  # fmt: skip
_YEARS = range(1949, 2101)

Named = Callable[[str], Identity]  # who an agency of this name is


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an agency, and the first and last year that it should report on, if said."""

    agency: str
    agency_id: str
    adcode: str
    bureau: str
    entity: str
    first: int | None
    last: int | None

    def shown(self) -> str:
        """What the user calls it."""
        return self.agency or self.agency_id or f"{self.adcode} {self.bureau}"


@dataclass(frozen=True, slots=True)
class Frame:
    """The list as it was read."""

    table: UserTable
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """An agency (or one entity of it) and the years of which a report is expected.

    ``profile`` are its keys of the panel, where no document tells them.
    """

    agency_id: str
    group: str
    years: frozenset[int]
    entity: str
    profile: Mapping[str, Any] | None


@dataclass(slots=True)
class Roster:
    """The agencies that documents name; grows with agencies, not with documents."""

    groups: dict[str, str] = field(default_factory=dict)  # agency_id → group
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # → groups
    places: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    years: set[int] = field(default_factory=set)

    def see(self, documents: Columns) -> None:
        """Note the agencies and years of some rows of ``documents``."""
        nothing = [None] * len(documents["agency_id"])
        names = ("agency_id", "agency", "report_year", "bureau")
        columns = [documents[name] for name in names]
        columns += [documents.get(name, nothing) for name in ("agency_group", "adcode")]
        for agency, name, year, bureau, group, adcode in zip(*columns, strict=True):
            if year is not None:
                self.years.add(year)
            if agency is None:
                continue
            own = self.groups[agency] = group or agency
            self.names[name].add(own)
            if bureau and adcode:
                self.places[adcode, bureau].add(own)


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of the lines of a frame."""

    expected: tuple[Expected, ...] = ()
    agencies: int = 0
    unmatched: tuple[str, ...] = ()  # no document is theirs
    ambiguous: tuple[str, ...] = ()  # several agencies have the name; left out

    def told(self, table: UserTable) -> dict[str, Any]:
        """For the run report."""
        return {
            "file": table.name,
            "sha256": table.sha256,
            "agencies": self.agencies,
            "matched": self.agencies - len(self.unmatched) - len(self.ambiguous),
            "unmatched": list(self.unmatched),
            "ambiguous": list(self.ambiguous),
        }


def read_frame(path: UserFile) -> Frame:
    """The list; raises ``CorpusError`` or ``UsageError``, which name file, line and what to do."""
    table = read(path, (), COLUMNS)
    return Frame(table, tuple(_row(path, row) for row in table.rows))


def match(frame: Frame, roster: Roster, named: Named) -> Matching:
    """The expected agency-years, each line found among the documents' agencies or new."""
    whole = (min(roster.years), max(roster.years)) if roster.years else None
    known = frozenset(roster.groups.values())
    found: dict[tuple[str, str], Expected] = {}
    shown: dict[tuple[str, str], str] = {}
    ambiguous: dict[str, None] = {}
    for row in frame.rows:
        one = _found(row, roster, known, named)
        if one is None:
            ambiguous[row.shown()] = None
            continue
        one = replace(one, years=frozenset(_years(row, whole)))
        key = one.group, one.entity
        before = found.setdefault(key, one)
        found[key] = replace(before, years=before.years | one.years)
        shown.setdefault(key, row.shown())
    unmatched = [shown[key] for key, one in found.items() if one.profile is not None]
    expected = sorted(found.values(), key=lambda one: (one.group, one.entity))
    count = len(found) + len(ambiguous)
    return Matching(tuple(expected), count, tuple(unmatched), tuple(ambiguous))


def _row(path: UserFile, row: dict[str, str]) -> Row:
    cell = {name: row.get(name, "") for name in COLUMNS}
    if not (cell["agency"] or cell["agency_id"] or (cell["adcode"] and cell["bureau"])):
        raise mistake(path, row, "give agency, or agency_id, or adcode and bureau")
    if cell["entity"] and cell["entity"] not in ENTITIES:
        raise mistake(path, row, f"no entity {cell['entity']!r}; known are {', '.join(ENTITIES)}")
    if cell["year"] and (cell["from"] or cell["to"]):
        raise mistake(path, row, "give year, or from and to, not both")
    first, last = (_year(path, row, cell["year"] or cell[name]) for name in ("from", "to"))
    if first and last and first > last:
        raise mistake(path, row, f"from {first} is after to {last}; swap them")
    return Row(
        cell["agency"],
        cell["agency_id"],
        cell["adcode"],
        cell["bureau"],
        ENTITIES.get(cell["entity"], ""),
        first,
        last,
    )


def _year(path: UserFile, row: dict[str, str], text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) not in _YEARS:
        raise mistake(path, row, f"{text!r} is no year; write four digits")
    return int(text)


def _years(row: Row, whole: tuple[int, int] | None) -> Iterator[int]:
    """From the first to the last year of the row, else of all reports of the corpus."""
    first = row.first or (whole[0] if whole else row.last)
    last = row.last or (whole[1] if whole else row.first)
    if first and last:
        yield from range(first, max(first, last) + 1 if row.last is None else last + 1)


def _found(row: Row, roster: Roster, known: frozenset[str], named: Named) -> Expected | None:
    """The agency of a row; None where several have its name."""
    who = named(row.agency) if row.agency and not row.agency_id else Identity()
    own = row.agency_id or who.agency_id or _new_id(row)
    group = roster.groups.get(own) or getattr(who, "agency_group", None) or own
    groups = {group} & known
    if not row.agency_id:
        names = roster.names.get(row.agency, set()) | roster.names.get(who.agency or "", set())
        groups = groups or names or roster.places.get((row.adcode, row.bureau), set())
    if len(groups) > 1:
        return None
    if groups:
        (group,) = groups
        return Expected(own, group, frozenset(), row.entity, None)
    told = {name: getattr(who, name, None) for name in LASTING}
    profile = told | {
        "agency": who.agency or row.agency or None,
        "agency_group": group,
        "entity": row.entity or told["entity"],
        "bureau": row.bureau or who.bureau,
        "adcode": row.adcode or told["adcode"],
    }
    return Expected(own, group, frozenset(), row.entity, profile)


def _new_id(row: Row) -> str:
    """An id for an agency that is known by place and bureau alone, or by a name of no form."""
    place = row.adcode or "x"
    return f"{place}-{short_id(row.bureau or row.agency)[:8]}"
