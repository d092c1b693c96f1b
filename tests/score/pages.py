"""The figures that pages quote (文档中的数字): the READMEs and ``docs/accuracy.md``.

Each stands between two marks, ``<!-- score: NAME -->`` and ``<!-- /score -->``, or in the row of a
table that names ``make score``. ``make score PAGES=1`` writes them; a test holds the pages against
what is measured now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import calibration, model, tables
from .pairs import LEVELS
from .reading import Read
from .tables import OUTSIDE, Score

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh.md", "docs/accuracy.md")
_FEW = 20  # answers that a class must have
_BLOCK = re.compile(
    r"(?P<head><!-- score: (?P<name>[a-z_]+) -->\n).*?(?P<tail>^<!-- /score -->)",
    re.DOTALL | re.MULTILINE,
)
_ROW = re.compile(r"^(\| [^|\n]*`make score`[^|\n]*\| )\.[0-9. |]+( \|)$", re.MULTILINE)
_CLASSES = {
    "amount": ("amounts", "金额"), "percent": ("percents", "百分数"),
    "persons": ("persons", "人数"), "visits": ("visits", "人次"),
    "institutions": ("institutions", "机构数"), "cases": ("cases", "案件"),
    "scores": ("scores", "得分"), "days": ("days", "天数"), "months": ("months", "月数"),
    "other counts": ("other counts", "其他计数"),
}  # fmt: skip


def measured(reads: Sequence[Read]) -> dict[str, str]:
    """What stands between the marks, by name, of the labelled excerpts as they are read."""
    levels = [score(tables.by_level(reads)[level]) for level in LEVELS]
    classes = {
        name: found
        for name, found in tables.by_group(reads, tables.class_of).items()
        if found.answers >= _FEW
    }
    return {
        "row": " | ".join(levels),
        "precision": "Of 100 figures read in the made-up excerpts are right: "
        + ", ".join(f"{_CLASSES[n][0]} {share:.0f}" for n, share in _by_precision(classes)) + ".",
        "precision_zh": "在自编文字读出的数字中，每 100 个正确的有："
        + "、".join(f"{_CLASSES[n][1]} {share:.0f}" for n, share in _by_precision(classes)) + "。",
        "classes": _table(classes),
        "measures": _measures(reads),
        "confidence": _confidence(),
    }  # fmt: skip


def filled(page: str, words: Mapping[str, str]) -> str:
    """A page with what is measured between its marks."""
    page = _ROW.sub(rf"\g<1>{words['row']}\g<2>", page)
    return _BLOCK.sub(lambda m: f"{m['head']}{words[m['name']]}\n{m['tail']}", page)


def write(reads: Sequence[Read]) -> None:
    """Fill in all pages."""
    words = measured(reads)
    for name in PAGES:
        path = ROOT / name
        path.write_text(filled(path.read_text("utf-8"), words), "utf-8")


def score(found: Score) -> str:
    """F1 as pages write it: .90"""
    return f"{found.f1:.2f}".removeprefix("0")


def _by_precision(classes: Mapping[str, Score]) -> list[tuple[str, float]]:
    shares = [(name, 100 * found.precision) for name, found in classes.items()]
    return sorted(shares, key=lambda pair: -pair[1])


def _table(classes: Mapping[str, Score]) -> str:
    lines = ["| class | answers | precision | recall | F1 |", "| --- | --- | --- | --- | --- |"]
    for name, s in classes.items():
        shares = (f"{share:.2f}".removeprefix("0") for share in (s.precision, s.recall, s.f1))
        lines.append(f"| {_CLASSES[name][0]} | {s.answers} | {' | '.join(shares)} |")
    return "\n".join(lines)


def _measures(reads: Sequence[Read]) -> str:
    """The measures and families with enough answers, the best first."""
    lines = []
    for title, group in (("measure", tables.measure_of), ("family", tables.family_of)):
        found = [(n, s) for n, s in tables.by_group(reads, group).items() if s.answers >= _FEW]
        found.sort(key=lambda pair: -pair[1].f1)
        named = (
            (n.replace("_", " ") if n != OUTSIDE else "without an indicator", s) for n, s in found
        )
        lines.append(f"F1 by {title}: {', '.join(f'{n} {score(s)}' for n, s in named)}.")
    return "\n".join(lines)


def _confidence() -> str:
    """How far confidence can be believed, on first readings of labelled texts."""
    files = model.kept_files()
    parts = [calibration.kept(path) for path in files]
    whole = calibration.together(parts)
    said = calibration.left_out(whole)
    error = calibration.calibration_error(said, whole.right)
    top = whole.right[said >= 0.9].mean()
    at = [path.stem for path in files].index("unseen")
    start = sum(len(part.right) for part in parts[:at])
    own = slice(start, start + len(parts[at].right))
    return (
        "With one report left out at a time, its expected calibration error is "
        f"{error:.2f}, and of figures given 0.9 to 1.0\n{100 * top:.0f} in 100 are right. That is "
        "over all texts. On the real texts that nobody had seen it says too much: "
        f"{said[own].mean():.2f} on\naverage, where {parts[at].right.mean():.2f} were right."
    )
