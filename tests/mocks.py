"""Loaders that do what hostile files make real ones do: the first word of a file names its deed."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders import limits
from extract.model import Document
from extract.processes import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

MIB = 2**20


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the mock loader in the place of the real ones; forked workers inherit it."""
    monkeypatch.setattr("extract.batch.load", load)


def load(data: bytes) -> Document:
    """A text that says what it was told to do, once it has done it."""
    word, _, rest = data.decode().partition(" ")
    said = DEEDS[word](rest) if word in DEEDS else None
    if isinstance(said, Document):
        return said
    return Document(said or data.decode(), "txt", encoding="utf-8")


def _hang_in_c(_: str) -> None:
    ctypes.PyDLL(None).pause()  # holds the interpreter's lock: no thread of ours could help


def _sleep(_: str) -> None:
    time.sleep(100)


def _spin(_: str) -> None:
    while True:
        pass


def _spin_with_signs(_: str) -> None:
    while True:
        limits.sign()


def _pages(rest: str) -> Document:
    """Pages that take their time, and a loader that keeps what it has."""
    total = int(rest)
    limits.expect(total)
    read = 0
    while read < total and not limits.expired():
        time.sleep(0.05)
        read += 1
    status, reason = ("ok", None) if read == total else ("partial", "timeout")
    text = "\n".join(["page"] * read)
    return Document(text, "pdf", pages=total, status=status, reason=reason)


def _no_memory(_: str) -> None:
    raise MemoryError


def _eat_memory(_: str) -> None:
    eaten = []
    while True:
        eaten.append(bytes(b"x" * 16 * MIB))


def _exit(_: str) -> None:
    os._exit(3)


def _kill(rest: str) -> None:
    if rest != "careful" or not limits.careful():
        os.kill(os.getpid(), signal.SIGKILL)


def _stop(rest: str) -> None:
    if rest != "once" or not limits.careful():
        os.kill(os.getpid(), signal.SIGSTOP)


def _crash(_: str) -> None:
    ctypes.string_at(1)


def _abort(_: str) -> None:
    os.abort()


def _long_text(_: str) -> Document:
    return Document("县县县\n" * (MIB // 2), "txt")


def _long_reply(_: str) -> None:
    """Write far more than a reply may have past the worker, as a broken process might."""
    _say(b"\xff" * MIB)


def _chatter(_: str) -> None:
    """Signs without end, that would keep a patient listener from all others."""
    while True:
        _say(wire.frame(wire.SIGN, wire.NUMBER.pack(1)) * 100)


def _begin_again(_: str) -> None:
    """The clock of the document would start anew each time."""
    while True:
        _say(wire.frame(wire.STARTED, wire.NUMBER.pack(0)))
        time.sleep(0.1)


def _odd_number(_: str) -> None:
    _say(wire.frame(wire.REFUSED, wire.NUMBER.pack(1 << 40)))
    time.sleep(100)


def _say(data: bytes) -> None:
    """Past the worker, as a broken process might."""
    for number in range(3, 64):
        with suppress(OSError):
            if str(Path(f"/proc/self/fd/{number}").readlink()).startswith("socket:"):
                while data:
                    data = data[os.write(number, data) :]


def _flood(_: str) -> str:
    for _block in range(64):
        os.write(1, b"x" * MIB)
        os.write(2, b"x" * MIB)
    sys.stdout.write("x" * MIB)
    sys.stderr.write("x" * MIB)
    return "flooded"


def _fork(_: str) -> str:
    """A child that outlives the document, and comes back into our code."""
    if os.fork() == 0:
        time.sleep(0.2)
    return "forked"


def _fork_and_die(_: str) -> None:
    if os.fork() == 0:
        os.setpgid(0, 0)
        time.sleep(100)
    os.kill(os.getpid(), signal.SIGKILL)


def _write(rest: str) -> str:
    with open(rest, "wb") as file:  # noqa: PTH123  as a loader's engine would
        file.write(b"x" * 8 * MIB)
    return "written"


def _held(_: str) -> str:
    """What stands behind the descriptors of this process."""
    return " ".join(str(entry.resolve()) for entry in Path("/proc/self/fd").iterdir())


def _limits(_: str) -> str:
    names = ("CORE", "FSIZE", "NOFILE", "CPU", "AS")
    told = [resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in names]
    return " ".join(f"limit{name}={value}" for name, value in zip(names, told, strict=True))


def _refuse(_: str) -> None:
    raise DocumentError("refused", "depth")


DEEDS: dict[str, Callable[[str], Document | str | None]] = {
    "!abort": _abort,
    "!begin_again": _begin_again,
    "!bug": lambda rest: DEEDS[f"no {rest}"](rest),
    "!chatter": _chatter,
    "!crash": _crash,
    "!eat": _eat_memory,
    "!exit": _exit,
    "!flood": _flood,
    "!fork": _fork,
    "!fork_and_die": _fork_and_die,
    "!hang": _hang_in_c,
    "!held": _held,
    "!kill": _kill,
    "!limits": _limits,
    "!long_reply": _long_reply,
    "!long_text": _long_text,
    "!no_memory": _no_memory,
    "!odd_number": _odd_number,
    "!pages": _pages,
    "!refuse": _refuse,
    "!sleep": _sleep,
    "!spin": _spin,
    "!spin_with_signs": _spin_with_signs,
    "!stop": _stop,
    "!write": _write,
}
