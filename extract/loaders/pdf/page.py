"""One page: its lines and tables, or that there is nothing to read on it.

Pages without rules cost little more than their text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.loaders.pdf import engine
from extract.loaders.pdf.breaks import DROPPED, mended
from extract.loaders.pdf.cells import Words
from extract.loaders.pdf.lines import (
    Spans,
    line_spans,
    lines_of,
    plain_lines,
    reading_frame,
    stand,
)
from extract.loaders.pdf.paragraphs import is_row
from extract.loaders.pdf.parts import Line, Page
from extract.loaders.pdf.rules import Drawing, look
from extract.loaders.pdf.tables import with_bare_tables, with_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pypdfium2 as pdfium

    from extract.loaders.pdf.engine import Handle
    from extract.loaders.pdf.frame import Box

MAX_CHARS = 200_000  # of one page; a dense page of figures has 10,000
_ODD = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x85\xa0\xad\u2028\u2029\ufffe]")
_CONTROLS = dict.fromkeys((*range(10), 11, 12, *range(14, 32), 127, 133, 160), " ")
_BLANKS = str.maketrans({**_CONTROLS, 0x2028: " ", 0x2029: " "})
# What pdfium makes of a hyphen at the end of a line: it goes where a Latin word was parted.
_PARTED = re.compile("(?<=[A-Za-z])[\ufffe\x02\xad](?=[a-z])")
_MARK = re.compile("[\ufffe\x02]")
_LOST = re.compile("[\ufffd\ue000-\uf8ff\x01\x03-\x08\x0e-\x1f]")
_MOST_LOST = 0.25  # share of characters that are none: nobody can read the rest either
_SAMPLE = 5
# Tables draw their rules in runs: of three where there are level ones only, above and below values.
_CLOSE, _FAR = 3, 6
_SIDE_BY_SIDE = re.compile(r" (?<=[0-9%] )[-0-9]")  # the blank first: the rarest is quick to find
_ROWS = 3  # lines of values side by side: a table whose columns nothing parts
_MOST_MARKS = 40  # characters that a scanner's program adds to a page
_COVERS = 0.5  # share of the page's area: a picture as large is a scan


def read_page(pdf: pdfium.PdfDocument, index: int, *, ruled: bool = False) -> Page:
    """Page ``index`` (from 0); ``ruled`` where the page before it had rules.

    Raises:
        PdfiumError: it is damaged.
    """
    with engine.Sheet(pdf, index) as sheet:
        count = engine.count_chars(sheet.words)
        text, n_lost = _text(sheet.words, min(count, MAX_CHARS))
        words = mended(Words(text, sheet.words, sheet.frame()))
        found = _read(sheet.page, words, index + 1, n_lost=n_lost, ruled=ruled)
    found.cut = count > MAX_CHARS
    return found


def _read(handle: Handle, words: Words, number: int, *, n_lost: int, ruled: bool) -> Page:
    page = Page(number, words.frame.width, words.frame.height)
    spans = line_spans(words.text)
    if not spans.starts or _is_garbled(words, spans.starts, n_lost):
        page.scan = page.drawn = look(handle).n_objects > 0
        page.flags.update({"garbled_text"} if spans.starts else ())
        return page
    values = _SIDE_BY_SIDE.search(words.text) is not None
    step = 1 if ruled else _CLOSE if values else _FAR
    drawing = look(handle, step)
    page.drawn, page.ruled = True, bool(drawing.rules)
    lines = None if drawing.rules else plain_lines(words, number, spans)
    if lines is not None:
        page.lines = lines
    else:
        words = _measured(page, words, spans, drawing)
    if values and sum(is_row(line.text) for line in page.lines if " " in line.text) >= _ROWS:
        if not page.tables:
            with_bare_tables(page, words)
        page.flags.add("unruled_table")
    if drawing.images or number == 1:
        page.lines = _without_hidden(page, words, drawing)
    if drawing.images and not page.tables and _is_scan_with_marks(page, drawing):
        page.scan = True
        page.furniture += page.lines
        page.lines = []
    return page


def _measured(page: Page, words: Words, spans: Spans, drawing: Drawing) -> Words:
    """Give lines and tables to a page that has rules or may lean; returns the words as framed."""
    where = stand(words, spans)
    frame = reading_frame(words, spans, where)
    if frame != words.frame:
        words = Words(words.text, words.handle, frame)
        page.width, page.height = frame.width, frame.height
        where = stand(words, spans)
    if drawing.rules:
        with_tables(page, words, spans, where, drawing.rules)
    else:
        page.lines = lines_of(words, page.number, spans, where, range(len(spans.starts)))
    return words


def _is_scan_with_marks(page: Page, drawing: Drawing) -> bool:
    """Tell whether a page is a picture on which a program wrote its name or a page number."""
    if sum([len(line.text) for line in page.lines]) > _MOST_MARKS:
        return False
    return any(_area(box) >= page.width * page.height * _COVERS for box in drawing.images)


def _area(box: Box) -> float:
    """Of a box in the file, where y grows upwards."""
    return (box[2] - box[0]) * (box[1] - box[3])


def _text(words: Handle, count: int) -> tuple[str, int]:
    """The characters of a page, one for each of pdfium's, and how many of them are none."""
    text = engine.text_of(words, count)
    if len(text) != count:
        text = "".join(map(_character, engine.codes(words, count)))
    if text.replace("\r\n", "").replace("\u3000", "").isprintable():
        return text, text.count("\ufffd")
    n_lost = len(_LOST.findall(text))
    if _ODD.search(text):
        text = _MARK.sub("-", _PARTED.sub(DROPPED, text)).translate(_BLANKS)
    return text, n_lost


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"


def _is_garbled(words: Words, starts: Sequence[int], n_lost: int) -> bool:
    """Tell whether the fonts don't say which characters the page has."""
    if n_lost > _MOST_LOST * len(words.text):
        return True
    if not engine.is_unmapped(words.handle, starts[len(starts) // 2]):
        return False
    sample = starts[:: len(starts) // _SAMPLE + 1]
    return sum([engine.is_unmapped(words.handle, at) for at in sample]) * 2 > len(sample)


def _without_hidden(page: Page, words: Words, drawing: Drawing) -> list[Line]:
    """Lines that are shown; of a scan those behind its picture, which another OCR left there."""
    lines = page.lines
    sample = lines[:: len(lines) // _SAMPLE + 1]
    if not any(engine.is_invisible(words.handle, line.at) for line in sample):
        return lines
    hidden = [line for line in lines if engine.is_invisible(words.handle, line.at)]
    if any(_area(box) >= page.width * page.height * _COVERS for box in drawing.images):
        page.flags.add("ocr_layer")
        return lines
    page.flags.add("hidden_text")
    if len(hidden) < len(lines):
        page.furniture += hidden
        return [line for line in lines if line not in hidden]
    return lines
