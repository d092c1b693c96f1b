"""A run that tells on itself: ``python -m tests.audited CORPUS OUTPUT LOG SECONDS MIB``.

Every socket, every file opened for writing outside the allowed folders and every program started
is a line of LOG, also in the workers, which inherit the watch.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

_NET = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "urllib.Request")
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile")
_FILES = (
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "shutil.rmtree",
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def watch(log: Path, allowed: tuple[str, ...]) -> None:
    """Write what must not happen to ``log``, from now on and for ever."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.set_inheritable(descriptor, True)  # forked workers keep nothing else

    def tell(event: str, args: tuple[Any, ...]) -> None:
        if event in _NET or event in _PROGRAMS or _writes_elsewhere(event, args, allowed):
            os.write(descriptor, (json.dumps([event, repr(args)[:300]]) + "\n").encode())

    sys.addaudithook(tell)


def _writes_elsewhere(event: str, args: tuple[Any, ...], allowed: tuple[str, ...]) -> bool:
    if event == "open":
        path, _, flags = args
        if not isinstance(flags, int) or not flags & _WRITES:
            return False
    elif event in _FILES:
        path = args[0]
    else:
        return False
    if not isinstance(path, str | bytes):
        return False  # a descriptor that was opened before
    folder = args[-1] if event in ("os.remove", "os.mkdir") else -1
    base = f"/proc/self/fd/{folder}" if isinstance(folder, int) and folder >= 0 else "."
    return not os.path.realpath(Path(base, os.fsdecode(path))).startswith(allowed)


def main() -> None:
    """Run over a corpus, watched."""
    from extract.lean import import_arrow  # noqa: PLC0415  importing them is not what is watched
    from extract.loaders.limits import MIB, Budget  # noqa: PLC0415
    from extract.pipeline import run  # noqa: PLC0415

    corpus, output, log, seconds, memory = sys.argv[1:]
    import_arrow()
    budget = Budget(total=float(seconds), silence=float(seconds), memory=int(memory) * MIB)
    room = os.path.realpath(Path(output).parent)
    os.environ["TMPDIR"] = room
    watch(Path(log), (room, "/dev/null"))
    run(Path(corpus), Path(output), workers=2, budget=replace(budget, most=2 * float(seconds)))
    status = Path("/proc/self/status").read_text("utf-8")  # of this program, not who started it
    print(re.findall(r"VmHWM:\s+([0-9]+)", status)[0])


if __name__ == "__main__":
    main()
