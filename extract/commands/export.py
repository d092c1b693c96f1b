"""``zhengju export``: a dataset in another format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from extract.commands import here

if TYPE_CHECKING:
    from extract.commands import Verbs

EXAMPLE = """\
examples:
  zhengju export output --to stata              output-stata/panel.dta, …
  zhengju export output --to excel -o 政据.xlsx
  zhengju export output --to csv --table panel --table cells
"""


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser(
        "export", help="a dataset as CSV, Stata, Excel or DuckDB", epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("output", type=here, metavar="OUTPUT", help="folder of the dataset")
    parser.add_argument("--to", required=True, choices=("csv", "stata", "excel", "duckdb"))
    parser.add_argument(
        "-o", dest="target", type=here, metavar="PATH",
        help="folder (csv, stata) or file to write (default: beside OUTPUT)",
    )  # fmt: skip
    parser.add_argument(
        "--table", dest="tables", action="append", default=[], metavar="TABLE",
        help="only this table, as often as you like (default: all but texts; "
        "stata, excel: those of a size to look at)",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files and name them."""
    from extract.export.formats import export  # noqa: PLC0415  keeps the other commands fast
    from extract.export.source import open_source  # noqa: PLC0415

    made = export(open_source(args.output), args.to, args.target, args.tables)
    for line in (*map(_shown, made.paths), *made.notes):
        print(line)
    return 0


def _shown(path: Path) -> str:
    folder = Path.cwd()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
