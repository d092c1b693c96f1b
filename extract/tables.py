"""From what was read to rows: one list per column, in a total order.

Every span is checked against the text as loaded, and private names are masked, here and only here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import Any

from extract.catalogue import Indicator
from extract.checks import CheckRules, checks_of
from extract.checks.rows import rows_of
from extract.columns import DIMENSIONS, TABLES
from extract.dimensions.dims import dims_string
from extract.dimensions.functions import Known, known
from extract.documents import row_of
from extract.ids import short_id
from extract.masking import hide, mask
from extract.model import Mention, Reading, Rejection

Columns = dict[str, list[Any]]
STREAMED = ("mentions", "sections", "rejected", "checks", "texts", "documents")

_PLAIN = (
    "start", "end", "quote", "unit", "per", "approx", "bound", "value_raw", "unit_raw",
    "indicator", "measure", "year", "period_kind", "as_of", "stage", "base_year", "reach",
    "section_kind", "page", "bbox", "table", "row", "col", "rule", "confidence",
)  # fmt: skip


_HIDDEN = ("phone", "question")  # reasons of numbers that are private
# dimensions in free wording
_NAMES = frozenset({"project", "item", "function", "region", "subject", "channel"})


_masked = lru_cache(maxsize=1 << 13)(mask)  # where a document has no names of its own


def empty_columns(table: str) -> Columns:
    """A table without rows."""
    return {column.name: [] for column in TABLES[table]}


def extend(columns: Columns, more: Columns) -> None:
    """Append the rows of ``more``."""
    for name, values in more.items():
        columns[name].extend(values)


def tables_of(
    reading: Reading,
    catalogue: Mapping[str, Indicator],
    *,
    texts: bool = True,
    checks: CheckRules | None = None,
) -> dict[str, Columns]:
    """The rows of one document, by table; ``facts`` and ``panel`` are not known yet.

    Raises ``AssertionError`` where a span does not hold its quote or two mentions share a span.
    """
    # sentences recur from figure to figure; headings and labels also from document to document
    masked = cache(partial(mask, names=reading.names)) if reading.names else _masked
    tables = {
        "documents": row_of(reading, masked),
        "mentions": _mentions(reading, catalogue, masked),
        "sections": _sections(reading, masked),
        "rejected": _rejected(reading),
    }
    if checks is not None:
        tables["checks"] = _checks(reading, tables["mentions"]["mention_id"], checks)
    if texts:
        tables["texts"] = _texts(reading)
    return tables


def _of_source(reading: Reading, rows: int) -> Columns:
    source = reading.source
    return {"doc_id": [source.doc_id] * rows, "source": [source.path] * rows}


def _text(reading: Reading) -> str:
    return reading.document.text if reading.document else ""


def _mentions(
    reading: Reading, catalogue: Mapping[str, Indicator], masked: Callable[[str], str]
) -> Columns:
    mentions = sorted(
        (_without_names(m, masked) for m in reading.mentions), key=attrgetter("start", "end")
    )
    check_spans(_text(reading), mentions)
    ids = [short_id(reading.source.path, m.start, m.end) for m in mentions]
    by_start = {m.start: (id_, m) for id_, m in zip(ids, mentions, strict=True)}
    anchors = [by_start.get(m.anchor) if m.anchor is not None else None for m in mentions]
    wholes = [_whole(m) for m in mentions]
    functions = [_function(m) for m in mentions]
    dims = [_dims(*told, catalogue) for told in zip(mentions, wholes, functions, strict=True)]
    values = map(list, zip(*mentions, strict=True)) if mentions else ([] for _ in Mention._fields)
    plain = dict(zip(Mention._fields, values, strict=True))
    return {
        "mention_id": ids,
        **_of_source(reading, len(mentions)),
        **_of_identity(reading, len(mentions)),
        **{name: plain[name] for name in _PLAIN},
        **{name: _numbers(mentions, name) for name in ("value", "value_min", "value_max")},
        **_dimensions(mentions),
        "function_code": [f.code if f else None for f in functions],
        "anchor_id": [anchor[0] if anchor else None for anchor in anchors],
        "whole": wholes,
        "dims": dims,
        "fact_id": _fact_ids(reading, mentions, dims),
        "label": [masked(m.label) if m.label else None for m in mentions],
        "sentence": [masked(m.sentence) for m in mentions],
        "section": [masked(" > ".join(m.section)) for m in mentions],
        "flags": [_flags(m, f) for m, f in zip(mentions, functions, strict=True)],
    }


def _checks(reading: Reading, ids: Sequence[str], rules: CheckRules) -> Columns:
    figures = sorted(reading.mentions, key=attrgetter("start", "end"))
    starts = [m.start for m in figures]
    doc = reading.source.doc_id, reading.source.path
    return rows_of(
        checks_of(figures, _text(reading), rules),
        dict(zip(starts, figures, strict=True)),
        dict(zip(starts, ids, strict=True)),
        dict.fromkeys(starts, doc),
        dict.fromkeys(starts, reading.identity.agency_id),
    )


def _without_names(mention: Mention, masked: Callable[[str], str]) -> Mention:
    """The mention with private names masked in its dimensions."""
    if _NAMES.isdisjoint(mention.dims):
        return mention
    dims = {k: masked(v) if k in _NAMES else v for k, v in mention.dims.items()}
    return mention if dims == mention.dims else mention._replace(dims=dims)


def check_spans(text: str, spans: Sequence[Mention | Rejection]) -> None:
    """``text[start:end] == quote`` for every span, and no span twice."""
    seen: set[tuple[int, int]] = set()
    for span in spans:
        if text[span.start : span.end] != span.quote or (span.start, span.end) in seen:
            raise AssertionError(f"span {span.start}:{span.end} is not {span.quote!r}, or is twice")
        seen.add((span.start, span.end))


def _of_identity(reading: Reading, rows: int) -> Columns:
    names = ("agency_id", "agency", "entity", "report_year", "doc_type")
    return {name: [getattr(reading.identity, name)] * rows for name in names}


def _numbers(mentions: Iterable[Mention], name: str) -> list[float | None]:
    """Decimals as floats; money to the fen, so that 万元 leaves no binary dust."""
    values = ((getattr(m, name), m.unit) for m in mentions)
    return [
        None if value is None else round(float(value), 2) if unit == "元" else float(value)
        for value, unit in values
    ]


def _dimensions(mentions: Sequence[Mention]) -> Columns:
    """The dimensions, and the ``base`` of comparisons; most of them hold nothing at all."""
    used = {name for m in mentions for name in m.dims}
    nothing = [None] * len(mentions)
    return {
        name: [m.dims.get(name) for m in mentions] if name in used else nothing
        for name in (*DIMENSIONS, "base")
    }


def _whole(mention: Mention) -> str | None:
    """Of a share: the indicator of its whole, where the reader could tell."""
    if mention.measure != "share":
        return None
    return mention.dims.get("whole")


def _function(mention: Mention) -> Known | None:
    """The function in the words of the classification, and its code (功能分类编码)."""
    words = mention.dims.get("function")
    return known(words, mention.year, mention.dims.get("function_code")) if words else None


def _flags(mention: Mention, function: Known | None) -> list[str]:
    disagrees = function is not None and function.disagrees
    return [*mention.flags, *(("function_code_disagrees",) if disagrees else ())]


def _dims(
    mention: Mention,
    whole: str | None,
    function: Known | None,
    catalogue: Mapping[str, Indicator],
) -> str | None:
    if mention.indicator is None or mention.measure is None:
        return None
    words = function.words if function else None
    return dims_string(mention, catalogue[mention.indicator], whole, words)


def _fact_ids(
    reading: Reading, mentions: Iterable[Mention], dims: Iterable[str | None]
) -> list[str | None]:
    """The fact that each mention supports; only figures with indicator, agency and year do."""
    agency = reading.identity.agency_id
    return [
        None
        if dim is None or agency is None or m.year is None
        else short_id(agency, m.year, m.indicator, m.measure, dim)
        for m, dim in zip(mentions, dims, strict=True)
    ]


def _rejected(reading: Reading) -> Columns:
    spans = sorted(reading.rejections, key=attrgetter("start", "end"))
    check_spans(_text(reading), spans)
    return {
        **_of_source(reading, len(spans)),
        "start": [s.start for s in spans],
        "end": [s.end for s in spans],
        "quote": list(_printable(reading.private, spans)),
        "reason": [s.reason for s in spans],
    }


def _printable(private: Sequence[tuple[int, int]], spans: Iterable[Rejection]) -> Iterator[str]:
    """The quotes; phone numbers, answers and all that is masked in the text are hidden."""
    starts = [start for start, _ in private]
    for span in spans:
        before = bisect_left(starts, span.end) - 1
        masked = before >= 0 and private[before][1] > span.start
        yield hide(span.quote) if masked or span.reason in _HIDDEN else span.quote


def _sections(reading: Reading, masked: Callable[[str], str]) -> Columns:
    sections = sorted(reading.sections, key=attrgetter("start", "level", "end"))
    identity, rows = reading.identity, len(sections)
    return {
        **_of_source(reading, rows),
        "agency_id": [identity.agency_id] * rows,
        "report_year": [identity.report_year] * rows,
        **{
            name: list(map(attrgetter(name), sections))
            for name in ("start", "end", "level", "kind", "how")
        },
        "heading": [masked(s.heading) for s in sections],
        "path": [masked(" > ".join(s.path)) for s in sections],
    }


def _texts(reading: Reading) -> Columns:
    rows = 0 if reading.document is None else 1
    return {**_of_source(reading, rows), "text": [_text(reading)] * rows}
