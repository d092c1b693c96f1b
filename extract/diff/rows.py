"""Rows of both sides next to each other (逐行对照): which columns differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Keys = Sequence[Any] | Mapping[int, Any]  # by number of the row
_SEPARATOR = "\x1f"  # stands in no list's words


@dataclass(frozen=True, slots=True)
class Pairing:
    """Rows of two tables: those that are one, as pairs of row numbers, and those left over."""

    pairs: list[tuple[int, int]]
    removed: list[int]
    added: list[int]


def paired(old: Sequence[Any], new: Sequence[Any]) -> Pairing:
    """Rows with the same key; of a key that is there several times, in their order."""
    whole = Pairing([], list(range(len(old))), list(range(len(new))))
    return left_over(whole, old, new)


def left_over(known: Pairing, old: Keys, new: Keys) -> Pairing:
    """The pairs, and those with the same key among the rows still free; null is no key."""
    places: dict[Any, list[int]] = {}
    for index in reversed(known.removed):
        if old[index] is not None:
            places.setdefault(old[index], []).append(index)
    pairs, added = list(known.pairs), []
    taken: set[int] = set()
    for index in known.added:
        rows = places.get(new[index]) if new[index] is not None else None
        if rows:
            pairs.append((rows.pop(), index))
            taken.add(pairs[-1][0])
        else:
            added.append(index)
    return Pairing(pairs, [index for index in known.removed if index not in taken], added)


def differing(
    old: pa.Table,
    new: pa.Table,
    pairs: Sequence[tuple[int, int]],
    columns: Iterable[str],
    mapped: Mapping[str, pa.Array] | None = None,
) -> dict[int, dict[str, tuple[Any, Any]]]:
    """By number of the pair: the columns that differ, with both values.

    ``mapped`` holds old columns in the words of the new side, for all rows of ``old``.
    """
    found: dict[int, dict[str, tuple[Any, Any]]] = {}
    if not pairs:
        return found
    at = [pa.array([pair[side] for pair in pairs], pa.int64()) for side in (0, 1)]
    for name in columns:
        was, is_ = old.column(name).take(at[0]), new.column(name).take(at[1])
        told = mapped[name].take(at[0]) if mapped and name in mapped else was
        unlike = pc.indices_nonzero(_unlike(told, is_))
        if len(unlike):
            values = was.take(unlike).to_pylist(), is_.take(unlike).to_pylist()
            for index, before, now in zip(unlike.to_pylist(), *values, strict=True):
                found.setdefault(index, {})[name] = before, now
    return dict(sorted(found.items()))


def _unlike(one: Any, other: Any) -> Any:  # noqa: ANN401  Arrow arrays, which have no useful types
    one, other = _plain(one), _plain(other)
    if one.type != other.type:
        one, other = one.cast(pa.string()), other.cast(pa.string())
    unequal = pc.fill_null(pc.not_equal(one, other), fill_value=False)
    return pc.or_(unequal, pc.xor(pc.is_null(one), pc.is_null(other)))


def _plain(values: Any) -> Any:  # noqa: ANN401  likewise
    """Lists as one string each, which can be compared."""
    return pc.binary_join(values, _SEPARATOR) if pa.types.is_list(values.type) else values
