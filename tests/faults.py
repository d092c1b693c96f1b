"""Disks that fail and processes that end at a named step of a run's writes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from extract.commit.steps import Name, Step

if TYPE_CHECKING:
    from types import TracebackType

    import pytest

    from extract.errors import OutputError

Deed = Callable[[Step], None]


def strike(
    monkeypatch: pytest.MonkeyPatch, name: Name, deed: Deed, *, nth: int = 1, after: bool = False
) -> None:
    """Do the deed once, at the n-th step of that name: before its write, or after it."""
    left = [nth]
    enter, leave = Step.__enter__, Step.__exit__

    def is_it(step: Step) -> bool:
        left[0] -= step.name == name
        return step.name == name and left[0] == 0

    def entering(step: Step) -> None:
        enter(step)
        if not after and is_it(step):
            deed(step)

    def leaving(
        step: Step,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        leave(step, kind, error, trace)
        if after and kind is None and is_it(step):
            deed(step)

    monkeypatch.setattr(Step, "__enter__", entering)
    monkeypatch.setattr(Step, "__exit__", leaving)


def refusal(number: int) -> Deed:
    """The system refuses the write with this ``errno``."""
    convert = Step.__exit__

    def refuse(step: Step) -> None:
        convert(step, OSError, OSError(number, os.strerror(number)), None)

    return refuse


def death(_step: Step) -> None:
    """The process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def path_of(error: OutputError) -> str:
    """The path that a message names."""
    return str(error).partition(" cannot be written")[0]


def in_child(action: Callable[[], object]) -> int:
    """The exit code of a forked process that does it; negative for a signal."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
