"""Pictures of an OFD file without words: what its pages show, by the lists of its resources."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.ofd.page import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from xml.etree.ElementTree import Element

Shown = tuple[str, str]  # folder of a document in the package, identifier of a resource of it
_LISTS = ("PublicRes", "DocumentRes")


def pictures(
    shown: Sequence[Shown],
    documents: Sequence[tuple[str, Element]],
    read: Callable[[str, str], bytes],
    parse: Callable[[str, str], Element],
) -> Iterator[bytes]:
    """Bytes of what is ``shown``, in order, each once; none where a picture is damaged.

    ``documents`` are roots with their folders; ``read`` and ``parse`` take a folder and a name.
    """
    files = {
        (folder, resource): place
        for folder, root in documents
        for resource, place in _files(folder, root, parse)
    }
    for place in dict.fromkeys(files[each] for each in shown if each in files):
        try:
            yield read("", place)
        except DocumentError:  # missing or too large: it costs itself only
            yield b""


def _files(
    folder: str, document: Element, parse: Callable[[str, str], Element]
) -> Iterator[tuple[str, str]]:
    """Identifiers of the pictures of a document with their places in the package."""
    for node in document.iter():
        if name_of(node) not in _LISTS:
            continue
        name = posixpath.join("/", folder, (node.text or "").strip())
        try:
            listed = parse("", name)
        except DocumentError:
            continue
        base = posixpath.join(posixpath.dirname(name), listed.get("BaseLoc", "").strip())
        for medium in listed.iter():
            if name_of(medium) != "MultiMedia" or medium.get("Type", "Image") != "Image":
                continue
            file = next((each.text for each in medium if name_of(each) == "MediaFile"), None)
            if file and file.strip():
                yield medium.get("ID", ""), posixpath.join(base, file.strip())
