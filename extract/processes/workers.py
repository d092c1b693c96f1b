"""How many processes a run is worth (进程数)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.inputs.corpus import Found

MANY_DOCUMENTS = 200
MANY_BYTES = 8 << 20
SOME_PDFS = 4


def isolates() -> bool:
    """Whether documents are read in processes of their own, with limits: that takes a Unix."""
    return os.name == "posix" and find_spec("resource") is not None


def worker_count(asked: int | None, listed: Sequence[Found]) -> int:
    """Workers to use: as asked, else all cores where the work is worth starting processes."""
    if asked is not None:
        return asked
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) if _pays(listed) else 1


def _pays(listed: Sequence[Found]) -> bool:
    if len(listed) >= MANY_DOCUMENTS or sum(one.size or 0 for one in listed) >= MANY_BYTES:
        return True
    return sum(one.path.lower().endswith(".pdf") for one in listed) >= SOME_PDFS
