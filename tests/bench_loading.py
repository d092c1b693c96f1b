"""Loading against the peers of each format: ``python -m tests.bench_loading [DOCUMENTS [ROUNDS]]``.

Documents of some 9,000 characters are made out of the samples, plain or with three ruled tables
each. Ours and the peers take turns in one process; CPU time is compared round by round, that of
LibreOffice by its processes. A ratio is how many times as fast as the peer we are.
"""

from __future__ import annotations

import io
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import median

import docx
import pdfplumber
import pypdfium2 as pdfium
from docx.table import Table as WordTable

from extract import loaders
from tests.bench import redrawn
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


@dataclass(frozen=True, slots=True)
class Contest:
    """Two ways to read the same files, and the ratio that is wanted (None: for information)."""

    name: str
    peer: str
    wanted: float | None
    ours: Callable[[], object]
    theirs: Callable[[], object]
    times: int = 1  # how often ours reads everything in a round; it may be too fast to measure


@dataclass(frozen=True, slots=True)
class Result:
    """CPU seconds of both for one pass, round by round."""

    contest: Contest
    ours: list[float]
    theirs: list[float]

    @property
    def ratios(self) -> list[float]:
        """How many times as fast we were, by round."""
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def line(self) -> str:
        """A row of the table."""
        ratios, wanted = self.ratios, self.contest.wanted
        holds = wanted is None or median(ratios) >= wanted
        verdict = f"≥ {wanted:g}  {'holds' if holds else 'MISSED'}" if wanted else ""
        return (
            f"{self.contest.name:<22}{self.contest.peer:<24}{median(self.ours) * 1e3:>9.1f}"
            f"{median(self.theirs) * 1e3:>10.1f}{median(ratios):>9.2f}"
            f"  ({min(ratios):.2f} to {max(ratios):.2f})   {verdict}"
        )


def documents(count: int, *, tables: bool) -> Iterator[list[Part]]:
    """Parts of ``count`` documents, each different."""
    draw = random.Random(2022)  # noqa: S311  no secrets here
    texts = [render.txt(report.blocks).decode() for report in reports()]
    for number in range(count):
        some = (texts[(number + 5 * at) % len(texts)] for at in range(_SAMPLES))
        parts = [part for text in some for part in parts_of(redrawn(text, draw))]
        plain = [line for part in parts for line in _plain(part)]
        yield [*plain, *sheet(number).parts] if tables else plain


def _plain(part: Part) -> Iterator[Part]:
    if isinstance(part, Table):
        yield from (Paragraph("　".join(row)) for row in part.rows)
    else:
        yield part


def measure(contests: Sequence[Contest], rounds: int) -> list[Result]:
    """Let both sides of all contests take turns."""
    results = [Result(contest, [], []) for contest in contests]
    for result in results:  # imports and caches, unmeasured
        result.contest.ours()
    for _ in range(rounds):
        for result in results:
            contest = result.contest
            began = _cpu()
            for _ in range(contest.times):
                contest.ours()
            result.ours.append((_cpu() - began) / contest.times)
            began = _cpu()
            contest.theirs()
            result.theirs.append(_cpu() - began)
    return results


def _cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def contests(count: int) -> Iterator[Contest]:
    """All of them; those of a word processor's files only where LibreOffice is installed.

    The ratios wanted of PDFs are for what a word processor exports. Those of fpdf2 are quicker to
    read raw, so the same work of ours weighs more; they count where there is nothing else.
    """
    light = [[embedded(p, _TITLE) for p in documents(count, tables=t)] for t in (False, True)]
    pages = (
        [_exported(count, tables=False), _exported(count, tables=True)] if office.TOOL else light
    )
    yield Contest("PDF, plain", "pypdfium2 raw text", 0.8, *_both(pages[0]), 3)
    yield Contest("PDF, ruled tables", "pypdfium2 raw text", 0.45, *_both(pages[1]), 3)
    yield Contest("PDF, ruled tables", "pdfplumber with tables", 12, *_plumbing(pages[1]))
    if office.TOOL:
        yield Contest("PDF of fpdf2, plain", "pypdfium2 raw text", None, *_both(light[0]), 3)
        yield Contest("PDF of fpdf2, ruled", "pypdfium2 raw text", None, *_both(light[1]), 3)
    words = [written(parts) for parts in documents(count, tables=True)]
    dense = [word(parts, _TITLE) for parts in documents(count, tables=True)]
    fonts = [formatted(number) for number in range(count)]
    yield Contest("DOCX", "python-docx", 8, _load(words), _by_docx(words), 3)
    yield Contest("DOCX, many fonts", "python-docx", 8, _load(fonts), _by_docx(fonts), 3)
    yield Contest("DOCX, many runs", "python-docx", 8, _load(dense), _by_docx(dense), 3)
    if office.TOOL:
        old = office.convert({str(number): data for number, data in enumerate(words)}, "doc")
        ours, theirs = _load(list(old.values())), lambda: office.convert(old, "txt", "doc")
        yield Contest("DOC", "LibreOffice, one batch", 50, ours, theirs, 10)


def _exported(count: int, *, tables: bool) -> list[bytes]:
    """PDFs as a word processor makes them."""
    made = {str(n): word(p, _TITLE) for n, p in enumerate(documents(count, tables=tables))}
    return list(office.convert(made, "pdf").values())


def _both(files: Sequence[bytes]) -> tuple[Callable[[], object], Callable[[], object]]:
    return _load(files), _raw(files)


def _plumbing(files: Sequence[bytes]) -> tuple[Callable[[], object], Callable[[], object]]:
    return _load(files), _plumbed(files)


def _load(files: Sequence[bytes]) -> Callable[[], object]:
    return lambda: [loaders.load(data).text for data in files]


def _raw(files: Sequence[bytes]) -> Callable[[], object]:
    def read() -> None:
        for data in files:
            with closing(pdfium.PdfDocument(data)) as pdf:
                for number in range(len(pdf)):
                    with closing(pdf[number]) as page, closing(page.get_textpage()) as text:
                        text.get_text_range()

    return read


def _plumbed(files: Sequence[bytes]) -> Callable[[], object]:
    def read() -> None:
        for data in files:
            with pdfplumber.open(io.BytesIO(data)) as pdf:
                for page in pdf.pages:
                    page.extract_text()
                    page.extract_tables()
                    page.close()

    return read


def _by_docx(files: Sequence[bytes]) -> Callable[[], object]:
    def read() -> None:
        for data in files:
            for item in docx.Document(io.BytesIO(data)).iter_inner_content():
                if isinstance(item, WordTable):
                    _ = [cell.text for row in item.rows for cell in row.cells]
                else:
                    _ = item.text

    return read


def main(arguments: Sequence[str]) -> None:
    """Measure and print a small table."""
    count, rounds = (*map(int, arguments), *(8, 5)[len(arguments) :])
    results = measure(list(contests(count)), rounds)
    print(f"loading {count} documents, CPU ms a pass, medians of {rounds} rounds")
    print(f"{'format':<22}{'peer':<24}{'ours':>9}{'peer':>10}{'ratio':>9}")
    for result in results:
        print(result.line)
    if not office.TOOL:
        print(f"{'DOC':<22}left out: LibreOffice (soffice) is not installed")


if __name__ == "__main__":
    main(sys.argv[1:])
