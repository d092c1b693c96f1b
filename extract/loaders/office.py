"""LibreOffice, where it is installed: turns what we cannot read (Word 6, 95, ODT) to DOCX.

It works in a folder and with a profile of its own that are gone afterwards, without a window,
without macros and without network fetches of linked content; it is started directly, never through
a shell, and killed with its children when its time is over.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders import docx, limits

if sys.platform == "linux":
    import resource

if TYPE_CHECKING:
    from extract.model import Document

SECONDS: float = limits.OFFICE_SECONDS
_NAMES = ("soffice", "libreoffice")
_MAX_INPUT = limits.OFFICE
_MAX_SPACE = limits.OFFICE_SPACE
_FILTERS = {"doc": "MS Word 95", "odt": "writer8"}  # what to read it as; never by its looks
_HINT = "LibreOffice (soffice) could read it; it is not installed on this machine"
# The profile's settings: macros never run, links are never followed, nothing asks.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"
 oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def load(data: bytes, kind: str) -> Document:
    """Convert a document of ``kind`` (a key of ``_FILTERS``) and read the result.

    Raises:
        DocumentError: ``unsupported(kind)`` where LibreOffice is missing or cannot read it either,
            ``timeout``, ``refused(size)``, and what the DOCX loader says.
    """
    program = find()
    if program is None:
        raise DocumentError("unsupported", kind, f"unsupported({kind}): {_HINT}")
    if len(data) > _MAX_INPUT:
        raise DocumentError("refused", "size")
    return replace(docx.load(_converted(program, data, kind)), format=kind)


@cache
def find() -> str | None:
    """Return the absolute path of LibreOffice, None where there is none."""
    found = (shutil.which(name) for name in _NAMES)
    return next((str(Path(path).resolve()) for path in found if path), None)


def _converted(program: str, data: bytes, kind: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="zhengju-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        (folder / "in").write_bytes(data)
        _run(
            [
                program,
                f"-env:UserInstallation={profile.as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
                f"--infilter={_FILTERS[kind]}",
                *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out")),
                str(folder / "in"),
            ],
            folder,
        )
        made = folder / "out" / "in.docx"
        if not made.is_file():
            raise DocumentError("unsupported", kind)
        return made.read_bytes()


def _run(command: list[str], folder: Path) -> None:
    """Run to the end or to the limit of time, and leave no process behind."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
    }
    with subprocess.Popen(  # noqa: S603 a list, an absolute path, no word of it from the document
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,  # in our session still: who ends us, and all that is in it, finds it
    ) as process:
        try:
            _limit(process.pid)
            _wait(process)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait to its end, and give signs meanwhile: to whoever watches us it is silent."""
    left = float(SECONDS)
    while left > 0:
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(left, 1.0))
            return
        left -= 1.0
        limits.sign()
    raise DocumentError("timeout")


def _limit(process: int) -> None:
    """Limits of its own: it needs more room than our readers, and ends if nobody waits for it."""
    if sys.platform != "linux":
        return
    for which, most in ((resource.RLIMIT_CPU, int(SECONDS) + 1), (resource.RLIMIT_AS, _MAX_SPACE)):
        hard = resource.getrlimit(which)[1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(OSError, ValueError):
            resource.prlimit(process, which, (soft, hard))
