"""Loading against the peers of each format: documents of some 9,000 characters out of the samples.

Ours load in this process, the peers in theirs; CPU time of LibreOffice is that of its processes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from extract import loaders
from tests.bench.contests import Contest, timed
from tests.bench.corpora import redrawn
from tests.bench.peers import Peers
from tests.rendering import office
from tests.rendering.embedded import embedded
from tests.rendering.pythondocx import formatted, written
from tests.rendering.source import Paragraph, Part, Table, parts_of
from tests.rendering.tables import sheet
from tests.rendering.word import word
from tests.samples import render
from tests.samples.make_corpus import reports

_SAMPLES = 3  # in one document, to be as long as a real report
_TITLE = "虚构样例"
_FAST = 3  # passes of ours in a round where one is too fast to time


class Rival(NamedTuple):
    """A task of the peers, and what it is called."""

    task: str
    name: str


def documents(count: int, *, tables: bool) -> Iterator[list[Part]]:
    """Parts of ``count`` documents, each different, plain or with three ruled tables each."""
    draw = random.Random(2022)  # noqa: S311  no secrets here
    texts = [render.txt(report.blocks).decode() for report in reports()]
    for number in range(count):
        some = (texts[(number + 5 * at) % len(texts)] for at in range(_SAMPLES))
        parts = [part for text in some for part in parts_of(redrawn(text, draw))]
        plain = [line for part in parts for line in _plain(part)]
        yield [*plain, *sheet(number).parts] if tables else plain


def contests(folder: Path, count: int, peers: Peers) -> Iterator[Contest]:
    """All of them; those of a word processor's files only where LibreOffice is installed.

    The ratios wanted of PDFs are for what a word processor exports. Those of fpdf2 are quicker to
    read raw, so the same work of ours weighs more; they count where there is nothing else.
    """

    def against(
        name: str, files: dict[str, bytes], rival: Rival, wanted: float | None, times: int = 1
    ) -> Contest:
        place = _kept(folder / name.replace(" ", "_"), files)
        ours = timed(_load(files), times)
        return Contest(name, rival.name, wanted, ours, lambda: peers.seconds(rival.task, place))

    raw = Rival("pypdfium2_text", "pypdfium2 raw text")
    light = [_made(count, _embedded, tables=tables) for tables in (False, True)]
    pages = [_exported(count, tables=tables) for tables in (False, True)] if office.TOOL else light
    yield against("PDF, plain", pages[0], raw, 0.8, _FAST)
    yield against("PDF, ruled tables", pages[1], raw, 0.45, _FAST)
    yield against("PDF, tables", pages[1], Rival("pdfplumber_tables", "pdfplumber with tables"), 12)
    if office.TOOL:
        yield against("PDF of fpdf2, plain", light[0], raw, None, _FAST)
        yield against("PDF of fpdf2, ruled", light[1], raw, None, _FAST)
    docx = Rival("python_docx", "python-docx")
    words = _made(count, written, tables=True)
    fonts = {str(number): formatted(number) for number in range(count)}
    yield against("DOCX", words, docx, 8, _FAST)
    yield against("DOCX, many fonts", fonts, docx, 8, _FAST)
    yield against("DOCX, many runs", _made(count, _word, tables=True), docx, 8, _FAST)
    if office.TOOL:
        old = office.convert(words, "doc")
        converted = timed(lambda: office.convert(old, "txt", "doc"))
        yield Contest("DOC", "LibreOffice, one batch", 50, timed(_load(old), 10), converted)


def _embedded(parts: list[Part]) -> bytes:
    return embedded(parts, _TITLE)


def _word(parts: list[Part]) -> bytes:
    return word(parts, _TITLE)


def _made(count: int, make: Callable[[list[Part]], bytes], *, tables: bool) -> dict[str, bytes]:
    return {str(n): make(parts) for n, parts in enumerate(documents(count, tables=tables))}


def _exported(count: int, *, tables: bool) -> dict[str, bytes]:
    """PDFs as a word processor makes them."""
    return office.convert(_made(count, _word, tables=tables), "pdf")


def _kept(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def _load(files: dict[str, bytes]) -> Callable[[], object]:
    return lambda: [loaders.load(data).text for data in files.values()]


def _plain(part: Part) -> Iterator[Part]:
    if isinstance(part, Table):
        yield from (Paragraph("　".join(row)) for row in part.rows)
    else:
        yield part
