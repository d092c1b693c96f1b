"""Short stable identifiers (编号): the same words always give the same id."""

from __future__ import annotations

from hashlib import blake2b


def short_id(*words: object) -> str:
    """16 hexadecimal digits from the words, in order."""
    return blake2b("\0".join(map(str, words)).encode(), digest_size=8).hexdigest()


def number_of(identifier: str) -> int:
    """An integer below 2^53 for an identifier: its own digits, else a hash of it."""
    if identifier.isascii() and identifier.isdigit() and not identifier.startswith("0"):
        own = int(identifier)
        if own < 2**53:
            return own
    return int.from_bytes(blake2b(identifier.encode(), digest_size=6).digest(), "big")
