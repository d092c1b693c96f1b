"""The gate before every OLE container (DOC and its kin): streams as bytes, the title, macros."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Self

import olefile

from extract.errors import DocumentError
from extract.loaders import limits, titles

if TYPE_CHECKING:
    from types import TracebackType

MAX_STREAM = limits.OLE_STREAM
_SMALLEST = 1536  # olefile takes shorter bytes for a file's name
# What olefile raises over damaged containers, besides its own error, which is an OSError.
_BROKEN = (OSError, ValueError, IndexError, KeyError, TypeError, struct.error, RecursionError)
_MACROS = frozenset({"macros", "_vba_project_cur", "_vba_project", "vba"})
_SUMMARY = "\x05SummaryInformation"
_TITLE, _CODEPAGE = 2, 1
_VT_LPSTR, _VT_LPWSTR = 30, 31
_CODECS = {936: "gb18030", 950: "big5hkscs", 1200: "utf-16-le", 65001: "utf-8"}
_MAX_PROPERTIES = 100


class Container:
    """An open OLE file; every fault in it is ``DocumentError("corrupt", "ole")``."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _SMALLEST:
            raise DocumentError("corrupt", "ole")
        try:
            self._ole = olefile.OleFileIO(BytesIO(data))
            self._names = {"/".join(path).lower() for path in self._ole.listdir(storages=True)}
        except _BROKEN as error:
            raise DocumentError("corrupt", "ole") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ole.close()

    def has(self, name: str) -> bool:
        """Tell whether there is such a stream or storage; case does not matter."""
        return name.lower() in self._names

    def read(self, name: str) -> bytes:
        """Read one stream.

        Raises:
            DocumentError: ``corrupt(ole)`` where it is missing or damaged, ``refused(size)``.
        """
        try:
            if self._ole.get_size(name) > MAX_STREAM:
                raise DocumentError("refused", "size")
            data: bytes = self._ole.openstream(name).read()
        except _BROKEN as error:
            raise DocumentError("corrupt", "ole") from error
        return data

    @property
    def has_macros(self) -> bool:
        """Tell whether the file carries a macro project (宏); nothing of it is ever read."""
        return any(name.rpartition("/")[2] in _MACROS for name in self._names)

    def title(self) -> str | None:
        """Return the title in the file's summary, None where there is none that looks like one."""
        if not self.has(_SUMMARY):
            return None
        try:
            return titles.of_file(_title(self.read(_SUMMARY)))
        except (DocumentError, struct.error, LookupError, ValueError):
            return None


def _title(data: bytes) -> str:
    """Read property 2 of the first set ([MS-OLEPS] 2.20)."""
    (start,) = struct.unpack_from("<I", data, 44)
    (count,) = struct.unpack_from("<I", data, start + 4)
    entries = struct.unpack_from(f"<{2 * min(count, _MAX_PROPERTIES)}I", data, start + 8)
    offsets = dict(zip(entries[::2], entries[1::2], strict=True))
    if _TITLE not in offsets:
        return ""
    codepage = 1252
    if _CODEPAGE in offsets:
        (codepage,) = struct.unpack_from("<H", data, start + offsets[_CODEPAGE] + 4)
    kind, size = struct.unpack_from("<II", data, start + offsets[_TITLE])
    raw = data[start + offsets[_TITLE] + 8 :]
    if kind == _VT_LPWSTR:
        text = raw[: 2 * size].decode("utf-16-le", "replace")
    elif kind == _VT_LPSTR:
        text = raw[:size].decode(_CODECS.get(codepage, f"cp{codepage}"), "replace")
    else:
        return ""
    return text.split("\0")[0]
