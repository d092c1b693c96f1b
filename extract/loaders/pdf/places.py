"""Where the text as loaded stands on the pages, kept small: boxes are fetched when asked for."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pypdfium2 as pdfium

from extract.loaders.pdf import engine
from extract.loaders.pdf.engine import Box
from extract.loaders.pdf.page import DROPPED, frame_of
from extract.loaders.pdf.parts import Part
from extract.loaders.pdf.scans import ScanLine
from extract.model import Place, Span

_MOST = 200  # characters whose boxes are put together; of a longer span the first ones


@dataclass(slots=True)
class Map:
    """Parts of the text in order: where each begins, on which page, and pdfium's index there."""

    starts: array[int] = field(default_factory=lambda: array("l"))
    pages: array[int] = field(default_factory=lambda: array("l"))
    # -1 for what we put in, -2 and below for lines of ``scans``
    places: array[int] = field(default_factory=lambda: array("l"))
    scans: list[ScanLine] = field(default_factory=list)
    size: int = 0

    def write(self, parts: Sequence[Part]) -> str:
        """Note the parts of the next block, and return its text."""
        texts = []
        for words, page, at in parts:
            if DROPPED in words:
                at = self._write_pieces(words, page, at, texts)
                continue
            self._note(page, at, len(words))
            texts.append(words)
        self.size += 1  # the LF behind it
        return "".join(texts)

    def _write_pieces(self, words: str, page: int, at: int, texts: list[str]) -> int:
        for piece in words.split(DROPPED):
            self._note(page, at, len(piece))
            texts.append(piece)
            at += len(piece) + 1
        return at

    def scan(self, line: ScanLine) -> int:
        """Take a line of a picture; returns what stands for its index."""
        self.scans.append(line)
        return -1 - len(self.scans)

    def unsure(self) -> tuple[Span, ...]:
        """Spans of the text that were read with low confidence, in order."""
        return tuple(
            (start + first, start + last)
            for start, at in zip(self.starts, self.places, strict=True)
            if at < -1
            for first, last in self.scans[-2 - at].unsure
        )

    def scanned_box(self, span: Span) -> tuple[int, Box | None]:
        """Page and box of a span within a line of a picture, as if its characters were alike."""
        index = max(bisect_right(self.starts, span[0]) - 1, 0)
        if index >= len(self.starts) or self.places[index] > -2:
            return 0, None
        line = self.scans[-2 - self.places[index]]
        left, top, right, bottom = line.box
        each = (right - left) / max(len(line.text), 1)
        first = span[0] - self.starts[index]
        last = min(span[1] - self.starts[index], len(line.text))
        return self.pages[index], (left + each * first, top, left + each * last, bottom)

    def _note(self, page: int, at: int, length: int) -> None:
        if length:
            self.starts.append(self.size)
            self.pages.append(page)
            self.places.append(at)
            self.size += length

    def characters(self, span: Span) -> tuple[int, list[int]]:
        """The page that ``span`` begins on, and pdfium's indices of its characters there."""
        start, end = span
        page, found = 0, []
        index = max(bisect_right(self.starts, start) - 1, 0)
        while index < len(self.starts) and self.starts[index] < end:
            begin, at = self.starts[index], self.places[index]
            following = self.starts[index + 1] if index + 1 < len(self.starts) else end
            if at >= 0 and (not page or self.pages[index] == page):
                page = self.pages[index]
                found += range(at + max(start - begin, 0), at + min(end, following) - begin)
            index += 1
        return page, found


@dataclass(frozen=True, slots=True)
class Places:
    """Answers for spans of a PDF's text with the page and the box around them."""

    data: bytes
    map: Map

    def __call__(self, spans: Sequence[Span]) -> list[Place | None]:
        """Page and box of each span: of one over two pages, those on the first."""
        asked: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        answers: list[Place | None] = [None] * len(spans)
        for index, span in enumerate(spans):
            page, characters = self.map.characters(span)
            if page:
                asked[page].append((index, characters[:_MOST]))
                continue
            page, box = self.map.scanned_box(span)
            if page:
                answers[index] = Place(page, box)
        with closing(pdfium.PdfDocument(self.data)) as pdf:
            for page, wanted in sorted(asked.items()):
                boxes = _boxes(pdf, page, [characters for _, characters in wanted])
                for (index, _), box in zip(wanted, boxes, strict=True):
                    answers[index] = Place(page, box)
        return answers


def _boxes(
    pdf: pdfium.PdfDocument, number: int, wanted: Sequence[Sequence[int]]
) -> Iterator[Box | None]:
    with closing(pdf[number - 1]) as page, closing(page.get_textpage()) as words:
        flat = engine.loose_boxes(engine.handle(words), [at for some in wanted for at in some])
        boxes = frame_of(page).shown(flat)
    start = 0
    for some in wanted:
        found = boxes[start : start + len(some)]
        start += len(some)
        yield around(found)


def around(boxes: Sequence[Box]) -> Box | None:
    """The box around several; of characters wrapped over two lines it spans both."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
