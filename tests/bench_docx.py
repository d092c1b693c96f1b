"""Loading Word files against python-docx: ``python -m tests.bench_docx [ROUNDS]``.

Forty documents of about 50 KB, several runs in each paragraph, three tables in each. Both read all
paragraphs and all cells in document order, and take turns; CPU time is compared round by round. A
ratio above 1 means that the loader is faster.
"""

from __future__ import annotations

import io
import random
import re
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

import docx
from docx.shared import Pt
from docx.table import Table

from extract.loaders import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from docx.document import Document

_WORDS = re.findall(
    "..",
    "参保征缴统筹报销结算监管预算执行绩效指标完成资金项目居民职工住院门诊基金支出收入结余同比增长下降达到其中"
    "主要用于提高服务水平群众满意落实政策待遇保障",
)
_HEADINGS = ("一、部门概况", "二、预算执行情况", "三、绩效目标完成情况", "四、存在的问题")


def document(number: int) -> bytes:
    """One Word file of about 50 KB, always the same for its number."""
    draw = random.Random(number)  # noqa: S311  no secrets here
    made = docx.Document()
    for heading in _HEADINGS:
        made.add_heading(heading, 1)
        for _ in range(22):
            _paragraph(made, draw)
        if heading != _HEADINGS[0]:
            _table(made, draw)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _paragraph(made: Document, draw: random.Random) -> None:
    paragraph = made.add_paragraph()
    for _ in range(draw.randint(3, 7)):
        run = paragraph.add_run(_clause(draw))
        run.font.size, run.font.name = Pt(draw.choice((14, 16))), "仿宋"


def _clause(draw: random.Random) -> str:
    words = "".join(draw.choices(_WORDS, k=draw.randint(4, 9)))
    return f"{words}{draw.randint(1, 99_999) / 100}万元，"


def _table(made: Document, draw: random.Random) -> None:
    n_rows = draw.randint(9, 17)
    table = made.add_table(rows=n_rows, cols=5)
    for row in table.rows:
        for cell in row.cells:
            cell.text = f"{draw.choice(_WORDS)}{draw.randint(1, 9_999):,}"


def iterate(data: bytes) -> int:
    """Read a document with python-docx; returns its characters."""
    size = 0
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            size += sum(len(cell.text) for row in block.rows for cell in row.cells)
        else:
            size += len(block.text)
    return size


def seconds(read: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    """CPU time to read all files."""
    began = time.process_time()
    for data in files:
        read(data)
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    files = [document(number) for number in range(40)]
    read = [iterate, load]
    times = [[seconds(way, files) for way in read] for _ in range(rounds)]
    ours, theirs = (median(t[i] for t in times) * 1000 / len(files) for i in (1, 0))
    ratios = sorted(t[0] / t[1] for t in times)
    kilobytes = sum(map(len, files)) / len(files) / 1024
    print(f"size     {kilobytes:.0f} KB a document")
    print(f"loader   {ours:.2f} ms a document")
    print(f"python-docx {theirs:.2f} ms a document")
    print(f"ratio    {median(ratios):.1f}  [{ratios[0]:.1f}–{ratios[-1]:.1f}]")


if __name__ == "__main__":
    main()
