"""``zhengju columns``: what the columns of the tables mean."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from extract.commands import here

if TYPE_CHECKING:
    from extract.commands import Verbs
    from extract.export.codebook import Described

EXAMPLE = """\
example:
  zhengju columns panel --of output --find 住院
"""


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser(
        "columns", help="what the columns of the tables mean", epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("table", nargs="?", metavar="TABLE", help="one table (default: all)")
    parser.add_argument(
        "--of", type=here, metavar="OUTPUT",
        help="the columns of this dataset (default: those that every dataset has)",
    )  # fmt: skip
    parser.add_argument("--find", metavar="WORD", help="only where name, label or meaning has it")
    parser.add_argument("--format", choices=("text", "csv"), default="text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the codebook, or a part of it."""
    from extract.errors import UsageError  # noqa: PLC0415  keeps the other commands fast
    from extract.export.codebook import as_csv, as_text, found, registered  # noqa: PLC0415

    tables = registered() if args.of is None else _of(args.of)
    if args.table is not None and args.table not in tables:
        raise UsageError(f"no table {args.table}; there are {', '.join(tables)}")
    tables = {args.table: tables[args.table]} if args.table else tables
    if args.find:
        tables = found(tables, args.find)
    if args.format == "csv":
        sys.stdout.write(as_csv(tables))
        return 0
    print(as_text(tables) if tables else f"no column has {args.find}")
    if "panel" in tables and args.of is None and not args.find:
        print("  and one for each other stated figure: zhengju columns panel --of OUTPUT")
    return 0


def _of(output: Path) -> Described:
    from extract.export.codebook import described  # noqa: PLC0415  Arrow is slow to import
    from extract.export.source import open_source  # noqa: PLC0415

    return described(open_source(output))
