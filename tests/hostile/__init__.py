"""Hostile files, made here and nowhere kept: what a corpus of unknown origin may hold.

Each has the outcomes that are right for it, ``status`` or ``status(reason)``; ``scale`` makes the
large ones larger. Nothing in them is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.hostile import others, pdf, text, word

MARKER = "KXQ-7731-不该出现"  # stands in a file that only an external entity could reach


class Hostile(NamedTuple):
    """One file and how it may end."""

    name: str
    data: bytes
    outcomes: frozenset[str]


def files(secret: str, address: str, scale: int = 1) -> Iterator[Hostile]:
    """All of them; ``secret`` is the path of a file with the marker, ``address`` a listener."""
    for group in (
        word.bombs(scale),
        word.entities(secret, address),
        word.tables(scale),
        word.packages(address),
        others.wrong_types(),
        others.other_formats(scale, secret, address),
        pdf.bombs(scale),
        pdf.pages(scale),
        pdf.loops(),
        pdf.locks(),
        pdf.oddities(address),
        text.texts(scale),
        text.encodings(),
        text.look_alikes(),
        text.payloads(),
    ):
        for name, data, outcomes in group:
            yield Hostile(name, data, frozenset(outcomes.split(" | ")))
