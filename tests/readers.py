"""A reader in a process of its own, which opens all that is published again and again.

``python -m tests.readers OUTPUT LOG SETS``: writes a line into LOG for each thing that went wrong,
until it is killed. SETS are the numbers of documents, mentions and facts that datasets may have.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

import extract
from extract.errors import ReplacedError

Counts = list[int]


def counts(output: Path) -> Counts:
    """Documents, mentions and facts of a dataset, as one who loads it finds them."""
    data = extract.load(output)
    return [len(data.documents), len(data.mentions), len(data.facts)]


@contextmanager
def watching(output: Path, log: Path, sets: list[Counts]) -> Iterator[Callable[[], list[str]]]:
    """A reader at work meanwhile; gives what it has found wrong, and fails where it did nothing."""
    command = [sys.executable, "-m", "tests.readers", str(output), str(log), json.dumps(sets)]
    with subprocess.Popen(command) as process:  # noqa: S603  ourselves
        while not log.exists():
            assert process.poll() is None
        try:
            yield lambda: log.read_text("utf-8").splitlines()
            assert process.poll() is None
        finally:
            process.kill()


def _read(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Read all of a file with each reader."""
    pq.read_table(path)
    pl.read_parquet(path)
    connection.execute("select * from read_parquet(?)", [str(path)]).fetchall()


def _faults(output: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What is wrong with the tables of the folder that stands there now.

    It is opened first, as these readers open a path twice, for the columns and for the rows, and
    another file may have come in between. A folder that two runs have followed may be gone.
    """
    descriptor = os.open(output, os.O_RDONLY)
    folder = Path(f"/proc/self/fd/{descriptor}")
    for path in sorted(folder.glob("*.parquet")):
        try:
            _read(path, connection)
        except Exception as error:  # noqa: BLE001  whatever a reader meets is what we look for
            if path.exists() or _is(output, descriptor):
                yield f"{path.name}: {error!r}"
    os.close(descriptor)


def _is(output: Path, descriptor: int) -> bool:
    return os.path.samestat(output.stat(), os.fstat(descriptor))


def main(output: Path, log: Path, sets: list[Counts]) -> None:
    """Read until killed."""
    connection = duckdb.connect()
    connection.execute("set enable_external_file_cache = false")  # it goes by path and time
    while True:
        said = list(_faults(output, connection))
        try:
            found = counts(output)
            if found not in sets:
                said.append(f"loaded {found}")
        except ReplacedError:
            pass
        except Exception as error:  # noqa: BLE001
            said.append(f"load: {error!r}")
        with log.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in said)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]))
