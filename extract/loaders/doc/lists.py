"""Lists of a Word 97–2003 file ([MS-DOC] 2.9.131, 2.9.147): their levels and who uses them."""

from __future__ import annotations

import struct
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.numbering import CODES, MAX_LEVELS, Counters, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.loaders.doc.props import Paragraph

_MAX_LABEL = 60  # characters; Word's own labels are far shorter
_MAX_RAW = 800  # bytes of a level that hold all we read
_MAX_USES = 10_000
_FOLLOWS = ("tab", "space", "nothing")
_NO_LIST = frozenset({0, 0x7FF})  # 2047: numbered as in Word 6, by itself


class Scheme(NamedTuple):
    """A list: what counts together."""

    levels: tuple[Level, ...]
    styles: tuple[int, ...]  # that its levels are tied to, 0xFFF for none


class Use(NamedTuple):
    """A list as some paragraphs use it, with what they change."""

    list_id: int
    starts: Mapping[int, int]
    levels: Mapping[int, Level]


class Lists:
    """All lists of a document, and how far they are counted. Damaged ones are not there."""

    def __init__(self, table: bytes = b"", at: int = 0, uses: bytes = b"") -> None:
        self._table = table
        self._places: dict[int, tuple[int, tuple[int, ...]]] = {}
        self._uses: list[Use] = []
        self._known: dict[int, Scheme] = {}
        self._counters = Counters()
        with suppress(struct.error, IndexError):
            self._places = _places(table, at)
            self._uses = _uses(uses)

    def label(self, paragraph: Paragraph) -> tuple[str, str]:
        """Count a paragraph; return its number, "" without one, and what follows the number."""
        number, place = paragraph.list_use, paragraph.list_level
        if number in _NO_LIST or number > len(self._uses):
            return "", ""
        use = self._uses[number - 1]
        scheme = self._scheme(use.list_id)
        if place is None:
            tied = paragraph.style
            place = scheme.styles.index(tied) if tied in scheme.styles else 0
        if place >= len(scheme.levels):
            return "", ""
        levels = scheme.levels
        if use.levels:
            levels = tuple(use.levels.get(i, level) for i, level in enumerate(levels))
        label = self._counters.label(use.list_id, levels, place, use=number, starts=use.starts)
        return label, levels[place].follow

    def _scheme(self, list_id: int) -> Scheme:
        known = self._known.get(list_id)
        if known is None:
            known = self._known[list_id] = self._read(list_id)
        return known

    def _read(self, list_id: int) -> Scheme:
        """Read the levels of a list, most of which no paragraph ever asks for."""
        at, styles = self._places.get(list_id, (0, ()))
        levels = []
        for _ in styles:
            level, at = _level_at(self._table, at)
            levels.append(level)
        return Scheme(tuple(levels), styles)


def _places(table: bytes, at: int) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Where the levels of each list stand, behind the heads of all, and the styles tied to them."""
    (count,) = struct.unpack_from("<H", table, at)
    heads = [struct.unpack_from("<i4x9HB", table, at + 2 + 28 * i) for i in range(count)]
    place, found = at + 2 + 28 * count, {}
    for list_id, *styles, flags in heads:
        n_levels = 1 if flags & 1 else MAX_LEVELS
        found[list_id] = place, tuple(styles[:n_levels])
        for _ in range(n_levels):
            place += 28 + table[place + 24] + table[place + 25]
            place += 2 + 2 * (table[place] | table[place + 1] << 8)
    return found


def _level_at(data: bytes, at: int) -> tuple[Level, int]:
    """Read the level at an offset; return it with the offset behind it."""
    end = at + 28 + data[at + 24] + data[at + 25]
    end += 2 + 2 * int.from_bytes(data[end : end + 2], "little")
    return _level(data[at : min(end, at + _MAX_RAW)]), end


@lru_cache(maxsize=1000)  # lists of a document, and documents of an office, are much alike
def _level(raw: bytes) -> Level:
    start, code, flags = struct.unpack_from("<iBB", raw)
    follow, size_chars, size_paragraph, limit = (raw[i] for i in (15, 24, 25, 26))
    words = raw[28 + size_chars + size_paragraph + 2 :].decode("utf-16-le", "replace")
    text = "".join(f"%{ord(char) + 1}" if char < "\t" else char for char in words[:_MAX_LABEL])
    return Level(
        text,
        CODES.get(code, "decimal"),
        start,
        limit if flags & 8 else None,
        bool(flags & 4),
        _FOLLOWS[follow] if follow < len(_FOLLOWS) else "nothing",
    )


def _uses(data: bytes) -> list[Use]:
    """Read who uses which list: heads first, then behind them what each changes."""
    (count,) = struct.unpack_from("<I", data)
    count = min(count, _MAX_USES)
    heads = [struct.unpack_from("<i8xB", data, 4 + 16 * i) for i in range(count)]
    found: list[Use] = []
    at = 4 + 16 * count
    for list_id, changes in heads:
        at += 4
        starts: dict[int, int] = {}
        levels: dict[int, Level] = {}
        for _ in range(changes):
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            place = flags & 0xF
            if flags & 0x20:
                levels[place], at = _level_at(data, at)
                start = levels[place].start
            if flags & 0x10:
                starts[place] = start
        found.append(Use(list_id, starts, levels))
    return found
