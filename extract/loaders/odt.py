"""ODT: the text documents of OpenDocument, by way of LibreOffice where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.loaders import office

if TYPE_CHECKING:
    from extract.model import Document


def load(data: bytes) -> Document:
    """Read an OpenDocument text.

    Raises:
        DocumentError: ``unsupported(odt)`` without LibreOffice, and what ``office.load`` says.
    """
    return office.load(data, "odt")
