"""What a run says of itself (运行报告): ``run_report.json``, and all that is not reproducible."""

from __future__ import annotations

import platform
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract import native
from extract.commit.sealed import seal
from extract.commit.steps import Step
from extract.version import VERSION

if TYPE_CHECKING:
    from extract.cache.recipe import Recipe

try:
    import resource
except ImportError:  # no Unix: the report has no memory
    resource = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: documents by status, rows of the main tables, seconds of wall time."""

    documents: Mapping[str, int]
    mentions: int
    facts: int
    rejections: int
    seconds: float
    output: Path | str  # or its address
    warnings: tuple[str, ...] = ()  # rows of ``sources.csv`` that named no file
    unread_scans: int = 0  # documents with pages that are only pictures, for want of OCR
    isolated: bool = True  # documents were read in processes of their own, within limits
    accepted: int = 0  # groups that broke a gate, and were accepted
    frame: Mapping[str, Any] | None = None  # what became of the user's list of agencies
    reused: int = 0  # documents whose rows were known from earlier runs
    unchanged: bool = False  # nothing was to be done; what is told was found by an earlier run

    def kept(self) -> dict[str, Any]:
        """What a later run says again where nothing has changed."""
        passing = {"seconds", "output", "reused", "unchanged"}
        return {name: value for name, value in asdict(self).items() if name not in passing}


class Clock:
    """Wall seconds of the phases of a run."""

    def __init__(self) -> None:
        """Begin now."""
        self.started = time.time()
        self.laps: dict[str, float] = {}
        self._begin = self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """A phase has ended."""
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now

    def total(self) -> float:
        """Since the beginning."""
        return time.perf_counter() - self._begin

    def told(self) -> dict[str, Any]:
        """For the report: when the run began, and its phases."""
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.started))
        return {"started": started, "seconds": self.laps}


def write(path: Path, work: Mapping[str, Any], clock: Clock, made: Recipe) -> None:
    """The report: what was done, how long it took, and what it was done with."""
    report = {**work, **clock.told(), **_circumstances(made)}
    with Step("report", path):
        path.write_bytes(seal(report))


def _circumstances(made: Recipe) -> dict[str, Any]:
    return {
        "version": VERSION,
        "compiled": native.running(),
        "rules": made.rules,
        "python": platform.python_version(),
        "pyarrow": import_module("pyarrow").__version__,
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "peak_memory_mb": _peak_memory(),
    }


def _peak_memory() -> dict[str, float] | None:
    """Peak resident MiB of this process and of its largest worker; None where unknown."""
    if resource is None:
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    main = _own_peak() or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {"main": round(main, 1), "worker": round(worker, 1)}


def _own_peak() -> float | None:
    """Peak MiB since this program began, without what its parent had; None where unknown."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else None
