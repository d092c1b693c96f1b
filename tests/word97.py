"""A minimal writer of Word 97–2003 files: text in pieces, properties, what tables a test has."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.ole_file import ole_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TEXT = 2048  # where the text begins in the stream
_PAGE = 512
_STORIES = ("body", "notes", "heads", "macros", "comments", "endnotes", "boxes", "head_boxes")


@dataclass(frozen=True)
class Run:
    """Characters with the same properties."""

    text: str
    changes: bytes = b""


@dataclass(frozen=True)
class Par:
    """A paragraph; ``mark`` is what ends it: CR, BEL of a cell or row, FF."""

    runs: tuple[Run, ...]
    changes: bytes = b""
    mark: str = "\r"
    style: int = 0


def sprm(code: int, *operand: int) -> bytes:
    """A property and the bytes of its operand."""
    return struct.pack("<H", code) + bytes(operand)


IN_TABLE = sprm(0x2416, 1)
DELETED = sprm(0x0800, 1)
HIDDEN = sprm(0x083C, 1)


def par(*runs: str | Run, changes: bytes = b"", mark: str = "\r", style: int = 0) -> Par:
    """A paragraph out of strings and runs."""
    return Par(
        tuple(Run(run) if isinstance(run, str) else run for run in runs), changes, mark, style
    )


def row(*cells: str | Par, shape: bytes = b"") -> list[Par]:
    """The paragraphs of a row of a table, its own mark last."""
    paragraphs = [
        cell if isinstance(cell, Par) else par(cell, changes=IN_TABLE, mark="\x07")
        for cell in cells
    ]
    return [*paragraphs, par(changes=IN_TABLE + sprm(0x2417, 1) + shape, mark="\x07")]


def shape(edges: Sequence[int], flags: Sequence[int] = ()) -> bytes:
    """The definition of a row: borders in twips, bits of each cell (1 aside, 0x20 below)."""
    count = len(edges) - 1
    cells = b"".join(struct.pack("<H18x", flags[i] if i < len(flags) else 0) for i in range(count))
    body = struct.pack(f"<B{count + 1}h", count, *edges) + cells
    return struct.pack("<HH", 0xD608, len(body) + 1) + body


def plc(cps: Sequence[int], entries: Sequence[bytes] = ()) -> bytes:
    """A list of character positions with what belongs to each."""
    return struct.pack(f"<{len(cps)}i", *cps) + b"".join(entries)


def doc_of(
    *paragraphs: Par | str,
    stories: Mapping[str, Sequence[Par | str]] | None = None,
    parts: Mapping[int, bytes] | None = None,
    cuts: Sequence[int] = (),
    ansi: bool = False,
    prm: Mapping[int, int] | None = None,
    prcs: Sequence[bytes] = (),
    flags: int = 0,
    version: int = 193,
    streams: Mapping[str, bytes | None] | None = None,
) -> bytes:
    """A Word file. ``cuts`` are positions where a new piece begins, ``prm`` what pieces change."""
    told: dict[str, list[Par]] = {"body": _pars(paragraphs)}
    told |= {name: _pars(story) for name, story in (stories or {}).items()}
    order = [(name, told.get(name, [])) for name in _STORIES]
    counts = [sum(map(_length, story)) for _, story in order]
    everything = [each for _, story in order for each in story]
    if sum(counts[1:]):
        everything.append(par())  # one more mark ends the whole
    width, codec = (1, "cp1252") if ansi else (2, "utf-16-le")
    chars = "".join("".join(run.text for run in each.runs) + each.mark for each in everything)
    raw = chars.encode(codec)
    total = len(raw) // width
    pages, papx, chpx = _pages(everything, width, _TEXT + len(raw))
    table = bytearray()
    places = [0] * 186

    def part(number: int, data: bytes) -> None:
        places[2 * number : 2 * number + 2] = [len(table), len(data)]
        table.extend(data)

    part(33, _clx([0, *cuts, total], width, prm or {}, prcs))
    part(12, chpx)
    part(13, papx)
    for number, data in (parts or {}).items():
        part(number, data)
    head = struct.pack("<6H", 0xA5EC, version, 0, 0x0804, 0, 0x0200 | flags).ljust(32, b"\0")
    head += struct.pack("<H28xH", 14, 22) + struct.pack("<12x8i", *counts).ljust(88, b"\0")
    head += struct.pack("<H186I", 93, *places)
    stream = head.ljust(_TEXT, b"\0") + raw
    stream += b"\0" * (-len(stream) % _PAGE) + pages
    return ole_of({"WordDocument": stream, "1Table": bytes(table), **(streams or {})})


def _pars(story: Sequence[Par | str]) -> list[Par]:
    return [par(each) if isinstance(each, str) else each for each in story]


def _length(each: Par) -> int:
    text = "".join(run.text for run in each.runs) + each.mark
    return len(text.encode("utf-16-le")) // 2


def _clx(cps: Sequence[int], width: int, prm: Mapping[int, int], prcs: Sequence[bytes]) -> bytes:
    pieces = b""
    for number, cp in enumerate(cps[:-1]):
        fc = _TEXT + cp * width if width == 2 else (_TEXT + cp) * 2 | 0x40000000
        pieces += struct.pack("<HIH", 0, fc, prm.get(number, 0))
    body = struct.pack(f"<{len(cps)}i", *cps) + pieces
    heads = b"".join(b"\x01" + struct.pack("<H", len(prc)) + prc for prc in prcs)
    return heads + b"\x02" + struct.pack("<I", len(body)) + body


def _pages(story: Sequence[Par], width: int, end: int) -> tuple[bytes, bytes, bytes]:
    """Pages of properties, a paragraph and a run on each, and where they are."""
    first = -(-end // _PAGE)
    pages: list[bytes] = []
    places: dict[str, tuple[list[int], list[int]]] = {"p": ([], []), "c": ([], [])}

    def page(kind: str, start: int, stop: int, body: bytes, skip: int) -> None:
        fcs, numbers = places[kind]
        fcs.append(start)
        numbers.append(first + len(pages))
        at = 510 - len(body) - len(body) % 2
        head = struct.pack("<IIB", start, stop, at // 2 if body else 0)
        pages.append(head.ljust(at, b"\0") + body.ljust(511 - at, b"\0") + b"\x01")
        assert len(head) <= skip

    at = _TEXT
    for each in story:
        size = _length(each) * width
        own = struct.pack("<H", each.style) + each.changes
        body = bytes([len(own) // 2 + 1]) + own if len(own) % 2 else bytes([0, len(own) // 2]) + own
        page("p", at, at + size, body, 21)
        for run in (*each.runs, Run(each.mark)):
            length = len(run.text.encode("utf-16-le")) // 2 * width
            if run.changes:
                page("c", at, at + length, bytes([len(run.changes)]) + run.changes, 9)
            at += length
    papx, chpx = (
        plc([*fcs, at], [struct.pack("<I", number) for number in numbers]) if fcs else b""
        for fcs, numbers in (places["p"], places["c"])
    )
    return b"".join(pages), papx, chpx


def styles(*each: tuple[int, str, int, bytes]) -> bytes:
    """A style sheet: number that Word knows, name, style below (4095: none), properties."""
    found = struct.pack("<HHH", 18, len(each), 10) + bytes(14)
    for sti, name, base, changes in each:
        own = struct.pack("<H", 0) + changes
        std = struct.pack("<5H", sti, 1 | base << 4, 1, 0, 0)
        std += struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\0\0"
        std += struct.pack("<H", len(own)) + own
        found += struct.pack("<H", len(std)) + std + b"\0" * (len(std) % 2)
    return found


def level(text: str, code: int = 0, start: int = 1, *, follow: int = 2) -> bytes:
    """A level of a list; ``text`` has ``\\0`` … ``\\8`` where the numbers of the levels go."""
    head = struct.pack("<iBB9sBii4B", start, code, 0, b"", follow, 0, 0, 0, 0, 0, 0)
    return head + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def lists(*schemes: Sequence[bytes]) -> bytes:
    """All lists, numbered from 1; of one level or of nine."""
    heads = b"".join(
        struct.pack("<iI9HBB", number, 0, *[0xFFF] * 9, len(levels) == 1, 0)
        for number, levels in enumerate(schemes, 1)
    )
    full = [
        [*levels, *[level("")] * (9 - len(levels))] if len(levels) > 1 else levels
        for levels in schemes
    ]
    return struct.pack("<H", len(schemes)) + heads + b"".join(b"".join(each) for each in full)


def uses(*each: tuple[int, Mapping[int, int]]) -> bytes:
    """Who uses which list, and the levels that begin elsewhere."""
    heads = b"".join(struct.pack("<i8xBBH", number, len(starts), 0, 0) for number, starts in each)
    changes = b"".join(
        struct.pack("<i", -1)
        + b"".join(struct.pack("<iI", start, place | 0x10) for place, start in starts.items())
        for _, starts in each
    )
    return struct.pack("<I", len(each)) + heads + changes
