"""Whole processes, measured: CPU and wall seconds, peak memory, and what they printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_FIGURES = re.compile(r"^figures +([0-9]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, with its children: CPU and wall seconds, peak MiB of the largest."""

    seconds: float
    wall: float
    peak: float
    said: str

    @property
    def figures(self) -> int:
        """Figures that ``zhengju run`` says it has found."""
        found = _FIGURES.search(self.said)
        return int(found[1]) if found else 0


def cost(*arguments: str | Path) -> Cost:
    """Run one Python process to its end and measure it, its children included."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=out)  # noqa: S603
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode()
    if child.returncode:
        raise SystemExit(f"bench: {arguments[:2]} failed:\n{said}")
    # kilobytes on Linux, bytes on macOS
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit, said)


def run(corpus: Path, output: Path | None = None, workers: int = 1) -> Cost:
    """One whole ``zhengju run``; without ``output`` into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        place = output or Path(folder) / "output"
        return cost("-m", "extract", "run", corpus, "--output", place, "--workers", str(workers))
