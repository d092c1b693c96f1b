"""Runs of short lines that may be the cells of a table, one per line.

Below the header of a form, texts (评分标准) stand between the values, and are cells too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Line = tuple[int, int]

SHORT = 34  # characters of a line that can be a cell
_MARKING, _TEXTS = 4, 6  # header words that open a form with texts; texts between two values
_NEXT = re.compile(
    r"附[件表]|第[一二三四五六七八九十]{1,3}(?:部分|章)|[一二三四五六七八九十]{1,3}、"
)
_STATEMENT = re.compile(
    r"栏次$|行次$|[^，。]{0,10}科目(?:编码|代码)$"
    r"|[^，。]{0,24}(?:收支|收入|支出)(?:决算|预算)?(?:总|明细)?表$"
)


def run(
    text: str,
    lines: Sequence[Line],
    at: int,
    heads: Callable[[str], bool],
    value: re.Pattern[str],
) -> tuple[list[Line], int]:
    """The lines with a cell from line ``at`` on, and the first line behind them.

    ``heads`` tells whether a cell is a word of headers.
    """
    cells: list[Line] = []
    size, texts, form = at, 0, False
    kept = (0, at)  # cells and lines up to the last value
    while size < len(lines):
        start, end = lines[size]
        line = text[start:end].strip()
        if is_text(line):
            if not form and _opens_form(text, cells, heads):
                form, kept = True, (len(cells), size)
            texts += 1
            if not form or texts > _TEXTS:
                break
        if "\t" in line or "|" in line or (texts and _NEXT.match(line)):
            break
        if line:
            cells.append((start, end))
        size += 1
        if form and value.match(line):
            texts, kept = 0, (len(cells), size)
    return (cells[: kept[0]], max(kept[1], at)) if form and texts else (cells, size)


def is_text(line: str) -> bool:
    """Whether a line is too long, or has marks of sentences, to be a cell of a statement."""
    return len(line) > SHORT or "。" in line or "，" in line or "；" in line


def is_statement(line: str) -> bool:
    """Whether a cell shows a statement: its numbers (栏次), its codes, or its title."""
    return line[-1:] in "次码表号" and _STATEMENT.match(line) is not None


def _opens_form(text: str, cells: Sequence[Line], heads: Callable[[str], bool]) -> bool:
    """Whether words of a header stand side by side, or a statement's own, without borders."""
    if len(cells) < _MARKING or "\t" in text[cells[0][0] : cells[-1][1]]:
        return False
    row = 0
    for start, end in cells:
        line = text[start:end].strip()
        row = row + 1 if "：" not in line and heads(line) else 0  # 执行数：45 is a field
        if row >= _MARKING or is_statement(line):
            return True
    return False
