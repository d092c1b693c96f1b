"""Elements of a part by their identifier, parsed only when asked for.

A template carries hundreds of styles (350 KB in python-docx's own) and a report uses ten of them:
parsing all takes longer than reading the text. So the bytes are cut before each element, which is
safe where the part has no comment, CDATA or DOCTYPE; any other part is parsed as a whole.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.docx_xml import attribute, local
from extract.loaders.package import parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

# The prolog and the root's tag. Attributes of a root are names of namespaces, so no ">" in them.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,9}(?:<\?xml [^<>]{0,200}\?>\s{0,9})?"
    rb"(?P<tag><(?P<prefix>[A-Za-z][\w.-]{0,20}:)?(?P<name>[A-Za-z]{1,40})(?:\s[^<>]{0,9000})?>)"
)
# Hidden and raised words, styles that may hide; ends of paragraphs deleted; what was so before.
_RUN = re.compile(rb"<w:(?:vanish|vertAlign|rStyle|del|moveFrom|rPrChange)[\s/>]")
_PARAGRAPH = re.compile(rb"<w:(?:pStyle|numPr|outlineLvl|sectPr|del|moveFrom|pPrChange)[\s/>]")
_CELL = re.compile(rb"<w:(?:gridSpan|vMerge|hMerge|cellDel|cellIns|tcPrChange)[\s/>]")
# Between runs that differ in nothing any more.
_PARTED = b"</w:t></w:r><w:r><w:t>"
_SPACED = b'<w:t xml:space="preserve">'  # no parser drops blanks whatever it is told
_SLASH = ord("/")
_LONGEST_TAG = 400  # bytes
_SMALL = 2**15  # bytes; such a part is parsed as a whole sooner than cut a dozen times
_MAX_SEARCHES = 24  # each goes through the whole part, so a file with endless styles is listed
_ENCODING = re.compile(rb"encoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)


class Elements:
    """Elements right below the root of a part, by name and an attribute of theirs."""

    def __init__(
        self,
        data: bytes | None,
        keys: dict[str, str],
        rest: Callable[[], bytes] | None = None,
    ) -> None:
        """Take a part, or its beginning if there is a ``rest``, which gives the whole.

        ``keys`` has the attribute that tells elements of a name apart.
        """
        self.broken = False
        self._found: dict[tuple[str, str], Element | None] = {}
        self._cuts: dict[str, _Cuts] = {}
        self._keys = keys
        self._rest = rest
        self._take(data)

    def get(self, name: str, identifier: str) -> Element | None:
        """The element; null where there is none, or it is no XML."""
        if self._cuts and (name, identifier) not in self._found:
            xml = self._cuts[name].xml(identifier)
            if xml is None and self._rest is not None:
                self._take(self._whole(self._rest))
                return self.get(name, identifier)
            root = None
            with suppress(DocumentError):
                root = None if xml is None else parse_xml(xml)
            self.broken |= xml is not None and root is None
            self._found[name, identifier] = root[0] if root is not None and len(root) else None
        return self._found.get((name, identifier))

    def _whole(self, rest: Callable[[], bytes]) -> bytes | None:
        try:
            return rest()
        except DocumentError as error:
            self._note(error)
            return None

    def _note(self, error: DocumentError) -> None:
        if error.status != "corrupt":
            raise error
        self.broken = True

    def _take(self, data: bytes | None) -> None:
        """Cut a part, or parse the whole of it where that is not safe, or it is small."""
        small = self._rest is None and data is not None and len(data) < _SMALL
        opening = None if data is None or small else opening_of(data)
        if opening is None and self._rest is not None:
            data = self._whole(self._rest)
        if self._cuts or opening is None:
            self._rest = None
        self._cuts = {}
        if data is None:
            return
        if opening is not None:
            for name, key in self._keys.items():
                self._cuts[name] = _Cuts(data, opening, name.encode(), key.encode())
            return
        try:
            for each in parse_xml(data):
                name = local(each.tag)
                if name in self._keys:
                    self._found[name, attribute(each, self._keys[name]) or ""] = each
        except DocumentError as error:
            self._note(error)


class _Cuts:
    """A part as bytes, to be cut. The first elements are searched for, then all are listed."""

    def __init__(self, data: bytes, root: re.Match[bytes], name: bytes, key: bytes) -> None:
        prefix = root["prefix"] or b""
        self._data = data
        self._opening, self._closing = b"<" + prefix + name, b"</" + prefix + name + b">"
        self._before, self._after = root["tag"], b"</" + prefix + root["name"] + b">"
        self._said = prefix + key + b'="'
        self._searches = 0

    def xml(self, identifier: str) -> bytes | None:
        """One element as a document of its own."""
        word = identifier.encode("utf-8", "replace")
        self._searches += 1
        start = (
            self._search(word) if self._searches <= _MAX_SEARCHES else self._starts.get(word, -1)
        )
        if start < 0:
            return None
        following = self._data.find(self._opening + b" ", start + 1)
        last = following if following >= 0 else len(self._data)
        end = self._data.find(self._closing, start, last)
        if end < 0:
            return None
        return self._before + self._data[start:end] + self._closing + self._after

    def _search(self, identifier: bytes) -> int:
        """Where the element begins, or -1."""
        said = self._data.find(self._said + identifier + b'"')
        start = self._data.rfind(self._opening, max(0, said - _LONGEST_TAG), max(0, said))
        return start if start >= 0 and self._data.find(b">", start, said) < 0 else -1

    @cached_property
    def _starts(self) -> dict[bytes, int]:
        found, at = {}, 0
        for piece in self._data.split(self._opening):
            said = piece.find(self._said, 0, _LONGEST_TAG) + len(self._said)
            if len(self._said) <= said <= piece.find(b">"):
                found[piece[said : piece.find(b'"', said)]] = at - len(self._opening)
            at += len(piece) + len(self._opening)
        return found


def opening_of(data: bytes) -> re.Match[bytes] | None:
    """The root's tag, where a part may be cut at its tags: each "<" begins one, all are alike.

    Single bytes are looked for first: that is thirty times as fast, and they are rare.
    """
    root = _ROOT.match(data)
    if root is None or _ENCODING.search(data, 0, root.start("tag")):
        return None
    signs = ((b"!", b"<!"), (b"?", b"<?"), (b"'", b"='"))
    start = root.start("tag")
    cut = any(data.find(a, start) >= 0 and data.find(b, start) >= 0 for a, b in signs)
    return None if cut else root


def without_looks(data: bytes) -> tuple[bytes, bool]:
    """Leave out how words, paragraphs and cells look; say whether looks are left that tell much.

    Most of a Word file's elements are fonts, sizes and borders: without them it is parsed in half
    the time and less.
    """
    if opening_of(data) is None:
        return data, True
    data, _ = _without(data, b"<w:pPr>", b"</w:pPr>", _PARAGRAPH)
    data, telling = _without(data, b"<w:rPr>", b"</w:rPr>", _RUN)
    data, _ = _without(data, b"<w:tcPr>", b"</w:tcPr>", _CELL)
    for name in (b"<w:p", b"<w:r"):
        data = _without_attributes(data, name)
    data = data.replace(_SPACED, b"<w:t>")
    # Else a run would take over the looks before it.
    return (data if telling else data.replace(_PARTED, b"")), telling


def _without_attributes(data: bytes, opening: bytes) -> bytes:
    """Leave out the attributes of an element: those of paragraphs and runs tell who typed when."""
    pieces = data.split(opening + b" ")
    if len(pieces) == 1:
        return data
    found = [pieces[0]]
    for piece in pieces[1:]:
        end = piece.find(b">")
        if end <= 0:
            return data
        found.append(piece[end - 1 if piece[end - 1] == _SLASH else end :])
    return opening.join(found)


def _without(
    data: bytes, opening: bytes, closing: bytes, telling: re.Pattern[bytes]
) -> tuple[bytes, bool]:
    """Leave out properties between two tags, but for those that tell something."""
    first, *pieces = data.split(opening)
    found, idle, told = [first], set[bytes](), False
    for piece in pieces:
        look, end, rest = piece.partition(closing)
        if look not in idle:
            if not end or telling.search(look):
                found += (opening, piece)
                told = True
                continue
            idle.add(look)
        found.append(rest)
    return b"".join(found), told
