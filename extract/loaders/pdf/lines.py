"""The lines of a page: where they begin and end in its text, and where they stand.

Boxes are fetched for the first and last character of each line, and for one Chinese character
where neither of them is one: its width is the size of the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import pi
from typing import NamedTuple

from extract.loaders.pdf import engine
from extract.loaders.pdf.cells import Strip, Words
from extract.loaders.pdf.frame import Box, Frame
from extract.loaders.pdf.parts import Line

_HAN = "\u2e80"  # characters from here on are as wide as high
_HAN_IN = re.compile("[\u2e80-\U0010ffff]")
_WORD = re.compile(r"[^ \r\n]+")
_OTHER_HEIGHT = 0.7  # of a line's height: what is that much lower stands on another line


class Spans(NamedTuple):
    """For each line of a page that has any words, by pdfium's indices."""

    starts: list[int]  # its first character
    ends: list[int]  # its last one
    wide: list[int]  # one as wide as high, an outer one if it can be; -1 without any
    spaced: list[bool]  # a blank stood behind it
    texts: list[str]


class Stand(NamedTuple):
    """Where the lines of a page stand, in a frame in which they are level."""

    firsts: list[Box]
    lasts: list[Box]
    ems: list[float]


def line_spans(text: str) -> Spans:
    """The lines of a page's text that are not blank."""
    starts: list[int] = []
    ends: list[int] = []
    wide: list[int] = []
    spaced: list[bool] = []
    texts: list[str] = []
    at = 0
    for line in text.split("\r\n"):
        words = line.strip()
        if words:
            start = at if words is line else at + line.index(words[0])
            end = start + len(words) - 1
            starts.append(start)
            ends.append(end)
            if words[0] >= _HAN:
                wide.append(start)
            elif words[-1] >= _HAN:
                wide.append(end)
            else:
                han = _HAN_IN.search(words)
                wide.append(start + han.start() if han else end if start == end else -1)
            spaced.append(line[-1] == " ")
            texts.append(words)
        at += len(line) + 2
    return Spans(starts, ends, wide, spaced, texts)


def plain_lines(words: Words, number: int, spans: Spans) -> list[Line] | None:
    """All lines of a page that is not turned, in one pass; None where some may lean."""
    if words.frame.turn:
        return None
    starts, ends, *_ = spans
    count = len(starts)
    others = _within(spans)
    flat = engine.loose_boxes(words.handle, [*starts, *ends, *others])
    lefts, tops, rights, bottoms = flat[0::4], flat[1::4], flat[2::4], flat[3::4]
    edges = zip(others, lefts[2 * count :], rights[2 * count :], strict=True)
    widths = {at: right - left for at, left, right in edges}
    x0, y1 = words.frame.left, words.frame.top
    lines: list[Line] = []
    new = tuple.__new__  # past the generated method, which takes twice as long
    last_sides = lefts[count:], tops[count:], rights[count:]
    rows = zip(*spans, lefts, tops, rights, bottoms, *last_sides, strict=False)
    for start, end, at, spaced, text, left, top, right, bottom, last_left, last_top, edge in rows:
        if at == end:
            em = edge - last_left
        elif at == start:
            em = right - left
        else:
            em = widths[at] if at >= 0 else 0.8 * (top - bottom)
        low, until = y1 - bottom, edge - x0
        line = new(Line, (text, number, start, left - x0, y1 - top, until, low, em, spaced, False))
        drop = abs(last_top - top)
        if last_left < left or drop > _OTHER_HEIGHT * (top - bottom) or end - start < 2:
            if drop > last_left - left and end > start:
                return None
            lines += _apart(words, line, (last_left - x0, y1 - last_top, until, low))
        else:
            lines.append(line)
    return lines


def _within(spans: Spans) -> list[int]:
    """The characters that tell the size of a line and stand neither first nor last."""
    starts, ends, wide, _, _ = spans
    return [
        at
        for at, start, end in zip(wide, starts, ends, strict=True)
        if start != at != end and at >= 0
    ]


def stand(words: Words, spans: Spans) -> Stand:
    """Boxes of first and last characters, and the size of each line, as ``words`` are framed."""
    starts, ends, *_ = spans
    count = len(starts)
    others = _within(spans)
    boxes = words.boxes([*starts, *ends, *others])
    firsts, lasts = boxes[:count], boxes[count : 2 * count]
    widths = {at: box[2] - box[0] for at, box in zip(others, boxes[2 * count :], strict=True)}
    ems = [
        last[2] - last[0]
        if at == end
        else first[2] - first[0]
        if at == start
        else widths[at]
        if at >= 0
        else 0.8 * (first[3] - first[1])
        for start, end, at, first, last in zip(starts, ends, spans.wide, firsts, lasts, strict=True)
    ]
    return Stand(firsts, lasts, ems)


def reading_frame(words: Words, spans: Spans, where: Stand) -> Frame:
    """The frame in which most lines run from left to right, whatever the page says."""
    frame = words.frame
    if frame.turn == 0:
        leaning = [
            abs(last[1] - first[1]) > last[0] - first[0]
            for first, last in zip(where.firsts, where.lasts, strict=True)
        ]
        if sum(leaning) * 2 <= len(leaning):
            return frame
    sample = spans.starts[:: len(spans.starts) // 8 + 1]
    turns = [_turn(engine.angle(words.handle, at)) for at in sample]
    turn = max(turns, key=turns.count)
    return frame._replace(turn=turn) if turn is not None else frame


def _turn(angle: float) -> int | None:
    """How far the page must be turned, clockwise, for text of this direction to be level."""
    quarters = angle / (pi / 2)
    return -round(quarters) * 90 % 360 if abs(quarters - round(quarters)) < 0.05 else None


def is_askew(words: Words, line: Line) -> bool:
    """Tell whether a line runs at no quarter turn: a watermark, not a label along a side."""
    return line.tilted and _turn(engine.angle(words.handle, line.at)) is None


def lines_of(
    words: Words, number: int, spans: Spans, where: Stand, wanted: Sequence[int]
) -> list[Line]:
    """The lines numbered ``wanted`` of page ``number``."""
    lines: list[Line] = []
    starts, ends, _, spaced, texts = spans
    firsts, lasts, ems = where
    for i in wanted:
        start, end = starts[i], ends[i]
        left, top, _, bottom = firsts[i]
        last = lasts[i]
        line = Line(texts[i], number, start, left, top, last[2], bottom, ems[i], spaced[i])
        if end - start < 2 or abs(last[1] - top) > _OTHER_HEIGHT * (bottom - top):
            lines += _apart(words, line, last)
        else:
            lines.append(line)
    return lines


def _apart(words: Words, line: Line, last: Box) -> list[Line]:
    """A line that is short or does not end at the height that it began at: it may lean."""
    turn = _turn(engine.angle(words.handle, line.at))
    if turn is None or turn != words.frame.turn:
        left, top = min(line.left, last[0]), min(line.top, last[1])
        right, bottom = max(line.right, last[2]), max(line.bottom, last[3])
        return [line._replace(left=left, top=top, right=right, bottom=bottom, tilted=True)]
    return _split(words, line) if " " in line.text else [line]


def _split(words: Words, line: Line) -> list[Line]:
    """Lines out of what pdfium took for one: its words stand at different heights."""
    spans = [m.span() for m in _WORD.finditer(words.text, line.at, line.at + len(line.text))]
    boxes = words.boxes([start for start, _ in spans] + [end - 1 for _, end in spans])
    found: list[Line] = []
    for (start, end), first, last in zip(spans, boxes, boxes[len(spans) :], strict=False):
        before = found[-1] if found else None
        if before and abs(before.top - first[1]) <= _OTHER_HEIGHT * (before.bottom - before.top):
            said = words.text[before.at : end]
            found[-1] = before._replace(text=said, right=last[2])
        else:
            said = words.text[start:end]
            found.append(Line(said, line.page, start, *first[:2], last[2], first[3], line.em))
    return found


def strip_of(line: Line, words: Words) -> Strip:
    """The line with the sides of its first and last character."""
    end = line.at + len(line.text)
    first, last = words.boxes([line.at, end - 1])
    return Strip(line.at, end, (first[1] + first[3]) / 2, first[0], first[2], last[0], last[2])
