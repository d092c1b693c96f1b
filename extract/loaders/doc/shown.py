"""What of a Word 97–2003 file's characters a reader sees, positions unchanged.

Deleted and hidden characters and field codes become NUL; signs of symbol fonts and raised digits
become the characters that they show.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.loaders.doc.props import (
    HIDES,
    Characters,
    Pages,
    read_characters,
    read_fonts_of,
    sort_out,
)
from extract.loaders.doc.text import Fib, Piece, Span, Text, cps_of
from extract.loaders.symbols import sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PRIVATE = re.compile("[\uf000-\uf0ff]")
_FIELD_MARK = re.compile("[\x13-\x15]")
_STORIES = ("body", "notes", "heads", "endnotes", "boxes", "head_boxes")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_CELL_MARK = "\x07"
_MARKS = "\r\x07\x0c"
_FONT_HEAD = 40  # bytes before a font's name
_MAX_FONTS = 2_000
Edit = tuple[int, int, str]  # start, end, and as many characters


def read_shown(fib: Fib, text: Text, pages: Pages, fonts: bytes, styles: bytes) -> str:
    """Return all stories with what nobody sees blanked out."""
    found = read_characters(pages, styles_hide=bool(HIDES.search(styles)))
    deleted = _spans(text, found.deleted)
    hidden = _spans(text, found.hidden)
    for piece in text.pieces:
        if piece.changes:
            _changed(piece, deleted, hidden)
    # The end of a deleted paragraph goes with it, that of a hidden one must not join two others.
    chars = _mask(text.chars, deleted, _CELL_MARK)
    chars = _mask(chars, hidden, _MARKS)
    if found.symbols:
        chars = _rewrite(chars, _signs(found, text, read_fonts(fonts)))
    if _PRIVATE.search(chars):
        chars = _rewrite(chars, _privates(chars, text, read_fonts_of(pages), read_fonts(fonts)))
    if found.raised:
        chars = _rewrite(chars, _powers(chars, _spans(text, found.raised)))
    chars = blank_fields(chars, [fib.span(story) for story in _STORIES])
    return chars.replace("\t", " ").replace("\x0b", "\n").replace("\x0e", "\n").replace("\x1e", "-")


def _changed(piece: Piece, deleted: list[Span], hidden: list[Span]) -> None:
    own = Characters([], [], [], [])
    sort_out(own, piece.changes, piece.start, piece.end)
    deleted += own.deleted
    hidden += own.hidden


def _spans(text: Text, runs: list[Span]) -> list[Span]:
    return [(start, end) for start, end, _ in cps_of(text, runs)]


def _signs(found: Characters, text: Text, fonts: list[str]) -> Iterator[Edit]:
    for start, end, number in cps_of(text, [run[:2] for run in found.symbols]):
        _, _, font, point = found.symbols[number]
        char = sign(point, fonts[font] if font < len(fonts) else "") or "\0"
        yield start, end, char * (end - start)


def _privates(
    chars: str, text: Text, runs: list[tuple[int, int, int]], fonts: list[str]
) -> Iterator[Edit]:
    """Signs that stand in the text by their code, in a font that has no alphabet."""
    for start, end, number in cps_of(text, [run[:2] for run in runs]):
        own, font = chars[start:end], runs[number][2]
        if _PRIVATE.search(own):
            name = fonts[font] if font < len(fonts) else ""
            yield (
                start,
                end,
                "".join(sign(ord(c), name) or c if _PRIVATE.match(c) else c for c in own),
            )


def _powers(chars: str, spans: list[Span]) -> Iterator[Edit]:
    """Raise numbers behind a digit: 10⁴ must not read 104."""
    for start, end in spans:
        power = chars[start:end]
        if start and end - start <= 3 and power.isdecimal() and chars[start - 1].isdecimal():
            yield start, end, power.translate(_RAISED)


def _mask(chars: str, spans: list[Span], keep: str) -> str:
    """Put NUL for the characters of ``spans``; those of ``keep`` stay."""
    if not spans:
        return chars
    return _rewrite(chars, ((start, end, _blank(chars[start:end], keep)) for start, end in spans))


def _blank(chars: str, keep: str) -> str:
    if not any(char in chars for char in keep):
        return "\0" * len(chars)
    return "".join(char if char in keep else "\0" for char in chars)


def _rewrite(chars: str, edits: Iterable[Edit]) -> str:
    """Put other characters in the places of some, as many of them."""
    parts, at = [], 0
    for start, end, text in sorted(edits):
        first = max(start, at)
        if end > first:
            parts += [chars[at:first], text[first - start :]]
            at = end
    return "".join([*parts, chars[at:]])


def blank_fields(chars: str, stories: Iterable[Span]) -> str:
    """Put NUL for the codes of fields; none reaches from one story into another."""
    if "\x13" not in chars:
        return chars
    return _mask(chars, [span for story in stories for span in _field_codes(chars, *story)], "")


def _field_codes(chars: str, start: int, end: int) -> Iterator[Span]:
    """Spans of field codes (``PAGE``, ``HYPERLINK …``) with the marks around code and result."""
    fields: list[int | None] = []  # where the code began; None once we are in the result
    for match in _FIELD_MARK.finditer(chars, start, end):
        at, mark = match.start(), match[0]
        if mark == "\x13":
            fields.append(at)
        elif fields:
            begun = fields.pop()
            yield (at if begun is None else begun), at + 1
            if mark == "\x14":
                fields.append(None)


def read_fonts(names: bytes) -> list[str]:
    """Names of the fonts, by number ([MS-DOC] 2.9.286 SttbfFfn)."""
    found: list[str] = []
    at = 4
    while at + _FONT_HEAD < len(names) and len(found) < _MAX_FONTS:
        size = names[at]
        raw = names[at + _FONT_HEAD : at + 1 + size]
        found.append(raw.decode("utf-16-le", "replace").split("\0")[0])
        at += 1 + size
    return found
