"""Interrupts (中断): the first one ends a run in order, the second at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_CODE = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """What an interrupt raises; its words tell what became of the run.

    A type of its own: of the plain one that passes an ``exec`` (each dataclass has one) Python
    remembers that nobody caught it, and ends by the signal in spite of our exit code.
    """


class _Arrived:
    """What has come so far, and whether it has to wait."""

    def __init__(self) -> None:
        self.seen = False  # an interrupt has come
        self.due = False  # and waits for the end of what must not be torn
        self.holding = 0


_arrived = _Arrived()


@contextmanager
def caught() -> Iterator[None]:
    """Make SIGINT and SIGTERM raise ``Interrupted``, once; another one ends the process."""
    if hasattr(signal, "SIGCHLD") and signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # else nobody learns how a worker ended
    _arrived.seen = _arrived.due = False
    before = [signal.signal(number, _handle) for number in _SIGNALS]
    hook = sys.unraisablehook
    try:
        yield
    finally:
        if not _arrived.seen:  # else what is half made goes after us
            sys.unraisablehook = hook
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def held() -> Iterator[None]:
    """Let an interrupt wait until the steps within are done: they are few, and belong together."""
    _arrived.holding += 1
    try:
        yield
    finally:
        _arrived.holding -= 1
        if _arrived.due and not _arrived.holding:
            _arrived.due = False
            raise Interrupted


def _passed_over(_unraisable: object) -> None:
    """What an interrupt leaves half made complains when it goes; nobody has use for that."""


def _handle(_signal: int, _frame: FrameType | None) -> None:
    if _arrived.seen:
        os._exit(EXIT_CODE)  # workers end with us; the next run removes what is left
    _arrived.seen = True
    sys.unraisablehook = _passed_over
    if _arrived.holding:
        _arrived.due = True
    else:
        raise Interrupted
