"""The columns of the panel (面板列): which fact fills which, and what they are called.

A cell is one stated fact. Columns are ``SHORT[_dim…][__m]``, as the catalogue allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from extract.catalogue import Indicator
from extract.dimensions.dims import parse_dims
from extract.dimensions.functions import class_of, classes
from extract.glossary import Column

CODES: dict[str, dict[str, str]] = {
    "scheme": {"resident": "res", "employee": "emp"},
    "care": {"inpatient": "inp", "outpatient": "out", "chronic": "chr"},
    "institution": {"any": "any", "hospital": "hos", "pharmacy": "pha"},
    "benefit": {
        "basic": "bas", "major_illness": "maj", "supplementary": "sup",
        "assistance": "ast", "maternity": "mat",
    },
    "fund_source": {"central": "cen", "provincial": "pro", "prefecture": "pre", "county": "cty"},
}  # fmt: skip
_WORDS = {code: word for codes in CODES.values() for word, code in codes.items()}
ORDER = tuple(CODES)  # of codes within a column's name
SUFFIXES = {
    "actual": "", "initial": "__bud0", "budget": "__bud", "target": "__tgt", "standard": "__std",
    "change": "__chg", "growth": "__gro", "share": "__shr", "completion": "__cmp",
}  # fmt: skip
MEASURES_ZH = {
    "actual": "", "initial": "年初预算", "budget": "预算", "target": "目标", "standard": "标准",
    "change": "较上年增减", "growth": "较上年增长率", "share": "占比", "completion": "完成率",
}  # fmt: skip
LABELS_ZH = {
    "res": "城乡居民", "emp": "城镇职工", "inp": "住院", "out": "门诊", "chr": "门诊慢特病",
    "any": "医药机构", "hos": "医疗机构", "pha": "药店", "bas": "基本", "maj": "大病",
    "sup": "补充", "ast": "救助", "mat": "生育", "cen": "中央", "pro": "省", "pre": "市州",
    "cty": "县区",
}  # fmt: skip

NO_CELL = "null: no such figure; cells.reason says why; 0 is a zero that a report states"


@dataclass(frozen=True, slots=True)
class Slot:
    """The column that a fact may fill; the lowest ``rank`` wins, two wholes cancel out."""

    column: str
    rank: int = 0
    whole: str = ""


def slot(indicator: Indicator, measure: str, dims: str, year: int) -> Slot | None:
    """Where a fact would stand in the panel; None where the panel has no column for it."""
    parts = parse_dims(dims)
    stage, whole = parts.pop("stage", ""), parts.pop("whole", "")
    base_year = parts.pop("base_year", "")
    if measure in ("change", "growth") and base_year != str(year - 1):
        return None
    stem = _stem(indicator, parts)
    if stem is None or (stage == "initial" and measure != "budget"):
        return None
    suffix = SUFFIXES["initial" if stage == "initial" else measure]
    return Slot(stem + suffix, rank=0 if stage else 1, whole=whole)


def assign(slots: Sequence[Slot | None]) -> list[str | None]:
    """The column that each fact of one agency and year fills.

    One fact for each column: an adjusted budget before an unstaged one; a share only where the
    agency-year has one whole (one that nothing names contradicts none).
    """
    wholes: dict[str, set[str]] = {}
    first: dict[str, tuple[int, bool, int]] = {}
    for index, place in enumerate(slots):
        if place is not None:
            wholes.setdefault(place.column, set()).add(place.whole)
            here = (place.rank, not place.whole, index)
            first[place.column] = min(first.get(place.column, here), here)
    return [
        place.column
        if place and first[place.column][2] == index and len(wholes[place.column] - {""}) <= 1
        else None
        for index, place in enumerate(slots)
    ]


def columns_of(catalogue: Mapping[str, Indicator], used: Iterable[str]) -> list[Column]:
    """The value columns that exist: those used, and the bare ``actual`` of core indicators."""
    wanted = set(used)
    return [
        column
        for indicator in catalogue.values()
        for column in all_columns(indicator)
        if column.name in wanted or (indicator.tier == "core" and column.name == indicator.short)
    ]


def all_columns(indicator: Indicator) -> Iterator[Column]:
    """Every value column that the catalogue allows for an indicator, in order."""
    for combination in indicator.panel:
        names = [name for name in ORDER if name in combination]
        ways = [list(CODES[name].values()) for name in names]
        if "function" in combination:  # of a single level only (类)
            ways.append(list(classes()))
        for codes in product(*ways):
            for measure in SUFFIXES:
                yield _column(indicator, codes, measure)


def _column(indicator: Indicator, codes: Sequence[str], measure: str) -> Column:
    said = [LABELS_ZH.get(code) or classes()[code] for code in codes] + [MEASURES_ZH[measure]]
    words = "，".join(filter(None, said))
    english = [_WORDS.get(code, code) for code in codes] + [measure] * (measure != "actual")
    return Column(
        "_".join((indicator.short, *codes)) + SUFFIXES[measure],
        "double",
        indicator.label_zh + (f"（{words}）" if words else ""),
        "; ".join((indicator.label_en, *(_WORDS.get(code, code) for code in codes), measure)),
        indicator.unit_of("budget" if measure == "initial" else measure),
        english=indicator.label_en + (f" ({', '.join(english)})" if english else ""),
        absent=NO_CELL,
    )


def _stem(indicator: Indicator, dims: Mapping[str, str]) -> str | None:
    if tuple(sorted(dims)) not in indicator.panel:
        return None
    codes = [CODES[name].get(dims[name]) for name in ORDER if name in dims]
    if "function" in dims:
        codes.append(class_of(dims["function"]))
    return None if None in codes else "_".join((indicator.short, *filter(None, codes)))
