"""The new dataset held against the last one (对照上次): which gates are broken, and by how much."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extract.errors import GateError
from extract.gates.measures import BINS, Group, Measure, measure, names_of, values_of

if TYPE_CHECKING:
    from pathlib import Path

    from extract.gates.rules import Gate

REPORT = "run_report.json"
_SAID = ("version", "rules", "started", "corpus")  # what the last run's report says of it
_DUST = 1e-9  # of binary fractions
_SHOWN = 3  # groups of a gate that a message names


@dataclass(frozen=True, slots=True)
class Broken:
    """One group of a gate, what was measured in both datasets, and the limit."""

    gate: str
    group: str
    before: float
    now: float
    limit: float
    said: str

    def told(self) -> dict[str, Any]:
        """For the run report."""
        group = {"group": self.group} if self.group else {}
        numbers = {"before": self.before, "now": self.now, "limit": self.limit}
        return {"gate": self.gate, **group, **numbers, "said": self.said}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of all gates; ``last`` is null where there was nothing to compare with."""

    last: Mapping[str, Any] | None = None
    passed: Sequence[str] = ()
    skipped: Sequence[str] = ()  # the last dataset lacks their table or column
    broken: Sequence[Broken] = ()

    def told(self, accepted: str | None) -> dict[str, Any]:
        """For the run report; ``accepted`` says why broken gates did not stop the run."""
        return {
            "compared_with": self.last,
            "passed": list(self.passed),
            "skipped": list(self.skipped),
            "broken": [b.told() for b in self.broken],
            "accepted": accepted if self.broken else None,
        }

    def refusal(self, output: Path, aside: Path) -> GateError:
        """Why the dataset, now in ``aside``, is not published, and what one can do."""
        return GateError(
            f"not published: the new dataset falls behind the last one, which stays in {output}",
            (
                *self.lines(),
                f"the new one is kept in {aside}; what changed: zhengju diff {output} {aside}",
                'if it is right, run again with --accept "why"; the limits: patterns/gates.toml',
            ),
        )

    def lines(self) -> tuple[str, ...]:
        """One line for each broken gate, the worst groups by name."""
        found: dict[str, list[Broken]] = {}
        for one in self.broken:
            found.setdefault(one.gate, []).append(one)
        return tuple(
            "; ".join(b.said for b in all_[:_SHOWN]) + _more(len(all_) - _SHOWN) + f" ({gate})"
            for gate, all_ in found.items()
        )


def check(last: Path, new: Path, gates: Sequence[Gate]) -> Verdict:
    """Hold the dataset in ``new`` against the one in ``last``, which need not be there."""
    if not (last / "documents.parquet").exists():
        return Verdict()
    passed: list[str] = []
    skipped: list[str] = []
    broken: list[Broken] = []
    for gate in gates:
        try:
            before, now = _both(last, new, gate)
        except (OSError, KeyError, pa.ArrowException):
            skipped.append(gate.id)
            continue
        found = list(_broken(gate, before, now))
        if found and "agency_id" in gate.by:
            found = _by_name(found, last)
        broken += found
        if not found:
            passed.append(gate.id)
    return Verdict(_report(last), passed, skipped, broken)


def _by_name(broken: Sequence[Broken], folder: Path) -> list[Broken]:
    """The same, with the names of agencies beside their ids."""
    names = names_of(folder)
    return [
        replace(b, said=b.said.replace(f" of {b.group}:", f" of {names[b.group]} {b.group}:"))
        if b.group in names
        else b
        for b in broken
    ]


def _both(last: Path, new: Path, gate: Gate) -> tuple[Measure, Measure]:
    within = None
    if gate.common:
        one, other = (values_of(folder, gate.table, gate.common) for folder in (last, new))
        within = one & other
    return measure(last, gate, within), measure(new, gate, within)


def _broken(gate: Gate, before: Measure, now: Measure) -> Iterator[Broken]:
    """The groups that fail, the worst first, where they are more than may."""
    groups = [group for group, rows in before.rows.items() if rows >= gate.least]
    judge = {"rows": _counted, "nulls": _more_often, "words": _more_often, "range": _moved}
    failed = [judge[gate.what](gate, group, before, now) for group in groups]
    found = [f for f in failed if f is not None]
    if len(found) > gate.spare * len(groups):
        yield from (one for _, one in sorted(found, key=lambda f: (-f[0], f[1].group)))


_Failed = tuple[float, Broken] | None  # how bad it is, for the order


def _counted(gate: Gate, group: Group, before: Measure, now: Measure) -> _Failed:
    """Too few rows are left, or (of the same files, say) there are too many."""
    was, is_ = before.rows[group], now.rows[group]
    least, most = math.ceil(gate.keep * was), math.floor(gate.most * was)
    if is_ < least:
        limit, wanted = least, "at least"
    elif gate.most and is_ > most:
        limit, wanted = most, "at most"
    else:
        return None
    said = f"{_of(gate, group)}{was} rows before, now {is_}, {wanted} {limit} wanted"
    return abs(was - is_), Broken(gate.id, " ".join(group), was, is_, limit, said)


def _more_often(gate: Gate, group: Group, before: Measure, now: Measure) -> _Failed:
    """The share rose too far; of a high one, too few of the others are left."""
    if not now.rows[group]:
        return None  # rows that are gone are the affair of another gate
    was, is_ = before.share(group), now.share(group)
    limit = max(was + gate.slack, min(was * gate.factor, 1 - (1 - was) / gate.factor))
    if is_ <= was or is_ < limit - _DUST:
        return None
    what = "null" if gate.what == "nulls" else "/".join(sorted(gate.words))
    said = f"{_of(gate, group)}{was:.1%} {what} before, now {is_:.1%}, less than {limit:.1%} wanted"
    return is_ - was, Broken(gate.id, " ".join(group), round(was, 6), round(is_, 6), limit, said)


def _moved(gate: Gate, group: Group, before: Measure, now: Measure) -> _Failed:
    """The median moved by orders of magnitude, or too much lies far outside the last range."""
    if now.rows[group] < gate.least:
        return None
    was, is_ = before.sizes[group], now.sizes[group]
    room = math.ceil(BINS * math.log10(gate.factor))
    middle = _median(was), _median(is_)
    outside = sum(n for size, n in is_.items() if not min(was) - room <= size <= max(was) + room)
    numbers = (10 ** (middle[0] / BINS), 10 ** (middle[1] / BINS))
    name = " ".join(group)
    if abs(middle[1] - middle[0]) > room:
        said = f"{_of(gate, group)}median about {numbers[0]:.3g} before, now {numbers[1]:.3g}"
        return math.inf, Broken(gate.id, name, *numbers, numbers[0] * gate.factor, said)
    share = outside / now.rows[group]
    if share <= gate.slack:
        return None
    said = (
        f"{_of(gate, group)}{share:.0%} of the values more than {gate.factor:g} times outside the "
        f"last range, at most {gate.slack:.0%} wanted"
    )
    return share, Broken(gate.id, name, 0.0, round(share, 6), gate.slack, said)


def _median(sizes: Counter[int]) -> int:
    """The size in the middle; of an even number the lower one."""
    left = (sizes.total() + 1) // 2
    for size in sorted(sizes):
        left -= sizes[size]
        if left <= 0:
            return size
    raise ValueError("no values")


def _of(gate: Gate, group: Group) -> str:
    """The group in words, such as ``facts of 2021``."""
    values = " ".join(group)
    return f"{gate.table} of {values}: " if gate.by or gate.columns else f"{gate.table}: "


def _more(count: int) -> str:
    return f"; and {count} more" if count > 0 else ""


def _report(folder: Path) -> dict[str, Any]:
    """What the last run says of itself; nothing where its report is lost."""
    try:
        told = json.loads((folder / REPORT).read_text("utf-8"))
        return {name: told[name] for name in _SAID if name in told}
    except (OSError, ValueError, TypeError):
        return {}
