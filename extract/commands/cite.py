"""``zhengju cite``: how to cite the program, or a dataset made with it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from extract.commands import here

if TYPE_CHECKING:
    from extract.commands import Verbs

EXAMPLE = """\
example:
  zhengju cite output            citation, BibTeX and a data-availability statement to copy
"""


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser(
        "cite", help="how to cite zhengju, or a dataset", epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "output", type=here, nargs="?", metavar="OUTPUT", help="a dataset, or a release of one"
    )
    parser.add_argument("--format", choices=("text", "bibtex", "cff"), default="text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the citation."""
    from extract.export import citation  # noqa: PLC0415  keeps the other commands fast

    cited = None
    if args.output is not None:
        from extract.export.release import cited_of  # noqa: PLC0415  Arrow is slow to import

        cited = cited_of(args.output)
    if args.format == "bibtex":
        print(citation.bibtex(cited), end="")
    elif args.format == "cff":
        print(citation.cff(cited), end="")
    elif cited is None:
        print(f"{citation.software()}\n\n{citation.bibtex()}", end="")
    else:
        said = (citation.dataset(cited), citation.software(), citation.bibtex(cited))
        print("\n\n".join(said) + "\nData availability 数据可得性声明\n")
        print(citation.statement(cited))
    return 0
