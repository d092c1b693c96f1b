"""OFD: the fixed layout of Chinese offices (版式文档, GB/T 33190-2016), read from its XML.

Characters stand where they are drawn, so lines, paragraphs and ruled tables are put together by
their places. Text of templates and slanted text (水印) is furniture. Seals and annotations are not
read, pictures where no page has words.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, cast
from xml.etree.ElementTree import Element

from extract.errors import DocumentError
from extract.loaders import limits, titles
from extract.loaders.blocks import Piece, join
from extract.loaders.ofd.layout import Part, arrange, at_edge
from extract.loaders.ofd.page import Drawn, box_of, draw, name_of
from extract.loaders.ofd.pictures import Shown, pictures
from extract.loaders.package import open_package, parse_xml, read_part
from extract.loaders.pdf.furniture import CAPTION
from extract.model import Box, Document, Place, Span

if TYPE_CHECKING:
    from zipfile import ZipFile

_MAX_PAGES = limits.PAGES
_MAX_GLYPHS = 2_000_000
_MAX_BODIES = 20
_MAX_IMAGES = 1_000  # of a page that are looked at
_A4: Box = (0.0, 0.0, 595.3, 841.9)
_REPEATED = 3  # pages on which a running head stands at least
_SECRET = ("encryptions.xml", "encryptinfo.xml")


@dataclass(frozen=True, slots=True)
class _Page:
    """One page in reading order."""

    number: int  # from 1
    box: Box
    parts: tuple[Part, ...]
    has_image: bool
    images: tuple[Shown, ...]  # on the page itself, not on what is behind it


def load(data: bytes) -> Document:
    """Read the text of all pages.

    Raises:
        DocumentError: ``corrupt``, ``refused``, ``encrypted`` or ``empty(scanned|no_text)``.
    """
    with open_package(data) as package:
        if any(name.lower().endswith(_SECRET) for name in package.namelist()):
            raise DocumentError("encrypted")
        root = parse_xml(read_part(package, "OFD.xml"))
        reader = _Reader(package)
        for body in [node for node in root if name_of(node) == "DocBody"][:_MAX_BODIES]:
            reader.read(_text(body, "DocRoot"))
        pages = reader.pages
        parts = list(_furnished(pages))
        if not any(part.kind != "furniture" for _, part in parts):
            if reader.failure is not None and not pages:
                raise reader.failure
            return _album(reader, root)
    text, blocks = join(list(_pieces(parts)))
    reason = "page_errors" if reader.failure else reader.stopped
    return Document(
        text=text,
        format="ofd",
        pages=len(pages),
        blocks=blocks,
        status="partial" if reason else "ok",
        reason=reason,
        title=_title(root),
        places=Places.of(parts),
    )


def _album(reader: _Reader, root: Element) -> Document:
    """The document of pages without words, from their pictures."""
    from extract.loaders.image import load_album  # noqa: PLC0415 rarely needed

    try:
        album = load_album(reader.pictures(), "ofd")
    except DocumentError as error:
        drawn = any(page.has_image for page in reader.pages)
        if error.reason == "no_text" and (drawn or _is_signed(root)):
            raise DocumentError("empty", "scanned") from error
        raise
    reason = "page_errors" if reader.failure else album.reason or reader.stopped
    status = "partial" if reason else "ok"
    return replace(album, title=_title(root), status=status, reason=reason)


def _is_signed(root: Element) -> bool:
    return any(name_of(node) == "Signatures" for node in root.iter())


class _Reader:
    """Reads documents of a package page by page; a damaged page costs itself only."""

    def __init__(self, package: ZipFile) -> None:
        self.pages: list[_Page] = []
        self.failure: DocumentError | None = None
        self.stopped: str | None = None  # why the pages behind were not read
        self._package = package
        self._names = {name.lower(): name for name in package.namelist()}
        self._documents: list[tuple[str, Element]] = []
        self._left = _MAX_GLYPHS

    def pictures(self) -> Iterator[bytes]:
        """What the pages show."""
        shown = [each for page in self.pages for each in page.images]
        return pictures(shown, self._documents, self._bytes, self._part)

    def read(self, location: str) -> None:
        """All pages of the document whose root stands at ``location``."""
        folder, root = posixpath.dirname(location.lstrip("/")), self._part("", location)
        self._documents.append((folder, root))
        box, templates = _A4, {}
        for node in root.iter():
            name = name_of(node)
            if name in ("PhysicalBox", "ApplicationBox") and box is _A4:
                box = box_of(node.text) or _A4
            elif name == "TemplatePage":
                templates[node.get("ID", "")] = node.get("BaseLoc", "")
        for node in root.iter():
            if name_of(node) != "Page":
                continue
            if len(self.pages) >= _MAX_PAGES or self._left <= 0:
                self.stopped = "limit"
                return
            limits.expect(len(self.pages) + 1)
            if self.pages and limits.expired():
                self.stopped = "timeout"
                return
            try:
                self._read_page(folder, node.get("BaseLoc", ""), box, templates)
            except DocumentError as error:
                if error.status != "corrupt":
                    raise
                self.failure = self.failure or error

    def _read_page(self, folder: str, location: str, box: Box, templates: dict[str, str]) -> None:
        content = self._part(folder, location)
        own = next((n for n in content.iter() if name_of(n) == "PhysicalBox"), None)
        box = (box_of(own.text) if own is not None else None) or box
        drawn = draw(content, self._left)
        self._left -= len(drawn.glyphs)
        behind = [
            self._template(folder, templates[used])
            for node in content.iter()
            if name_of(node) == "Template" and (used := node.get("TemplateID", "")) in templates
        ]
        parts = [Part(text, kind="furniture") for text in drawn.marks]
        for template in behind:
            parts += [Part(part.text, part.boxes, "furniture") for part in arrange(template, box)]
            parts += [Part(text, kind="furniture") for text in template.marks]
        has_image = bool(drawn.images) or any(template.images for template in behind)
        images = tuple((folder, resource) for resource in drawn.images[:_MAX_IMAGES])
        page = _Page(len(self.pages) + 1, box, (*parts, *arrange(drawn, box)), has_image, images)
        self.pages.append(page)

    def _template(self, folder: str, location: str) -> Drawn:
        drawn = draw(self._part(folder, location), self._left)
        self._left -= len(drawn.glyphs)
        drawn.rules.clear()
        return drawn

    def _part(self, folder: str, location: str) -> Element:
        """A part named relative to ``folder``, or from the root of the package."""
        return parse_xml(self._bytes(folder, location))

    def _bytes(self, folder: str, location: str) -> bytes:
        path = location.strip()
        full = path if path.startswith("/") else posixpath.join("/", folder, path)
        name = posixpath.normpath(full).lstrip("/")
        return read_part(self._package, self._names.get(name.lower(), name))


def _text(parent: Element, name: str) -> str:
    return next((n.text or "" for n in parent.iter() if name_of(n) == name), "")


def _title(root: Element) -> str | None:
    return titles.of_file(_text(root, "Title"))


def _furnished(pages: Sequence[_Page]) -> Iterator[tuple[int, Part]]:
    """Page numbers and parts; lines that come again at the edge of pages become furniture."""
    heads = Counter(key for page in pages for key in {_head(p, page) for p in page.parts} if key)
    for page in pages:
        for part in page.parts:
            if part.kind == "paragraph" and heads[_head(part, page)] >= _REPEATED:
                part.kind = "furniture"
            yield page.number, part


def _head(part: Part, page: _Page) -> str:
    """What makes a running head the same on all pages; nothing elsewhere."""
    boxes = [box for box in part.boxes if box]
    if part.row is not None or not boxes or len(part.text) > 60 or CAPTION.match(part.text):
        return ""
    return part.text if at_edge(boxes[-1][3], boxes[0][1], page.box) else ""


def _pieces(parts: Sequence[tuple[int, Part]]) -> Iterator[Piece]:
    """Pieces with their tables counted through the document."""
    tables: dict[tuple[int, int], int] = {}
    for page, part in parts:
        if part.table is None or part.row is None or part.kind == "furniture":
            yield Piece(part.text, page, kind=part.kind)
        else:
            table = tables.setdefault((page, part.table), len(tables))
            yield Piece(part.text, page, table, part.row)


@dataclass(frozen=True, slots=True)
class Places:
    """Where each character stands: pages and boxes of the parts, by their start in the text."""

    starts: tuple[int, ...]
    pages: tuple[int, ...]
    boxes: tuple[tuple[Box | None, ...], ...]

    @classmethod
    def of(cls, parts: Sequence[tuple[int, Part]]) -> Places:
        """From pages and parts in the order of the text."""
        starts = accumulate((len(part.text) + 1 for _, part in parts), initial=0)
        return cls(
            tuple(starts)[: len(parts)],
            tuple(page for page, _ in parts),
            tuple(tuple(part.boxes) for _, part in parts),
        )

    @classmethod
    def of_told(
        cls, starts: list[int], pages: list[int], boxes: list[list[list[float] | None]]
    ) -> Places:
        """From what ``told`` has made plain."""
        parts = (tuple(cast(Box, tuple(box)) if box else None for box in part) for part in boxes)
        return cls(tuple(starts), tuple(pages), tuple(parts))

    def told(self) -> list[Any]:
        """As plain values."""
        return ["ofd", self.starts, self.pages, self.boxes]

    def __call__(self, spans: Sequence[Span]) -> list[Place | None]:
        """Page and box of each span."""
        return [self._place(start, end) for start, end in spans]

    def _place(self, start: int, end: int) -> Place | None:
        part = bisect_right(self.starts, start) - 1
        if part < 0:
            return None
        first = self.starts[part]
        boxes = [box for box in self.boxes[part][start - first : end - first] if box]
        if not boxes:
            return Place(self.pages[part])
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return Place(self.pages[part], (min(lefts), min(tops), max(rights), max(bottoms)))
