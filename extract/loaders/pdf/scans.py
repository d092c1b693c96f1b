"""Pages that are pictures (扫描件): which they are, and the one place where their words come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pypdfium2 as pdfium

from extract.loaders.pdf.frame import Box
from extract.loaders.pdf.parts import Page
from extract.model import Span


class ScanLine(NamedTuple):
    """A line read from a picture: its box as shown, in points, y downwards."""

    text: str
    box: Box
    confidence: float  # mean over its characters, 0 to 1
    unsure: tuple[Span, ...] = ()  # of ``text``: characters read with low confidence


def scanned(pages: Iterable[Page]) -> list[int]:
    """Numbers (from 1) of the pages that show something and have no usable text."""
    return [page.number for page in pages if page.scan]


def read_scans(
    pdf: pdfium.PdfDocument,  # noqa: ARG001  what the reader of pictures will need
    numbers: Sequence[int],  # noqa: ARG001
) -> dict[int, list[ScanLine]] | None:
    """Lines of the pages ``numbers`` in reading order; None where no reader is installed."""
    return None
