"""One report, without a corpus around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.batch import read
from extract.corpus import read_source
from extract.errors import CorpusError, DocumentError
from extract.rulebook import load

if TYPE_CHECKING:
    from pathlib import Path

    from extract.model import Reading


def read_file(path: Path) -> Reading:
    """Read one file by the package's own rules.

    Raises ``CorpusError`` where there is no file and ``DocumentError`` where it cannot be read.
    """
    if not path.is_file():
        raise CorpusError(f"no such file: {path}; name a report (TXT, DOCX or PDF)")
    source = read_source(path.parent, path.name)
    if source.status != "ok":
        raise DocumentError(source.status, source.reason or "")
    return read(source, load())
