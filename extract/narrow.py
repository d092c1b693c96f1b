"""Indicators that the dimensions of a figure, or the figure before it, narrow down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .sense import Candidate, Sense

if TYPE_CHECKING:
    from .meaning import Frame, Surroundings


@dataclass(frozen=True, slots=True)
class NarrowRules:
    """Compiled ``[[narrow]]`` and ``[[account]]`` of ``scopes.toml``.

    ``by_dims``: indicator → (dimension, value, narrower indicator); ``accounts``: indicator of
    one side of a named account → (words that name it, bare indicator, indicator of that side).
    """

    by_dims: Mapping[str, tuple[tuple[str, str, str], ...]]
    accounts: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]]


def compile_narrow(data: Mapping[str, Any]) -> NarrowRules:
    """``NarrowRules`` from the parsed ``scopes.toml``."""
    by_dims: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for row in data.get("narrow", []):
        for indicator in row["indicators"]:
            known = by_dims.get(indicator, ())
            by_dims[indicator] = (*known, (row["dimension"], row["value"], row["to"]))
    accounts = {
        row["after"]: (tuple(row["named"]), {row["bare"]: row["to"]})
        for row in data.get("account", [])
    }
    return NarrowRules(by_dims, accounts)


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


def to_account(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> None:
    """个人账户收入5亿元，支出4亿元: a bare 支出 is the other side of the account before it."""
    last = frame.last_level
    if best is None or sense.indicator is None or last is None or last.indicator is None:
        return
    account = around.rules.narrow.accounts.get(last.indicator.id)
    if account is None or last.sentence != sense.sentence:
        return
    named, sides = account
    to = sides.get(sense.indicator.id)
    item, text = last.dims.get("item", ""), around.text
    if to is None or best.start < last.figure.end or best.end - best.start > len("本年支出"):
        return
    gap = text[last.figure.end : sense.at]
    if any(map(item.__contains__, named)) and "；" not in gap and "其中" not in gap:
        sense.indicator = around.rules.by_id[to]
        sense.dims["item"] = item
