"""``zhengju verify``: whether a dataset is still what was written."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from extract.commands import place

if TYPE_CHECKING:
    from tqdm import tqdm

    from extract.commands import Verbs

_LARGE = 1 << 28  # bytes from which a bar is shown: a second or so


def add(verbs: Verbs) -> None:
    """Register the command."""
    parser = verbs.add_parser("verify", help="whether a dataset is still what was written")
    parser.add_argument(
        "output",
        type=place,
        metavar="OUTPUT",
        help="folder of the dataset or of a release, or s3://…",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Say in one line that all is well, or name each file that is not."""
    from extract.commit.verify import count, findings, hold, total  # noqa: PLC0415
    from extract.errors import DamageError  # noqa: PLC0415  keeps the other commands fast

    held = hold(args.output)
    size = total(held)
    with _bar(size) as bar:
        found = tuple(str(finding) for finding in findings(held, bar.update))
    if found:
        files = "1 file" if len(found) == 1 else f"{len(found)} files"
        advice = "remove what is damaged, and run (or release) again"
        raise DamageError(f"{args.output} is not what was written: {files}; {advice}", found)
    print(f"verified   {args.output}: {count(held)} files, as they were written")
    return 0


def _bar(size: int) -> tqdm[Any]:
    from extract.sight import bar  # noqa: PLC0415  keeps the other commands fast

    hidden = size < _LARGE or not sys.stderr.isatty()
    return bar(size, "B", unit_scale=True, disable=hidden, leave=False)
