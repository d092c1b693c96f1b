"""The environment of the peers (对照环境), and one process in it that takes turns with ours."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
PINNED = ROOT / "requirements" / "bench.txt"
_SCRIPT = Path(__file__).with_name("peer.py")


def interpreter(folder: Path = ROOT / "build" / "peers") -> Path:
    """The peers' Python; the environment is made when their pins have changed.

    Raises:
        SystemExit: it cannot be made.
    """
    python, mark = folder / "bin" / "python", folder / "pinned.txt"
    pinned = PINNED.read_text("utf-8")
    if not mark.exists() or mark.read_text("utf-8") != pinned:
        print(f"bench: installing the peers into {folder}", file=sys.stderr)
        pip = [str(python), "-m", "pip", "-qq", "--disable-pip-version-check", "install"]
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)  # noqa: S603
            builders = ROOT / "requirements" / "build.txt"
            subprocess.run([*pip, "--require-hashes", "-r", str(builders)], check=True)  # noqa: S603
            wanted = ["--no-build-isolation", "--require-hashes", "-r", str(PINNED)]
            subprocess.run([*pip, *wanted], check=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError) as error:
            raise SystemExit(f"bench: the peers cannot be installed: {error}") from error
        mark.write_text(pinned, "utf-8")
    return python


class Peers:
    """A process of the peers' environment; a context manager."""

    def __init__(self, python: Path) -> None:
        self._command = [str(python), "-u", str(_SCRIPT)]

    def __enter__(self) -> Self:
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603  our script, their interpreter
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._errors, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def versions(self) -> dict[str, str]:
        """What is installed there, by name."""
        found: dict[str, str] = json.loads(self._asked("versions"))
        return found

    def seconds(self, task: str, path: Path) -> float:
        """CPU seconds of one pass of a peer over the files below ``path``, its start-up left out.

        Raises:
            SystemExit: the peer failed.
        """
        return float(self._asked(f"{task} {path}"))

    def _asked(self, what: str) -> str:
        told, heard = self._process.stdin, self._process.stdout
        if told is None or heard is None:
            raise SystemExit("bench: the peers' process has no pipes")
        told.write(f"{what}\n")
        told.flush()
        answer = heard.readline().strip()
        if not answer:
            self._errors.seek(0)
            why = self._errors.read()[-2000:].decode(errors="replace")
            raise SystemExit(f"bench: the peer failed at {what}:\n{why}")
        return answer
