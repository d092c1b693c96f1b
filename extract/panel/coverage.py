"""What a report could have stated (可披露范围): indicators by kind of document and of section.

It tells a figure that nobody states from one that stands where nothing was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from extract import catalogue
from extract.catalogue import Indicator
from extract.errors import RulebookError
from extract.schema import read_file

_FILE = "coverage.toml"
_BY = (("indicators", "id"), ("families", "family"), ("tiers", "tier"))  # the nearest first


@dataclass(frozen=True, slots=True)
class States:
    """One rule: kinds of document and section; of these bureaus, or of any where there is none."""

    doc_types: frozenset[str]
    sections: frozenset[str]
    bureaus: frozenset[str]

    def told_by(self, doc_type: str | None, bureau: str | None) -> bool:
        """Whether such a document can; of an unknown bureau everything is possible."""
        known = not self.bureaus or bureau is None or bureau in self.bureaus
        return known and doc_type in self.doc_types


@dataclass(frozen=True, slots=True)
class Report:
    """What matters of a report here: its kind, and what it has read and unread."""

    doc_type: str | None
    sections: frozenset[str]  # kinds of section that it has
    unmapped: frozenset[str]  # kinds of section with a figure that became no fact
    whole: bool = True  # everything in it could be read

    def joined(self, twin: Report) -> Report:
        """The same report, read from two files."""
        return Report(
            self.doc_type,
            self.sections | twin.sections,
            self.unmapped | twin.unmapped,
            self.whole or twin.whole,
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """Compiled ``coverage.toml``: the rules of each core indicator, in catalogue order."""

    core: Mapping[str, tuple[States, ...]]
    unstructured: str

    def possible(self, doc_types: Iterable[str | None], bureau: str | None) -> frozenset[str]:
        """The core indicators that documents of these kinds can state."""
        kinds = list(doc_types)
        return frozenset(
            id_
            for id_, rules in self.core.items()
            if any(rule.told_by(kind, bureau) for rule in rules for kind in kinds)
        )

    def reason(self, indicator: str, reports: Sequence[Report], bureau: str | None) -> str:
        """Why none of the year's own ``reports``, as far as they were read, states an indicator."""
        found = False
        for report in reports:
            for rule in self.core[indicator]:
                if not rule.told_by(report.doc_type, bureau):
                    continue
                where = self._where(rule, report.sections)
                if where & report.unmapped:
                    return "not_found"
                found = found or bool(where)
        if found:
            return "not_stated"
        return "section_missing" if all(r.whole for r in reports) else "unreadable"

    def _where(self, rule: States, sections: Collection[str]) -> frozenset[str]:
        """The kinds of section of a document that can state it."""
        if set(sections) <= {self.unstructured}:
            return frozenset({self.unstructured})
        return rule.sections.intersection(sections)


@cache
def load(folder: Path | None = None) -> Coverage:
    """The rules in ``folder``; raises ``RulebookError``."""
    folder = folder or catalogue.patterns_folder()
    return compile_coverage(read_file(folder, _FILE), catalogue.load(folder))


def compile_coverage(data: Mapping[str, Any], indicators: Mapping[str, Indicator]) -> Coverage:
    """``Coverage`` from the parsed TOML; refuses names that the catalogue does not have."""
    rows: Sequence[Mapping[str, Any]] = data["states"]
    for key, field in _BY:
        known = {getattr(indicator, field) for indicator in indicators.values()}
        for name in sorted({name for row in rows for name in row.get(key, ())} - known):
            raise RulebookError(f"{_FILE}: {key} has {name!r}, which no indicator has; mend it")
    core = {i.id: _rules(rows, i) for i in indicators.values() if i.tier == "core"}
    for id_ in (id_ for id_, rules in core.items() if not rules):
        raise RulebookError(f"{_FILE}: no rule for {id_}; add one for its family")
    return Coverage(core, data["unstructured"])


def _rules(rows: Sequence[Mapping[str, Any]], indicator: Indicator) -> tuple[States, ...]:
    for key, field in _BY:
        own = [row for row in rows if getattr(indicator, field) in row.get(key, ())]
        if own:
            return tuple(_states(row) for row in own)
    return ()


def _states(row: Mapping[str, Any]) -> States:
    return States(
        frozenset(row["doc_types"]), frozenset(row["sections"]), frozenset(row.get("bureaus", ()))
    )
