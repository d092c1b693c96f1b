"""Damaged copies of a file, always the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


def mutants(data: bytes, chance: Random, n: int) -> Iterator[bytes]:
    """``n`` copies of ``data`` with bytes changed, cut out, doubled or inserted."""
    for _ in range(n):
        copy = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(copy) + 1)
            size = chance.choice((1, 2, 7, 60))
            match chance.randrange(4):
                case 0:
                    copy[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del copy[at : at + size]
                case 2:
                    copy[at:at] = copy[at : at + size]
                case _:
                    copy[at:at] = chance.randbytes(size)
        yield bytes(copy)
