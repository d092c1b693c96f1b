"""Pictures of a Word file without words: pages that somebody scanned and pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.docx_xml import attribute, local

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_parts import Parts

# Elements that show a picture, with the attribute that names its relation (VML in older files).
_SHOWS = {"blip": "embed", "imagedata": "id"}
_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")


def pictures(parts: Parts, root: Element) -> Iterator[bytes]:
    """Bytes of the pictures of the main part, in order, each once; none where they are damaged."""
    relations = parts.relations(parts.main)
    shown = (attribute(node, _SHOWS.get(local(node.tag), "")) for node in root.iter())
    found = [relations[name] for name in shown if name and name in relations]
    names = dict.fromkeys(each.target for each in found if not each.external)
    for name in names:
        if name in parts.names and name.lower().endswith(_ENDINGS):
            try:
                yield parts.data(name) or b""
            except DocumentError:  # too large a picture costs itself only
                yield b""
