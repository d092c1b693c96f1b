"""The indicator catalogue (指标目录) and the units that count the same thing.

``patterns/indicators.csv`` is the contract's own file. Each folder of ``patterns/packs/`` adds the
indicators of one more field (a pack, 指标包) in a file of the same form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.columns import DIMENSIONS, PANEL
from extract.errors import RulebookError
from extract.native import PACKAGE
from extract.schema import csv_rows, read_file, shown

COLUMNS = (
    "indicator", "family", "tier", "label_zh", "label_en",
    "unit", "dims", "short", "panel", "wording seen",
)  # fmt: skip
PERCENT_MEASURES = frozenset({"growth", "share", "completion"})
TIERS = ("core", "standard", "local")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST = 32  # characters of a panel column, for Stata
# Dimensions that the panel may have columns for.
CODED = frozenset({"scheme", "care", "institution", "benefit", "fund_source", "function"})
# Names that no column of the panel may have: of its other columns, and words of Stata.
_TAKEN = frozenset(column.name for column in PANEL)
_STATA = re.compile("byte|double|end|float|function|if|in|int|long|str[0-9]+|using|with")
_CODE, _ENDING = len("_res"), len("__bud0")  # what dimensions and measures add to ``short``


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the catalogue (指标).

    ``panel`` holds the combinations of dimensions that the panel has columns for, each sorted;
    ``()`` is the figure without dimensions. ``synonyms`` are the units equal to ``unit``.
    ``pack`` is the folder that brought it; empty for the contract's own.
    """

    id: str
    family: str
    tier: str
    label_zh: str
    label_en: str
    unit: str
    dims: tuple[str, ...]
    short: str
    panel: tuple[tuple[str, ...], ...]
    synonyms: frozenset[str]
    pack: str = ""

    def unit_of(self, measure: str) -> str:
        """The unit that facts of this measure have: ``%`` for ratios, points for their change."""
        if measure in PERCENT_MEASURES:
            return "%"
        return "百分点" if measure == "change" and self.unit == "%" else self.unit

    def counts_in(self, unit: str, measure: str) -> bool:
        """Whether ``unit`` is the one of facts of this measure, or a synonym of it."""
        own = self.unit_of(measure)
        return unit == own or (own == self.unit and unit in self.synonyms)


def patterns_folder() -> Path:
    """The folder of rules: inside the installed package, else beside it in a checkout."""
    inside = PACKAGE / "patterns"
    return inside if inside.is_dir() else PACKAGE.parent / "patterns"


def packs(folder: Path) -> list[Path]:
    """The folders of packs (指标包) below ``folder``, by name; hidden ones do not count."""
    root = folder / "packs"
    found = root.iterdir() if root.is_dir() else ()
    return sorted(path for path in found if path.is_dir() and path.name[0] not in "._")


@cache
def load(folder: Path | None = None) -> Mapping[str, Indicator]:
    """All indicators by id, in catalogue order, those of packs behind the contract's own.

    Raises ``RulebookError`` where a file is missing, a column is unknown, a row cannot hold, or an
    id or column name stands twice.
    """
    folder = folder or patterns_folder()
    catalogue: dict[str, Indicator] = {}
    claimed: dict[str, str] = {}  # id or column name → where it stands
    groups = tuple(_synonym_groups(folder))
    for source in (folder, *packs(folder)):
        own = () if source == folder else tuple(_synonym_groups(source))
        brought: list[str] = []
        for where, row in csv_rows(source / "indicators.csv", COLUMNS):
            pack = "" if source == folder else source.name
            indicator = _indicator(row, (*groups, *own), pack)
            _check(where, indicator)
            _claim(where, indicator, claimed)
            catalogue[indicator.id] = indicator
            brought.append(indicator.id)
        for group in own:
            where = shown(source / "synonyms.toml")
            if not group.only:
                raise RulebookError(f"{where}: a synonym of a pack needs its indicators; add them")
            refuse_foreign(where, group.only, brought)
    return catalogue


def refuse_foreign(where: str, named: Collection[str], own: Collection[str]) -> None:
    """A pack only speaks of its own indicators, so that others read the same without it."""
    for id_ in sorted(set(named) - set(own)):
        raise RulebookError(f"{where}: {id_} is not in the pack's own indicators.csv; leave it out")


def _check(where: str, indicator: Indicator) -> None:
    """Refuse a row that could not become columns of the panel."""
    for name in (indicator.id, indicator.short):
        if not _NAME.fullmatch(name):
            raise RulebookError(f"{where}: {name!r} is no name of a-z, 0-9 and single _")
    if indicator.short in _TAKEN or _STATA.fullmatch(indicator.short):
        whose = "the panel" if indicator.short in _TAKEN else "Stata"
        raise RulebookError(
            f"{where}: short {indicator.short!r} is a word of {whose}; take another"
        )
    if indicator.tier not in TIERS:
        raise RulebookError(f"{where}: no tier {indicator.tier!r}; known are {', '.join(TIERS)}")
    if indicator.pack and indicator.tier == "core":
        raise RulebookError(f"{where}: {indicator.id} is core, which a pack's cannot be: standard")
    for name in set(indicator.dims) - set(DIMENSIONS):
        raise RulebookError(f"{where}: no dimension {name!r}; known are {', '.join(DIMENSIONS)}")
    for names in indicator.panel:
        if set(names) - CODED.intersection(indicator.dims):
            raise RulebookError(
                f"{where}: no columns by {'+'.join(names)}: not in dims, or no code"
            )
        length = len(indicator.short) + _CODE * len(names) + _ENDING
        if length > _LONGEST:
            raise RulebookError(
                f"{where}: short {indicator.short!r} with its endings has {length} characters, "
                f"{_LONGEST} at most"
            )


def _claim(where: str, indicator: Indicator, claimed: dict[str, str]) -> None:
    """Refuse an id or a column name that another row has."""
    for kind, name in (("indicator", indicator.id), ("short", indicator.short)):
        first = claimed.setdefault(f"{kind} {name}", where)
        if first != where:
            raise RulebookError(f"{where}: {kind} {name} stands already in {first}; rename one")


def _indicator(row: Mapping[str, str], groups: tuple[_Group, ...], pack: str) -> Indicator:
    id_, unit = row["indicator"], row["unit"]
    same = (g.units for g in groups if unit in g.units and (not g.only or id_ in g.only))
    return Indicator(
        id=id_,
        family=row["family"],
        tier=row["tier"],
        label_zh=row["label_zh"],
        label_en=row["label_en"],
        unit=unit,
        dims=tuple(filter(None, row["dims"].split(";"))),
        short=row["short"],
        panel=tuple(_combinations(row["panel"])),
        synonyms=frozenset().union(*same),
        pack=pack,
    )


def _combinations(text: str) -> Iterator[tuple[str, ...]]:
    for word in text.split("|"):
        if word == "-":
            yield ()
        elif word == "function_class":
            yield ("function",)
        elif word != "none":
            yield tuple(sorted(word.split("+")))


@dataclass(frozen=True, slots=True)
class _Group:
    units: frozenset[str]
    only: frozenset[str]


def _synonym_groups(folder: Path) -> Iterator[_Group]:
    if folder.parent.name == "packs" and not (folder / "synonyms.toml").exists():
        return
    for row in read_file(folder, "synonyms.toml").get("synonym", ()):
        yield _Group(frozenset(row["units"]), frozenset(row.get("indicators", ())))
