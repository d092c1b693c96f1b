"""What the user says of a file (用户说明): it wins over the text, and differences are noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from extract.regions.evidence import TOLD, Hint
from extract.regions.gazetteer import COUNTY, Division
from extract.regions.matching import Region, region_at

from .agencies import normal_agency
from .rules import IdentityRules

EVIDENCE = TOLD
_PLACES = ("province", "prefecture", "county")


@dataclass(frozen=True, slots=True)
class Told:
    """One file's columns of ``sources.csv``; empty cells are left out."""

    cells: Mapping[str, str]

    def over(
        self, column: str, found: str | None, evidence: str, conflicts: list[str]
    ) -> tuple[str | None, str]:
        """What the user says in ``column``, else what was found, with its evidence."""
        said = self.cells.get(column)
        if said is None:
            return found, evidence
        if found and evidence and not _same(column, found, said):
            conflicts.append(f"{column}: {EVIDENCE} says {said}, but {evidence}")
        return said, EVIDENCE

    def year(
        self, found: int | None, evidence: str, conflicts: list[str]
    ) -> tuple[int | None, str]:
        """The same for the fiscal year."""
        plain = None if found is None else str(found)
        said, evidence = self.over("year", plain, evidence, conflicts)
        return (None if said is None else int(said)), evidence

    def hints(self) -> tuple[Hint, ...]:
        """The places that the user names, to tell divisions of one name apart."""
        said = "".join(self.cells.get(name, "") for name in _PLACES[:2])
        return (Hint(TOLD, said),) if said else ()

    def region(
        self,
        found: Region,
        year: int | None,
        rules: IdentityRules,
        conflicts: list[str],
    ) -> Region:
        """The division that the user names, else the one found."""
        if not any(name in self.cells for name in ("adcode", *_PLACES)):
            return found
        division = self._division(year, rules)
        if division is None:
            if found.place is None:  # a place that the table does not know, or not one alone
                said = "".join(self.cells.get(name, "") for name in _PLACES)
                return replace(
                    found,
                    level=found.level or (COUNTY if "county" in self.cells else None),
                    place=f"@{said}" if said else None,
                    evidence=EVIDENCE,
                    province=self.cells.get("province"),
                    prefecture=self.cells.get("prefecture"),
                    county=self.cells.get("county"),
                )
            return found
        if found.candidates and _code(division, year, rules) not in found.candidates:
            return found  # one of several, and the user does not say which
        if found.place is not None and not _fits(found, division):
            names = found.county or found.prefecture or found.province
            conflicts.append(f"region: {EVIDENCE} says {division.name}, but the name {names}")
        elif found.place is not None and division.adcode != found.adcode_asof:
            return found  # the user names only what it lies in
        return replace(region_at(division, year, EVIDENCE, rules.places), end=found.end)

    def _division(self, year: int | None, rules: IdentityRules) -> Division | None:
        places = rules.places
        if code := self.cells.get("adcode"):
            return places.under(code, year)
        within: list[Division] = []
        for name in _PLACES:
            said = self.cells.get(name)
            if said is None:
                continue
            found = [d for d in places.named.get(said, ()) if d.level == name and d.around(year)]
            inside = [d for d in found if not within or any(d.within(o) for o in within)]
            if not inside:
                return None
            within = inside
        lines = {d.line: d for d in sorted(within, key=lambda d: d.within_years(year or d.last))}
        return next(iter(lines.values())) if len(lines) == 1 else None


def _code(division: Division, year: int | None, rules: IdentityRules) -> str:
    if year is None:
        return division.adcode
    return rules.places.code_in(division, year) or division.adcode


def _fits(found: Region, division: Division) -> bool:
    codes = (found.adcode_asof, found.adcode, found.prefecture_code, found.province_code)
    return division.adcode in codes or (division.today is not None and division.today in codes)


def _same(column: str, found: str, said: str) -> bool:
    if column == "agency":
        return normal_agency(found) == normal_agency(said)
    return found == said
