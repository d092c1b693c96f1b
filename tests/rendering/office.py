"""LibreOffice, where it is installed: Word files of 1997 and PDFs of an office suite."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pylopdf_fonts_zh_cn

TOOL = shutil.which("soffice")
_FILTERS = {
    "doc": "doc:MS Word 97",
    "pdf": "pdf:writer_pdf_Export",
    "rtf": "rtf:Rich Text Format",
    "txt": "txt:Text (encoded):UTF8",
}
_SECONDS = 180
# A font for Chinese, which a server seldom has.
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{folder}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
</fontconfig>"""


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
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(
            _FONTS.format(folder=pylopdf_fonts_zh_cn.sans_path().parent, cache=folder), "utf-8"
        )
        subprocess.run(  # noqa: S603
            command,
            check=True,
            capture_output=True,
            timeout=_SECONDS,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        return {name: (out / f"{path.stem}.{to}").read_bytes() for name, path in paths.items()}
