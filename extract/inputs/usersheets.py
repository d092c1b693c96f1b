"""Tables for people (给人看的表): CSV that spreadsheets open as it is meant.

With a byte-order mark, and nothing in it that a spreadsheet would take for a formula.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.files import ordinary, whole

# What a spreadsheet takes for a formula; the full-width forms too, where it runs in Chinese.
# So it does behind a tab or a line break at the beginning.
FORMULA = "^[=+\\-@\t\r\n＝＋－＠]"
QUOTE = "'"
_FORMULA = re.compile(FORMULA)


def harmless(cell: Any) -> Any:  # noqa: ANN401  a cell is what it is
    """A text that no spreadsheet computes: ``'`` before = + - @; numbers stay numbers."""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return QUOTE + cell
    return "" if cell is None else cell


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table, whole or not at all; raises ``UsageError`` or ``OutputError``."""
    with (
        whole(ordinary(path)) as part,
        part.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([harmless(row.get(name)) for name in columns] for row in rows)
