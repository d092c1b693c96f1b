"""A loaded document as bytes (冻存), so that another rule can read its text without the loader.

JSON, compressed, behind a checksum; nothing is pickled. Where the parts of the text stand on pages
is kept as each format knows it; a PDF's boxes stay in the file, which is then needed again.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from extract import checked
from extract.model import Block, Document

SUFFIX = ".text"
ALONE, WITH_FILE = b"zhengju text 1 a", b"zhengju text 1 f"  # whether the file is needed as well
_CODEC = "zstd"
_SIZE = 8  # bytes of the length of what is compressed
_MOST = 512 << 20  # bytes of a document that are taken back
_CHEAP = frozenset({"txt"})  # loaded as fast as it is read back
_UNSURE = frozenset({"timeout", "memory"})  # reasons that another try may not have
_PLAIN = tuple(f.name for f in fields(Document) if f.name not in ("blocks", "places"))
_TUPLES = ("flags", "attachments")


class Shelf:
    """The documents that one version of the loaders has read, by ``doc_id``."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when something is kept."""
        self.folder = folder

    def find(self, doc_id: str) -> bytes | None:
        """What was kept of a document, where it is undamaged."""
        with suppress(OSError):
            body = checked.content(checked.read(self._file(doc_id)))
            if body is not None and body[: len(ALONE)] in (ALONE, WITH_FILE):
                return bytes(body)
        return None

    def keep(self, doc_id: str, document: Document) -> None:
        """Keep a document, where that pays and can be done; whole or not at all."""
        data = frozen(document)
        if data is None:
            return
        with suppress(OSError):  # then the next run has more to do
            target = self._file(doc_id)
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, suffix=".new")
            with os.fdopen(handle, "wb") as file:
                file.write(data + checked.checksum(data))
            Path(name).replace(target)

    def _file(self, doc_id: str) -> Path:
        return self.folder / doc_id[:2] / f"{doc_id[2:]}{SUFFIX}"


def sweep(place: Path, shelf: Shelf | None, used: Collection[str]) -> None:
    """Keep of all shelves in ``place`` only the documents of this one that are ``used``."""
    if shelf is None:
        shutil.rmtree(place, ignore_errors=True)
        return
    for folder in place.glob("*"):
        if folder != shelf.folder:
            shutil.rmtree(folder, ignore_errors=True)
    for file in shelf.folder.glob("[0-9a-f][0-9a-f]/*"):
        if file.suffix != SUFFIX or file.parent.name + file.stem not in used:
            file.unlink(missing_ok=True)


@lru_cache(2)
def shelf(folder: str) -> Shelf:
    """The shelf in a folder."""
    return Shelf(Path(folder))


def needs_file(data: bytes) -> bool:
    """Whether the bytes of the file are needed to thaw a document."""
    return data.startswith(WITH_FILE)


def frozen(document: Document) -> bytes | None:
    """A document as bytes; None where it does not pay, or would not be the same."""
    if document.format in _CHEAP or document.reason in _UNSURE:
        return None
    told = getattr(document.places, "told", None)
    places = told() if told is not None else None
    if document.places is not None and places is None:
        return None
    import pyarrow as pa  # noqa: PLC0415  slow, so after the first reading

    plain = {name: getattr(document, name) for name in _PLAIN}
    plain["blocks"] = [list(column) for column in zip(*document.blocks, strict=True)]
    plain["places"] = places
    raw = json.dumps(plain).encode()
    mark = WITH_FILE if _is_in_file(places) else ALONE
    return mark + len(raw).to_bytes(_SIZE, "little") + bytes(pa.compress(raw, _CODEC, asbytes=True))


def thawed(data: bytes, file: bytes | None) -> Document:
    """The document again; ``file`` are the bytes that it was loaded from, where they are needed.

    Raises:
        ValueError: it is none.
    """
    import pyarrow as pa  # noqa: PLC0415  slow, so where there is something to thaw

    start = len(ALONE) + _SIZE
    length = int.from_bytes(data[len(ALONE) : start], "little")
    if length > _MOST:
        raise ValueError("length")
    plain: dict[str, Any] = json.loads(pa.decompress(data[start:], length, _CODEC, asbytes=True))
    blocks = tuple(map(Block, *plain.pop("blocks"))) if plain["blocks"] else plain.pop("blocks")
    places = plain.pop("places")
    plain |= {name: tuple(plain[name]) for name in _TUPLES}
    plain["unsure"] = tuple((start, end) for start, end in plain["unsure"])
    return Document(**plain, blocks=tuple(blocks), places=_places(places, file))


def _places(told: list[Any] | None, file: bytes | None) -> Any:  # noqa: ANN401  what answers for spans
    """What answers for spans, as the loader of its kind makes it."""
    if told is None:
        return None
    kind, *rest = told
    if kind == "pdf":
        from extract.loaders.pdf.places import Map, Places  # noqa: PLC0415  brings the engine

        return Places(file or b"", Map([tuple(run) for run in rest[0]], rest[1]))
    if kind == "ofd":
        from extract.loaders.ofd import Places as OfdPlaces  # noqa: PLC0415  only for its kind

        return OfdPlaces.of_told(*rest)
    from extract.loaders.scan.text import Answers  # noqa: PLC0415  only for its kind

    return Answers.of_told(rest[0], _places(rest[1], file))


def _is_in_file(places: list[Any] | None) -> bool:
    """Whether boxes are to be fetched from a PDF, the others' among them."""
    if places is None:
        return False
    return places[0] == "pdf" or (places[0] == "scan" and _is_in_file(places[2]))
