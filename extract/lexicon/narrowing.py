"""What narrows an indicator down, compiled from ``scopes.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Follow(NamedTuple):
    """What bare words behind a figure mean: ``to``, where its item has one of ``named``."""

    to: str
    named: tuple[str, ...]
    parts: bool  # behind 其中 too
    behind: tuple[str, ...]  # what stands right before the figure before


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
        (after, bare): Follow(
            row["to"],
            tuple(row.get("named", ())),
            row.get("parts", False),
            tuple(row.get("behind", ())),
        )
        for row in data.get("follow", [])
        for after in row["after"]
        for bare in row["bare"]
    }
    under = {r["indicator"]: (tuple(r["headings"]), r["to"]) for r in data.get("under", [])}
    return NarrowRules(by_dims, follow, under)
