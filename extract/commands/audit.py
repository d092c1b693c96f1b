"""``zhengju audit``: cells for blind double coding, and what the codings say (核查)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from extract.commands import here, positive

if TYPE_CHECKING:
    from extract.commands import Verbs

_EXAMPLE = """\
example:
  zhengju audit output --n 300 --by column,doc_type,format,year --seed 1 -o audit
  (two coders fill in audit/coder_1.csv and audit/coder_2.csv, from the reports alone)
  zhengju audit output --read audit/coder_1.csv audit/coder_2.csv -o audit/result
"""
_N = 300


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser(
        "audit",
        help="how right the panel is: cells for blind coding, and the codings read back",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("output", type=here, metavar="OUTPUT", help="folder of the dataset")
    parser.add_argument("--n", type=positive, default=_N, metavar="N", help=f"cells (default {_N})")
    parser.add_argument(
        "--by", default="column,doc_type,format,year", metavar="FIELDS",
        help="strata: column, indicator, measure, doc_type, format, year, province",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the draw (default 1)")
    parser.add_argument(
        "--coders", type=int, choices=(1, 2), default=2, help="how many sheets (default 2)"
    )
    parser.add_argument(
        "--format", choices=("csv", "excel"), default="csv",
        help="of the sheets; in a workbook the sentence appears once a cell is coded",
    )  # fmt: skip
    parser.add_argument(
        "--read", type=here, nargs="+", metavar="SHEET", help="coded sheets of one or two coders"
    )
    parser.add_argument(
        "--adjudicated", type=here, metavar="FILE", help="cells.csv with what was settled"
    )
    parser.add_argument(
        "-o",
        "--to",
        type=here,
        metavar="DIR",
        help="folder of the sheets, or of the result",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw, or read back."""
    return _read(args) if args.read else _draw(args)


def _draw(args: argparse.Namespace) -> int:
    from extract.audit.draw import cells_of, draw  # noqa: PLC0415
    from extract.audit.sheets import GUIDE, write_sheets  # noqa: PLC0415

    by = [name.strip() for name in args.by.split(",") if name.strip()]
    cells = cells_of(args.output)
    drawn = draw(cells, args.n, by, args.seed)
    folder = args.to or Path("audit")
    paths = write_sheets(
        args.output, folder, drawn, coders=args.coders, form=args.format, seed=args.seed
    )
    empty = sum(cell.value is None for cell in drawn)
    print(f"cells    {len(drawn)} of {cells.num_rows}, {empty} of them empty")
    for path in paths:
        print(f"sheet    {path}")
    print("\n".join(GUIDE))
    return 0


def _read(args: argparse.Namespace) -> int:
    from extract.audit import report  # noqa: PLC0415
    from extract.audit.judged import audit  # noqa: PLC0415

    result = audit(args.output, args.read, args.adjudicated)
    print(report.summary(result))
    if args.to is not None:
        print(f"written      {', '.join(map(str, report.save(result, args.to)))}")
    return 0
