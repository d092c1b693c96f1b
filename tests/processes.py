"""Processes that a test has started, as the system sees them."""

from __future__ import annotations

import os
import time
from pathlib import Path


def children(pid: int | None = None) -> list[int]:
    """Processes that ``pid`` (default: this one) has started, zombies included."""
    parent = str(pid or os.getpid())
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if fields[1] == parent:
            found.append(int(stat.parent.name))
    return found


def ended(pids: list[int], seconds: float = 3.0) -> bool:
    """Whether all of them are gone, or nothing but zombies, within some seconds."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if not any(_runs(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
