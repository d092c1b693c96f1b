"""LibreOffice, where it is installed: Word files of 1997 and PDFs of an office suite."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

TOOL = shutil.which("soffice")
_FILTERS = {
    "doc": "doc:MS Word 97",
    "pdf": "pdf:writer_pdf_Export",
    "rtf": "rtf:Rich Text Format",
    "txt": "txt:Text (encoded):UTF8",
}
_SECONDS = 180


def convert(files: dict[str, bytes], to: str, suffix: str = "docx") -> dict[str, bytes]:
    """Convert files in one go: the same names with the bytes of format ``to``."""
    if TOOL is None:
        raise FileNotFoundError("soffice is not installed")
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder) / "home", Path(folder) / "out"
        paths = {name: Path(folder) / f"{at}.{suffix}" for at, name in enumerate(files)}
        for name, data in files.items():
            paths[name].write_bytes(data)
        command = [TOOL, f"-env:UserInstallation={home.as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", _FILTERS[to], "--outdir", str(out), *map(str, paths.values())]
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
        return {name: (out / f"{path.stem}.{to}").read_bytes() for name, path in paths.items()}
