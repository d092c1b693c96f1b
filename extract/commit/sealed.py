"""JSON that tells of itself whether it is whole (自校验): any flipped bit is found.

There is one way to write it, and in it stands the SHA-256 of the rest; so what was read is right if
writing it again gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

KEY = "checksum"


def seal(told: Mapping[str, Any]) -> bytes:
    """The bytes of a file with its checksum; equal content gives equal bytes."""
    plain = {key: value for key, value in told.items() if key != KEY}
    return _written({**plain, KEY: hashlib.sha256(_written(plain)).hexdigest()})


def unseal(data: bytes) -> dict[str, Any]:
    """What ``seal`` has written; raises ``ValueError`` where a single bit is another."""
    told = json.loads(data.decode("utf-8", "surrogatepass"))
    if not isinstance(told, dict) or seal(told) != data:
        raise ValueError("damaged: it does not fit its own checksum")
    return told


def _written(told: Mapping[str, Any]) -> bytes:
    text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True)
    return text.encode("utf-8", "surrogatepass") + b"\n"
