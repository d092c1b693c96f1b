"""What decides the bytes of a dataset beside its input (版本): our code, and packages it uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import metadata
from typing import Any

from extract.version import SCHEMA_VERSION, VERSION

# Those that texts, figures or the written bytes depend on; what is not installed is left out.
PACKAGES = (
    "ahocorasick_rs", "jieba", "lxml", "numpy", "olefile", "onnxruntime", "opencv-python-headless",
    "pdfminer.six", "pdfplumber", "pillow", "pyarrow", "pypdfium2", "python-docx", "rapidocr",
    "regex", "rjieba", "selectolax",
)  # fmt: skip


@cache
def packages() -> dict[str, str]:
    """The installed versions by name."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def made(code: str, rules: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """What a dataset is made with, for its manifest; digests of our code and of the rules."""
    return {
        "version": VERSION,
        "code": code,
        "schema": SCHEMA_VERSION,
        "rules": rules,
        "packages": packages(),
        "options": dict(options),
    }
