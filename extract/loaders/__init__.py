"""Ways in: the bytes of one file → the text as loaded, and where its parts stood.

The type is seen in the content, never in the file's name. Each loader is a module or package of
this folder named after its format, with one function ``load(data) -> Document``.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders import limits
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
    "xlsx": "sheets.xlsx",
    "xls": "sheets.xls",
    "xlsxml": "sheets.xmlsheet",
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
    try:
        document: Document = import_module(f"{__name__}.{FORMATS[kind]}").load(data)
    except DocumentError as error:
        error.format = kind
        raise
    return _bounded(document)


def _bounded(document: Document) -> Document:
    """The document with no more text than is read: whole lines from its beginning."""
    if len(document.text) <= limits.TEXT:
        return document
    line = document.text.rfind("\n", 0, limits.TEXT)
    end = line if line > limits.TEXT // 2 else limits.TEXT
    return replace(
        document,
        text=document.text[:end],
        blocks=tuple(block for block in document.blocks if block.end <= end),
        unsure=tuple(span for span in document.unsure if span[1] <= end),
        status="partial",
        reason="limit",
    )
