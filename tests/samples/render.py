"""Print the blocks of a report as TXT, DOCX or PDF, the same bytes every time."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.document import Document
from fpdf import FPDF
from fpdf.enums import WrapMode

from tests.samples import font
from tests.samples.marks import Block

CREATED = datetime(2024, 1, 1, tzinfo=UTC)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
UNUSED = ("/thumbnail", "/stylesWithEffects", "/customXml")  # half of an empty DOCX
FONT = "sample"
FURNITURE = "— 0123456789"  # what page numbers need


def txt(blocks: Sequence[Block], encoding: str = "utf-8") -> bytes:
    """Paragraphs as lines, table rows as lines of cells joined by TAB."""
    lines = [line for block in blocks for line in _lines(block)]
    return ("\n".join(lines) + "\n").encode(encoding)


def word(blocks: Sequence[Block]) -> bytes:
    """A DOCX with paragraphs and real tables."""
    document = docx.Document()
    for block in blocks:
        if block.rows:
            _add_table(document, block.rows)
        elif block.text:
            document.add_paragraph(block.text)
    core = document.core_properties
    core.author, core.title, core.comments = "", "", "虚构样例"
    core.created = core.modified = CREATED.replace(tzinfo=None)
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in relations.items() if rel.reltype.endswith(UNUSED)]:
            del relations[key]
    buffer = io.BytesIO()
    document.save(buffer)
    return _dateless(buffer)


def pdf(blocks: Sequence[Block]) -> bytes:
    """A PDF of small pages with a text layer, page numbers and ruled tables."""
    page = _Page(format=(148, 225))
    page.set_creation_date(CREATED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "font.ttf"
        font.write("".join(line for block in blocks for line in _lines(block)) + FURNITURE, path)
        page.add_font(FONT, fname=path)
        page.set_font(FONT, size=10.5)
        page.add_page()
        for block in blocks:
            _draw(page, block)
        return bytes(page.output())


class _Page(FPDF):
    def footer(self) -> None:
        self.set_y(-12)
        self.cell(0, 6, f"— {self.page_no()} —", align="C")


def _lines(block: Block) -> list[str]:
    return ["\t".join(row) for row in block.rows] if block.rows else [block.text]


def _draw(page: FPDF, block: Block) -> None:
    if block.text:
        page.multi_cell(
            0, 6.5, block.text, align="L", wrapmode=WrapMode.CHAR, new_x="LMARGIN", new_y="NEXT"
        )
    elif block.rows:
        with page.table(first_row_as_headings=False, wrapmode=WrapMode.CHAR) as table:
            for row in block.rows:
                table.row(row)


def _add_table(document: Document, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text


def _dateless(buffer: io.BytesIO) -> bytes:
    """The same ZIP with one fixed date, because python-docx writes the time of saving."""
    out = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            new.writestr(info, old.read(name), zipfile.ZIP_DEFLATED, compresslevel=9)
    return out.getvalue()
