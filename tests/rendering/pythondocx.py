"""Word files that python-docx writes: with its own template, whose styles alone are 350 KB."""

from __future__ import annotations

import io
import random
import re
from typing import TYPE_CHECKING

import docx
from docx.shared import Pt

from tests.rendering.source import Paragraph, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document

_WORDS = re.findall(
    "..",
    "参保征缴统筹报销结算监管预算执行绩效指标完成资金项目居民职工住院门诊基金支出收入结余同比增长下降达到其中"
    "主要用于提高服务水平群众满意落实政策待遇保障",
)
_HEADINGS = ("一、部门概况", "二、预算执行情况", "三、绩效目标完成情况", "四、存在的问题")


def written(parts: Sequence[Part]) -> bytes:
    """A report, three runs a paragraph."""
    document = docx.Document()
    for part in parts:
        if isinstance(part, Paragraph):
            paragraph, third = document.add_paragraph(), len(part.text) // 3
            for run in (part.text[:third], part.text[third : 2 * third], part.text[2 * third :]):
                paragraph.add_run(run)
            continue
        table = document.add_table(len(part.rows), len(part.rows[0]), "Table Grid")
        for row, texts in zip(table.rows, part.rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    return _bytes(document)


def formatted(number: int) -> bytes:
    """Headings, runs of several fonts and sizes, three tables; the same for the same number."""
    draw = random.Random(number)  # noqa: S311  no secrets here
    document = docx.Document()
    for heading in _HEADINGS:
        document.add_heading(heading, 1)
        for _ in range(22):
            _paragraph(document, draw)
        if heading != _HEADINGS[0]:
            _table(document, draw)
    return _bytes(document)


def _paragraph(document: Document, draw: random.Random) -> None:
    paragraph = document.add_paragraph()
    for _ in range(draw.randint(3, 7)):
        run = paragraph.add_run(_clause(draw))
        run.font.size, run.font.name = Pt(draw.choice((14, 16))), "仿宋"


def _clause(draw: random.Random) -> str:
    words = "".join(draw.choices(_WORDS, k=draw.randint(4, 9)))
    return f"{words}{draw.randint(1, 99_999) / 100}万元，"


def _table(document: Document, draw: random.Random) -> None:
    table = document.add_table(rows=draw.randint(9, 17), cols=5)
    for row in table.rows:
        for cell in row.cells:
            cell.text = f"{draw.choice(_WORDS)}{draw.randint(1, 9_999):,}"


def _bytes(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
