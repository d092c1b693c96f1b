"""Whole processes, measured: CPU and wall seconds, peak memory, and what they printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

_FIGURES = re.compile(r"^figures +([0-9]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, with its children: CPU and wall seconds, peak MiB of its own.

    The peak is what it says of itself: the system counts in what the parent had when it began.
    """

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
    return Cost(usage.ru_utime + usage.ru_stime, wall, 0.0, said)


def run(corpus: Path, output: Path | None = None, workers: int = 1) -> Cost:
    """One whole ``zhengju run``; without ``output`` into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        place = output or Path(folder) / "output"
        found = cost("-m", "extract", "run", corpus, "--output", place, "--workers", str(workers))
        told = json.loads((place / "run_report.json").read_text("utf-8"))
        return replace(found, peak=max(told["peak_memory_mb"].values()))
