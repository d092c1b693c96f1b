"""What a sheet's column is about (列的含义): an indicator, a measure and a scope.

A header is a column of the panel, its Chinese or English label, an id of the catalogue, or words
that the rules understand as those of a report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extract.compare.numbers import Scale, scale_of
from extract.compare.words import load, plain
from extract.dimensions.dims import WORDED, normal_name, parse_dims
from extract.dimensions.functions import known
from extract.panel.columns import CODES, MEASURES_ZH, SUFFIXES, all_columns

if TYPE_CHECKING:
    from extract.catalogue import Indicator
    from extract.rulebook import Rulebook

Scope = frozenset[tuple[str, str]]
_CODED = {code: (name, value) for name, codes in CODES.items() for value, code in codes.items()}
_BRACKET = re.compile(r"[(\[](?P<inner>[^()\[\]]{1,12})[)\]]$")
_TRIED = (
    "元",
    "人",
    "家",
    "件",
    "%",
    "人次",
    "个",
    "户",
    "百分点",
)  # units of a header without one
_NEVER_ASKED = ("whole", "per", "unit")  # parts of a fact's key that sheets have no column for
_FRAME = "某某县医疗保障局2022年度部门整体支出绩效自评报告\n2022年{header}{number}{unit}。\n"
_NUMBER = 4321  # no year, and of no meaning of its own


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure is about, but for whose and when.

    ``measure`` is ``initial`` for a budget at the year's begin; ``against`` what a change is
    compared with where it is not the year before; ``scope`` all that narrows it.
    """

    indicator: str
    measure: str
    against: str = ""
    scope: Scope = frozenset()

    def dims(self) -> str:
        """The scope as a string of dimensions."""
        return ";".join(f"{name}={value}" for name, value in sorted(self.scope))


@dataclass(frozen=True, slots=True)
class Target:
    """A column of a sheet: its meaning, the panel's column (or ""), and what it counts in."""

    meaning: Meaning
    column: str
    scale: Scale
    by: str  # name, label, or rules


def meaning_of(indicator: str, measure: str, dims: str, year: int) -> Meaning:
    """The meaning of a fact or mention."""
    parts = parse_dims(dims)
    initial = parts.pop("stage", "") == "initial" and measure == "budget"
    for name in _NEVER_ASKED:
        parts.pop(name, None)
    against = parts.pop("base", "")
    base = parts.pop("base_year", "")
    if measure in ("change", "growth") and base and base != str(year - 1):
        against = against or base
    parts |= {name: normal_name(parts[name]) for name in WORDED & parts.keys()}
    if "function" in parts:
        parts["function"] = known(parts["function"], year or None).code or parts["function"]
    return Meaning(indicator, "initial" if initial else measure, against, frozenset(parts.items()))


class Vocabulary:
    """All names that columns of sheets may have."""

    def __init__(self, rules: Rulebook) -> None:
        """Learn the names of the catalogue."""
        self.columns: dict[Meaning, str] = {}
        self._rules = rules
        self._units = rules.figures.units
        self._counted = {unit for i in rules.catalogue.values() for unit in (i.unit, *i.synonyms)}
        self._names: dict[str, Meaning | None] = {}  # None where several columns share it
        self._read: dict[str, Target | None] = {}
        found = [entry for i in rules.catalogue.values() for entry in _columns(i)]
        for names in zip(*(names for _, _, names in found), strict=True):  # the surest first
            fresh: dict[str, Meaning | None] = {}
            for (meaning, _, _), said in zip(found, names, strict=True):
                for name in filter(None, map(plain, said)):
                    known = fresh.setdefault(name, meaning)
                    fresh[name] = meaning if known == meaning else None
            self._names = fresh | self._names
        self.columns = {meaning: name for meaning, name, _ in found}
        self.labels = {name: names[0][1] for _, name, names in found}

    def target(self, header: str) -> Target | None:
        """What a header means; None where nothing knows it."""
        if header not in self._read:
            self._read[header] = self._target(header)
        return self._read[header]

    def counted(self, header: str, target: Target, unit: str) -> Target:
        """The target of a header whose cell counts in ``unit``, which rules may need to know."""
        if target != self.target(header) or target.by != "rules" or self.counts(target, unit):
            return target
        return self._understood(header, Scale(unit=unit)) or target

    def counts(self, target: Target, unit: str) -> bool:
        """Whether values of a target may be in this base unit."""
        measure = "budget" if target.meaning.measure == "initial" else target.meaning.measure
        return self._rules.catalogue[target.meaning.indicator].counts_in(unit, measure)

    def asked(
        self, words: str, measure: str, dims: str, unit: str, year: int | None
    ) -> Target | None:
        """What a row in long form means; empty words add nothing."""
        found = self.target(words)
        if found is None:
            return None
        named = load().measures.get(plain(measure)) or plain(measure)
        if named and named not in SUFFIXES:
            return None
        own = found.meaning
        named = own.measure if own.measure != "actual" else named or "actual"
        meaning = meaning_of(own.indicator, named, dims, year or 0)
        meaning = replace(
            meaning, scope=frozenset({**dict(own.scope), **dict(meaning.scope)}.items())
        )
        scale = self._scale(unit) if unit else found.scale
        if scale is None:
            return None
        return Target(meaning, self.columns.get(meaning, ""), scale, found.by)

    def _scale(self, words: str) -> Scale | None:
        """What a unit stands for; a word of the catalogue (月) needs no rule."""
        return scale_of(words, self._units) or (Scale() if words in self._counted else None)

    def _target(self, header: str) -> Target | None:
        for name, scale in self._parted(header):
            meaning = self._names.get(plain(name))
            if meaning is not None:
                return Target(meaning, self.columns.get(meaning, ""), scale, "name")
        for name, scale in self._parted(header):
            read = self._understood(name, scale)
            if read is not None:
                return read
        return None

    def _parted(self, header: str) -> Iterator[tuple[str, Scale]]:
        """The header, and where it ends with a unit in brackets or behind _, what is before it."""
        words = unicodedata.normalize("NFKC", header).strip()
        bracket = _BRACKET.search(words)
        if bracket and (scale := self._scale(bracket["inner"])):
            yield words[: bracket.start()], scale
        else:
            front, mark, unit = words.rpartition("_")
            if mark and not unit.isascii() and (scale := self._scale(unit)):
                yield front, scale
        yield words, Scale()

    def _understood(self, words: str, scale: Scale) -> Target | None:
        """What the rules make of the words before a number of its unit, or of any that fits."""
        if not re.search("[\u4e00-\u9fff]", words):
            return None
        units = [scale.unit] if scale.unit else ["%"] if load().is_rate(words) else _TRIED
        found = [m for unit in units if (m := self._in_sentence(words, unit))]
        if not found:
            return None
        meaning, sign = next((m for m in found if m[0].measure == "actual"), found[0])
        scale = Scale(scale.factor * sign, scale.unit)
        return Target(meaning, self.columns.get(meaning, ""), scale, "rules")

    def _in_sentence(self, words: str, unit: str) -> tuple[Meaning, int] | None:
        """The meaning of a number behind the words, and -1 where they say 减少."""
        from extract.model import Document  # noqa: PLC0415  few sheets come so far
        from extract.reader import analyse  # noqa: PLC0415
        from extract.records import mentions_of  # noqa: PLC0415

        text = _FRAME.format(header=words, number=_NUMBER, unit=unit)
        for mention in mentions_of(analyse(Document(text, "txt"), "", self._rules)):
            if mention.value_raw != str(_NUMBER) or not mention.indicator or not mention.measure:
                continue
            indicator = self._rules.catalogue[mention.indicator]
            if not indicator.counts_in(mention.unit, mention.measure):
                return None
            dims = ";".join(f"{k}={v}" for k, v in mention.dims.items() if k in CODES and v)
            initial = mention.stage == "initial" and mention.measure == "budget"
            scope = meaning_of("", "", dims, 0).scope
            meaning = Meaning(indicator.id, "initial" if initial else mention.measure, "", scope)
            return meaning, -1 if mention.value < 0 else 1
        return None


def _columns(indicator: Indicator) -> Iterator[tuple[Meaning, str, tuple[tuple[str, ...], ...]]]:
    """Each column of an indicator: meaning, name, and what it is called, the surest first."""
    for column in all_columns(indicator):
        measure, suffix = _measured(column.name)
        stem = column.name.removesuffix(suffix).removeprefix(indicator.short).strip("_")
        scope = frozenset(
            _CODED.get(code, ("function", code)) for code in filter(None, stem.split("_"))
        )
        own = (column.name, column.label_zh)
        others: tuple[str, ...] = ()
        if not scope:
            labels = tuple(_alternatives(indicator.label_zh))
            said = MEASURES_ZH[measure]
            others = (indicator.id + suffix, *_with_measure(labels, said))
            if measure == "actual":
                others += (indicator.label_en,)
        yield Meaning(indicator.id, measure, "", scope), column.name, (own, others)
    bare = Meaning(indicator.id, "actual")
    if () not in indicator.panel:  # not in the panel, but in facts
        yield bare, "", ((indicator.id, indicator.label_zh), (indicator.short, indicator.label_en))


def _measured(column: str) -> tuple[str, str]:
    for measure, suffix in SUFFIXES.items():
        if suffix and column.endswith(suffix):
            return measure, suffix
    return "actual", ""


def _alternatives(label: str) -> Iterator[str]:
    """A label, and what stands before its brackets: 本年支出（支出总计）."""
    yield label
    if "（" in label:
        yield label.partition("（")[0]


def _with_measure(labels: Iterable[str], said: str) -> tuple[str, ...]:
    if not said:
        return tuple(labels)
    return tuple(
        form
        for label in labels
        for form in (f"{label}{said}", f"{label}({said})", f"{said}{label}")
    )


def unit_of(target: Target, catalogue: Mapping[str, Indicator]) -> str:
    """The base unit of a target's values."""
    measure = "budget" if target.meaning.measure == "initial" else target.meaning.measure
    return catalogue[target.meaning.indicator].unit_of(measure)
