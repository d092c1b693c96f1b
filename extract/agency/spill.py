"""Rows on their way to the agency stage (暂存), with an index of which rows are whose.

They are written once, as they come, and read by whoever works on their agencies: memory holds
three small numbers for each run of rows of one agency, so about one such run for each document.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from extract.commit.steps import Step

Span = tuple[int, int, int]  # record batch, first row, row after the last one
_SPAN = 3


class Spill:
    """One table in an Arrow file."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Write the columns of ``schema``, ``agency_id`` among them, to ``path``."""
        self.path = path
        self._schema = schema
        self._spans: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._batches = 0
        self._closed = False
        with Step("create", path):
            self._writer = pa.ipc.new_file(path, schema)

    def write(self, rows: pa.Table) -> None:
        """Append rows; those without an agency are nobody's."""
        if not rows.num_rows:
            return
        kept = rows.select(self._schema.names).combine_chunks()
        for batch in kept.to_batches():
            with Step("rows", self.path):
                self._writer.write_batch(batch)
            for agency, start, stop in _runs(batch.column("agency_id")):
                self._spans[agency].extend((self._batches, start, stop))
            self._batches += 1

    def close(self) -> None:
        """Write the footer; nothing can be read before. What is closed stays so."""
        if not self._closed:
            self._closed = True
            with Step("footer", self.path):
                self._writer.close()

    def rows(self) -> Counter[str]:
        """How many rows each agency has."""
        return Counter({
            agency: sum(stop - start for _, start, stop in _spans(numbers))
            for agency, numbers in self._spans.items()
        })  # fmt: skip

    def of(self, agencies: Iterable[str]) -> list[Span]:
        """Where the rows of some agencies stand, in their order."""
        own = (self._spans[agency] for agency in agencies if agency in self._spans)
        return sorted(span for numbers in own for span in _spans(numbers))


def read(path: Path, spans: Sequence[Span]) -> pa.Table:
    """Rows of a closed file; copied, so that they outlive it."""
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        pieces, number, batch = [], -1, None
        for wanted, start, stop in spans:
            if batch is None or wanted != number:
                number, batch = wanted, file.get_batch(wanted)
            pieces.append(batch.slice(start, stop - start))
        return pa.concat_tables(
            [pa.Table.from_batches([piece]) for piece in pieces] or [file.schema.empty_table()]
        ).combine_chunks()


def _runs(agencies: pa.Array) -> Iterator[tuple[str, int, int]]:
    """Each run of rows of one agency, and where it starts and ends."""
    runs = pc.run_end_encode(agencies)
    ends = pairwise([0, *runs.run_ends.to_pylist()])
    for agency, (start, stop) in zip(runs.values.to_pylist(), ends, strict=True):
        if agency is not None:
            yield agency, start, stop


def _spans(numbers: Sequence[int]) -> Iterator[Span]:
    for at in range(0, len(numbers), _SPAN):
        batch, start, stop = numbers[at : at + _SPAN]
        yield batch, start, stop
