"""How many processes a run is worth (进程数)."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MANY_DOCUMENTS = 200
MANY_BYTES = 8 << 20
SOME_PDFS = 4


def isolates() -> bool:
    """Whether documents are read in processes of their own, with limits: that takes a Unix."""
    return os.name == "posix" and find_spec("resource") is not None


def worker_count(asked: int | None, root: Path, paths: list[str]) -> int:
    """Workers to use: as asked, else all cores where the work is worth starting processes."""
    if asked is not None:
        return asked
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) if _pays(root, paths) else 1


def _pays(root: Path, paths: list[str]) -> bool:
    if len(paths) >= MANY_DOCUMENTS:
        return True
    folder = root.parent if root.is_file() else root
    size = 0
    for path in paths:
        with suppress(OSError):
            size += (folder / path).stat().st_size
    pdfs = sum(path.lower().endswith(".pdf") for path in paths)
    return size >= MANY_BYTES or pdfs >= SOME_PDFS
