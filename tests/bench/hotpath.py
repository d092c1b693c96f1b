"""Where the time goes (热点): CPU microseconds per figure of each stage of a run over text.

The stages of one document are called one after the other in this process. What whole runs take
beyond that, and beyond a run over one report, is the agency stage, the way between processes and
the written tables.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from extract import loaders, reader, rulebook
from extract.arrow import schema, to_table
from extract.checks import checks_of
from extract.model import Source
from extract.rulebook import Rulebook
from extract.tables import empty_columns, extend, tables_of
from tests.bench import corpora, processes

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Profile:
    """Microseconds per figure by stage, and seconds that every run costs whatever its size."""

    stages: dict[str, float]
    start: float

    def told(self) -> dict[str, object]:
        """For the record."""
        stages = {name: round(value, 1) for name, value in self.stages.items()}
        return {"microseconds_per_figure": stages, "start_seconds": round(self.start, 2)}


def profile(folder: Path, count: int) -> Profile:
    """Over ``count`` reports, and whole runs over one and over four times as many."""
    one, some, many = folder / "one", folder / "some", folder / "many"
    for corpus, size in ((one, 1), (some, count), (many, 4 * count)):
        corpora.fill(corpus, size)
    stages, figures = _stages(some)
    start, whole = _least(one), _least(many)
    told = {name: seconds / figures * 1e6 for name, seconds in stages.items()}
    slope = (whole.seconds - start.seconds) / (whole.figures - start.figures) * 1e6
    told["agency stage, processes, files"] = slope - sum(told.values())
    return Profile(told, start.seconds - slope * start.figures / 1e6)


def _least(corpus: Path) -> processes.Cost:
    return min((processes.run(corpus) for _ in range(_ROUNDS)), key=lambda cost: cost.seconds)


def _stages(corpus: Path) -> tuple[dict[str, float], int]:
    """Seconds of each stage, the least of some rounds, and the figures found."""
    book = rulebook.load()
    files = [(path.name, path.read_bytes()) for path in sorted(corpus.iterdir())]
    rounds = [_round(files, book) for _ in range(_ROUNDS)]
    names = rounds[0][0]
    return {name: min(seconds[name] for seconds, _ in rounds) for name in names}, rounds[0][1]


def _round(files: Sequence[tuple[str, bytes]], book: Rulebook) -> tuple[dict[str, float], int]:
    clock = _Clock()
    with clock.lap("loading"):
        loaded = [(name, loaders.load(data)) for name, data in files]
    with clock.lap("reading"):
        readings = [reader.read_document(Source(n, n, 0), d, book) for n, d in loaded]
    with clock.lap("checks"):
        for reading, (_, document) in zip(readings, loaded, strict=True):
            checks_of(reading.mentions, document.text, book.checks)
    with clock.lap("rows"):
        rows = [tables_of(reading, book.catalogue) for reading in readings]
    joined = {name: empty_columns(name) for name in rows[0]}
    for tables in rows:
        for name, columns in tables.items():
            extend(joined[name], columns)
    with clock.lap("Arrow"):
        for name, columns in joined.items():
            to_table(columns, schema(name))
    return clock.seconds, len(joined["mentions"]["mention_id"])


class _Clock:
    """CPU seconds by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def lap(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.seconds[name] = time.process_time() - began
