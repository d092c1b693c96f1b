"""Files that commands write for their user (输出文件): whole or not at all, over nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from extract.columns import TABLES
from extract.errors import OutputError, UsageError

_TABLES = frozenset(f"{table}.parquet" for table in TABLES)


def ordinary(path: Path, *inputs: Path) -> Path:
    """The file that ``path`` leads to, which may be written over.

    Raises ``UsageError`` where that is a folder, a device or a pipe, a table of a dataset, or one
    of the ``inputs`` of the command.
    """
    found = path.resolve()
    if found.is_dir():
        raise UsageError(f"{path} is a folder; name a file")
    if found.exists() and not found.is_file():
        raise UsageError(f"{path} is no ordinary file; name another")
    if found.name in _TABLES and holds_dataset(found.parent):
        raise UsageError(f"{path} is a table of a dataset; name another file")
    if any(found == other.resolve() for other in inputs):
        raise UsageError(f"{path} is what is read; name another file")
    return found


def holds_dataset(folder: Path) -> bool:
    """Whether a folder is a dataset, or a release of one."""
    return (folder / "mentions.parquet").exists()


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place beside ``path`` to write to; it takes its place when all is written.

    Folders on the way are made. Raises ``OutputError``; then what was there stays as it was.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        os.replace(part, path)  # noqa: PTH105  also over an older one, on any system
    except OSError as error:
        why = error.strerror or str(error)
        raise OutputError(f"{path}: cannot be written ({why}); name another file") from error
    finally:
        with suppress(OSError):
            part.unlink()
