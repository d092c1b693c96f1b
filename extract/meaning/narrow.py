"""Indicators that the dimensions of a figure, or the figure before it, narrow down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from extract.meaning.sense import Candidate, Sense
    from extract.meaning.sentence import Frame, Surroundings


_BARE = 4  # characters of words that name nothing by themselves (支出, 本年支出)


class Follow(NamedTuple):
    """What bare words behind a figure mean: ``to``, where its item has one of ``named``."""

    to: str
    named: tuple[str, ...]
    parts: bool  # behind 其中 too


@dataclass(frozen=True, slots=True)
class NarrowRules:
    """Compiled ``[[narrow]]``, ``[[under]]`` and ``[[follow]]`` of ``scopes.toml``.

    ``by_dims``: indicator → (dimension, value, narrower indicator); ``follow``: indicator of
    the figure before and the one that bare words name → what they mean there; ``under``:
    indicator → (words of headings, narrower indicator).
    """

    by_dims: Mapping[str, tuple[tuple[str, str, str], ...]]
    follow: Mapping[tuple[str, str], Follow]
    under: Mapping[str, tuple[tuple[str, ...], str]]


def compile_narrow(data: Mapping[str, Any]) -> NarrowRules:
    """``NarrowRules`` from the parsed ``scopes.toml``."""
    by_dims: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for row in data.get("narrow", []):
        for indicator in row["indicators"]:
            known = by_dims.get(indicator, ())
            by_dims[indicator] = (*known, (row["dimension"], row["value"], row["to"]))
    follow = {
        (after, bare): Follow(row["to"], tuple(row.get("named", ())), row.get("parts", False))
        for row in data.get("follow", [])
        for after in row["after"]
        for bare in row["bare"]
    }
    under = {r["indicator"]: (tuple(r["headings"]), r["to"]) for r in data.get("under", [])}
    return NarrowRules(by_dims, follow, under)


def by_dimensions(sense: Sense, around: Surroundings) -> None:
    """长护险享受待遇210人: what has an indicator of its own does not stay with the general one."""
    if sense.indicator is None:
        return
    for dimension, value, to in around.rules.narrow.by_dims.get(sense.indicator.id, ()):
        if sense.dims.get(dimension) == value:
            sense.indicator = around.rules.by_id[to]
            listed = (*sense.indicator.dims, "project", "region")
            sense.dims = {name: v for name, v in sense.dims.items() if name in listed}
            return


def by_heading(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """1.基本支出600万元 under 一般公共预算财政拨款支出决算具体情况: of that expenditure."""
    if sense.indicator is None or frame.total is not None or frame.levels:
        return
    under = around.rules.narrow.under.get(sense.indicator.id)
    if under and any(word in heading for word in under[0] for heading in sense.node.path):
        sense.indicator = around.rules.by_id[under[1]]


def by_last(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> None:
    """个人账户收入5亿元，支出4亿元: bare words go on with what the figure before them named."""
    last = frame.last_level
    if best is None or sense.indicator is None or last is None or last.indicator is None:
        return
    follow = around.rules.narrow.follow.get((last.indicator.id, sense.indicator.id))
    if follow is None or last.sentence != sense.sentence:
        return
    if best.start < last.figure.end or best.end - best.start > _BARE:
        return
    item, gap = last.dims.get("item", ""), around.text[last.figure.end : sense.at]
    if "；" in gap or ("其中" in gap and not follow.parts):
        return
    if not follow.named or any(map(item.__contains__, follow.named)):
        sense.indicator = around.rules.by_id[follow.to]
        if item and "item" in sense.indicator.dims:
            sense.dims["item"] = item
