"""``python -m tests.bench``: all benchmarks, or those named, in one go."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extract import native
from tests.bench import growth, hotpath, loading, record, text, writing
from tests.bench.contests import Contest, measure
from tests.bench.peers import ROOT, Peers, interpreter

PARTS = ("text", "loading", "writing", "hotpath", "growth")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print tables, write the record."""
    parser = _parser()
    args = parser.parse_args(arguments)
    parts = args.parts or PARTS
    if args.record and set(parts) != set(PARTS):
        parser.error("--record takes all parts: figures of different runs do not go together")
    if not native.running():
        print("bench: no compiled core of these sources; Python is measured", file=sys.stderr)
    found: dict[str, Any] = record.circumstances()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if contests := {"text", "loading", "writing"} & set(parts):
            with Peers(args.peers or interpreter()) as peers:
                found["peers"] = peers.versions()
                found["contests"] = _contests(folder, contests, args, peers)
        if "hotpath" in parts:
            found["hot_path"] = _hotpath(folder, args.reports)
        if "growth" in parts:
            found["growth"] = _growth(folder, args.sizes)
    record.write(ROOT / "build" / "bench.json", found)
    if args.record:
        record.write(ROOT / "docs" / "speed.json", found)
        record.draw(ROOT / "docs" / "speed.svg", found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5, help="of every contest (5)")
    parser.add_argument("--reports", type=int, default=400, help="of text (400)")
    parser.add_argument("--documents", type=int, default=6, help="of each format (6)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[100, 1_000, 10_000], help="of growing corpora"
    )
    parser.add_argument("--peers", type=Path, help="a Python that has the peers already")
    parser.add_argument("--record", action="store_true", help="renew docs/speed.json and .svg")
    return parser


def _contests(
    folder: Path, parts: set[str], args: argparse.Namespace, peers: Peers
) -> list[dict[str, object]]:
    chosen: list[Contest] = []
    if "text" in parts:
        chosen += text.contests(folder, args.reports, peers)
    if "loading" in parts:
        chosen += loading.contests(folder, args.documents, peers)
    if "writing" in parts:
        chosen += writing.contests(folder, args.reports // 4, peers)
    print(f"CPU seconds a pass, medians of {args.rounds} rounds; ratios above 1: we are faster")
    print(f"{'':<24}{'peer':<24}{'ours':>9}{'peer':>9}{'ratio':>9}")
    results = measure(chosen, args.rounds)
    for result in results:
        print(result.line)
    return [result.told() for result in results]


def _hotpath(folder: Path, count: int) -> dict[str, object]:
    profile = hotpath.profile(folder, count)
    print("\nCPU µs per figure")
    for name, value in profile.stages.items():
        print(f"{name:<36}{value:>8.1f}")
    print(f"{'start-up, seconds a run':<36}{profile.start:>8.2f}")
    return profile.told()


def _growth(folder: Path, sizes: Sequence[int]) -> list[dict[str, object]]:
    print(f"\n{growth.HEAD}")
    found = []
    for run in growth.runs(folder, sizes):
        print(run.line, flush=True)
        found.append(run.told())
    return found


if __name__ == "__main__":
    main()
