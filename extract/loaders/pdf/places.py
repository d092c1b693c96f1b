"""Where the text as loaded stands on the pages, kept small: boxes are fetched when asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium

from extract.loaders.pdf import engine
from extract.loaders.pdf.breaks import DROPPED
from extract.loaders.pdf.frame import Box
from extract.loaders.pdf.parts import Part
from extract.model import Place, Span

_MOST = 200  # characters whose boxes are put together; of a longer span the first ones


Run = tuple[int, int, int, int]  # start in the text, page, pdfium's index there, end in the text


@dataclass(slots=True)
class Map:
    """Where the parts of the text stand; what we put in between stands nowhere."""

    runs: list[Run] = field(default_factory=list)  # in order of the text
    size: int = 0

    def write(self, parts: Sequence[Part]) -> str:
        """Note the parts of the next block, and return its text."""
        if len(parts) == 1 and parts[0][2] != -1 and DROPPED not in parts[0][0]:
            words, page, at = parts[0]
            end = self.size + len(words)
            self.runs.append((self.size, page, at, end))
            self.size = end + 1
            return words
        texts: list[str] = []
        for words, page, at in parts:
            if at == -1:
                self.size += len(words)
                texts.append(words)
                continue
            for piece, place in _pieces(words, at) if DROPPED in words else ((words, at),):
                end = self.size + len(piece)
                self.runs.append((self.size, page, place, end))
                self.size = end
                texts.append(piece)
        self.size += 1  # the LF behind it
        return "".join(texts)

    def characters(self, span: Span) -> tuple[int, list[int]]:
        """The page that ``span`` begins on, and pdfium's indices of its characters there."""
        page = 0
        found: list[int] = []
        for start, number, at, end in self._runs_of(span):
            if at >= 0 and (not page or number == page):
                page = number
                found += range(at + max(span[0] - start, 0), at + min(span[1], end) - start)
        return page, found

    def _runs_of(self, span: Span) -> Iterator[Run]:
        index = max(bisect_right(self.runs, (span[0], 1 << 60, 0, 0)) - 1, 0)
        while index < len(self.runs) and self.runs[index][0] < span[1]:
            if self.runs[index][3] > span[0]:
                yield self.runs[index]
            index += 1


def _pieces(words: str, at: int) -> Iterator[tuple[str, int]]:
    """Words around the places that no character of ours stands for, with their indices."""
    for piece in words.split(DROPPED):
        if piece:
            yield piece, at
        at += len(piece) + 1


@dataclass(frozen=True, slots=True)
class Places:
    """Answers for spans of a PDF's text with the page and the box around them."""

    data: bytes
    map: Map

    def told(self) -> list[Any]:
        """As plain values; the boxes stay in the file."""
        return ["pdf", self.map.runs, self.map.size]

    def __call__(self, spans: Sequence[Span]) -> list[Place | None]:
        """Page and box of each span: of one over two pages, those on the first."""
        asked: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        answers: list[Place | None] = [None] * len(spans)
        for index, span in enumerate(spans):
            page, characters = self.map.characters(span)
            if page:
                asked[page].append((index, characters[:_MOST]))
        if not asked:
            return answers
        with closing(pdfium.PdfDocument(self.data)) as pdf:
            for page, wanted in sorted(asked.items()):
                boxes = _boxes(pdf, page, [characters for _, characters in wanted])
                for (index, _), box in zip(wanted, boxes, strict=True):
                    answers[index] = Place(page, box)
        return answers


def _boxes(
    pdf: pdfium.PdfDocument, number: int, wanted: Sequence[Sequence[int]]
) -> Iterator[Box | None]:
    with engine.Sheet(pdf, number - 1) as sheet:
        flat = engine.loose_boxes(sheet.words, [at for some in wanted for at in some])
        boxes = sheet.frame().shown(flat)
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
