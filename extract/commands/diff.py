"""``zhengju diff``: what differs between two outputs, and why."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from extract.commands import positive

if TYPE_CHECKING:
    from extract.commands import Verbs

EXAMPLE = """\
examples:
  zhengju diff output.before output                      counts by cause, indicator and column
  zhengju diff output.before output -o changes.parquet   and every change in a file
  zhengju diff output.before output --format json
"""


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser(
        "diff", help="what differs between two outputs, and why", epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("old", type=Path, metavar="OLD", help="folder of the one dataset")
    parser.add_argument("new", type=Path, metavar="NEW", help="folder of the other one")
    parser.add_argument(
        "-o", dest="target", type=Path, metavar="FILE", help="all changes, as Parquet"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--limit", type=positive, default=20, metavar="N", help="lines of a kind (default 20)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what differs."""
    from extract.lean import import_arrow  # noqa: PLC0415  keeps the other commands fast

    import_arrow()
    from pyarrow import ArrowException  # noqa: PLC0415

    from extract.diff.compare import compare  # noqa: PLC0415  keeps the other commands fast
    from extract.diff.words import as_json, as_text  # noqa: PLC0415
    from extract.errors import CorpusError, OutputError  # noqa: PLC0415

    try:
        with TemporaryDirectory(prefix="zhengju-") as folder:
            target = args.target or Path(folder) / "changes.parquet"
            summary = compare(args.old, args.new, target, keep=args.limit)
            if args.format == "json":
                sys.stdout.writelines(as_json(summary, target))
            else:
                print(as_text(summary, args.limit))
    except BrokenPipeError:
        raise
    except ArrowException as error:
        said = f"a table of {args.old} or {args.new} is damaged ({error}); make it anew"
        raise CorpusError(said) from error
    except OSError as error:
        raise OutputError(
            f"{error.filename}: {error.strerror or error}; name another file"
        ) from error
    return 0
