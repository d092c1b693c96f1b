"""The parts of a Word file and the relations between them (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from extract.errors import DocumentError
from extract.loaders.docx_lazy import Elements
from extract.loaders.package import parse_xml, read_head, read_part

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_HEAD = 2**16  # bytes; python-docx's styles are five times that
_ROOT = ""  # the package itself, as the source of relations
# Relations that a reader of the text is told of: something outside would be shown, or run.
_LINKS = frozenset({"hyperlink"})
_OBJECTS = frozenset({"oleObject", "package"})  # a workbook, say: the page shows its picture


class Relation(NamedTuple):
    """One entry of a ``.rels`` part."""

    kind: str  # last word of its type: "styles", "image", …
    target: str  # name of the part, or an address where it is external
    external: bool


class Parts:
    """Parts by name, read once each. What is damaged but not the main part is noted, not fatal."""

    def __init__(self, package: ZipFile) -> None:
        self.package = package
        self.names = frozenset(package.namelist())
        self.damaged = False
        self._elements: list[Elements] = []
        self._relations: dict[str, dict[str, Relation]] = {}
        self.main = self._main()

    def _main(self) -> str:
        """Follow the package's relation to its main part; Word's usual name where there is none."""
        return self.target(_ROOT, "officeDocument") or "word/document.xml"

    def relations(self, part: str) -> dict[str, Relation]:
        """What ``part`` points to, by identifier."""
        known = self._relations.get(part)
        if known is None:
            folder, name = posixpath.split(part)
            root = self.root(posixpath.join(folder, "_rels", f"{name}.rels"), told=False)
            known = {} if root is None else dict(_relations(root, folder))
            self._relations[part] = known
        return known

    def target(self, part: str, kind: str) -> str | None:
        """The part that ``part`` has as its ``kind``, if the package holds it."""
        for relation in self.relations(part).values():
            if relation.kind == kind and relation.target in self.names and not relation.external:
                return relation.target
        beside = posixpath.join(posixpath.dirname(part), f"{kind}.xml")
        return beside if beside in self.names else None

    def elements(self, kind: str, keys: dict[str, str]) -> Elements:
        """Elements of the main part's only part of a ``kind``, by ``keys``: name → attribute."""
        part = self.target(self.main, kind)
        if part is None:
            return Elements(None, keys)
        head = self._head(part)
        more = head is not None and len(head) == _HEAD
        found = Elements(head, keys, partial(read_part, self.package, part) if more else None)
        self._elements.append(found)
        return found

    def _head(self, name: str) -> bytes | None:
        """The beginning of a part: what is needed of styles mostly stands there."""
        try:
            return read_head(self.package, name, _HEAD)
        except DocumentError as error:
            self._note(error)
            return None

    def data(self, name: str) -> bytes | None:
        """The bytes of a part that the document can do without."""
        try:
            return read_part(self.package, name)
        except DocumentError as error:
            self._note(error)
            return None

    def root(self, name: str, *, told: bool = True) -> Element | None:
        """The root of a part that the document can do without, ``told`` if it was promised.

        Raises:
            DocumentError: ``refused`` or ``encrypted``, which hold for the whole file.
        """
        if name not in self.names:
            self.damaged |= told
            return None
        data = self.data(name)
        try:
            return None if data is None else parse_xml(data)
        except DocumentError as error:
            self._note(error)
            return None

    def _note(self, error: DocumentError) -> None:
        if error.status != "corrupt":
            raise error
        self.damaged = True

    def flags(self) -> set[str]:
        """What a user should know: macros, what would be fetched, what could not be read."""
        found = set()
        if any(name.endswith("vbaProject.bin") for name in self.names):
            found.add("macro")
        if any(self._fetches(name) for name in self.names if name.endswith(".rels")):
            found.add("external_link")
        if any(r.kind in _OBJECTS and not r.external for r in self.relations(self.main).values()):
            found.add("embedded_object")
        if self.damaged or any(elements.broken for elements in self._elements):
            found.add("damaged_part")
        return found

    def _fetches(self, name: str) -> bool:
        """Tell whether relations other than links lead out; most have not even a word of it."""
        folder, _, file = name.rpartition("_rels/")
        part = folder + file.removesuffix(".rels")
        if part not in self._relations and b"External" not in (self.data(name) or b""):
            return False
        relations = self.relations(part)
        return any(r.external and r.kind not in _LINKS for r in relations.values())


def _relations(root: Element, folder: str) -> list[tuple[str, Relation]]:
    found: list[tuple[str, Relation]] = []
    for each in root:
        if each.get("Type"):
            kind = each.get("Type", "").rpartition("/")[2]
            external = each.get("TargetMode") == "External"
            target = each.get("Target", "")
            if not external:
                target = _resolved(target, folder)
            found.append((each.get("Id", f"#{len(found)}"), Relation(kind, target, external)))
    return found


def _resolved(target: str, folder: str) -> str:
    """The name of a part, from the folder of the part that points to it."""
    if "." in target.rpartition("/")[0] or "//" in target:
        target = posixpath.normpath(posixpath.join("/", folder, target))
    elif not target.startswith("/") and folder:
        return f"{folder}/{target}"
    return target.lstrip("/")
