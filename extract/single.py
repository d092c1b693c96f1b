"""One report, without a corpus around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.batch import read
from extract.errors import DocumentError
from extract.inputs.bundles import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from extract.model import Reading


def read_file(path: Path) -> Reading:
    """Read one file, or a member of an archive (``bundle.zip!/member``), by the package's rules.

    Raises ``CorpusError`` where there is no file and ``DocumentError`` where it cannot be read.
    """
    from extract.rulebook import load  # noqa: PLC0415  compiling the rules is this call's own cost

    source = open_source(path)
    if source.status != "ok":
        raise DocumentError(source.status, source.reason or "")
    return read(source, load())
