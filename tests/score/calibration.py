"""How far confidence is from the truth, and the logistic model fitted to be near it.

Needs numpy, which comes with pandas; the run itself does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from extract.meaning.confidence import FALLING, RISING, TERMS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from extract.meaning.confidence import Term

    from .reading import Read

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BINS = 10
_RIDGE = 2.0  # pulls weights towards zero: as much as this many figures say
_STEPS = 30
_COLUMN = {name: at for at, name in enumerate(TERMS)}
ENDS = (0.02, 0.99)


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures for the fit: a row of amounts for each, whether it was right, and its report."""

    amounts: Floats  # (figures, terms)
    right: Floats  # (figures,), 0 or 1
    report: Ints  # (figures,)


@dataclass(frozen=True, slots=True)
class Fit:
    """Intercept and weights, in the order of ``TERMS``."""

    intercept: float
    weights: Floats

    def probabilities(self, amounts: Floats) -> Floats:
        """One probability for each row, within the ends that the model may give."""
        total: Floats = np.asarray(self.intercept + amounts @ self.weights, float)
        return np.clip(1 / (1 + np.exp(-total)), *ENDS)


@dataclass(frozen=True, slots=True)
class Bin:
    """Figures whose confidence lies in one tenth."""

    low: float
    n: int
    said: float  # mean confidence
    true: float  # share that is right


def sample_of(reads: Sequence[Read]) -> Sample:
    """Every mention of the texts; one that is no figure counts as wrong."""
    rows, right, report = [], [], []
    for number, read in enumerate(reads):
        good = {pair.mention for pair in read.pairs if pair.right}
        for at, found in enumerate(read.terms):
            rows.append(_row(found))
            right.append(float(at in good))
            report.append(number)
    return _sample(rows, right, report)


def together(samples: Sequence[Sample]) -> Sample:
    """One sample of several, each report with a number of its own."""
    offsets = np.cumsum([0, *(int(s.report.max(initial=-1)) + 1 for s in samples)])
    return Sample(
        np.concatenate([s.amounts for s in samples]),
        np.concatenate([s.right for s in samples]),
        np.concatenate([s.report + at for s, at in zip(samples, offsets, strict=False)]),
    )


def keep(sample: Sample, path: Path) -> None:
    """Write a sample as text: report, 1 or 0 for right, and the terms that are not zero."""
    lines = ["report,right,terms"]
    for amounts, right, report in zip(sample.amounts, sample.right, sample.report, strict=True):
        named = zip(TERMS, amounts, strict=True)
        terms = " ".join(f"{name}={amount:.3g}" for name, amount in named if amount)
        lines.append(f"{report},{right:.0f},{terms}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def kept(path: Path) -> Sample:
    """A sample that ``keep`` wrote; terms that the model no longer has are left out."""
    rows, right, report = [], [], []
    for line in path.read_text("utf-8").splitlines()[1:]:
        number, good, found = line.split(",")
        pairs = (term.split("=") for term in found.split())
        rows.append(_row((name, float(amount)) for name, amount in pairs if name in _COLUMN))
        right.append(float(good))
        report.append(int(number))
    return _sample(rows, right, report)


def _row(found: Iterable[Term]) -> Floats:
    row = np.zeros(len(TERMS))
    for name, amount in found:
        row[_COLUMN[name]] = amount
    return row


def _sample(rows: list[Floats], right: list[float], report: list[int]) -> Sample:
    amounts = np.array(rows) if rows else np.zeros((0, len(TERMS)))
    return Sample(amounts, np.array(right), np.array(report, np.int64))


def fit(sample: Sample, near: Fit | None = None) -> Fit:
    """The ridge-penalised maximum of the likelihood, by Newton's method, begun at ``near``.

    A term of ``RISING`` or ``FALLING`` that would get the other sign is held at zero.
    """
    signs = [(name in RISING) - (name in FALLING) for name in TERMS]
    held = {at for at, sign in enumerate(signs) if near and sign and near.weights[at] == 0}
    while True:
        near = _newton(sample, held, near)
        wrong = {at for at, sign in enumerate(signs) if sign * near.weights[at] < 0}
        if not wrong:
            return near
        held |= wrong


def _newton(sample: Sample, held: set[int], near: Fit | None) -> Fit:
    free = [at for at in range(len(TERMS)) if at not in held]
    rows = np.column_stack([np.ones(len(sample.right)), sample.amounts[:, free]])
    penalty = np.full(rows.shape[1], _RIDGE)
    penalty[0] = 1e-6  # the intercept is free
    beta = np.zeros(rows.shape[1])
    if near:
        beta[0], beta[1:] = near.intercept, near.weights[free]
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ beta, -30, 30)))
        slope = rows.T @ (sample.right - chance) - penalty * beta
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        beta = beta + step
        if float(np.abs(step).max()) < 1e-6:
            break
    weights = np.zeros(len(TERMS))
    weights[free] = beta[1:]
    return Fit(float(beta[0]), weights)


def left_out(sample: Sample) -> Floats:
    """The probability of each figure by a model that has not seen its report."""
    said = np.zeros(len(sample.right))
    whole = fit(sample)
    for report in np.unique(sample.report):
        rest, own = sample.report != report, sample.report == report
        part = Sample(sample.amounts[rest], sample.right[rest], sample.report[rest])
        said[own] = fit(part, whole).probabilities(sample.amounts[own])
    return said


def bins(said: Floats, right: Floats) -> list[Bin]:
    """Confidence by tenths, the empty ones left out."""
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    found = []
    for at in range(BINS):
        own = place == at
        if own.any():
            n = int(own.sum())
            found.append(Bin(at / BINS, n, float(said[own].mean()), float(right[own].mean())))
    return found


def calibration_error(said: Floats, right: Floats) -> float:
    """Expected calibration error: mean distance of confidence from truth, tenth by tenth."""
    if not len(said):
        return 0.0
    return sum(b.n * abs(b.said - b.true) for b in bins(said, right)) / len(said)


def interval(said: Floats, right: Floats, report: Ints, rounds: int = 500) -> tuple[float, float]:
    """Where 95 of 100 calibration errors lie when the reports are drawn anew, with replacement."""
    chance = np.random.default_rng(20)
    groups = [np.flatnonzero(report == number) for number in np.unique(report)]
    errors = []
    for _ in range(rounds):
        drawn = chance.integers(0, len(groups), len(groups))
        rows = np.concatenate([groups[at] for at in drawn])
        errors.append(calibration_error(said[rows], right[rows]))
    low, high = np.quantile(errors, [0.025, 0.975])
    return float(low), float(high)


def loss(said: Floats, right: Floats) -> float:
    """Mean squared distance of confidence from truth (Brier score)."""
    return float(np.mean((said - right) ** 2)) if len(said) else 0.0
