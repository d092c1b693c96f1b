"""``zhengju status``: what a run would do, and why (现状)."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.commands import here, place
from extract.objects import is_remote

if TYPE_CHECKING:
    from extract.commands import Verbs


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser("status", help="what a run would do, and why")
    parser.add_argument(
        "output", type=place, metavar="OUTPUT", help="folder of the dataset, or s3://…"
    )
    parser.add_argument(
        "--corpus", metavar="CORPUS", help="where the reports are (default: as for the last run)"
    )
    parser.add_argument(
        "--cache", type=here, metavar="DIR", help="the cache of the run, as for the last run"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print it."""
    from extract.cache.outlook import outlook  # noqa: PLC0415  keeps the other commands fast
    from extract.commit.state import state_of  # noqa: PLC0415

    output, is_there = args.output, True
    if is_remote(output):
        from extract.remote.mirror import folder_of, is_as_here  # noqa: PLC0415  only where there is one

        output, is_there = folder_of(args.output), is_as_here(args.output)
    found = outlook(output, args.cache or state_of(output).cache, args.corpus)
    found = replace(found, intact=found.intact and is_there)
    print("\n".join(found.told()))
    return 0
