"""``zhengju status``: what a run would do, and why (现状)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.commands import Verbs


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser("status", help="what a run would do, and why")
    parser.add_argument("output", type=Path, metavar="OUTPUT", help="folder of the dataset")
    parser.add_argument(
        "--corpus", metavar="CORPUS", help="where the reports are (default: as for the last run)"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="the cache of the run, as for the last run"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print it."""
    from extract.cache.outlook import outlook  # noqa: PLC0415  keeps the other commands fast
    from extract.commit.state import state_of  # noqa: PLC0415

    found = outlook(args.output, args.cache or state_of(args.output).cache, args.corpus)
    print("\n".join(found.told()))
    return 0
