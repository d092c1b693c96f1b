"""DOCX: the body of a Word file in document order, read from its XML (ECMA-376 part 1, §17).

Paragraphs and table rows become blocks, cells joined by TAB. Inserted and moved-in words count,
deleted and moved-out ones don't; content controls, links, smart tags and text boxes are read
through, a text box once and after the paragraph that holds it. Of merged cells the first has the
text, the others are empty, so that columns stay aligned. White space inside words is only blank
or LF: a TAB is always the border of a cell. Headers, footers and notes are not read.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from extract.errors import DocumentError
from extract.loaders.blocks import Piece, join
from extract.loaders.package import open_package, parse_xml, read_part
from extract.model import Document

if TYPE_CHECKING:
    from zipfile import ZipFile

# Never read: what was deleted, properties, field codes, ruby glosses, drawings but their boxes.
_SKIPPED = frozenset(
    {
        "annotation",
        "customXmlPr",
        "del",
        "delInstrText",
        "delText",
        "fldData",
        "instrText",
        "moveFrom",
        "pPr",
        "rPr",
        "rt",
        "rubyPr",
        "sdtEndPr",
        "sdtPr",
        "sectPr",
        "smartTagPr",
        "tblGrid",
        "tblPr",
        "tcPr",
        "trPr",
        "txbxContent",
    }
)
_GONE = frozenset({"del", "moveFrom"})
_MARKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_WRAPPERS = frozenset(
    {"AlternateContent", "Choice", "customXml", "ins", "moveTo", "sdt", "sdtContent", "smartTag"}
)
_MAX_SPAN = 63  # Word's limit of columns
_FLAT = str.maketrans("\t\r\n", "   ")


def load(data: bytes) -> Document:
    """Read the body of a Word file.

    Raises:
        DocumentError: ``corrupt``, ``refused``, ``encrypted`` or ``empty(no_text)``.
    """
    with open_package(data) as package:
        root = parse_xml(read_part(package, _main_part(package)))
    try:
        pieces = [piece for piece in _numbered(_body(root)) if piece.text.strip()]
    except RecursionError as error:
        raise DocumentError("refused", "depth") from error
    if not pieces:
        raise DocumentError("empty", "no_text")
    text, blocks = join(pieces)
    return Document(text=text, format="docx", blocks=blocks, text_share=_text_share(root, text))


def _main_part(package: ZipFile) -> str:
    """Follow the package's relation to its main part; Word's usual name where there is none."""
    names = package.namelist()
    if "_rels/.rels" in names:
        for relation in parse_xml(read_part(package, "_rels/.rels")):
            target = posixpath.normpath(relation.get("Target", "").lstrip("/"))
            if relation.get("Type", "").endswith("/officeDocument") and target in names:
                return target
    return "word/document.xml"


def _text_share(root: Element, text: str) -> float | None:
    """Characters that came out per character that the file shows (blanks not counted), 0 to 1."""
    shown = sum(_n_visible(t.text or "") for t in _shown(root) if _name(t) == "t")
    return min(1.0, round(_n_visible(text) / shown, 4)) if shown else None


def _shown(element: Element) -> Iterator[Element]:
    """All descendants but deleted ones and the second form of what is stored twice."""
    stack = [element]
    while stack:
        node = stack.pop()
        yield node
        stack += [child for child in _choices(node) if _name(child) not in _GONE]


def _n_visible(text: str) -> int:
    return len("".join(text.split()))


# --- blocks -----------------------------------------------------------------------------------


def _body(root: Element) -> Iterator[Element]:
    for part in root:
        if _name(part) == "body":
            yield from _containers(part)


def _containers(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables (or rows, or cells) of ``parent``, through what only wraps them."""
    for child in _choices(parent):
        name = _name(child)
        if name in _WRAPPERS:
            yield from _containers(child)
        elif name not in _SKIPPED:
            yield child


def _numbered(elements: Iterator[Element]) -> Iterator[Piece]:
    """Turn paragraphs and tables to pieces, text boxes behind their paragraph, tables counted."""
    table = -1
    stack = [elements]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif _name(element) == "p":
            yield Piece(_paragraph(element))
            stack.append(_boxed(element))
        elif _name(element) == "tbl":
            table += 1
            yield from (Piece(row, None, table, i) for i, row in enumerate(_rows(element)))


def _boxed(paragraph: Element) -> Iterator[Element]:
    """Paragraphs and tables of the text boxes that hang on a paragraph."""
    for child in _choices(paragraph):
        name = _name(child)
        if name == "txbxContent":
            yield from _containers(child)
        elif name not in _GONE and len(child):
            yield from _boxed(child)


def _rows(table: Element) -> Iterator[str]:
    merged: set[int] = set()  # columns whose cell continues downwards
    for row in _containers(table):
        if _name(row) == "tr" and not _is_deleted(row):
            yield _row(row, merged)


def _row(row: Element, merged: set[int]) -> str:
    cells = [""] * _span(_property(row, "trPr", "gridBefore"), default=0)
    for cell in _containers(row):
        if _name(cell) != "tc":
            continue
        column, text = len(cells), _cell(cell)
        down, aside = _property(cell, "tcPr", "vMerge"), _property(cell, "tcPr", "hMerge")
        if (_continues(down) and column in merged) or _continues(aside):
            text = ""
        if down is None:
            merged.discard(column)
        else:
            merged.add(column)
        cells += [text] + [""] * (_span(_property(cell, "tcPr", "gridSpan"), default=1) - 1)
    return "\t".join(cells)


def _cell(cell: Element) -> str:
    """Everything in a cell on one line, nested tables included."""
    texts = (piece.text.translate(_FLAT).strip() for piece in _numbered(_containers(cell)))
    return " ".join(text for text in texts if text)


def _is_deleted(row: Element) -> bool:
    return _property(row, "trPr", "del") is not None


def _property(element: Element, group: str, name: str) -> Element | None:
    for properties in element:
        if _name(properties) == group:
            return next((p for p in properties if _name(p) == name), None)
    return None


def _continues(merge: Element | None) -> bool:
    """Tell whether a merge mark means "belongs to the cell before": so it does without a value."""
    return merge is not None and (_value(merge) or "continue") == "continue"


def _span(mark: Element | None, *, default: int) -> int:
    """Columns of a span, within Word's limits whatever the file says."""
    value = _value(mark) if mark is not None else None
    if value is None or not value.isdecimal():
        return default
    return max(default, min(int(value[:9]), _MAX_SPAN))


# --- words ------------------------------------------------------------------------------------


def _paragraph(paragraph: Element) -> str:
    return "".join(_words(paragraph)).strip("\n")


def _words(parent: Element) -> Iterator[str]:
    for child in _choices(parent):
        name = _name(child)
        if name == "t":
            yield (child.text or "").translate(_FLAT)
        elif name in _MARKS:
            yield _MARKS[name]
        elif name not in _SKIPPED and len(child):
            yield from _words(child)


def _choices(parent: Element) -> list[Element]:
    """Children of ``parent``; of what is stored twice, for new and old readers, the first form."""
    children = list(parent)
    return children[:1] if _name(parent) == "AlternateContent" else children


def _name(element: Element) -> str:
    """Tag without its namespace: strict and transitional files differ in nothing else."""
    return element.tag.rpartition("}")[2]


def _value(element: Element) -> str | None:
    """The ``w:val`` attribute, in whichever namespace."""
    return next((v for k, v in element.items() if k.rpartition("}")[2] == "val"), None)
