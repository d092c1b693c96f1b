"""Two ways to do the same, in turns (配对计时): ratios are taken round by round."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Contest:
    """Ours and a peer's way; each returns its CPU seconds for one pass.

    ``wanted`` is the ratio that we hold ourselves to, None where it is for information.
    """

    name: str
    peer: str
    wanted: float | None
    ours: Callable[[], float]
    theirs: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Result:
    """CPU seconds of both sides, round by round."""

    contest: Contest
    ours: list[float]
    theirs: list[float]

    @property
    def ratios(self) -> list[float]:
        """How many times as fast we were, by round."""
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def line(self) -> str:
        """A row of the table."""
        ratios, wanted = self.ratios, self.contest.wanted
        holds = wanted is None or median(ratios) >= wanted
        verdict = f"≥ {wanted:g}  {'holds' if holds else 'MISSED'}" if wanted else ""
        return (
            f"{self.contest.name:<24}{self.contest.peer:<24}{median(self.ours):>9.3f}"
            f"{median(self.theirs):>9.3f}{median(ratios):>9.2f}"
            f"  ({min(ratios):.2f} to {max(ratios):.2f})   {verdict}"
        )

    def told(self) -> dict[str, object]:
        """For the record."""
        return {
            "name": self.contest.name,
            "peer": self.contest.peer,
            "wanted": self.contest.wanted,
            "seconds": round(median(self.ours), 4),
            "peer_seconds": round(median(self.theirs), 4),
            "ratio": round(median(self.ratios), 3),
            "ratios": [round(ratio, 3) for ratio in self.ratios],
        }


def measure(contests: Sequence[Contest], rounds: int) -> list[Result]:
    """Let both sides of all contests take turns, after one pass of each that is not counted."""
    results = [Result(contest, [], []) for contest in contests]
    for contest in contests:
        contest.ours()
        contest.theirs()
    for _ in range(rounds):
        for result in results:
            result.ours.append(result.contest.ours())
            result.theirs.append(result.contest.theirs())
    return results


def timed(work: Callable[[], object], times: int = 1) -> Callable[[], float]:
    """CPU seconds of one pass in this process; ``times`` passes where one is too fast to time."""

    def seconds() -> float:
        began = _cpu()
        for _ in range(times):
            work()
        return (_cpu() - began) / times

    return seconds


def _cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
