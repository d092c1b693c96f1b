"""Joining the parts of a laid-out document to one text, keeping where each part went."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extract.model import Block

if TYPE_CHECKING:
    from collections.abc import Sequence


FLAT = str.maketrans("\t\r\n", "   ")  # for ``translate``: a cell is one line, TAB its border


class Piece(NamedTuple):
    """A block before its place is known: a row has its cells joined by TAB."""

    text: str
    page: int | None = None
    table: int | None = None
    row: int | None = None
    kind: str = "paragraph"  # or "heading", "furniture"; rows say so by their number
    level: int | None = None  # of a heading, from 1


def n_visible(text: str) -> int:
    """Characters other than white space: what ``text_share`` counts."""
    return len("".join(text.split()))


def join(pieces: Sequence[Piece]) -> tuple[str, tuple[Block, ...]]:
    r"""Join pieces by LF and say where each stands.

    >>> join([Piece("甲"), Piece("乙\t1", table=0, row=0)])[0]
    '甲\n乙\t1'
    """
    blocks: list[Block] = []
    start = 0
    new = tuple.__new__  # past the generated method, which takes twice as long
    for text, page, table, row, kind, level in pieces:
        end = start + len(text)
        row_or_kind = kind if row is None else "row"
        blocks.append(new(Block, (row_or_kind, start, end, page, table, row, level)))
        start = end + 1
    return "\n".join([piece.text for piece in pieces]), tuple(blocks)
