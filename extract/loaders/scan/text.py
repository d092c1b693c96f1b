"""Text read from pictures, character by character: what is in doubt, and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from extract.loaders.scan.layout import Glyph
from extract.model import Box, Place, Span

UNSURE = 0.8  # probability below which a character is in doubt
# A letter that looks like a digit, in a number, or half of a sign for a thousandth: it stays as
# read, and is in doubt.
_MIXED = re.compile(
    r"\d[\d.,，]{0,20}[OoIl|][\d.,，OoIl|]{0,20}|[OoIl|][.,]?\d[\d.,，OoIl|]{0,20}|[%％][oO0₀°]"
)

Places = Callable[[Sequence[Span]], Sequence[Place | None]]
# a to f of ``x' = a x + b y + c``, ``y' = d x + e y + f``
Matrix = tuple[float, float, float, float, float, float]


class ScanText(NamedTuple):
    """Words, and what was read for each of their characters."""

    text: str
    glyphs: tuple[Glyph | None, ...]  # None for blanks
    backs: Mapping[int, Matrix]  # by page: from where a glyph stands to the page as given

    def unsure(self) -> Iterator[Span]:
        """Spans in doubt, in order and apart."""
        improbable = {i for i, glyph in enumerate(self.glyphs) if glyph and glyph.score < UNSURE}
        mixed = [range(*found.span()) for found in _MIXED.finditer(self.text)]
        yield from ((i, i + 1) for i in sorted(improbable.union(*mixed)))

    def place(self, span: Span) -> Place | None:
        """The page that a span begins on, and the upright box around it; None for blanks."""
        held = [glyph for glyph in self.glyphs[slice(*span)] if glyph]
        if not held:
            return None
        page = held[0].page
        a, b, c, d, e, f = self.backs[page]
        corners = [
            (x, y)
            for left, top, right, bottom in (glyph.box for glyph in held if glyph.page == page)
            for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
        ]
        xs = [a * x + b * y + c for x, y in corners]
        ys = [d * x + e * y + f for x, y in corners]
        return Place(page, (min(xs), min(ys), max(xs), max(ys)))


class Readings:
    """The parts of a document's text that were read from pictures."""

    def __init__(self, parts: Iterable[tuple[int, ScanText]]) -> None:
        """Take ``parts``, each with the offset at which it begins, in order."""
        self._parts = list(parts)
        self._starts = [start for start, _ in self._parts]

    def confidence(self) -> float | None:
        """Mean probability of all characters, 0 to 1; None without any."""
        scores = [glyph.score for _, read in self._parts for glyph in read.glyphs if glyph]
        return round(sum(scores) / len(scores), 4) if scores else None

    def unsure(self) -> tuple[Span, ...]:
        """Spans in doubt, in order and apart."""
        return tuple(
            (start + first, start + last)
            for start, read in self._parts
            for first, last in read.unsure()
        )

    def places(self, others: Places | None = None) -> Places:
        """Where spans stand; those of no picture as ``others`` say."""
        if others is not None and not self._parts:
            return others
        return Answers(self._parts, others)


class Answers:
    """Answers for spans with page and box; those of no picture as ``others`` say."""

    def __init__(self, parts: Sequence[tuple[int, ScanText]], others: Places | None) -> None:
        """Parts by their start in the text."""
        self._parts = parts
        self._starts = [start for start, _ in parts]
        self._others = others

    @classmethod
    def of_told(cls, parts: Sequence[Sequence[Any]], others: Places | None) -> Answers:
        """From what ``told`` has made plain."""
        found = []
        for start, text, glyphs, backs in parts:
            kept = (g and Glyph(g[0], g[1], cast(Box, tuple(g[2])), g[3]) for g in glyphs)
            matrices = {page: cast(Matrix, tuple(matrix)) for page, matrix in backs}
            found.append((start, ScanText(text, tuple(kept), matrices)))
        return cls(found, others)

    def told(self) -> list[Any] | None:
        """As plain values; None where the others cannot be told."""
        told = getattr(self._others, "told", None)
        if self._others is not None and told is None:
            return None
        parts = [(start, t, g, list(backs.items())) for start, (t, g, backs) in self._parts]
        return ["scan", parts, told() if told else None]

    def __call__(self, spans: Sequence[Span]) -> list[Place | None]:
        """Page and box of each span."""
        found = self._others(spans) if self._others is not None else [None] * len(spans)
        return [self._place(span) or place for span, place in zip(spans, found, strict=True)]

    def _place(self, span: Span) -> Place | None:
        at = bisect_right(self._starts, span[0]) - 1
        if at < 0:
            return None
        start, read = self._parts[at]
        return read.place((span[0] - start, span[1] - start))
