"""A whole run watched from outside (观察运行): memory, open files and children of its process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICK = 0.1  # seconds


@dataclass(slots=True)
class Watched:
    """What was seen of one process: MiB, open files at most, dead children that stayed."""

    code: int = 0
    wall: float = 0.0
    said: str = ""
    memory: list[float] = field(default_factory=list)  # resident, at each look
    files: int = 0
    zombies: int = 0  # looks in a row with the same dead child, at most
    left: list[str] = field(default_factory=list)  # in its folder for temporary files, at the end


def watch(corpus: Path, output: Path, scratch: Path, *options: str) -> Watched:
    """``zhengju run`` as a process of its own, with its temporary files in ``scratch``."""
    scratch.mkdir(exist_ok=True)
    seen = Watched()
    command = [sys.executable, "-m", "extract", "run", str(corpus), "--output", str(output)]
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  our own command
        [*command, *options], env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        dead: dict[int, int] = {}
        while process.poll() is None:
            dead = _look(process.pid, seen, dead)
            time.sleep(_TICK)
        seen.said = process.stdout.read() if process.stdout else ""
    seen.code, seen.wall = process.returncode, time.perf_counter() - began
    seen.left = sorted(path.name for path in scratch.iterdir())
    return seen


def _look(pid: int, seen: Watched, dead: dict[int, int]) -> dict[int, int]:
    """Take down what the process has; for each dead child how often it was seen by now."""
    with suppress(OSError, ValueError, IndexError):  # it has just ended
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        seen.memory.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        seen.files = max(seen.files, sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        dead = {int(c): dead.get(int(c), 0) + 1 for c in children if _state(int(c)) == "Z"}
        seen.zombies = max(seen.zombies, *dead.values(), 0)
    return dead


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
