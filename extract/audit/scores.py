"""Shares with their intervals, and the agreement of two coders (统计量)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054  # of 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of ``n``, with its 95 % interval (Wilson); all None where there are none."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.k / self.n if self.n else None

    def interval(self) -> tuple[float, float] | None:
        """The Wilson score interval."""
        if not self.n:
            return None
        p, z2 = self.k / self.n, _Z * _Z
        middle = (p + z2 / (2 * self.n)) / (1 + z2 / self.n)
        half = _Z / (1 + z2 / self.n) * math.sqrt(p * (1 - p) / self.n + z2 / (4 * self.n**2))
        low = 0.0 if self.k == 0 else max(0.0, middle - half)
        return low, 1.0 if self.k == self.n else min(1.0, middle + half)

    def __str__(self) -> str:
        ends = self.interval()
        if ends is None:
            return "–"
        return f"{self.k / self.n:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]"


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of ``n`` cells; None where chance alone would agree always."""

    value: float | None
    n: int
    error: float | None = None  # large-sample standard error

    def interval(self) -> tuple[float, float] | None:
        """95 %, of a large sample."""
        if self.value is None or self.error is None:
            return None
        return max(-1.0, self.value - _Z * self.error), min(1.0, self.value + _Z * self.error)

    def __str__(self) -> str:
        ends = self.interval()
        if self.value is None or ends is None:
            return "–"
        return f"{self.value:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]"


def cohen(one: Sequence[str], other: Sequence[str]) -> Kappa:
    """Agreement of two codings of the same cells beyond chance."""
    n = len(one)
    if not n:
        return Kappa(None, 0)
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / n
    first, second = Counter(one), Counter(other)
    chance = sum(first[code] * second[code] for code in first) / n**2
    if chance == 1:
        return Kappa(None, n)
    error = math.sqrt(observed * (1 - observed) / n) / (1 - chance)
    return Kappa((observed - chance) / (1 - chance), n, error)
