"""What stands on one page of an OFD file: characters and rules with their places, in points.

The file counts millimetres from the upper left corner (GB/T 33190-2016, 8 and 11).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from extract.model import Box

POINT = 72 / 25.4  # points of a millimetre
MAX_RULES = 20_000  # of a page: more are a drawing
_MAX_REPEATS = 10_000
_MAX_STEPS = 2_000  # of one path
_STRAIGHT = 0.2  # millimetres that a rule may lean
_SLANTED = 0.05  # sine of the angle from which on text is a watermark
_FAR = 1e5  # millimetres; no page is so large
_CLOSE = 1.3  # sizes between the starts of two characters with no blank between
_FALLBACK = 3.5  # millimetres of a character whose size is not told

_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1, 0, 0, 1, 0, 0)


class Glyph(NamedTuple):
    """A character, its box in points, and its baseline."""

    char: str
    box: Box
    base: float

    @property
    def size(self) -> float:
        """Height of the letter in points."""
        return self.box[3] - self.box[1]


@dataclass(slots=True)
class Drawn:
    """Everything of a page, or of the template behind it."""

    glyphs: list[Glyph] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)  # slanted text: watermarks
    rules: list[Box] = field(default_factory=list)
    images: list[str] = field(default_factory=list)  # identifiers of resources


def name_of(node: Element) -> str:
    """A tag without its namespace."""
    return node.tag.rpartition("}")[2]


def numbers(text: str | None) -> list[float]:
    """Numbers that blanks part; empty where one of them is none, or out of all bounds."""
    try:
        found = [float(word) for word in (text or "").split()]
    except ValueError:
        return []
    return found if all(abs(number) < _FAR for number in found) else []


def box_of(text: str | None) -> Box | None:
    """Left, top, width and height in millimetres as a box in points."""
    values = numbers(text)
    if len(values) != 4:
        return None
    left, top, width, height = values
    return left * POINT, top * POINT, (left + width) * POINT, (top + height) * POINT


def draw(content: Element, limit: int) -> Drawn:
    """All objects below ``content``, at most ``limit`` characters."""
    drawn = Drawn()
    stack = [content]
    while stack and len(drawn.glyphs) < limit:
        node = stack.pop()
        name = name_of(node)
        if node.get("Visible") == "false":
            continue
        if name == "TextObject":
            _add_text(drawn, node)
        elif name == "PathObject":
            if len(drawn.rules) < MAX_RULES:
                drawn.rules += _rules(node)
        elif name == "ImageObject":
            drawn.images.append(node.get("ResourceID", ""))
        else:
            stack += reversed(node)
    return drawn


# --- text -------------------------------------------------------------------------------------


def _add_text(drawn: Drawn, node: Element) -> None:
    matrix = _matrix(node)
    size = (numbers(node.get("Size")) or [_FALLBACK])[0] or _FALLBACK
    left, top = (*numbers(node.get("Boundary")), 0.0, 0.0)[:2]
    a, b, c, d, _, _ = matrix
    scale = math.sqrt(abs(a * d - b * c)) or 1.0
    slanted = min(abs(a), abs(b)) > _SLANTED * math.hypot(a, b)
    for code in node:
        if name_of(code) != "TextCode" or not (code.text or "").strip():
            continue
        if slanted:
            drawn.marks.append("".join((code.text or "").split()))
            continue
        for char, x, y, width in _placed(code, size):
            px, py = _applied(matrix, x, y)
            drawn.glyphs.append(_glyph(char, px + left, py + top, size * scale, width * scale))


def _glyph(char: str, x: float, y: float, size: float, width: float) -> Glyph:
    box = (x, y - 0.88 * size, x + width, y + 0.12 * size)
    left, top, right, bottom = (value * POINT for value in box)
    return Glyph(char, (left, top, right, bottom), y * POINT)


def _placed(code: Element, size: float) -> Iterator[tuple[str, float, float, float]]:
    """Characters with the start of each on its baseline, and its width."""
    x, y = (*numbers(code.get("X")), 0.0)[0], (*numbers(code.get("Y")), 0.0)[0]
    text = (code.text or "").strip("\r\n")
    narrow = size / 2
    across, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
    for number, char in enumerate(text):
        wide = unicodedata.east_asian_width(char) in "WFA"
        width = size if wide else narrow
        step = across[number] if number < len(across) else 0.0 if down else width
        if 0 < step < _CLOSE * size:
            width = step
            narrow = narrow if wide else step  # that the last one, which has none, takes over
        if char not in "\r\n\t":
            yield char, x, y, width
        x += step
        y += down[number] if number < len(down) else 0.0


def _deltas(text: str | None, most: int) -> list[float]:
    """Distances between characters; ``g 3 4.2`` stands for three times 4.2."""
    words = iter((text or "").split())
    found: list[float] = []
    try:
        for word in words:
            if word != "g":
                found.append(float(word))
            elif len(found) < most:
                count = min(int(next(words)), most, _MAX_REPEATS)
                found += [float(next(words))] * count
    except (ValueError, StopIteration):
        pass
    return [value if abs(value) < _FAR else 0.0 for value in found[:most]]


# --- rules ------------------------------------------------------------------------------------


def _rules(node: Element) -> Iterator[Box]:
    """Level and upright lines of a path, in points."""
    if node.get("Stroke") == "false" and node.get("Fill", "false") == "false":
        return
    matrix = _matrix(node)
    left, top = (*numbers(node.get("Boundary")), 0.0, 0.0)[:2]
    for data in node:
        if name_of(data) == "AbbreviatedData":
            for start, end in _lines(data.text or ""):
                (x0, y0), (x1, y1) = _applied(matrix, *start), _applied(matrix, *end)
                box = (min(x0, x1) + left, min(y0, y1) + top, max(x0, x1) + left, max(y0, y1) + top)
                yield from _rule(box)


def _rule(box: Box) -> Iterator[Box]:
    x0, y0, x1, y1 = (value * POINT for value in box)
    if min(x1 - x0, y1 - y0) <= _STRAIGHT * POINT:
        yield (x0, y0, x0, y1) if y1 - y0 > x1 - x0 else (x0, y0, x1, y0)


def _lines(path: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight steps of a path; curves only move on."""
    start = here = (0.0, 0.0)
    words = path.split()[: 8 * _MAX_STEPS]
    at = 0
    while at < len(words):
        step = words[at].upper()
        size = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7}.get(step, 0)
        values = numbers(" ".join(words[at + 1 : at + 1 + size]))
        at += 1 + size
        if step == "C":
            yield here, start
            here = start
        elif len(values) == size and size:
            end = (values[-2], values[-1])
            if step == "L":
                yield here, end
            elif size == 2:
                start = end
            here = end


def _matrix(node: Element) -> _Matrix:
    values = numbers(node.get("CTM"))
    return (*values,) if len(values) == 6 else _SAME  # type: ignore[return-value]  # six of them


def _applied(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
