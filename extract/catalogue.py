"""The indicator catalogue (指标目录) and the units that count the same thing.

``patterns/indicators.csv`` is the contract's own file; ``patterns/synonyms.toml`` stands beside it.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.errors import RulebookError

COLUMNS = (
    "indicator", "family", "tier", "label_zh", "label_en",
    "unit", "dims", "short", "panel", "wording seen",
)  # fmt: skip
PERCENT_MEASURES = frozenset({"growth", "share", "completion"})


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the catalogue (指标).

    ``panel`` holds the combinations of dimensions that the panel has columns for, each sorted;
    ``()`` is the figure without dimensions. ``synonyms`` are the units equal to ``unit``.
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
    package = Path(__file__).resolve().parent
    inside = package / "patterns"
    return inside if inside.is_dir() else package.parent / "patterns"


@cache
def load(folder: Path | None = None) -> Mapping[str, Indicator]:
    """All indicators by id, in catalogue order.

    Raises ``RulebookError`` where a file is missing, a column is unknown or an id stands twice.
    """
    folder = folder or patterns_folder()
    groups = tuple(_synonym_groups(folder / "synonyms.toml"))
    catalogue: dict[str, Indicator] = {}
    for row in _rows(folder / "indicators.csv"):
        if row["indicator"] in catalogue:
            raise RulebookError(f"indicators.csv: {row['indicator']} stands twice; remove one row")
        catalogue[row["indicator"]] = _indicator(row, groups)
    return catalogue


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise RulebookError(f"{path.name}: the columns must be {', '.join(COLUMNS)}")
            for row in reader:
                if None in row or None in row.values():
                    raise RulebookError(f"{path.name}, line {reader.line_num}: wrong field count")
                yield row
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path.name}: cannot be read ({error}); restore the file") from error


def _indicator(row: Mapping[str, str], groups: tuple[_Group, ...]) -> Indicator:
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


def _synonym_groups(path: Path) -> Iterator[_Group]:
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path.name}: cannot be read ({error}); mend the file") from error
    _refuse_unknown(path.name, content, {"synonym"})
    for number, group in enumerate(content.get("synonym", ()), 1):
        _refuse_unknown(f"{path.name}, synonym {number}", group, {"units", "indicators"})
        yield _Group(frozenset(group["units"]), frozenset(group.get("indicators", ())))


def _refuse_unknown(where: str, table: Mapping[str, object], known: set[str]) -> None:
    for key in table.keys() - known:
        raise RulebookError(f"{where}: unknown key {key}; known are {', '.join(sorted(known))}")
