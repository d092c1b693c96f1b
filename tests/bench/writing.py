"""Rows to Parquet, against the way through pandas."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq

from extract.arrow import TableWriter, schema, to_table
from tests.bench import corpora, processes
from tests.bench.contests import Contest, timed
from tests.bench.peers import Peers


def contests(folder: Path, count: int, peers: Peers) -> list[Contest]:
    """The mentions of ``count`` reports, as columns of Python values, to a file."""
    corpus, output = folder / "written", folder / "written_output"
    corpora.fill(corpus, count)
    processes.run(corpus, output)
    path = output / "mentions.parquet"
    columns = pq.read_table(path).to_pydict()

    def ours() -> None:
        with closing(TableWriter(folder / "again.parquet", schema("mentions"))) as writer:
            writer.write(to_table(columns, schema("mentions")))

    return [
        Contest(
            "rows to Parquet", "pandas to_parquet", None,
            timed(ours), lambda: peers.seconds("pandas_write", path),
        )
    ]  # fmt: skip
