"""Compiles the cue files of ``patterns/``: indicators, relations, dimensions, scopes, subjects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.catalogue import Indicator, packs, refuse_foreign
from extract.errors import RulebookError
from extract.kept import compiled
from extract.lexicon.cues import (
    CLASSES,
    CueRules,
    DimensionCue,
    IndicatorRule,
    RelationCue,
    RoleCue,
)
from extract.lexicon.narrowing import compile_narrow
from extract.lexicon.phrases import Matcher, alternation, expand, parse
from extract.lexicon.subjects import SubjectRules, compile_subjects
from extract.lexicon.wording import compile_wording
from extract.numbers.units import UnitRules
from extract.schema import SCHEMAS, read_file, read_toml, shown, words

# Beside its rules a pack may hold these, in the form of the files of that name in ``patterns/``.
_BESIDE = ("subjects.toml", "synonyms.toml")


def rule_files(folder: Path) -> list[tuple[str, list[Path]]]:
    """The files with rules: the contract's own (as ``""``), then those of each pack by name."""
    own = sorted((folder / "indicators").glob("*.toml"))
    return [("", own)] + [
        (pack.name, sorted(path for path in pack.glob("*.toml") if path.name not in _BESIDE))
        for pack in packs(folder)
    ]


def _indicator_rules(
    pack: str,
    files: Sequence[Path],
    indicators: Mapping[str, Indicator],
    units: UnitRules,
    handicap: float,
) -> Iterator[IndicatorRule]:
    """The rules of the catalogue's own files, or of one pack's, lighter by ``handicap``."""
    for path in files:
        file = shown(path) if pack else f"indicators/{path.name}"
        for number, row in enumerate(read_toml(path, SCHEMAS["indicators"])["rule"], 1):
            where = f"{file}, rule {number} ({row.get('indicator')})"
            indicator = indicators.get(row["indicator"])
            if indicator is None or indicator.pack != pack:
                raise RulebookError(
                    f"{where}: no such indicator in {f'packs/{pack}/' if pack else ''}"
                    "indicators.csv; correct the id"
                )
            if not row.get("examples"):
                raise RulebookError(f"{where}: a rule needs examples; add one with its <figure>")
            unit = units.units.get(indicator.unit)
            if unit is None:
                raise RulebookError(
                    f"{where}: its unit {indicator.unit!r} is no base unit of units.toml"
                )
            kinds = tuple(row.get("units", [unit.kind]))
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
                float(row.get("weight", 0)) - handicap,
                row.get("sign", 1),
            )


def _forms(where: str, phrases: Sequence[str]) -> Iterator[str]:
    for phrase in phrases:
        try:
            parse(phrase)
        except RulebookError as error:
            raise RulebookError(f"{where}: {error}") from error
        yield phrase


def compile_cues(folder: Path, indicators: Mapping[str, Indicator], units: UnitRules) -> CueRules:
    """``CueRules`` from the files in ``folder``. Raises ``RulebookError``."""
    relations = read_file(folder, "relations.toml")
    dimensions = read_file(folder, "dimensions.toml")
    dims = dimensions["dimension"] + [
        {"name": name, "value": "", "phrases": phrases}
        for name, phrases in dimensions.get("hide", {}).items()
    ]
    scopes = read_file(folder, "scopes.toml")
    settings = {k: float(v) for k, v in scopes["settings"].items()}
    handicap = settings["pack"] / settings["per_char"]
    rules = [
        tuple(_indicator_rules(pack, files, indicators, units, handicap if pack else 0.0))
        for pack, files in rule_files(folder)
    ]
    comparison, reach = relations["comparison"], relations["reach"]
    between = alternation(comparison["between"])
    behind = {
        f: r["measure"] for r in relations["role_after"] for p in r["phrases"] for f in expand(p)
    }
    signs = {w: d["sign"] for d in relations["direction"] for w in d["words"]}
    roles = relations["role"]
    return CueRules(
        Matcher[Any](
            *(
                _indicator_phrases(some, kinds, strengths)
                for some in rules
                for strengths in _STRENGTHS
                for kinds in _CLASSES
            ),
            _means(
                "relations.toml",
                relations["relation"],
                lambda row: RelationCue(row["measure"], row.get("default")),
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
        CLASSES * len(_STRENGTHS) * len(rules),
        signs,
        compiled(rf"(?P<word>{alternation(list(signs))})(?:{between}){{0,2}}\Z"),
        frozenset(form[-1] for w in (*signs, *comparison["between"]) for form in expand(w)),
        compiled(alternation([w for w in signs if len(w) > 1])),
        frozenset(form[0] for w in signs if len(w) > 1 for form in expand(w)),
        words(comparison["words"]),
        frozenset(comparison["alone"]),
        words(comparison["budget"]),
        compiled(alternation(list(behind))),
        behind,
        frozenset(form[0] for form in behind),
        words(reach["territory"]),
        words(reach["own_level"]),
        frozenset(scopes["project_always"]),
        frozenset(scopes["project_never"]),
        frozenset(scopes["project_also"]),
        frozenset(scopes["neutral"]),
        frozenset(scopes["wholes"]),
        frozenset(scopes["listing"]),
        frozenset(scopes["received"]),
        frozenset(scopes["parts"]),
        words(scopes["introducers"]),
        tuple(scopes["introduced_in"]),
        settings,
        indicators,
        _subjects(folder, indicators),
        compile_wording(read_file(folder, "wording.toml")),
        compile_narrow(scopes),
    )


def _subjects(folder: Path, indicators: Mapping[str, Indicator]) -> SubjectRules:
    """The named groups of ``subjects.toml`` and, for their own indicators, those of packs."""
    own = []
    for pack in packs(folder):
        path = pack / "subjects.toml"
        if path.exists():
            data = read_toml(path, SCHEMAS["subjects.toml"])
            named = {i for table in data.values() for i in table.get("indicators", ())}
            known = [id_ for id_, i in indicators.items() if i.pack == pack.name]
            refuse_foreign(shown(path), named, known)
            own.append(data)
    return compile_subjects(read_file(folder, "subjects.toml"), own)


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


# A phrase hides shorter ones only for figures of such a class: 组织培训 (次) leaves 培训 (人次).
_CLASSES = (
    frozenset({"money"}),
    frozenset({"percent", "points"}),
    frozenset({"person", "visit", "household"}),
    None,  # everything else
)
# What only counts directly behind a figure (达到<98%>的参保率) hides nothing: 的参保率为<98%>.
_STRENGTHS = (("phrases", "weak"), ("after",))


def _indicator_phrases(
    rules: Sequence[IndicatorRule], kinds: frozenset[str] | None, strengths: Sequence[str]
) -> Iterator[tuple[str, tuple[IndicatorRule, str]]]:
    """The phrases of the rules for one class of units, with their strength."""
    others = frozenset[str]().union(*(k for k in _CLASSES if k))
    for rule in rules:
        if not (set(rule.kinds) & kinds if kinds else set(rule.kinds) - others):
            continue
        for strength in strengths:
            for form in dict.fromkeys(getattr(rule, strength)):
                yield form, (rule, strength)
