"""What decides the bytes of a dataset beside its input (版本): our code, and packages it uses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from typing import Any

from extract.native import PACKAGE
from extract.version import SCHEMA_VERSION, VERSION

# Those that texts, figures or the written bytes depend on; what is not installed is left out.
PACKAGES = (
    "ahocorasick_rs", "jieba", "lxml", "olefile", "onnxruntime", "opencv-python-headless",
    "pdfminer.six", "pdfplumber", "pyarrow", "pypdfium2", "python-docx", "rapidocr",
    "regex", "rjieba", "selectolax",
)  # fmt: skip


@cache
def code() -> str:
    """SHA-256 over the names and bytes of our own sources."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def packages() -> dict[str, str]:
    """The installed versions by name."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def made(rules: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """What a dataset is made with, for its manifest; ``rules`` is the SHA-256 of the rule files."""
    return {
        "version": VERSION,
        "code": code(),
        "schema": SCHEMA_VERSION,
        "rules": rules,
        "packages": packages(),
        "options": dict(options),
    }
