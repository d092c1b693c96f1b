"""What tells two facts of one indicator, measure and year apart (维度串).

``dims`` is a sorted string such as ``care=inpatient;scheme=resident``; ``""`` without any part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from extract.catalogue import Indicator
from extract.model import Mention

CODED = frozenset({"scheme", "care", "benefit", "fund_source", "institution"})
WORDED = frozenset({"project", "function", "item", "region", "subject", "channel"})

_DROPPED = re.compile(r"[\s\"'“”‘’「」『』《》〈〉]+")
_SEPARATORS = str.maketrans({";": ",", "=": "＝"})  # the string's own separators


@lru_cache(maxsize=4096)
def normal_name(name: str) -> str:
    """A name as facts are joined by: no spaces or quotes, half-width marks, no closing 项目."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", name)).translate(_SEPARATORS)
    return plain.removesuffix("项目") or plain


def dims_string(
    mention: Mention, indicator: Indicator, whole: str | None, function: str | None = None
) -> str:
    """The ``dims`` of a mention that has an indicator and a measure.

    ``function`` is its function in the words of the classification, so that all wordings are one.
    """
    dims = {**mention.dims, "function": function} if function else mention.dims
    parts = _dimensions(dims) if dims else {}
    parts |= _qualifiers(mention, indicator, whole)
    return ";".join(f"{key}={parts[key]}" for key in sorted(parts)) if parts else ""


def parse_dims(dims: str) -> dict[str, str]:
    """The parts of a ``dims`` string."""
    return dict(part.split("=", 1) for part in dims.split(";")) if dims else {}


def _dimensions(dims: Mapping[str, str]) -> dict[str, str]:
    coded = {name: code for name, code in dims.items() if name in CODED and code}
    worded = {n: normal_name(words) for n, words in dims.items() if n in WORDED and words}
    return coded | worded


def _qualifiers(mention: Mention, indicator: Indicator, whole: str | None) -> dict[str, str]:
    """The parts that are no dimensions: stage, comparison, whole, scope and odd units."""
    measure, parts = mention.measure or "", {}
    if mention.stage:
        parts["stage"] = mention.stage
    if mention.base_year is not None and measure in ("change", "growth"):
        parts["base_year"] = str(mention.base_year)
    if whole and measure == "share":
        parts["whole"] = whole
    if mention.reach == "own_level":
        parts["reach"] = "own_level"
    if mention.period_kind == "ytd":
        parts["period_kind"] = "ytd"
    if mention.per:
        parts["per"] = normal_name(mention.per)
    if mention.dims.get("base") == "budget":
        parts["base"] = "budget"
    if not indicator.counts_in(mention.unit, measure):
        parts["unit"] = normal_name(mention.unit)
    return parts
