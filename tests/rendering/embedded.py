"""A report as a PDF with an embedded font: A4, running head, page numbers, ruled tables."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import WrapMode
from fpdf.fonts import FontFace

from tests.rendering.source import Paragraph, Part, Table, column_widths, cut, loosened, merged
from tests.samples import font

_FONT = "sans"
_ALWAYS = "— 0123456789虚构样例"  # what page numbers and blanks need
_BLANK = re.compile(r"[\t\u2002\u2003]")
_LINE = 8.0  # millimetres
_CUT = 150  # characters of a cell that a page surely holds


class _Page(FPDF):
    head = ""

    def header(self) -> None:
        """The running head."""
        self.set_font(_FONT, size=9)
        self.cell(0, 6, self.head, align="C", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)
        self.set_font(_FONT, size=12)

    def footer(self) -> None:
        """The page number."""
        self.set_y(-15)
        self.set_font(_FONT, size=9)
        self.cell(0, 6, f"— {self.page_no()} —", align="C")


def embedded(parts: Sequence[Part], title: str, font_path: Path | None = None) -> bytes:
    """The bytes of the PDF; long lines wrap, a table over two pages repeats its first row.

    ``font_path`` is a TrueType font with all characters of ``printable``; None makes one.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = font_path or Path(folder) / "font.ttf"
        if font_path is None:
            font.write(printable("".join(map(_words, parts)) + title), path)
        page = _Page(format="A4")
        page.head = title
        page.set_margins(28, 25)
        page.set_auto_page_break(auto=True, margin=25)
        page.add_font(_FONT, fname=path)
        page.set_font(_FONT, size=12)
        page.add_page()
        for part in parts:
            _add(page, part)
        return bytes(page.output())


def printable(text: str) -> str:
    """The characters that a font needs for a text and its pages."""
    return "".join(sorted({*text} | {*_ALWAYS}))


def _words(part: Part) -> str:
    return part.text if isinstance(part, Paragraph) else "".join(map("".join, part.rows))


def _add(page: FPDF, part: Part) -> None:
    if isinstance(part, Table):
        _draw(page, part)
    elif part.text.strip():
        text = _BLANK.sub("  ", part.text)
        page.multi_cell(
            0, _LINE, text, align="L", wrapmode=WrapMode.CHAR, new_x="LMARGIN", new_y="NEXT"
        )
    else:
        page.ln(_LINE / 2)


def _draw(page: FPDF, table: Table) -> None:
    page.set_font(_FONT, size=10.5)
    grid = merged(cut(table.rows, _CUT))
    with page.table(
        col_widths=column_widths(grid),
        headings_style=FontFace(),
        line_height=6,
        wrapmode=WrapMode.CHAR,
    ) as sheet:
        for cells in loosened(grid, _CUT):
            row = sheet.row()
            for cell in filter(None, cells):
                words = _BLANK.sub(" ", cell.text)
                row.cell(words, rowspan=cell.rows, colspan=cell.columns)
    page.set_font(_FONT, size=12)
    page.ln(3)
