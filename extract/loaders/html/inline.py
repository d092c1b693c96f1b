"""Words of a page between two blocks: white space, breaks, list numbers (网页行内文字)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_SPACES = re.compile(r"[ \t\r\f\v]+")
_INDENT = re.compile(r"[ ]{0,8}(?:\u3000\u3000|\u3000?\xa0{2,8}|[\u2002\u2003]{2})")
_INVISIBLE = " \n\t\r\xa0\u3000\u200b\u200c\u200d\u2060\ufeff\xad"
_SOLID = str.maketrans("\xa0\t", "  ")
_STYLED = re.compile(r"list-style(?:-type)?\s{0,3}:\s{0,3}([a-z-]{1,40})", re.IGNORECASE)
_HAN = "零一二三四五六七八九十"
_START = re.compile(r"-?[0-9]{1,6}")


def paragraphs(text: str) -> list[str]:
    r"""Cut the words of a block to paragraphs: ends of line are breaks, CR those of the source.

    A line that is indented begins a paragraph, and so does the one behind an empty line.

    >>> paragraphs("　　甲。\n　　乙\r丙")
    ['甲。', '乙丙']
    """
    if text.isalnum():
        return [text]
    found: list[str] = []
    gap = True
    for raw in text.split("\n"):
        line = _SPACES.sub(_blank, raw)
        words = line.strip(_INVISIBLE).translate(_SOLID)
        if not words:
            gap = True
        elif gap or _INDENT.match(line):
            found.append(words)
            gap = False
        else:
            found[-1] += "\n" + words
    return found


def _blank(spaces: re.Match[str]) -> str:
    """A blank, or nothing where the source only wraps a line between wide characters."""
    if "\r" not in spaces[0]:
        return " "
    text, (start, end) = spaces.string, spaces.span()
    if start > 0 and end < len(text) and _is_wide(text[start - 1]) and _is_wide(text[end]):
        return ""
    return " "


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def list_number(parent: LexborNode, item: LexborNode, count: int) -> str:
    """What a browser prints before an item of a list: its number, nothing where it has none."""
    if parent.tag != "ol":
        return ""
    attributes = parent.attributes
    kind = _kind(attributes.get("style"), _kind(item.attributes.get("style"), ""))
    if kind == "none":
        return ""
    number = _started(attributes.get("start")) + count - 1
    own = item.attributes.get("value")
    if own and _START.fullmatch(own.strip()):
        number = int(own)
    return _numbered(number, kind, attributes.get("type") or "")


def _kind(style: str | None, default: str) -> str:
    match = _STYLED.search(style or "")
    return match[1].lower() if match else default


def _started(start: str | None) -> int:
    return int(start) if start and _START.fullmatch(start.strip()) else 1


def _numbered(number: int, kind: str, letter: str) -> str:
    if kind in ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal", "cjk-decimal"):
        return f"{_in_han(number)}、" if 0 < number < 100 else f"{number}、"
    if kind in ("lower-alpha", "lower-latin") or letter == "a":
        return f"{_letter(number)}." if 0 < number <= 26 else f"{number}."
    if kind in ("upper-alpha", "upper-latin") or letter == "A":
        return f"{_letter(number).upper()}." if 0 < number <= 26 else f"{number}."
    return f"{number}."


def _letter(number: int) -> str:
    return chr(ord("a") + number - 1)


def _in_han(number: int) -> str:
    """A number below 100 in words.

    >>> _in_han(7), _in_han(10), _in_han(12), _in_han(30)
    ('七', '十', '十二', '三十')
    """
    return "".join(_han(number))


def _han(number: int) -> Iterator[str]:
    tens, ones = divmod(number, 10)
    if tens > 1:
        yield _HAN[tens]
    if tens:
        yield "十"
    if ones:
        yield _HAN[ones]
