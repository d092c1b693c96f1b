"""Line breaks within a line, which pdfium puts behind each character that it mistakes for a line.

It takes the direction of a page from what is drawn first: behind a slanting watermark, level text
comes out with one character on a line.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from extract.loaders.pdf.cells import Words
from extract.loaders.pdf.frame import Box

DROPPED = "\xad"  # a place of the text that no character of ours stands for
_BREAK = "\r\n"
# Single characters one below the other: a label that is read downwards looks like that, too.
_STACKED = re.compile(r"\n.\r\n.\r\n.\r\n")
_LEVEL = 0.3  # of a character's height: so much lower may its neighbour stand
_APART = 0.25  # of a character's height: what is nearer stands in one word


def mended(words: Words) -> Words:
    """The words of a page without the breaks between characters that stand side by side."""
    text = words.text
    if _STACKED.search(text) is None:
        return words
    pieces = text.split(_BREAK)
    ends = _ends(pieces)
    boxes = words.boxes([max(0, at - 1) for at in ends] + [at + len(_BREAK) for at in ends])
    befores, afters = boxes[: len(ends)], boxes[len(ends) :]
    glued = [
        DROPPED * len(_BREAK) if a and b and _is_beside(before, after) else _BREAK
        for (a, b), before, after in zip(pairwise(pieces), befores, afters, strict=True)
    ]
    said = "".join(part for pair in zip(pieces, [*glued, ""], strict=True) for part in pair)
    return replace(words, text=said)


def _ends(pieces: list[str]) -> list[int]:
    """Where the breaks between ``pieces`` begin."""
    found, at = [], 0
    for piece in pieces[:-1]:
        at += len(piece)
        found.append(at)
        at += len(_BREAK)
    return found


def _is_beside(a: Box, b: Box) -> bool:
    """Whether ``b`` follows ``a`` on one line with no room between."""
    height = a[3] - a[1]
    gap = b[0] - a[2]
    return abs(a[1] - b[1]) <= _LEVEL * height and -_LEVEL * height <= gap <= _APART * height
