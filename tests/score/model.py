"""The weights of confidence as a file, fitted on how labelled texts were first read.

First readings are kept as numbers (``kept/NAME.csv``: no text), because rules are mended on the
texts afterwards, and what was mended on says nothing of text that nobody has seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from extract.catalogue import patterns_folder
from extract.meaning.confidence import FALLING, FREE, RISING, TERMS

from . import calibration
from .calibration import Fit

if TYPE_CHECKING:
    from extract.meaning.confidence import ConfidenceModel

KEPT = Path(__file__).parent / "kept"
_HEAD = """\
# The weights of confidence (可信度): extract/confidence.py says what each term is. Written by
# `python -m tests.score --fit`; not for editing by hand. A probability is
# 1 / (1 + exp(-(intercept + sum of weight × amount))), kept between the ends.
#
# Fitted on how these texts were first read, before any rule was mended on the excerpts:
"""
_GROUPS = (
    ("may only raise confidence", RISING),
    ("may only lower it", FALLING),
    ("either", FREE),
)


def kept_files() -> list[Path]:
    """The kept first readings, by name."""
    return sorted(KEPT.glob("*.csv"))


def current(model: ConfidenceModel) -> Fit:
    """The weights in use, as the fit has them."""
    return Fit(model.intercept, np.array([model.weights[name] for name in TERMS]))


def refit(path: Path | None = None) -> list[str]:
    """Fit on the kept readings and write the file; returns its head, which tells of the data."""
    parts = [(file.stem, calibration.kept(file)) for file in kept_files()]
    sample = calibration.together([part for _, part in parts])
    said = calibration.left_out(sample)
    error = calibration.calibration_error(said, sample.right)
    told = [
        f"#   {name}: {int(part.report.max()) + 1} texts, {len(part.right)} figures, "
        f"{1 - part.right.mean():.3f} of them wrong"
        for name, part in parts
    ]
    told.append(f"# Expected calibration error with one report left out at a time: {error:.3f}")
    result = calibration.fit(sample)
    lines = [*told, "", f"intercept = {result.intercept:.3f}"]
    lines += [f"ends = [{calibration.ENDS[0]}, {calibration.ENDS[1]}]", "", "[weights]"]
    weights = dict(zip(TERMS, result.weights, strict=True))
    for title, names in _GROUPS:
        lines.append(f"# {title}")
        lines += [f"{name} = {weights[name] + 0.0:.3f}" for name in names]
    path = path or patterns_folder() / "confidence.toml"
    path.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")
    return told
