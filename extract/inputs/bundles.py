"""Bundles of files (压缩包): each member of a ZIP becomes a document of its own.

Members are read one after the other, into memory only, and no further than the limits allow; an
archive inside an archive is opened likewise, three deep. The archive keeps a row of its own.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import CorpusError, DocumentError
from extract.inputs.corpus import MAX_SIZE, printable, read_source
from extract.loaders.package import MAX_MEMBERS, MAX_RATIO, RATIO_FROM, open_package
from extract.loaders.sniff import sniff
from extract.model import Source

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MAX_DEPTH = 3
MAX_TOTAL = 1 << 30  # bytes, inflated, of an archive with all the archives in it
MAX_INNER = 64 << 20  # bytes of an archive inside another one: several are held at once
MARK = "!/"
_CHUNK = 1 << 20
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_JUNK = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
# What zipfile raises over damaged members, besides its own error.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError, AssertionError,
)  # fmt: skip
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08")


@dataclass(slots=True)
class Budget:
    """What is left of the limits of one file of the corpus."""

    size: int = MAX_TOTAL
    members: int = MAX_MEMBERS


def expanded(source: Source) -> Iterator[Source]:
    """The source; of an archive its row, without bytes, and then all that it holds."""
    yield from _expanded(source, 1, Budget())


def open_source(path: Path) -> Source:
    """One file to read by itself, or a member of an archive: ``bundle.zip!/member.docx``.

    Raises ``CorpusError`` where there is none, and ``DocumentError`` for an archive as such.
    """
    outer, mark, _ = str(path).partition(MARK)
    file = Path(outer)
    if not file.is_file():
        raise CorpusError(f"no such file: {path}; name a report (Word, PDF, text, web page …)")
    source = read_source(file.parent, file.name)
    wanted = f"{source.path}{str(path)[len(outer) :]}"
    names = []
    for found in expanded(source):
        if found.path == wanted and found.format is None:
            return found
        names.append(found.path)
    choice = f"name one of its members, such as {names[1]}" if names[1:] else "it is empty"
    if mark:
        raise CorpusError(f"no such member: {path}; {choice}")
    raise DocumentError("unsupported", _kind(source) or "", f"{path} is an archive; {choice}")


# --- opening ----------------------------------------------------------------------------------


def _expanded(source: Source, depth: int, budget: Budget) -> Iterator[Source]:
    kind = _kind(source)
    if kind is None or source.data is None:
        yield source
        return
    row = replace(source, data=None, format=kind)
    if depth > MAX_DEPTH:
        yield replace(row, status="refused", reason="depth")
        return
    if depth > 1 and source.size > MAX_INNER:
        yield replace(row, status="refused", reason="size")
        return
    if kind == "gz":
        members = iter([_unpacked(source, budget)])
    else:
        try:
            archive = _open(source.data, budget)
        except DocumentError as error:
            yield replace(row, status=error.status, reason=error.reason or None)
            return
        members = _members(source.path, archive)
    first = next(members, None)
    if first is None:
        yield replace(row, status="empty", reason="no_text")
        return
    yield row
    yield from _expanded(first, depth + 1, budget)
    for member in members:
        yield from _expanded(member, depth + 1, budget)


def _kind(source: Source) -> str | None:
    """``zip`` or ``gz`` of an archive; what cannot be opened is left to the loaders."""
    if source.status != "ok" or source.data is None or not source.data.startswith(_ARCHIVES):
        return None
    try:
        kind = sniff(source.data)
    except DocumentError:
        return None
    return kind if kind in ("zip", "gz") else None


def _open(data: bytes, budget: Budget) -> ZipFile:
    """Open an archive whose members, all together, stay within the limits.

    Raises:
        DocumentError: ``refused(zip_members|zip_path|zip_ratio|size)``, ``corrupt(zip)``.
    """
    archive = open_package(data)
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    budget.members -= len(members)
    if budget.members < 0:
        raise DocumentError("refused", "zip_members")
    if total > max(MAX_RATIO * len(data), 10 * RATIO_FROM):  # members that share their bytes
        raise DocumentError("refused", "zip_ratio")
    if total > budget.size:
        raise DocumentError("refused", "size")
    budget.size -= total
    return archive


def _members(outer: str, archive: ZipFile) -> Iterator[Source]:
    """The files of an archive in its own order; names that come twice are told apart."""
    seen: dict[str, int] = {}
    with archive:
        for member in archive.infolist():
            name = printable(_name(member))
            if _is_junk(name):
                continue
            path = name
            while path in seen:  # ``a#2`` may be there by itself
                seen[name] += 1
                path = f"{name}#{seen[name]}"
            seen[path] = 1
            yield _member(f"{outer}{MARK}{path}", archive, member)


def _is_junk(name: str) -> bool:
    parts = name.split("/")
    return not parts[-1] or any(part in _JUNK or part.startswith(".") for part in parts)


def _name(member: ZipInfo) -> str:
    """The member's name: in UTF-8 where it says so, else as Chinese systems write it."""
    name = member.orig_filename
    if not member.flag_bits & _UTF8_NAME:
        with_bytes = name.encode("cp437", "replace")
        for codec in ("utf-8", "gb18030"):
            try:
                name = with_bytes.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _member(path: str, archive: ZipFile, member: ZipInfo) -> Source:
    if stat.S_ISLNK(member.external_attr >> 16):
        return Source(path, "", member.file_size, status="skipped", reason="symlink")
    try:
        return _source(path, _inflated(archive, member))
    except DocumentError as error:
        failed = Source(path, "", member.file_size, status=error.status)
        return replace(failed, reason=error.reason or None)


def _source(path: str, data: bytes) -> Source:
    doc_id = hashlib.sha256(data).hexdigest()
    if not data:
        return Source(path, doc_id, 0, data, status="empty", reason="zero_bytes")
    return Source(path, doc_id, len(data), data)


def _inflated(archive: ZipFile, member: ZipInfo) -> bytes:
    """The bytes of a member, never more than it declares.

    Raises:
        DocumentError: ``encrypted``, ``refused(size|zip_ratio)``, ``unsupported(zip)``,
            ``corrupt(zip)``.
    """
    if member.flag_bits & _ENCRYPTED:
        raise DocumentError("encrypted")
    if member.compress_type not in _BOUNDED:  # others inflate whole blocks, of gigabytes if told to
        raise DocumentError("unsupported", "zip")
    if member.file_size > MAX_SIZE:
        raise DocumentError("refused", "size")
    if member.file_size > max(RATIO_FROM, MAX_RATIO * member.compress_size):
        raise DocumentError("refused", "zip_ratio")
    try:
        with archive.open(member) as stream:
            data = b"".join(iter(lambda: stream.read(_CHUNK), b""))
    except NotImplementedError as error:
        raise DocumentError("unsupported", "zip") from error
    except _DAMAGED as error:
        raise DocumentError("corrupt", "zip") from error
    if len(data) != member.file_size:
        raise DocumentError("corrupt", "zip")
    return data


def _unpacked(source: Source, budget: Budget) -> Source:
    """The one file inside a GZIP stream, under the stream's name without its suffix."""
    name = source.path.rpartition("/")[2]
    path = f"{source.path}{MARK}{name.removesuffix('.gz')}"
    packed = source.data or b""
    limit = min(MAX_SIZE, budget.size, max(RATIO_FROM, MAX_RATIO * len(packed)))
    stream = zlib.decompressobj(31)
    try:
        data = stream.decompress(packed, limit + 1)
    except zlib.error:
        return Source(path, "", 0, status="corrupt", reason="gz")
    if len(data) > limit:
        reason = "size" if limit in (MAX_SIZE, budget.size) else "zip_ratio"
        return Source(path, "", 0, status="refused", reason=reason)
    if not stream.eof:
        return Source(path, "", 0, status="corrupt", reason="gz")
    budget.size -= len(data)
    return _source(path, data)
