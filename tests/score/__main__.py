"""``make score``: how well labelled texts are read, and how far confidence can be believed.

Reads the excerpts of ``tests/answers/`` and, where they lie beside the checkout, the reports of
``../shared`` that have answers (or those of --answers and --reports). Prints precision, recall and
F1, the rules with their errors, and the calibration; draws ``build/score/reliability.svg``. Exits
with 1 where something is worse than ``tests/floors.toml`` pins.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from extract import rulebook

from . import calibration, floors, model, pages, tables
from .answers import read_excerpts, read_reports
from .picture import bars, draw
from .reading import Read, read

if TYPE_CHECKING:
    from .calibration import Floats, Sample

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PICTURE = ROOT / "build" / "score" / "reliability.svg"
_FEW = 20  # a family with fewer answers has no floor
_RULES = 25


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or fit, keep, raise or lower as the options say; the exit status."""
    given = _parser().parse_args(arguments)
    sets = _sets(given.answers, given.reports)
    if given.keep:
        named = dict(sets)
        reads = named.get(given.keep, sets[-1][1])
        calibration.keep(calibration.sample_of(reads), model.KEPT / f"{given.keep}.csv")
        print(f"kept how {len(reads)} texts are read now as tests/score/kept/{given.keep}.csv")
        return 0
    if given.fit:
        print("\n".join(model.refit()))
        return 0
    if given.pages:
        pages.write(sets[0][1])
        print(f"written: {', '.join(pages.PAGES)}")
        return 0
    f1: dict[str, float] = {}
    for name, reads in sets:
        f1 |= _print_set(name, reads)
    _print_misses(sets, given.misses)
    reads = [read for _, part in sets for read in part]
    rows = tables.by_rule(reads)
    limit = len(rows) if given.rules == "all" else int(given.rules)
    print("\n".join(["", *tables.rule_lines(rows, limit)]))
    errors = _print_calibration(reads)
    return _settle(given, f1, errors)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("make score", description=__doc__)
    add = parser.add_argument
    add("--answers", type=Path, help="folder of answer files (NAME.jsonl), in place of ../shared")
    add("--reports", type=Path, help="folder of their reports (NAME.txt)")
    add("--lower-floors", metavar="WHY", help="move floors down to what is measured, and say why")
    add("--raise-floors", action="store_true", help="move floors up to what is measured")
    add("--fit", action="store_true", help="write patterns/confidence.toml anew from kept readings")
    add(
        "--keep",
        metavar="NAME",
        help="keep how a set (excerpts, reports; else the given one) is read now, for --fit",
    )
    add("--pages", action="store_true", help="write what is measured into README and docs")
    add("--rules", default=str(_RULES), help="how many rules to print, or all")
    add("--misses", type=int, default=0, help="print up to N figures that are wrong or missed")
    return parser


def _sets(answers: Path | None, reports: Path | None) -> list[tuple[str, list[Read]]]:
    """The labelled texts by name, read."""
    found = [("excerpts", read(read_excerpts()))]
    if answers and reports:
        found.append(("given", read(read_reports(answers, reports))))
    elif (SHARED / "gold").is_dir() and (SHARED / "reports").is_dir():
        found.append(("reports", read(read_reports(SHARED / "gold", SHARED / "reports"))))
    return found


def _print_set(name: str, reads: list[Read]) -> dict[str, float]:
    """Print the tables of one set; returns what floors may be pinned to."""
    levels = tables.by_level(reads)
    families = tables.by_group(reads, tables.family_of)
    for title, scores in (
        (f"{name}: {len(reads)}", levels),
        ("right, by family", families),
        ("by measure", tables.by_group(reads, tables.measure_of)),
        ("by class", tables.by_group(reads, tables.class_of)),
    ):
        print("\n".join(tables.score_lines(title, scores)))
    print()
    told = levels | {family: s for family, s in families.items() if s.answers >= _FEW}
    return {f"{name}-{key}": score.f1 for key, score in told.items()}


def _print_misses(sets: list[tuple[str, list[Read]]], limit: int) -> None:
    lines = (
        f"  {read.labelled.name} {answer or 'no figure'} | read: {mention and brief(mention)}"
        for _, reads in sets
        for read in reads
        for pair in read.pairs
        if not pair.right
        for answer, mention in [(read.answer_of(pair), read.mention_of(pair))]
    )
    for line, _ in zip(lines, range(limit), strict=False):
        print(line)


def brief(mention: object) -> str:
    """A mention in one line."""
    names = ("start", "quote", "value", "unit", "indicator", "measure", "year", "rule")
    return " ".join(str(getattr(mention, name)) for name in names)


def _print_calibration(reads: list[Read]) -> dict[str, float]:
    """Print and draw how confidence agrees with the truth; returns the errors by name."""
    now = calibration.sample_of(reads)
    said = np.array([m.confidence for r in reads for m in r.mentions])
    files = model.kept_files()
    parts = [calibration.kept(path) for path in files]
    kept = calibration.together(parts)
    fitted = model.current(rulebook.load().confidence)
    curves = {
        "first reading, its report left out of the fit": (calibration.left_out(kept), kept),
        "first reading, as the model gives it": (fitted.probabilities(kept.amounts), kept),
        "as read now": (said, now),
    }
    errors = {}
    for name, (chances, sample) in curves.items():
        errors[name] = _print_curve(name, chances, sample)
    _print_parts([path.stem for path in files], parts, next(iter(curves.values()))[0])
    draw(PICTURE, {n: calibration.bins(c, s.right) for n, (c, s) in curves.items()})
    print(f"\ndrawn: {PICTURE.relative_to(ROOT)}")
    return {"calibration-left-out": errors[next(iter(errors))]}


def _print_curve(name: str, said: Floats, sample: Sample) -> float:
    error = calibration.calibration_error(said, sample.right)
    low, high = calibration.interval(said, sample.right, sample.report)
    print(f"\nreliability: {name}")
    print("\n".join(bars(calibration.bins(said, sample.right))))
    print(
        f"  {len(said)} figures, {sample.right.mean():.3f} right, confidence {said.mean():.3f}; "
        f"calibration error {error:.3f} (95%: {low:.3f}–{high:.3f}), "
        f"Brier score {calibration.loss(said, sample.right):.3f}"
    )
    return error


def _print_parts(names: list[str], parts: list[Sample], said: Floats) -> None:
    """The calibration of each kept set within the fit over all of them."""
    print("\nfirst reading, report left out, set by set")
    at = 0
    for name, part in zip(names, parts, strict=True):
        own = said[at : at + len(part.right)]
        at += len(part.right)
        error = calibration.calibration_error(own, part.right)
        print(
            f"  {name:12} {len(own)} figures, {part.right.mean():.3f} right, "
            f"confidence {own.mean():.3f}, calibration error {error:.3f}"
        )


def _settle(given: argparse.Namespace, f1: dict[str, float], errors: dict[str, float]) -> int:
    """Compare with the floors, or move them; the exit status."""
    pinned = floors.load()
    own = {name: value for name, value in f1.items() if not name.startswith("given-")}
    if given.lower_floors is not None:
        try:
            pinned = floors.lowered(pinned, own, errors, given.lower_floors)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        floors.save(pinned)
    if given.raise_floors:
        pinned = floors.raised(pinned, own)
        floors.save(pinned)
    worse = floors.breaches(pinned, own, errors)
    print("\n".join(["", *worse]) if worse else "\nnothing is worse than tests/floors.toml pins")
    if better := floors.rising(pinned, own):
        print(f"better than pinned (make score RAISE=1): {', '.join(better)}")
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
