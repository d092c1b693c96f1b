"""Standard streams (标准流): there from the start, and never what a run ends by."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def prepare() -> None:
    """Make all three of them fit for whatever is said.

    In the place of one that was closed stands nothing, else the next file opened would take it and
    get what is meant for a terminal; a character that one cannot show is written by its number.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    sys.stdout = sys.stdout or _nothing()
    sys.stderr = sys.stderr or _nothing()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def unheard(stream: TextIO) -> Iterator[None]:
    """What is said there may be lost: whoever read it has gone, or the disk of a log is full."""
    try:
        yield
    except OSError:
        discard(stream)


def discard(stream: TextIO) -> None:
    """Nothing more goes to a stream that cannot be written, not even what it still holds."""
    number = os.open(os.devnull, os.O_WRONLY)
    with suppress(io.UnsupportedOperation):  # a stand-in without a file
        os.dup2(number, stream.fileno())
    os.close(number)


def one_line(text: str) -> str:
    r"""The text on one line, without what a terminal would obey: ``\x1b`` for an escape."""
    return _UNSHOWN.sub(by_number, text.replace("\t", " | ").replace("\n", "⏎"))


def by_number(found: re.Match[str]) -> str:
    r"""A character by its number, a raw byte of a path as ``\xe9``."""
    code = ord(found[0])  # of a raw byte its surrogate
    byte = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
    return f"\\x{byte:02x}" if byte < 0x80 or byte != code else f"\\u{code:04x}"


def warn(line: str) -> None:
    """A line on standard error, if anybody hears it."""
    with unheard(sys.stderr):
        print(line, file=sys.stderr)


def _nothing() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  no path
