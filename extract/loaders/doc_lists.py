"""Lists of a Word 97–2003 file ([MS-DOC] 2.9.131, 2.9.147): their levels and who uses them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.numbering import CODES, MAX_LEVELS, Counters, Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.loaders.doc_props import Paragraph

_MAX_LISTS = 10_000
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


@dataclass(slots=True)
class Lists:
    """All lists of a document, and how far they are counted."""

    schemes: Mapping[int, Scheme] = field(default_factory=dict)
    uses: Sequence[Use] = ()
    counters: Counters = field(default_factory=Counters)

    def label(self, paragraph: Paragraph) -> tuple[str, str]:
        """Count a paragraph; return its number, "" without one, and what follows the number."""
        number, place = paragraph.list_use, paragraph.list_level
        if number in _NO_LIST or number > len(self.uses):
            return "", ""
        use = self.uses[number - 1]
        scheme = self.schemes.get(use.list_id)
        if scheme is None:
            return "", ""
        if place is None:
            tied = paragraph.style
            place = scheme.styles.index(tied) if tied in scheme.styles else 0
        if place >= len(scheme.levels):
            return "", ""
        levels = scheme.levels
        if use.levels:
            levels = tuple(use.levels.get(i, level) for i, level in enumerate(levels))
        label = self.counters.label(use.list_id, levels, place, use=number, starts=use.starts)
        return label, levels[place].follow


def read_lists(table: bytes, at_schemes: int, uses: bytes) -> Lists:
    """Read lists and uses out of the table stream; without lists where that is damaged."""
    try:
        return Lists(_schemes(table, at_schemes), _uses(uses))
    except (struct.error, IndexError):
        return Lists()


def _schemes(table: bytes, at: int) -> dict[int, Scheme]:
    """Read the heads of all lists, then behind them the levels of each."""
    (count,) = struct.unpack_from("<H", table, at)
    heads = [
        struct.unpack_from("<iI9HB", table, at + 2 + 28 * i) for i in range(min(count, _MAX_LISTS))
    ]
    place, found = at + 2 + 28 * len(heads), {}
    for list_id, _, *styles, flags in heads:
        levels = []
        for _ in range(1 if flags & 1 else MAX_LEVELS):
            level, place = _level(table, place)
            levels.append(level)
        found[list_id] = Scheme(tuple(levels), tuple(styles[: len(levels)]))
    return found


def _level(data: bytes, at: int) -> tuple[Level, int]:
    start, code, flags = struct.unpack_from("<iBB", data, at)
    follow, size_chars, size_paragraph, limit = (data[at + i] for i in (15, 24, 25, 26))
    at += 28 + size_chars + size_paragraph
    (length,) = struct.unpack_from("<H", data, at)
    words = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    text = "".join(f"%{ord(char) + 1}" if char < "\t" else char for char in words)
    level = Level(
        text,
        CODES.get(code, "decimal"),
        start,
        limit if flags & 8 else None,
        bool(flags & 4),
        _FOLLOWS[follow] if follow < len(_FOLLOWS) else "nothing",
    )
    return level, at + 2 + 2 * length


def _uses(data: bytes) -> list[Use]:
    """Read who uses which list: heads first, then behind them what each changes."""
    (count,) = struct.unpack_from("<I", data)
    count = min(count, _MAX_LISTS)
    heads = [struct.unpack_from("<i8xB", data, 4 + 16 * i) for i in range(count)]
    at, found = 4 + 16 * count, []
    for list_id, changes in heads:
        at += 4
        starts: dict[int, int] = {}
        levels: dict[int, Level] = {}
        for _ in range(changes):
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            place = flags & 0xF
            if flags & 0x20:
                levels[place], at = _level(data, at)
                start = levels[place].start
            if flags & 0x10:
                starts[place] = start
        found.append(Use(list_id, starts, levels))
    return found
