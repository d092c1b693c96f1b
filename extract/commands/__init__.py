"""The commands of ``zhengju`` (命令), a module each: arguments in, text out, exit code.

Each module has one function ``add``, which registers its command with the parser of ``cli``; what a
command does stands elsewhere and is imported when it runs.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeAlias

    Verbs: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  its only name


def positive(text: str) -> int:
    """A whole number of 1 or more, for ``type=`` of an argument."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
