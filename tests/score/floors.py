"""Lowest F1 and greatest calibration error that are accepted: ``tests/floors.toml``.

A floor only goes down with a reason, which is kept in the file.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

FILE = Path(__file__).parents[1] / "floors.toml"
_ROOM = 0.005  # what a figure may lie above its floor before raising it is suggested
_HEAD = """\
# Lowest F1 (floors) and greatest calibration error (ceilings) that `make score` accepts.
# `make score RAISE=1` makes them stricter, `make score LOWER="why"` laxer; both write this file.
"""


@dataclass(frozen=True, slots=True)
class Lowered:
    """One floor or ceiling that was made laxer, and why."""

    name: str
    before: float
    after: float
    why: str


@dataclass(frozen=True, slots=True)
class Floors:
    """What is pinned. Names are ``SET-LEVEL`` and ``SET-FAMILY``."""

    floors: Mapping[str, float] = field(default_factory=dict)
    ceilings: Mapping[str, float] = field(default_factory=dict)
    lowered: tuple[Lowered, ...] = ()


def load(path: Path = FILE) -> Floors:
    """The floors of the file; none where there is no file."""
    if not path.exists():
        return Floors()
    data = tomllib.loads(path.read_text("utf-8"))
    rows = (Lowered(r["name"], r["from"], r["to"], r["why"]) for r in data.get("lowered", []))
    return Floors(data.get("floors", {}), data.get("ceilings", {}), tuple(rows))


def save(floors: Floors, path: Path = FILE) -> None:
    """Write the file."""
    lines = [_HEAD, "[floors]"]
    lines += [f"{_key(name)} = {value:.3f}" for name, value in sorted(floors.floors.items())]
    lines += ["", "[ceilings]"]
    lines += [f"{_key(name)} = {value:.3f}" for name, value in sorted(floors.ceilings.items())]
    for row in floors.lowered:
        lines += ["", "[[lowered]]", f"name = {_key(row.name)}", f"from = {row.before:.3f}"]
        lines += [f"to = {row.after:.3f}", f"why = {json.dumps(row.why, ensure_ascii=False)}"]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def breaches(floors: Floors, f1: Mapping[str, float], errors: Mapping[str, float]) -> list[str]:
    """A line for each measured figure that is worse than what is pinned."""
    low = [
        f"{name}: {f1[name]:.3f} is below its floor {floor:.3f}"
        for name, floor in floors.floors.items()
        if name in f1 and round(f1[name], 3) < floor
    ]
    return low + [
        f"{name}: {errors[name]:.3f} is above its ceiling {ceiling:.3f}"
        for name, ceiling in floors.ceilings.items()
        if name in errors and round(errors[name], 3) > ceiling
    ]


def rising(floors: Floors, f1: Mapping[str, float]) -> list[str]:
    """The names of floors that what was measured has left behind, or that are not pinned yet."""
    return [name for name, value in f1.items() if value > floors.floors.get(name, -1.0) + _ROOM]


def raised(floors: Floors, f1: Mapping[str, float]) -> Floors:
    """Every floor at least as high as what was measured."""
    higher = {name: max(round(v, 3), floors.floors.get(name, 0.0)) for name, v in f1.items()}
    return replace(floors, floors={**floors.floors, **higher})


def lowered(
    floors: Floors, f1: Mapping[str, float], errors: Mapping[str, float], why: str
) -> Floors:
    """Floors and ceilings moved to what was measured where that is worse, with the reason.

    Raises ``ValueError`` without one.
    """
    if not why.strip():
        raise ValueError('a floor is only lowered with a reason: LOWER="why"')
    down = {n: round(f1[n], 3) for n, v in floors.floors.items() if n in f1 and round(f1[n], 3) < v}
    up = {
        n: round(errors[n], 3)
        for n, v in floors.ceilings.items()
        if n in errors and round(errors[n], 3) > v
    }
    pinned = {**floors.floors, **floors.ceilings}
    rows = tuple(Lowered(n, pinned[n], v, why.strip()) for n, v in {**down, **up}.items())
    return Floors({**floors.floors, **down}, {**floors.ceilings, **up}, (*floors.lowered, *rows))
