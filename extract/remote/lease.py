"""One run at a time writes to an output elsewhere (租约): an object that says who, and since when.

A store knows no lock that ends with its holder. The object is made only where there is none, it is
renewed while the run lasts, and one that was not renewed for long is taken over. On stores that can
make an object only if it is not there (S3 can) two runs never begin together, but for the moment in
which both find the same dead lease. So it is looked at again before anything is replaced.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from extract.errors import OutputError, OutputLockedError
from extract.objects import patiently, why

RENEWED = 60.0  # seconds between two signs of life
LASTS = 600.0  # seconds after the last one; clocks of two machines may differ by a few minutes

Told = dict[str, Any]


class Lease:
    """The lease of an output; a context manager.

    Raises ``OutputLockedError`` where another run has it and ``OutputError`` where it cannot be
    written.
    """

    def __init__(self, system: Any, path: str, output: str) -> None:  # noqa: ANN401  fsspec's
        """``path`` is that of the object; nothing is touched before ``with``."""
        self._system = system
        self._path = path
        self._output = output
        self._began = time.time()
        self._token = secrets.token_hex(16)
        self._ended = threading.Event()
        self._renewer = threading.Thread(target=self._renew, daemon=True, name="zhengju-lease")

    def __enter__(self) -> Self:
        try:
            self._take()
        except OutputError:
            raise
        except Exception as error:  # each store has errors of its own
            raise OutputError(f"{self._output} cannot be written ({why(error)})") from error
        self._renewer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._renewer.join()
        with suppress(Exception):  # it ends by itself
            if self._is_ours(self._holder()):
                patiently(self._system.rm_file, self._path)

    def check(self) -> None:
        """Raise ``OutputLockedError`` where the lease is not ours any more."""
        found = self._holder()
        if not self._is_ours(found):
            raise self._locked(found)

    def _take(self) -> None:
        for _ in range(2):
            if self._made():
                return
            found = self._holder()
            if self._is_ours(found):  # the store made it, and its answer was lost
                return
            if found is not None and not _is_dead(found):
                break
            with suppress(FileNotFoundError):
                patiently(self._system.rm_file, self._path)
        raise self._locked(self._holder())

    def _made(self) -> bool:
        """Make the object; False where there is one."""
        try:
            patiently(self._system.pipe_file, self._path, self._told(), mode="create")
        except FileExistsError:
            return False
        except (NotImplementedError, TypeError, OSError) as error:
            if isinstance(error, OSError) and error.errno != errno.ENOSYS:
                raise
            # A store that cannot be told to make only what is not there.
            if self._system.exists(self._path):
                return False
            patiently(self._system.pipe_file, self._path, self._told())
        return True

    def _renew(self) -> None:
        while not self._ended.wait(RENEWED):
            with suppress(Exception):  # the next one may get through
                if self._is_ours(self._holder()):
                    self._system.pipe_file(self._path, self._told())

    def _told(self) -> bytes:
        told = {
            "host": socket.gethostname(), "pid": os.getpid(), "began": self._began,
            "seen": time.time(), "token": self._token,
        }  # fmt: skip
        return json.dumps(told).encode()

    def _holder(self) -> Told | None:
        """Who has the lease; None where nobody has, or nobody can tell."""
        try:
            found = json.loads(patiently(self._system.cat_file, self._path))
            return {"host": str(found["host"]), "pid": int(found["pid"]), "token": found["token"],
                    "began": float(found["began"]), "seen": float(found["seen"])}  # fmt: skip
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _is_ours(self, found: Told | None) -> bool:
        return found is not None and found["token"] == self._token

    def _locked(self, found: Told | None) -> OutputLockedError:
        who = "another run"
        if found is not None:
            began = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(found["began"]))
            who += f" (process {found['pid']} on {found['host']}, since {began} UTC)"
        return OutputLockedError(
            f"{self._output} is being written by {who}; wait for it, or name another --output"
        )


def _is_dead(found: Told) -> bool:
    """Whether the holder has ended for certain, or has shown no sign of life for long."""
    if time.time() - found["seen"] > LASTS:
        return True
    if found["host"] != socket.gethostname() or os.name == "nt":
        return False
    try:
        os.kill(found["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
