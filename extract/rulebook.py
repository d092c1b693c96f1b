"""All rules of ``patterns/``, read once, checked against a schema and compiled.

An unknown key, an unknown indicator or a pattern that does not compile is refused with the name
of the file, the rule and the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from extract import catalogue, masking
from extract.catalogue import Indicator
from extract.checks.rules import CheckRules, compile_checks
from extract.dimensions import functions
from extract.errors import RulebookError
from extract.grids.slots import FormRules, compile_forms
from extract.identity import IdentityRules, compile_identity
from extract.lexicon.cues import CueRules
from extract.lexicon.labels import LabelRules, compile_labels
from extract.lexicon.vocabulary import compile_cues
from extract.meaning.confidence import FALLING, RISING, TERMS, ConfidenceModel
from extract.numbers.scan import FigureRules, RejectRule
from extract.numbers.units import UnitRules, compile_units
from extract.numbers.words import compile_first
from extract.schema import check, pattern, read_file, words
from extract.text import characters
from extract.text.gaps import ColumnRules, GapRules
from extract.text.repair import Cut, JoinRules, RepairRules
from extract.text.sections import SectionRules, Style
from extract.text.titles import ProjectRules


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that the stages need to know, compiled."""

    catalogue: Mapping[str, Indicator]
    repairs: RepairRules
    sections: SectionRules
    figures: FigureRules
    cues: CueRules
    forms: FormRules
    identity: IdentityRules
    labels: LabelRules
    confidence: ConfidenceModel
    checks: CheckRules


@cache
def load(folder: Path | None = None) -> Rulebook:
    """The rulebook in ``folder`` (default: the one that comes with the package).

    Raises ``RulebookError`` for a missing or unreadable file, an unknown key or a bad pattern.
    """
    from extract.gates.rules import compile_gates  # noqa: PLC0415  likewise what comes after reading
    from extract.loaders.html.portals import compile_portals  # noqa: PLC0415  keeps loaders out of the core
    from extract.panel.coverage import compile_coverage  # noqa: PLC0415  likewise the panel

    if folder is None:  # a mistake in the masks stops the run as well; these are kept
        masking.rules()
    else:
        masking.compile_masks(read_file(folder, "masking.toml"))
    folder = folder or catalogue.patterns_folder()
    compile_portals(read_file(folder, "portals.toml"))  # likewise
    compile_gates(read_file(folder, "gates.toml"))  # likewise
    functions.load(folder)  # likewise
    indicators = catalogue.load(folder)
    compile_coverage(read_file(folder, "coverage.toml"), indicators)  # likewise
    units = compile_units(read_file(folder, "units.toml"))
    form_rules = compile_forms(read_file(folder, "forms.toml"))
    return Rulebook(
        indicators,
        _repairs(
            read_file(folder, "repairs.toml"),
            units,
            form_rules,
        ),
        _sections(read_file(folder, "sections.toml")),
        _figures(read_file(folder, "rejections.toml"), units),
        compile_cues(folder, indicators, units),
        form_rules,
        compile_identity(folder),
        compile_labels(read_file(folder, "labels.toml")),
        _confidence(read_file(folder, "confidence.toml")),
        compile_checks(read_file(folder, "checks.toml"), indicators),
    )


def _repairs(data: Mapping[str, Any], units: UnitRules, forms: FormRules) -> RepairRules:
    def cut(row: Mapping[str, Any]) -> Cut:
        where = f"repairs.toml, {row['id']}"
        needs = tuple(row.get("needs", ("",)))
        return Cut(row["id"], pattern(where, row["pattern"]), row.get("put", ""), needs)

    join = data["join"]
    plain = ("measure", "thing")
    starts = [
        *units.scales,
        *"家件例起次辆台",
        *(n for n, u in units.units.items() if u.kind not in plain),
    ]
    columns, traditional = data["columns"], data["traditional"]
    return RepairRules(
        characters.exchange(zip(traditional["from"], traditional["to"], strict=True)),
        ColumnRules(
            columns["before"],
            pattern("repairs.toml, columns", columns["value"]),
            forms.header_word,
            pattern("repairs.toml, columns", columns["never"]),
            frozenset(columns["fields"]),
        ),
        tuple(map(cut, data["cut"])),
        tuple(map(cut, data["furniture"])),
        JoinRules(
            join["widest"],
            join["narrowest"],
            join["share"],
            join["stops"],
            join["open_ends"],
            join["closing_starts"],
            pattern("repairs.toml, never_after", join["never_after"]),
            pattern("repairs.toml, never_before", join["never_before"]),
            words([s for s in starts if s not in ("分", "成", "折", "月")]),
        ),
        GapRules(
            pattern("repairs.toml, columns", columns["value"]),
            forms.header_word,
            forms.source,
            pattern("repairs.toml, columns", columns["never"]),
        ),
    )


def _sections(data: Mapping[str, Any]) -> SectionRules:
    def at(where: str, text: str) -> re.Pattern[str]:
        return pattern(f"sections.toml, {where}", text)

    project, bare, title = data["project"], data["bare"], data["title"]
    return SectionRules(
        tuple(Style(s["id"], s["rank"], at(s["id"], s["pattern"])) for s in data["style"]),
        at("style", "|".join(f"(?:{s['pattern']})" for s in data["style"])),
        bare["rank"],
        bare["longest"],
        words(bare["words"]),
        at("bare", bare["never"]),
        title["rank"],
        title["longest"],
        at("title", title["pattern"]),
        at("title", title["never"]),
        tuple((k["id"], words(k["words"])) for k in data["kind"]),
        words(data["goals"]["words"]),
        words(data["goals"]["results"]),
        at("planned", data["planned"]["pattern"]),
        ProjectRules(
            at("project", project["ends"] + r"\Z"),
            at("project", project["opens"]),
            at("project", project["resets"]),
            at("project", project["never"]),
            words(project["parents"]),
            at("project", project["title"]),
            at("project", project["title_before"]),
            at("project", project["title_used"]),
            at("project", project["title_below"]),
            at("project", project["title_prefix"]),
            at("project", project["title_never"]),
            at("project", project["field"]),
            at("project", project["whole"]),
        ),
        at("contents", data["contents"]["heading"]),
        at("contents", data["contents"]["leader"]),
        {},
    )


def _confidence(data: Mapping[str, Any]) -> ConfidenceModel:
    weights, (low, high) = data["weights"], data["ends"]
    check("confidence.toml, weights", weights, frozenset(f"{name}!" for name in TERMS))
    for name, weight in weights.items():
        if (name in RISING and weight < 0) or (name in FALLING and weight > 0):
            sign = "negative" if name in RISING else "positive"
            raise RulebookError(f"confidence.toml, weights {name}: must not be {sign}; fit anew")
    if not 0 < low < high < 1:
        raise RulebookError("confidence.toml, ends: give two probabilities, the lower first")
    return ConfidenceModel(float(data["intercept"]), weights, (low, high))


def _figures(data: Mapping[str, Any], units: UnitRules) -> FigureRules:
    def at(row: Mapping[str, Any], text: str) -> re.Pattern[str]:
        return pattern(f"rejections.toml, {row['id']}", text)

    rules = tuple(
        RejectRule(
            row["id"],
            row["reason"],
            at(row, row["at"]),
            at(row, f"(?:{row['before']})\\Z") if "before" in row else None,
            at(row, row["previous"]) if "previous" in row else None,
            row.get("next"),
        )
        for row in data["reject"]
    )
    return FigureRules(units, rules, compile_first(units.words), {})
