"""``zhengju diff``: what differs between two outputs, and why."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING

from extract.commands import here, positive

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
    parser.add_argument("old", type=here, metavar="OLD", help="folder of the one dataset")
    parser.add_argument("new", type=here, metavar="NEW", help="folder of the other one")
    parser.add_argument(
        "-o", dest="target", type=here, metavar="FILE", help="all changes, as Parquet"
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
    from extract.files import ordinary  # noqa: PLC0415

    wanted = ordinary(args.target) if args.target else None
    try:
        with TemporaryDirectory(prefix="zhengju-") as folder:
            target = wanted or Path(folder) / "changes.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            summary = compare(args.old, args.new, target, keep=args.limit)
            if args.format == "json":
                sys.stdout.writelines(as_json(summary, target))
            else:
                print(as_text(summary, args.limit))
    except BrokenPipeError:
        raise
    except (ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:  # Arrow's own have no number
            why = f"{wanted or gettempdir()}: cannot be written ({error.strerror})"
            raise OutputError(f"{why}; name another file with -o") from error
        said = f"a table of {args.old} or {args.new} is damaged ({error}); make it anew"
        raise CorpusError(said) from error
    return 0
