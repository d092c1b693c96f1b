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
PAGES = ("README.md", "README.zh.md", "docs/accuracy.md", "docs/zh/accuracy.md")
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


_NAMES_ZH = {
    "actual": "实际", "budget": "预算", "target": "目标", "standard": "标准", "change": "增减额",
    "growth": "增长率", "share": "占比", "completion": "完成率", "none": "无",
    "finance": "财务", "staff": "人员", "three_public": "“三公”经费", "enforcement": "监管执法",
    "service": "经办服务", "performance": "绩效", "insurance": "医疗保险", "procurement": "采购",
    "assets": "资产", OUTSIDE: "没有指标的",
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
        "classes": _table(classes, "class | answers | precision | recall", 0),
        "classes_zh": _table(classes, "类别 | 标注数 | 精确率 | 召回率", 1),
        "measures": _measures(reads),
        "measures_zh": _measures_zh(reads),
        **_confidence(),
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


def _table(classes: Mapping[str, Score], head: str, language: int) -> str:
    lines = [f"| {head} | F1 |", "| --- | --- | --- | --- | --- |"]
    for name, s in classes.items():
        shares = (f"{share:.2f}".removeprefix("0") for share in (s.precision, s.recall, s.f1))
        lines.append(f"| {_CLASSES[name][language]} | {s.answers} | {' | '.join(shares)} |")
    return "\n".join(lines)


def _ranked(reads: Sequence[Read], group: tables.Group) -> list[tuple[str, str]]:
    """The groups with enough answers, the best first."""
    found = [(n, s) for n, s in tables.by_group(reads, group).items() if s.answers >= _FEW]
    found.sort(key=lambda pair: -pair[1].f1)
    return [(name, score(s)) for name, s in found]


def _measures(reads: Sequence[Read]) -> str:
    lines = []
    for title, group in (("measure", tables.measure_of), ("family", tables.family_of)):
        named = [(n.replace("_", " ").replace(OUTSIDE, "no indicator"), f1)
                 for n, f1 in _ranked(reads, group)]  # fmt: skip
        lines.append(f"F1 by {title}: {', '.join(' '.join(pair) for pair in named)}.")
    return "\n".join(lines)


def _measures_zh(reads: Sequence[Read]) -> str:
    lines = []
    for title, group in (("口径", tables.measure_of), ("类", tables.family_of)):
        named = [f"{_NAMES_ZH[name]} {f1}" for name, f1 in _ranked(reads, group)]
        lines.append(f"按{title}的 F1：{'、'.join(named)}。")
    return "\n".join(lines)


def _confidence() -> dict[str, str]:
    """How far confidence can be believed, on first readings of labelled texts."""
    files = model.kept_files()
    parts = [calibration.kept(path) for path in files]
    whole = calibration.together(parts)
    said = calibration.left_out(whole)
    error = f"{calibration.calibration_error(said, whole.right):.2f}"
    top = f"{100 * whole.right[said >= 0.9].mean():.0f}"
    at = [path.stem for path in files].index("unseen")
    start = sum(len(part.right) for part in parts[:at])
    chance = f"{said[start : start + len(parts[at].right)].mean():.2f}"
    right = f"{parts[at].right.mean():.2f}"
    return {
        "confidence": "With one report left out at a time, its expected calibration error is "
        f"{error}, and of figures given 0.9 to 1.0\n{top} in 100 are right. That is over all "
        f"texts. On the real texts that nobody had seen it says too much: {chance} on\naverage, "
        f"where {right} were right.",
        "confidence_zh": f"每次留出一份报告时，期望校准误差为 {error}；给 0.9 至 1.0 的数字中"
        f"每 100 个有 {top} 个正确。这是就全部文本而言。\n对无人见过的真实文本它过于自信："
        f"平均给 {chance}，而正确的是 {right}。",
    }
