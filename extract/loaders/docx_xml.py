"""What the elements of WordprocessingML mean to a reader (ECMA-376 part 1, §17).

Tags are told by their local names: strict and transitional files differ in the namespace alone,
and words of formulas (``m:t``) and of shapes (``a:t``) are words like those of runs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from extract.loaders.blocks import n_visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

# What to do at an element. INTO is for all that only wraps, and for what is unknown.
INTO: Final = 0
SKIP: Final = 1  # properties, field codes, marks of places: no words in them
TEXT: Final = 2
RUN: Final = 3
MARK: Final = 4  # a character that has an element of its own
SIGN: Final = 5  # of a formula: its content needs a sign before it, or 1/2 reads 12
SYMBOL: Final = 6
GONE: Final = 7  # words that the page does not show
CHOICE: Final = 8  # the same in several forms
BOX: Final = 9
NOTE: Final = 10
CHART: Final = 11
DIAGRAM: Final = 12
CHUNK: Final = 13  # another file in this place
PARAGRAPH: Final = 14
TABLE: Final = 15
ROW: Final = 16
CELL: Final = 17
SECTION: Final = 18
# Properties that tell something; to all others a reader is blind.
OF_PARAGRAPH: Final = 19
OF_ROW: Final = 20
OF_CELL: Final = 21
OF_RUN: Final = 22
STYLE: Final = 23
NUMBER: Final = 24
OUTLINE: Final = 25
SPAN: Final = 26
DOWN: Final = 27  # a cell merged with those below
ASIDE: Final = 28  # … with those behind it
BRACKETS: Final = 29  # of a formula

_ACTS = {
    "t": TEXT,
    "r": RUN,
    "tab": MARK,
    "ptab": MARK,
    "br": MARK,
    "cr": MARK,
    "noBreakHyphen": MARK,
    "den": SIGN,
    "sup": SIGN,
    "sub": SIGN,
    "rad": SIGN,
    "d": BRACKETS,
    "sym": SYMBOL,
    "del": GONE,
    "moveFrom": GONE,
    "rt": GONE,
    "AlternateContent": CHOICE,
    "txbxContent": BOX,
    "txBody": BOX,
    "footnoteReference": NOTE,
    "endnoteReference": NOTE,
    "chart": CHART,
    "relIds": DIAGRAM,
    "altChunk": CHUNK,
    "p": PARAGRAPH,
    "tbl": TABLE,
    "tr": ROW,
    "tc": CELL,
    "sectPr": SECTION,
    "pPr": OF_PARAGRAPH,
    "trPr": OF_ROW,
    "tcPr": OF_CELL,
    "rPr": OF_RUN,
    "pStyle": STYLE,
    "numPr": NUMBER,
    "outlineLvl": OUTLINE,
    "gridSpan": SPAN,
    "vMerge": DOWN,
    "hMerge": ASIDE,
}
_SKIPPED = (
    "annotation annotationRef bookmarkEnd bookmarkStart commentRangeEnd commentRangeStart "
    "commentReference customXmlPr delInstrText delText endnoteRef fldChar fldData footnoteRef "
    "instrText lastRenderedPageBreak proofErr rubyPr sdtEndPr sdtPr smartTagPr tblGrid tblPr "
    "tblPrEx"
)
_ACTS |= dict.fromkeys(_SKIPPED.split(), SKIP)


class Acts(dict[str, int]):
    """What to do at a tag, worked out when the tag is first seen. One for each document."""

    def __missing__(self, tag: str) -> int:
        """Look the local name up."""
        self[tag] = act = _ACTS.get(local(tag), INTO)
        return act


@lru_cache(1024)  # names of elements are few
def local(tag: str) -> str:
    """A tag or the name of an attribute, without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.items():
        if key.endswith(name) and local(key) == name:
            return value
    return None


def value(element: Element) -> str | None:
    """The ``w:val`` attribute."""
    for key, said in element.items():
        if key.endswith("}val") or key == "val":
            return said
    return None


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name."""
    if element is not None:
        for each in element:
            if local(each.tag) == name:
                return each
    return None


def children(element: Element, name: str) -> Iterator[Element]:
    """All children of that local name."""
    return (each for each in element if local(each.tag) == name)


def whole(text: str | None, default: int, most: int) -> int:
    """A number written in the file, from 0 and held to ``most``; ``default`` for what is none."""
    if text is None or not text.isdecimal():
        return default
    return min(int(text[:9]), most)


def is_on(mark: Element | None) -> bool:
    """Tell whether a switch such as ``w:vanish`` is on: without a value it is."""
    return mark is not None and value(mark) not in ("0", "false", "off")


def n_words(element: Element) -> int:
    """Characters of all text nodes below ``element``, shown or not, blanks not counted."""
    return sum(n_visible(e.text) for e in element.iter() if e.text and local(e.tag) == "t")


def n_stored(root: Element, acts: Acts) -> int:
    """The same of a whole part, found without looking at each of its elements.

    ``acts`` knows the tags of the document: words of formulas and shapes have tags of their own.
    """
    tags = {tag for tag, act in acts.items() if act == TEXT}
    tags.add(f"{root.tag[: root.tag.find('}') + 1]}t")
    return n_visible(" ".join(node.text for tag in tags for node in root.iter(tag) if node.text))


def plain(paragraph: Element, acts: Acts) -> str | None:
    """The text of a paragraph of nothing but text: most are. Null where there is more to see."""
    texts = []
    for each in paragraph:
        act = acts[each.tag]
        if act == RUN:
            for part in each:
                if acts[part.tag] != TEXT:
                    return None
                if part.text:
                    texts.append(part.text)
        elif act != SKIP:
            return None
    text = texts[0] if len(texts) == 1 else "".join(texts)
    return None if "\n" in text or "\t" in text or "\r" in text else text
