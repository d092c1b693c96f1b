"""One row for each file found (文件表): whose it is, on which year, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from extract.columns import TABLES
from extract.model import Reading

_OF_DOCUMENT = (
    "format", "encoding", "n_replaced", "pages", "text_share", "ocr_confidence", "url", "published",
)  # fmt: skip
_WHOSE = (
    "agency_id", "agency_group", "agency", "entity", "bureau", "level", "report_year",
    "province_code", "prefecture_code", "adcode_asof", "adcode", "province", "prefecture", "county",
)  # fmt: skip
_EVIDENCE = (
    "agency_evidence", "year_evidence", "type_evidence", "region_evidence", "entity_evidence",
)  # fmt: skip
# What a copy of a file takes over from the first one.
OF_COPIES = (
    "title", *_WHOSE, "doc_type", *_EVIDENCE, "region_candidates", "conflicts", "format",
    "encoding", "pages", "characters",
)  # fmt: skip


def row_of(reading: Reading, masked: Callable[[str], str]) -> dict[str, list[Any]]:
    """The one row of a document, as columns; ``masked`` hides private names."""
    source, document, identity = reading.source, reading.document, reading.identity
    status, reason = outcome(reading)
    row: dict[str, Any] = {
        "source": source.path,
        "doc_id": source.doc_id,
        "duplicate_of": source.duplicate_of,
        "size": source.size,
        "status": status,
        "reason": reason,
        "doc_type": identity.doc_type if document else None,
        "conflicts": [masked(words) for words in identity.conflicts],
        "flags": list(document.flags) if document else [],
        "n_mentions": len(reading.mentions),
        "n_rejected": len(reading.rejections),
    }
    for name in _WHOSE:
        row[name] = getattr(identity, name)
    row["region_candidates"] = list(identity.region_candidates)
    for name in _EVIDENCE:
        row[name] = masked(getattr(identity, name) or "") or None
    row["title"] = masked(identity.title or (document and document.title) or "") or None
    for name in _OF_DOCUMENT:
        row[name] = source.told.get(name) or getattr(document, name, None)
    row["format"] = row["format"] or source.format
    row["attachments"] = [masked(link) for link in document.attachments] if document else []
    row["section_kinds"] = _kinds(reading)
    row["characters"] = len(document.text) if document else None
    return {column.name: [row.get(column.name)] for column in TABLES["documents"]}


def _kinds(reading: Reading) -> list[str]:
    """The kinds of section that a document has; of one without headings, that of the whole."""
    headed = {section.kind for section in reading.sections if section.level}
    return sorted(headed or {section.kind for section in reading.sections})


def outcome(reading: Reading) -> tuple[str, str | None]:
    """Status and reason: the first of source, document and reading that is not ok."""
    for part in (reading.source, reading.document, reading):
        if part is not None and part.status != "ok":
            return part.status, part.reason or None
    return "ok", None
