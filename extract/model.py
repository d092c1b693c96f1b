"""The vocabulary: frozen records that the stages hand on. Imports nothing of ours.

``bytes → Document → Section → Figure → Mention → Fact``. All offsets are code points into
``Document.text``, the text as loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

Span = tuple[int, int]
Box = tuple[float, float, float, float]  # left, top, right, bottom in points, y downwards


class Block(NamedTuple):  # of which a document has thousands: cheap to make
    """A heading, a paragraph, or one table row whose cells are joined by TAB, in document order.

    ``furniture`` is what belongs to the page and not to the report: running heads, page numbers,
    watermarks (页眉、页脚、页码、水印). It stays in the text, so that nothing is lost, but no rule
    reads it.
    """

    kind: str  # "heading" | "paragraph" | "row" | "furniture"
    start: int
    end: int
    page: int | None = None  # from 1; of a paragraph over two pages the first
    table: int | None = None  # from 0, rows only
    row: int | None = None  # from 0, rows only
    level: int | None = None  # from 1, the outermost; headings only


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span of the text stands in the layout: page from 1, and the box around it."""

    page: int
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The text as loaded, and where its parts stood in the file.

    ``blocks`` are empty where the format has none (TXT). ``status`` and ``reason`` are words of
    the closed list in the dataset's contract. ``places`` answers for spans in text order, where
    the format has pages: asked once, for the figures only, since boxes are dear.
    """

    text: str
    format: str  # as ``loaders.FORMATS`` names it
    encoding: str | None = None
    n_replaced: int = 0
    pages: int | None = None
    blocks: tuple[Block, ...] = ()
    status: str = "ok"
    reason: str | None = None
    text_share: float | None = None  # characters extracted per character of the file, 0 to 1
    flags: tuple[str, ...] = ()
    title: str | None = None  # as the file's or page's own metadata have it
    url: str | None = None
    published: str | None = None  # ISO date
    attachments: tuple[str, ...] = ()  # addresses of linked files, as written
    ocr_confidence: float | None = None  # mean over the characters read from images, 0 to 1
    unsure: tuple[Span, ...] = ()  # spans of characters that were read with low confidence
    places: Callable[[Sequence[Span]], Sequence[Place | None]] | None = None


class Section(NamedTuple):
    """A heading and the span that it governs, heading included."""

    start: int
    end: int
    heading: str  # without its list number; "" for the text before the first heading
    level: int  # 0 for the whole document, 1 the outermost heading
    kind: str
    path: tuple[str, ...]  # headings from the outside in, this one last
    how: str  # what saw the heading: "numbered", "bare", "title", "style", "document"


class Mention(NamedTuple):
    """One figure with its span and its meaning; the columns of ``mentions``."""

    start: int
    end: int
    quote: str
    value: Decimal
    unit: str
    per: str | None = None
    value_min: Decimal | None = None
    value_max: Decimal | None = None
    approx: bool = False
    bound: str = "="
    value_raw: str = ""
    unit_raw: str = ""
    indicator: str | None = None
    measure: str | None = None
    year: int | None = None
    period_kind: str | None = None  # "year" | "instant" | "ytd"
    as_of: str | None = None  # ISO date where one is printed
    stage: str | None = None  # "initial" | "adjusted"
    base_year: int | None = None
    anchor: int | None = None  # ``start`` of the mention that this one is about
    reach: str | None = None  # "territory" | "own_level"
    label: str = ""
    dims: Mapping[str, str] = MappingProxyType({})
    sentence: str = ""
    section: tuple[str, ...] = ()
    section_kind: str = "other"
    page: int | None = None
    bbox: str | None = None
    table: int | None = None
    row: int | None = None
    col: int | None = None
    rule: str | None = None
    confidence: float = 0.0
    flags: tuple[str, ...] = ()


class Rejection(NamedTuple):
    """A number that is no figure, and why."""

    start: int
    end: int
    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report, on which year, of which kind; each with the words that said so."""

    agency: str | None = None
    agency_id: str | None = None
    agency_group: str | None = None
    entity: str | None = None  # "own" | "consolidated" | "subunit" | "unknown"
    bureau: str | None = None
    level: str | None = None
    report_year: int | None = None
    doc_type: str = "other"
    title: str | None = None
    province_code: str | None = None
    prefecture_code: str | None = None
    adcode_asof: str | None = None  # in the year of the report
    adcode: str | None = None  # today's; None where unknown, or the division was split
    province: str | None = None
    prefecture: str | None = None
    county: str | None = None
    region_evidence: str = ""
    region_candidates: tuple[str, ...] = ()  # codes, where the evidence leaves several
    entity_evidence: str = ""
    agency_evidence: str = ""
    year_evidence: str = ""
    type_evidence: str = ""
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One file found in the corpus. ``path`` is relative to the corpus, with ``/``."""

    path: str
    doc_id: str  # SHA-256 of the bytes, "" where they could not be read
    size: int
    data: bytes | None = field(default=None, repr=False)
    status: str = "ok"  # or why it was not read: "skipped", …
    reason: str | None = None
    duplicate_of: str | None = None  # path of the first file with the same bytes
    format: str | None = None  # of an archive, whose members are sources of their own
    told: dict[str, str] = field(default_factory=dict, hash=False)  # by ``sources.csv``
    kept: bytes | None = field(default=None, repr=False)  # the loaded document, by ``frozen``


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything learned from one document."""

    source: Source
    document: Document | None
    identity: Identity
    sections: tuple[Section, ...] = ()
    mentions: tuple[Mention, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    status: str = "ok"
    reason: str | None = None
    names: frozenset[str] = frozenset()  # of private persons, wherever the text has them
    private: tuple[tuple[int, int], ...] = ()  # spans of the text that no table but texts shows
