"""``zhengju compare``: a filled-in sheet against the reports (核对)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from extract.commands import here

if TYPE_CHECKING:
    from extract.commands import Verbs

_EXAMPLE = """\
example:
  zhengju compare output students.xlsx -o checked.csv

The sheet (CSV, UTF-8 or GBK, or XLSX) has a row for each agency and year, with a column for each
indicator: 单位名称, 年度, 追回医保基金（万元）, … Or it has a row for each value, with the columns
agency, year, indicator, value, and measure, unit, entity and dimensions where they are needed; or
a row for each agency and indicator, with a column for each year: 单位名称, 指标, 2021, 2022, …
Headers are the panel's columns, their labels, or words as reports use them. A number without a
unit is taken in the base unit: 元, persons, percent.
"""


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser(
        "compare",
        help="which cells of a filled-in sheet the reports support",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("output", type=here, metavar="OUTPUT", help="folder of the dataset")
    parser.add_argument("sheet", type=here, metavar="SHEET", help="the sheet: CSV or XLSX")
    parser.add_argument(
        "-o", "--to", type=here, metavar="FILE", help="write each cell with its label and sentence"
    )
    parser.add_argument(
        "--aliases", type=here, metavar="FILE", help="names that are one agency, as for a run"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the counts, and write the cells or print the first that are not supported."""
    from extract.compare.report import COLUMNS, compare, findings, summary  # noqa: PLC0415
    from extract.files import ordinary  # noqa: PLC0415
    from extract.inputs.usersheets import write_csv  # noqa: PLC0415

    if args.to is not None:
        ordinary(args.to, args.sheet, *filter(None, [args.aliases]))
    compared = compare(args.output, args.sheet, aliases=args.aliases)
    print(summary(compared))
    if args.to is not None:
        write_csv(args.to, COLUMNS, compared.rows)
        print(f"written        {args.to}")
    elif shown := findings(compared):
        print(f"\n{shown}")
    return 0
