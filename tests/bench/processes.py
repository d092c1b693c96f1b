"""Whole processes, measured: CPU and wall seconds, peak memory, and what they printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, with its children: CPU and wall seconds, peak MiB of the largest.

    The peak is what it says of itself: the system counts in what the parent had when it began.
    """

    seconds: float
    wall: float
    peak: float = 0.0
    figures: int = 0  # found by a run


def cost(*arguments: str | Path) -> Cost:
    """Run one Python process to its end and measure it, its children included."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=out)  # noqa: S603
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        if child.returncode:
            raise SystemExit(f"bench: {arguments} failed:\n{out.read().decode(errors='replace')}")
    return Cost(usage.ru_utime + usage.ru_stime, wall)


def run(corpus: Path, output: Path | None = None, workers: int = 1) -> Cost:
    """One whole ``zhengju run``; without ``output`` into a folder that is thrown away.

    Raises:
        SystemExit: it failed, or did not read every document whole: that would be no measure.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = output or Path(folder) / "output"
        found = cost("-m", "extract", "run", corpus, "--output", place, "--workers", str(workers))
        told = json.loads((place / "run_report.json").read_text("utf-8"))
        if told["documents"].keys() != {"ok"} or not told["rows"]["mentions"]:
            raise SystemExit(f"bench: not all of {corpus} was read: {told['documents']}")
        peak = max(told["peak_memory_mb"].values())
        return replace(found, peak=peak, figures=told["rows"]["mentions"])
