"""Joining the parts of a laid-out document to one text, keeping where each part went."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from extract.model import Block

if TYPE_CHECKING:
    from collections.abc import Sequence


class Piece(NamedTuple):
    """A paragraph, or a table row with its cells joined by TAB, before its place is known."""

    text: str
    page: int | None = None
    table: int | None = None
    row: int | None = None


def join(pieces: Sequence[Piece]) -> tuple[str, tuple[Block, ...]]:
    r"""Join pieces by LF and say where each stands.

    >>> join([Piece("甲"), Piece("乙\t1", table=0, row=0)])[0]
    '甲\n乙\t1'
    """
    starts = accumulate((len(piece.text) + 1 for piece in pieces), initial=0)
    blocks = tuple(_block(piece, start) for piece, start in zip(pieces, starts, strict=False))
    return "\n".join(piece.text for piece in pieces), blocks


def _block(piece: Piece, start: int) -> Block:
    kind = "paragraph" if piece.row is None else "row"
    return Block(kind, start, start + len(piece.text), piece.page, piece.table, piece.row)
