"""A larger made-up panel than ``corpus/`` gives: six invented counties over five years (虚构样例)."""

from __future__ import annotations

import shutil
import sys
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.dataset import Dataset

ROOT = Path(__file__).resolve().parents[1]


def province() -> Dataset:
    """Print the reports of the made-up province, read them (some seconds), and load the dataset.

    Reports and dataset go to ``build/province/``, anew each time. The figures come from
    ``tests/research/``, whose tests hold what is read against them.
    """
    import extract  # noqa: PLC0415  together with what needs the path below
    from extract.pipeline import run  # noqa: PLC0415

    sys.path.insert(0, str(ROOT))
    from tests.research import wording  # noqa: PLC0415  beside us in a checkout only

    folder = ROOT / "build" / "province"
    shutil.rmtree(folder, ignore_errors=True)
    wording.write(folder / "reports")
    with redirect_stderr(StringIO()):  # one file is empty on purpose; `documents` tells
        run(folder / "reports", folder / "output", workers=1)
    return extract.load(folder / "output")
