"""Whose report, on which fiscal year, of which kind: each with the words that said so (报告身份).

Evidence is ranked: what the user says (``sources.csv``), then cover fields (评价单位：…), title,
file name, body and signature. A conflict between them is reported, not settled silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extract.model import Identity
from extract.regions.matching import Region

from .agencies import named, normal_agency, unknown_place, without_front
from .entities import ENTITIES, entity_of
from .kinds import kind_of, title_of
from .names import agency_of
from .regional import (
    bare_agency,
    hints_of,
    located,
    other_office,
    place_at_head,
    printed,
)
from .rules import Alias, IdentityRules, compile_identity
from .told import EVIDENCE, Told
from .years import told_in, year_of

if TYPE_CHECKING:
    from extract.text.sections import Node

__all__ = [
    "ENTITIES", "Alias", "IdentityRules", "compile_identity", "identify", "normal_agency",
    "told_in", "with_annex_years",
]  # fmt: skip

_ANNEX_YEAR = re.compile(r"(?P<y>(?:19|20)[0-9]{2})年")
_SUFFIX = re.compile(r"\.[0-9A-Za-z]{1,5}\Z")
_HEAD = 1500
_NOWHERE = Region()


@dataclass(frozen=True, slots=True)
class _Report:
    """What there is to tell whose a report is; ``conflicts`` grow on the way."""

    text: str
    lines: list[str]
    path: str
    rules: IdentityRules
    said: Told
    conflicts: list[str]


def identify(
    text: str, path: str, rules: IdentityRules, told: Mapping[str, str] | None = None
) -> Identity:
    """The identity of the report whose matching copy is ``text``.

    ``told`` is what the user says of the file, by columns of ``sources.csv``.
    """
    said = Told(told or {})
    lines = [line for line in text[:_HEAD].split("\n") if line.strip()][:14]
    title = title_of(lines)
    year, year_evidence, conflicts = year_of(text, lines, path, rules)
    year, year_evidence = said.year(year, year_evidence, conflicts)
    kind, type_evidence = kind_of(title, lines, text, path, rules)
    doc_type, type_evidence = said.over("doc_type", kind, type_evidence, conflicts)
    who = Identity(
        report_year=year,
        doc_type=doc_type or kind,
        title=title,
        year_evidence=year_evidence,
        type_evidence=type_evidence,
    )
    who = _placed(who, _Report(text, lines, path, rules, said, conflicts))
    return replace(who, conflicts=tuple(dict.fromkeys(conflicts)))


def _placed(who: Identity, report: _Report) -> Identity:
    """With the agency, its region, its entity and its ids."""
    rules, year, conflicts = report.rules, who.report_year, report.conflicts
    hints = (*report.said.hints(), *hints_of(report.text, report.lines, report.path))
    head = place_at_head(report.lines, year, hints, rules.places)
    agency, evidence = agency_of(report.text, report.lines, report.path, rules)
    if agency is None or not _credible(agency, evidence, head, year, report):
        places = [printed(head)]
        if agency is not None:
            places.append(printed(located(agency, year, hints, rules.places)))
        told = [place for place in places if place]
        agency, evidence = bare_agency(report.lines, report.path, told, rules)
    agency, evidence = report.said.over("agency", agency, evidence, conflicts)
    if agency is None:
        return _with_region(who, report.said.region(head or _NOWHERE, year, rules, []))
    name = normal_agency(agency)
    alias = _alias(name, year, rules)
    known_as = normal_agency(alias.agency) if alias and alias.agency else name
    region = located(without_front(known_as, rules)[0], year, hints, rules.places)
    region = report.said.region(region, year, rules, conflicts)
    if region == _NOWHERE and head is not None and not unknown_place(known_as, rules):
        region = head  # a town or school below a line with its county
    if region.candidates:
        codes = ", ".join(region.candidates)
        conflicts.append(f"region: {name} may be {codes}; name its adcode in sources.csv")
    own = named(known_as, region, _SUFFIX.sub("", report.path), rules)
    heads = [agency, evidence, who.title or "", report.path.rpartition("/")[2]]
    entity, told_by = entity_of(heads, report.text, subunit=own.subunit, rules=rules.entity)
    said_entity, told_by = report.said.over("entity", entity, told_by, conflicts)
    entity = said_entity or entity
    id_, group = own.id_of(entity), own.agency_group
    if alias and alias.agency_id:
        id_, group = alias.agency_id, alias.agency_id.rpartition("-")[0] or alias.agency_id
    return replace(
        _with_region(who, region),
        agency=agency if evidence == EVIDENCE else name,
        agency_id=id_,
        agency_group=group,
        entity=entity,
        bureau=own.bureau,
        level=own.level,
        agency_evidence=evidence,
        entity_evidence=told_by,
    )


def _with_region(who: Identity, region: Region) -> Identity:
    return replace(
        who,
        level=region.level,
        province=region.province,
        prefecture=region.prefecture,
        county=region.county,
        province_code=region.province_code,
        prefecture_code=region.prefecture_code,
        adcode_asof=region.adcode_asof,
        adcode=region.adcode,
        region_evidence=region.evidence,
        region_candidates=region.candidates,
    )


def _credible(
    agency: str, evidence: str, head: Region | None, year: int | None, report: _Report
) -> bool:
    """Whether an agency that only the body names can be the one that reports.

    It must be no other bureau than the head names, and lie in the place that the head names.
    """
    if not evidence.startswith("body"):
        return True
    if other_office(agency, report.lines, report.rules):
        return False
    own = located(agency, year, (), report.rules.places)
    if head is None or own.place is None or head.place is None:
        return True
    return (own.adcode_asof or "").startswith(_stem(head.adcode_asof or ""))


def _stem(code: str) -> str:
    return code.removesuffix("00").removesuffix("00")


def _alias(name: str, year: int | None, rules: IdentityRules) -> Alias | None:
    for alias in rules.aliases.get(name, ()):
        first, last = alias.first or 0, alias.last or 9999
        if year is None or first <= year <= last:
            return alias
    return None


def with_annex_years(identity: Identity, nodes: list[Node]) -> Identity:
    """Flag titles inside the document that name another year than the report's."""
    found = list(identity.conflicts)
    for node in nodes:
        match = _ANNEX_YEAR.search(node.heading) if node.how == "title" else None
        if match and identity.report_year and int(match["y"]) != identity.report_year:
            found.append(
                f"year: a part is titled {node.heading[:40]} in a report on {identity.report_year}"
            )
    return replace(identity, conflicts=tuple(dict.fromkeys(found)))
