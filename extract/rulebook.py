"""All rules of ``patterns/``, read once, checked against a schema and compiled.

An unknown key, an unknown indicator or a pattern that does not compile is refused with the name
of the file, the rule and the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from . import catalogue
from .catalogue import Indicator
from .cues import CueRules, DimensionCue, IndicatorRule, RelationCue, RoleCue
from .errors import RulebookError
from .figures import FigureRules, RejectRule
from .identity import IdentityRules, compile_identity
from .numerals import CHINESE
from .phrases import Matcher, alternation, expand, parse
from .repair import ColumnRules, Cut, JoinRules, RepairRules
from .schema import SCHEMAS, pattern, read_toml, words
from .sections import ProjectRules, SectionRules, Style
from .slots import FormRules, compile_forms
from .subjects import compile_subjects
from .units import UnitRules, compile_units


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


@cache
def load(folder: Path | None = None) -> Rulebook:
    """The rulebook in ``folder`` (default: the one that comes with the package).

    Raises ``RulebookError`` for a missing or unreadable file, an unknown key or a bad pattern.
    """
    folder = folder or catalogue.patterns_folder()
    indicators = catalogue.load(folder)
    units = compile_units(read_toml(folder / "units.toml", SCHEMAS["units.toml"]))
    form_rules = compile_forms(read_toml(folder / "forms.toml", SCHEMAS["forms.toml"]))
    return Rulebook(
        indicators,
        _repairs(
            read_toml(folder / "repairs.toml", SCHEMAS["repairs.toml"]),
            units,
            form_rules.header_cell,
        ),
        _sections(read_toml(folder / "sections.toml", SCHEMAS["sections.toml"])),
        _figures(read_toml(folder / "rejections.toml", SCHEMAS["rejections.toml"]), units),
        _cues(folder, indicators, units),
        form_rules,
        compile_identity(read_toml(folder / "identity.toml", SCHEMAS["identity.toml"])),
    )


def _repairs(data: Mapping[str, Any], units: UnitRules, header: re.Pattern[str]) -> RepairRules:
    def cut(row: Mapping[str, Any]) -> Cut:
        where = f"repairs.toml, {row['id']}"
        return Cut(row["id"], pattern(where, row["pattern"]), row.get("put", ""))

    join = data["join"]
    plain = ("measure", "thing")
    starts = [
        *units.scales,
        *"家件例起次辆台",
        *(n for n, u in units.units.items() if u.kind not in plain),
    ]
    columns = data["columns"]
    return RepairRules(
        ColumnRules(
            columns["before"],
            pattern("repairs.toml, columns", columns["value"]),
            header,
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
    )


def _sections(data: Mapping[str, Any]) -> SectionRules:
    def at(where: str, text: str) -> re.Pattern[str]:
        return pattern(f"sections.toml, {where}", text)

    project, bare, title = data["project"], data["bare"], data["title"]
    return SectionRules(
        tuple(Style(s["id"], s["rank"], at(s["id"], s["pattern"])) for s in data["style"]),
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
        ProjectRules(
            at("project", project["ends"] + r"\Z"),
            at("project", project["never"]),
            words(project["parents"]),
            at("project", project["title"]),
            at("project", project["title_before"]),
            at("project", project["title_prefix"]),
            at("project", project["title_never"]),
            at("project", project["field"]),
        ),
        at("contents", data["contents"]["heading"]),
        at("contents", data["contents"]["leader"]),
    )


def _figures(data: Mapping[str, Any], units: UnitRules) -> FigureRules:
    rules = tuple(
        RejectRule(
            row["id"],
            row["reason"],
            pattern(f"rejections.toml, {row['id']}", row["at"]),
            pattern(f"rejections.toml, {row['id']}", f"(?:{row['before']})\\Z")
            if "before" in row
            else None,
            row.get("next"),
        )
        for row in data["reject"]
    )
    counted = "|".join(
        re.escape(name)
        for name, unit in units.units.items()
        if unit.kind in ("person", "visit", "household", "money")
        or name in ("家", "起", "例", "所")
    )
    first = re.compile(
        rf"[0-9]|百分之[{CHINESE}点]{{1,9}}(?![{CHINESE}])"
        rf"|[{CHINESE}][{CHINESE}万亿]{{0,15}}(?:点[{CHINESE}]{{1,4}})?(?=[余多]?[万亿]?[余多]?(?:{counted}))"
        rf"|[一二三四五六七八九](?=成(?:左右|以上|以下|多)?(?:[，。；、]|$))"
        rf"|[{CHINESE}]{{2,6}}(?=[余多]?(?:个|项|场|期|处|座|条|次|件|份)(?!方面|层|大|维))"
    )
    return FigureRules(units, rules, first, {})


def _indicator_rules(
    folder: Path, indicators: Mapping[str, Indicator], units: UnitRules
) -> Iterator[IndicatorRule]:
    for path in sorted((folder / "indicators").glob("*.toml")):
        for number, row in enumerate(read_toml(path, SCHEMAS["indicators"])["rule"], 1):
            where = f"indicators/{path.name}, rule {number} ({row.get('indicator')})"
            if row.get("indicator") not in indicators:
                raise RulebookError(f"{where}: no such indicator in indicators.csv; correct the id")
            if not row.get("examples"):
                raise RulebookError(f"{where}: a rule needs examples; add one with its <figure>")
            indicator = indicators[row["indicator"]]
            unit = units.units.get(indicator.unit)
            kinds = tuple(row.get("units", [unit.kind if unit else "thing"]))
            yield IndicatorRule(
                f"{row['indicator']}.{path.stem}{number}",
                indicator,
                kinds,
                tuple(_forms(where, row.get("phrases", []))),
                tuple(_forms(where, row.get("weak", []))),
                tuple(_forms(where, row.get("after", []))),
                tuple(row.get("needs", [])),
                tuple(row.get("avoid", [])),
                tuple(sorted(row.get("dims", {}).items())),
                row.get("measure"),
                float(row.get("weight", 0)),
            )


def _forms(where: str, phrases: Sequence[str]) -> Iterator[str]:
    for phrase in phrases:
        try:
            parse(phrase)
        except RulebookError as error:
            raise RulebookError(f"{where}: {error}") from error
        yield phrase


def _cues(folder: Path, indicators: Mapping[str, Indicator], units: UnitRules) -> CueRules:
    relations = read_toml(folder / "relations.toml", SCHEMAS["relations.toml"])
    dims = read_toml(folder / "dimensions.toml", SCHEMAS["dimensions.toml"])["dimension"]
    scopes = read_toml(folder / "scopes.toml", SCHEMAS["scopes.toml"])
    rules = tuple(_indicator_rules(folder, indicators, units))
    comparison, reach = relations["comparison"], relations["reach"]
    between = alternation(comparison["between"])
    behind = {
        f: r["measure"] for r in relations["role_after"] for p in r["phrases"] for f in expand(p)
    }
    signs = {w: d["sign"] for d in relations["direction"] for w in d["words"]}
    roles = relations["role"]
    return CueRules(
        Matcher[Any](
            *(_indicator_phrases(rules, kinds) for kinds in _CLASSES),
            _means(
                "relations.toml", relations["relation"], lambda row: RelationCue(row["measure"])
            ),
            [
                *_means(
                    "relations.toml", roles, lambda row: RoleCue(row["measure"], row.get("stage"))
                ),
                *_means("relations.toml", [relations["hide"]], lambda _: RoleCue("", None)),
            ],
            *(
                _means("dimensions.toml", [d for d in dims if d["name"] in names], _dimension)
                for names in _HIDING
            ),
        ),
        signs,
        re.compile(rf"(?P<word>{alternation(list(signs))})(?:{between}){{0,2}}\Z"),
        words(comparison["words"]),
        words(comparison["budget"]),
        re.compile(alternation(list(behind))),
        behind,
        words(reach["territory"]),
        words(reach["own_level"]),
        frozenset(scopes["project_always"]),
        frozenset(scopes["project_never"]),
        frozenset(scopes["project_also"]),
        frozenset(scopes["neutral"]),
        frozenset(scopes["parts"]),
        words(scopes["introducers"]),
        tuple(scopes["introduced_in"]),
        {k: float(v) for k, v in scopes["settings"].items()},
        indicators,
        compile_subjects(read_toml(folder / "subjects.toml", SCHEMAS["subjects.toml"])),
    )


# A phrase hides shorter ones inside it only within such a group: 门诊药店 is no 门诊.
_HIDING = (("care", "institution"), ("scheme",), ("benefit",), ("fund_source",))


def _dimension(row: Mapping[str, Any]) -> DimensionCue:
    return DimensionCue(row["name"], row["value"])


def _means(
    where: str, rows: Sequence[Mapping[str, Any]], meaning: Callable[[Mapping[str, Any]], Any]
) -> Iterator[tuple[str, Any]]:
    """The phrases of rows with what each of them means."""
    for row in rows:
        for phrase in _forms(where, row["phrases"]):
            yield phrase, meaning(row)


# A phrase hides shorter ones only for figures of such a class: 组织培训 (次) is no bar to 培训 (人次).
_CLASSES = (
    frozenset({"money"}),
    frozenset({"percent", "points"}),
    frozenset({"person", "visit", "household"}),
    None,  # everything else
)


def _indicator_phrases(
    rules: Sequence[IndicatorRule], kinds: frozenset[str] | None
) -> Iterator[tuple[str, tuple[IndicatorRule, str]]]:
    """The phrases of the rules for one class of units, with their strength."""
    others = frozenset[str]().union(*(k for k in _CLASSES if k))
    for rule in rules:
        if not (set(rule.kinds) & kinds if kinds else set(rule.kinds) - others):
            continue
        for strength in ("phrases", "weak", "after"):
            for form in dict.fromkeys(getattr(rule, strength)):
                yield form, (rule, strength)
