"""Tables that a user keeps beside the corpus (用户表): small CSV files, read whole and checked.

UTF-8 with or without a byte-order mark, as Excel writes it; GBK where it is no UTF-8.
"""

from __future__ import annotations

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from typing import Protocol

from extract.errors import CorpusError, UsageError

LINE = "line"  # key of a row's line number, from 1; no column of a user table has this name


class UserFile(Protocol):
    """Where a table lies: a path, or a file elsewhere; printed, it is what the user calls it."""

    @property
    def name(self) -> str:
        """Its name without the folders."""

    def read_bytes(self) -> bytes:
        """All of it; raises ``OSError``."""


@dataclass(frozen=True, slots=True)
class UserTable:
    """The rows of one file, each with its line number under ``LINE``; missing cells are ``""``."""

    name: str
    sha256: str
    rows: tuple[dict[str, str], ...]


def rows(
    path: UserFile, required: Collection[str], optional: Collection[str] = ()
) -> list[dict[str, str]]:
    """The rows of a user table as stripped strings; see ``read``."""
    return list(read(path, required, optional).rows)


def read(path: UserFile, required: Collection[str], optional: Collection[str] = ()) -> UserTable:
    """A user table; rows without any content are left out.

    Raises ``CorpusError`` where the file cannot be read, ``UsageError`` where a column is unknown,
    missing or there twice, or a row has too many cells; both name file, line and what to do.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise CorpusError(f"{path}: cannot be read ({why}); name an existing CSV file") from error
    lines = csv.reader(StringIO(decoded(path, data), newline=""))
    try:
        header = _header(path, next(lines, []), required, optional)
        kept = tuple(_rows(path, lines, header))
    except csv.Error as error:
        raise UsageError(f"{path}, line {lines.line_num}: {error}; mend that line") from error
    return UserTable(path.name, sha256(data).hexdigest(), kept)


def mistake(path: UserFile, row: dict[str, str], problem: str) -> UsageError:
    """The error of one row; ``problem`` says what is wrong and what to do."""
    return UsageError(f"{path}, line {row[LINE]}: {problem}")


def decoded(path: UserFile, data: bytes) -> str:
    """The text of a CSV file as spreadsheets save it; raises ``UsageError``."""
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))  # what Excel calls Unicode text
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path}: neither UTF-8 nor GBK; save it as CSV UTF-8")


def _header(
    path: UserFile, cells: list[str], required: Collection[str], optional: Collection[str]
) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:  # Excel leaves empty cells behind the last column
        names.pop()
    known = [*required, *optional]
    for name in names:
        if name not in known:
            raise UsageError(f"{path}: unknown column {name!r}; known are {', '.join(known)}")
        if names.count(name) > 1:
            raise UsageError(f"{path}: column {name!r} stands twice; keep one")
    for name in required:
        if name not in names:
            raise UsageError(f"{path}: column {name!r} is missing; the first line must name it")
    return names


def _rows(
    path: UserFile, lines: Iterator[list[str]], header: list[str]
) -> Iterator[dict[str, str]]:
    for number, cells in enumerate(lines, 2):
        row = [cell.strip() for cell in cells]
        if any(row[len(header) :]):
            raise UsageError(
                f"{path}, line {number}: more cells than columns; quote cells that hold a comma"
            )
        if any(row):
            yield (
                dict.fromkeys(header, "")
                | dict(zip(header, row, strict=False))
                | {LINE: str(number)}
            )
