"""Joining the parts of a laid-out document to one text, keeping where each part went."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from extract.model import Block

if TYPE_CHECKING:
    from collections.abc import Sequence


class Piece(NamedTuple):
    """A block before its place is known: a row has its cells joined by TAB."""

    text: str
    page: int | None = None
    table: int | None = None
    row: int | None = None
    kind: str = "paragraph"  # or "heading", "furniture"; rows say so by their number
    level: int | None = None  # of a heading, from 1


def join(pieces: Sequence[Piece]) -> tuple[str, tuple[Block, ...]]:
    r"""Join pieces by LF and say where each stands.

    >>> join([Piece("甲"), Piece("乙\t1", table=0, row=0)])[0]
    '甲\n乙\t1'
    """
    starts = accumulate((len(piece.text) + 1 for piece in pieces), initial=0)
    blocks = tuple(_block(piece, start) for piece, start in zip(pieces, starts, strict=False))
    return "\n".join(piece.text for piece in pieces), blocks


def _block(piece: Piece, start: int) -> Block:
    kind = piece.kind if piece.row is None else "row"
    end = start + len(piece.text)
    return Block(kind, start, end, piece.page, piece.table, piece.row, piece.level)
