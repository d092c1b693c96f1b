"""``zhengju release``: a folder that others can use, cite and check."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from extract.commands import here
from extract.streams import one_line

if TYPE_CHECKING:
    from extract.commands import Verbs

EXAMPLE = """\
example:
  zhengju release output -o release-2026.11 --public --with stata --previous release-2025.11
"""


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser(
        "release", help="a dataset to publish: tables, codebook, cautions, citation",
        epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("output", type=here, metavar="OUTPUT", help="folder of the dataset")
    parser.add_argument(
        "-o", dest="target", type=here, required=True, metavar="DIR", help="folder to make"
    )
    parser.add_argument(
        "--public", action="store_true", help="leave out texts, which may name private persons"
    )
    parser.add_argument("--version", default="", help="its name (default: the date of the run)")
    parser.add_argument("--title", default="", help="title of the dataset")
    parser.add_argument(
        "--author", dest="authors", action="append", default=[], metavar="NAME",
        help="whom to cite, as often as there are authors",
    )  # fmt: skip
    parser.add_argument(
        "--address", default="", metavar="URL", help="where it will be had: an address or a DOI"
    )
    parser.add_argument("--license", default="", metavar="ID", help="such as cc-by-4.0")
    parser.add_argument(
        "--with", dest="formats", action="append", default=[], metavar="FORMAT",
        choices=("csv", "stata", "excel", "duckdb"), help="add csv, stata, excel or duckdb",
    )  # fmt: skip
    parser.add_argument(
        "--previous", type=here, metavar="DIR", help="the release before, to tell what is new"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the release and say how it is cited."""
    from extract.export.citation import DATA_TITLE, dataset  # noqa: PLC0415
    from extract.export.release import Wishes, private_names, release  # noqa: PLC0415
    from extract.export.source import open_source  # noqa: PLC0415

    wishes = Wishes(
        public=args.public, version=args.version, title=args.title or DATA_TITLE,
        authors=tuple(args.authors), licence=args.license, address=args.address,
        formats=tuple(args.formats), previous=args.previous,
    )  # fmt: skip
    source = open_source(args.output)
    cited = release(source, args.target, wishes)
    left_out = "" if cited.texts else " (without texts)"
    print(f"release    {args.target}{left_out}")
    print(f"cite       {dataset(cited)}")
    if not args.public and cited.texts:
        print("warning    texts may name private persons: --public leaves that table out")
    if names := private_names(source):
        print(
            f"warning    {len(names)} paths or addresses of documents look private, such as "
            f"{one_line(names[0])}: rename the files, run and release anew"
        )
    return 0
