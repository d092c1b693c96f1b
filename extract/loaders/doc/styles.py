"""Paragraph styles of a Word 97–2003 file ([MS-DOC] 2.9.271), each read when first asked for."""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from extract.loaders.doc.props import sprms

_MAX_DEPTH = 32  # of styles based on styles
_MAX_STYLES = 4_000
_HEADING = re.compile("(?:heading|标题|標題) ?([1-9])", re.IGNORECASE)
_USER_STYLE = 0xFFE
_CONTENTS = range(19, 28)
_NONE = 0xFFF


class Style(NamedTuple):
    """A paragraph style, with what it takes from those that it is based on; null is not said."""

    is_contents: bool | None = None  # of a table of contents (目录)
    level: int | None = None  # of a heading, from 1; 10 is body text
    list_use: int | None = None
    list_level: int | None = None


class Styles:
    """The style sheet, as far as it is whole."""

    def __init__(self, stsh: bytes) -> None:
        self._raw: list[bytes] = []
        self._base_size = 0
        self._known: dict[int, Style] = {}
        if len(stsh) < 6:
            return
        size, count, self._base_size = struct.unpack_from("<3H", stsh)
        at = 2 + size
        for _ in range(min(count, _MAX_STYLES)):
            length = int.from_bytes(stsh[at : at + 2], "little")
            self._raw.append(stsh[at + 2 : at + 2 + length])
            at += 2 + length + length % 2

    def style(self, number: int) -> Style:
        """Return a style by its number; one that says nothing where there is none."""
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._resolved(number)
        return known

    def _resolved(self, number: int) -> Style:
        found = Style()
        for _ in range(_MAX_DEPTH):
            if number >= len(self._raw):
                break
            number, own = _style(self._raw[number], self._base_size)
            found = Style(
                own.is_contents if found.is_contents is None else found.is_contents,
                own.level if found.level is None else found.level,
                own.list_use if found.list_use is None else found.list_use,
                own.list_level if found.list_level is None else found.list_level,
            )
        return found


def _style(std: bytes, base_size: int) -> tuple[int, Style]:
    """Return the number of the style below, and what this one says itself."""
    if len(std) < base_size + 2 or base_size < 8:
        return _NONE, Style()
    sti, kind, n_lists = struct.unpack_from("<3H", std)
    sti &= 0xFFF
    length = int.from_bytes(std[base_size : base_size + 2], "little")
    name = std[base_size + 2 : base_size + 2 + 2 * length].decode("utf-16-le", "replace")
    named = _HEADING.fullmatch(name) if sti >= _USER_STYLE else None
    level = sti if 1 <= sti <= 9 else int(named[1]) if named else None
    numbers: dict[int, int] = {}
    if kind & 0xF == 1 and n_lists & 0xF:
        at = base_size + 2 + 2 * (length + 1)
        size = int.from_bytes(std[at : at + 2], "little")
        for code, operand in sprms(std[at + 4 : at + 2 + size]):
            if len(operand) <= 2:
                numbers[code] = int.from_bytes(operand, "little")
    if level is None and 0x2640 in numbers:
        level = numbers[0x2640] + 1
    contents = True if sti in _CONTENTS else None
    return kind >> 4, Style(contents, level, numbers.get(0x460B), numbers.get(0x260A))
