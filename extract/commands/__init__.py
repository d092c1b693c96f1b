"""The commands of ``zhengju`` (命令), a module each: arguments in, text out, exit code.

Each module has one function ``add``, which registers its command with the parser of ``cli``; what a
command does stands elsewhere and is imported when it runs.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from extract.objects import is_remote

if TYPE_CHECKING:
    from typing import TypeAlias

    Verbs: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  its only name


def positive(text: str) -> int:
    """A whole number of 1 or more, for ``type=`` of an argument."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def named(text: str) -> str:
    """What is not empty, for ``type=``: "" would be this very folder, as of a variable not set."""
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; name a folder (this one is .)")
    return text


def here(text: str) -> Path:
    """A path of this machine, for ``type=`` of an argument; an address is none."""
    if is_remote(text):
        raise argparse.ArgumentTypeError(
            f"{text} is an address, and only run, verify and status take one for a corpus or a "
            "dataset; copy it to this machine and name the copy"
        )
    return Path(named(text))


def place(text: str) -> Path | str:
    """A path of this machine, or an address as it stands, for ``type=`` of an argument."""
    return text if is_remote(named(text)) else Path(text)
