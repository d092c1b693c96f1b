"""One page: its lines and tables, or that there is nothing to read on it.

Pages without rules cost little more than their text: boxes are fetched for the first and last
character of each line.
"""

from __future__ import annotations

import re
from contextlib import closing
from math import pi
from typing import TYPE_CHECKING

from extract.loaders.pdf import engine
from extract.loaders.pdf.cells import Run, Words, fill, table_of
from extract.loaders.pdf.frame import Frame
from extract.loaders.pdf.grids import find_grids
from extract.loaders.pdf.open_tables import open_grids
from extract.loaders.pdf.parts import Line, Page, Table
from extract.loaders.pdf.rules import Drawing, look

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pypdfium2 as pdfium

    from extract.loaders.pdf.engine import Box, Handle
    from extract.loaders.pdf.grids import Grid

MAX_CHARS = 200_000  # of one page; a dense page of figures has 10,000
_HAN = "\u2e80"  # characters from here on are as wide as high
_ODD = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x85\xa0\xad\u2028\u2029\ufffe]")
_CONTROLS = {c: " " for c in (*range(0x0A), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x85, 0xA0)}
_BLANKS = str.maketrans({**_CONTROLS, 0x2028: " ", 0x2029: " "})
# What pdfium makes of a hyphen at the end of a line: it goes where a Latin word was parted.
_PARTED = re.compile("(?<=[A-Za-z])[\ufffe\x02\xad](?=[a-z])")
_MARK = re.compile("[\ufffe\x02]")
_WORD = re.compile(r"[^ \r\n]+")
DROPPED = "\xad"  # a place of the text that no character of ours stands for
_LOST = re.compile("[\ufffd\ue000-\uf8ff\x01\x03-\x08\x0e-\x1f]")
_MOST_LOST = 0.25  # share of characters that are none: nobody can read the rest either
_SAMPLE = 12
_COVERS = 0.5  # share of the page's area: a picture as large is a scan


def read_page(pdf: pdfium.PdfDocument, index: int) -> Page:
    """Page ``index`` (from 0).

    Raises:
        PdfiumError: it is damaged.
    """
    with closing(pdf[index]) as page, closing(page.get_textpage()) as words:
        frame = frame_of(page)
        return _read(engine.handle(page), words, frame, index + 1)


def frame_of(page: pdfium.PdfPage) -> Frame:
    """How a page is shown."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, page.get_rotation())


def _read(handle: Handle, words: pdfium.PdfTextPage, frame: Frame, number: int) -> Page:
    page = Page(number, frame.width, frame.height)
    count = words.count_chars()
    page.cut = count > MAX_CHARS
    text = _text(words, min(count, MAX_CHARS))
    seen = Words(text, engine.handle(words), frame)
    starts, ends, spaced = _line_spans(text)
    if not starts or _is_garbled(seen, starts):
        drawing = look(handle, closely=True)
        page.drawn = drawing.n_objects > 0
        page.scan = page.drawn
        page.flags.update({"garbled_text"} if starts else ())
        return page
    drawing = look(handle)
    page.drawn = True
    boxes = seen.boxes(starts + ends)
    upright = _reading_frame(seen, starts, ends, boxes)
    if upright != frame:
        seen = Words(text, seen.handle, upright)
        boxes = seen.boxes(starts + ends)
    firsts, lasts = boxes[: len(starts)], boxes[len(starts) :]
    lines = _lines(seen, number, (starts, ends, spaced), firsts, lasts)
    if drawing.images or number == 1:
        lines = _without_hidden(page, seen, lines, drawing)
    page.lines = lines
    if drawing.rules:
        _find_tables(page, seen, drawing)
    return page


def _text(words: pdfium.PdfTextPage, count: int) -> str:
    """The characters of a page, one for each of pdfium's."""
    text: str = words.get_text_range(0, count)
    if len(text) != count:
        text = "".join(map(_character, engine.codes(engine.handle(words), count)))
    if _ODD.search(text):
        text = _MARK.sub("-", _PARTED.sub(DROPPED, text)).translate(_BLANKS)
    return text


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"


def _line_spans(text: str) -> tuple[list[int], list[int], list[bool]]:
    """First and last character of each line that has any, and whether a blank stood behind."""
    starts, ends, spaced = [], [], []
    at = 0
    for line in text.split("\r\n"):
        words = line.strip()
        if words:
            start = at + line.index(words[0])
            starts.append(start)
            ends.append(start + len(words) - 1)
            spaced.append(line[-1] == " ")
        at += len(line) + 2
    return starts, ends, spaced


def _is_garbled(words: Words, starts: Sequence[int]) -> bool:
    """Tell whether the fonts don't say which characters the page has."""
    text = words.text
    if len(_LOST.findall(text)) > _MOST_LOST * len(text):
        return True
    sample = starts[:: len(starts) // _SAMPLE + 1]
    return sum(engine.is_unmapped(words.handle, at) for at in sample) * 2 > len(sample)


def _reading_frame(
    words: Words, starts: Sequence[int], ends: Sequence[int], boxes: Sequence[Box]
) -> Frame:
    """The frame in which most lines run from left to right, whatever the page says."""
    frame = words.frame
    lasts = boxes[len(starts) :]
    leaning = [
        start
        for start, end, first, last in zip(starts, ends, boxes, lasts, strict=False)
        if end > start and abs(last[1] - first[1]) > abs(last[0] - first[0])
    ]
    if frame.turn == 0 and len(leaning) * 2 < len(starts):
        return frame
    turns = [_turn(engine.angle(words.handle, at)) for at in starts[:: len(starts) // 8 + 1]]
    turn = max(turns, key=turns.count)
    return frame._replace(turn=turn) if turn is not None else frame


def _turn(angle: float) -> int | None:
    """How far the page must be turned, clockwise, for text of this direction to be level."""
    quarters = angle / (pi / 2)
    return -round(quarters) * 90 % 360 if abs(quarters - round(quarters)) < 0.05 else None


def _lines(
    words: Words,
    number: int,
    spans: tuple[list[int], list[int], list[bool]],
    firsts: Sequence[Box],
    lasts: Sequence[Box],
) -> list[Line]:
    text, lines = words.text, []
    for start, end, spaced, first, last in zip(*spans, firsts, lasts, strict=True):
        left, top, right, bottom = first
        height = bottom - top
        if text[start] >= _HAN:
            em = right - left
        elif text[end] >= _HAN:
            em = last[2] - last[0]
        else:
            em = height * 0.8
        said = text[start : end + 1]
        line = Line(said, number, start, left, top, last[2], bottom, em, spaced)
        if end - start < 2 or abs(last[1] - top) > 0.7 * height:
            if _is_tilted(words, start):
                around = min(left, last[0]), min(top, last[1]), max(right, last[2]), last[3]
                lines.append(Line(said, number, start, *around, em, spaced, tilted=True))
                continue
            if " " in said:
                lines += _split(words, line)
                continue
        lines.append(line)
    return lines


def _split(words: Words, line: Line) -> list[Line]:
    """Lines out of what pdfium took for one: its words stand at different heights."""
    spans = [m.span() for m in _WORD.finditer(words.text, line.at, line.at + len(line.text))]
    boxes = words.boxes([start for start, _ in spans] + [end - 1 for _, end in spans])
    found: list[Line] = []
    for (start, end), first, last in zip(spans, boxes, boxes[len(spans) :], strict=False):
        before = found[-1] if found else None
        if before and abs(before.top - first[1]) <= 0.7 * (before.bottom - before.top):
            said = words.text[before.at : end]
            found[-1] = before._replace(text=said, right=last[2])
        else:
            said = words.text[start:end]
            found.append(Line(said, line.page, start, *first[:2], last[2], first[3], line.em))
    return found


def _is_tilted(words: Words, at: int) -> bool:
    turn = _turn(engine.angle(words.handle, at))
    return turn is None or turn != words.frame.turn


def _without_hidden(page: Page, words: Words, lines: list[Line], drawing: Drawing) -> list[Line]:
    """Lines that are shown; of a scan those behind its picture, which another OCR left there."""
    sample = lines[:: len(lines) // _SAMPLE + 1]
    if not any(engine.is_invisible(words.handle, line.at) for line in sample):
        return lines
    hidden = [line for line in lines if engine.is_invisible(words.handle, line.at)]
    area = page.width * page.height * _COVERS
    if any((b[2] - b[0]) * (b[1] - b[3]) >= area for b in drawing.images):
        page.flags.add("ocr_layer")
        return lines
    page.flags.add("hidden_text")
    if len(hidden) < len(lines):
        page.furniture += hidden
        return [line for line in lines if line not in hidden]
    return lines


def _find_tables(page: Page, words: Words, drawing: Drawing) -> None:
    """Take the lines of ruled tables out of the page's lines and make tables of them."""
    grids, loose = find_grids(words.frame.shown([edge for rule in drawing.rules for edge in rule]))
    runs = [
        Run(line.at, line.at + len(line.text), i, line.left, line.right, line.middle)
        for i, line in enumerate(page.lines)
    ]
    if len(loose) >= 3:
        em = max(line.em for line in page.lines[: len(page.lines) // 2 + 1])
        free = [run for run in runs if not any(_meets(grid, run) for grid in grids)]
        grids += open_grids(loose, free, words, em)
    if not grids:
        return
    inside = [run for run in runs if any(_meets(grid, run) for grid in grids)]
    filling = fill(grids, inside, words)
    tables: list[Table] = []
    restored: list[Run] = list(filling.outside)
    for grid, cells in zip(grids, filling.cells, strict=True):
        if len(cells) > 1 or (cells and _is_first(grid, page)):
            tables.append(table_of(grid, cells, words.text, page.number))
        else:
            restored += (run for runs in cells.values() for run in runs)
    taken = {run.line for run in inside}
    rest = [line for i, line in enumerate(page.lines) if i not in taken]
    page.lines = sorted(
        [*rest, *_restored(page.lines, restored, words.text)], key=lambda line: line.at
    )
    page.tables = tables


def _is_first(grid: Grid, page: Page) -> bool:
    """Tell whether nothing but a running head stands above: the rest of a table's last row."""
    head = page.height * 0.12
    return all(line.top < head or line.top > grid.ys[0] for line in page.lines)


def _meets(grid: Grid, run: Run) -> bool:
    left, top, right, bottom = grid.box
    return top <= run.y < bottom and run.right > left and run.left < right


def _restored(lines: Sequence[Line], runs: Sequence[Run], text: str) -> list[Line]:
    """Runs that stand in no cell as lines again; words of one line side by side are one."""
    found: list[Run] = []
    for run in sorted(runs, key=lambda run: run.start):
        before = found[-1] if found else None
        if before and before.line == run.line and text[before.end : run.start].isspace():
            before.end, before.right = run.end, run.right
        else:
            found.append(run)
    return [
        lines[run.line]._replace(
            text=text[run.start : run.end], at=run.start, left=run.left, right=run.right
        )
        for run in found
    ]
