"""Ways in: the bytes of one file → the text as loaded, and where its parts stood.

The type is seen in the content, never in the file's name. Each loader is a module of this folder
named after its format, with one function ``load(data) -> Document``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.sniff import sniff

if TYPE_CHECKING:
    from extract.model import Document

# What ``sniff`` says → the module that loads it, imported on first use: a run over text never pays
# for the PDF engines.
FORMATS = {
    "txt": "txt",
    "docx": "docx",
    "pdf": "pdf",
    "html": "html",
    "mhtml": "mhtml",
    "xlsx": "xlsx",
    "xls": "xls",
    "xlsxml": "xmlsheet",
    "ofd": "ofd",
    "doc": "doc",
    "rtf": "rtf",
    "odt": "odt",
    "image": "image",
}


def load(data: bytes) -> Document:
    """Read one file's bytes.

    Raises:
        DocumentError: nothing could be read; carries ``status`` and ``reason`` of ``documents``.
    """
    if not data:
        raise DocumentError("empty", "zero_bytes")
    kind = sniff(data)
    if kind == "encrypted":
        raise DocumentError("encrypted")
    if kind not in FORMATS:
        raise DocumentError("unsupported", kind)
    document: Document = import_module(f"{__name__}.{FORMATS[kind]}").load(data)
    return document
