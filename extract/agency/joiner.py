"""What a process of the agency stage does (汇总进程): one bucket after the other.

Our own code on our own data: there are no clocks and no limits. It ends with its parent.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from extract.agency.groups import bucket_of, work
from extract.cache.groupstore import GroupStore
from extract.errors import ZhengjuError
from extract.processes import wire
from extract.processes.worker import OUT_OF_MEMORY, belong

if TYPE_CHECKING:
    from io import BufferedReader

    from extract.agency.stage import StageRules

BUCKET, DONE, REFUSED, BROKEN = b"B", b"D", b"R", b"X"


@dataclass(frozen=True, slots=True)
class Start:
    """What such a process has to know."""

    parent: int  # process id
    folder: str  # for temporary files
    spill: str  # where rows are, and results go …
    kept: str = ""  # … unless they are kept here, for the next run
    version: str = ""  # of what makes them

    def told(self) -> str:
        """As JSON, for a process that is started from scratch."""
        return json.dumps(asdict(self))


def main(descriptor: int, told: str) -> NoReturn:
    """A process started from scratch: ``descriptor`` is its socket, ``told`` a ``Start``."""
    from extract.agency.stage import StageRules  # noqa: PLC0415  forked processes have it
    from extract.panel import coverage  # noqa: PLC0415
    from extract.rulebook import load  # noqa: PLC0415

    book = load()
    rules = StageRules(book.catalogue, coverage.load(), book.checks)
    serve(socket.socket(fileno=descriptor), rules, Start(**json.loads(told)))


def serve(link: socket.socket, rules: StageRules, start: Start) -> NoReturn:
    """Work on buckets until there are no more, and end the process."""
    code = 1
    try:
        belong(start.parent, start.folder)
        gc.freeze()  # what came from the parent stays shared with it
        gc.disable()  # rows make no circles; looking for some takes a sixth of the time
        kept = GroupStore(Path(start.kept), start.version) if start.kept else None
        with link.makefile("rb") as stream:
            while (told := _next(stream)) is not None:
                link.sendall(_done(told, rules, Path(start.spill), kept))
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def _next(stream: BufferedReader) -> bytes | None:
    head = stream.read(wire.HEAD.size)
    if len(head) < wire.HEAD.size:
        return None
    return stream.read(wire.HEAD.unpack(head)[1])


def _done(told: bytes, rules: StageRules, folder: Path, kept: GroupStore | None) -> bytes:
    """Do what was told; the frame that says how it went."""
    try:
        bucket = bucket_of(told)
        return wire.frame(DONE, os.fsencode(work(bucket, folder, rules, kept)))
    except ZhengjuError as error:
        return wire.frame(REFUSED, str(error).encode())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the parent says what it was
        return wire.frame(BROKEN, traceback.format_exc().encode())
