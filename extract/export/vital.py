"""What identifies a dataset, and what to say of it in numbers (数据集概况)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extract.export.source import Source, corpus_hash
from extract.version import VERSION

STATUSES_READ = ("ok", "partial")
LOW = 0.8  # a confidence below which a figure is to be looked at before it carries an argument


@dataclass(frozen=True, slots=True)
class Vital:
    """Identity and size of a dataset.

    ``made`` is the date of the run (ISO), empty where unknown; ``rules``, ``corpus`` are SHA-256;
    ``files`` are without copies, and ``read`` those of them that were read, if only in part.
    """

    made: str
    code: str
    rules: str
    schema: str
    corpus: str
    rows: dict[str, int]
    files: int
    read: int
    agencies: int
    provinces: int
    years: tuple[int, int] | None
    kinds: tuple[str, ...]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The release's name unless the user gives one: the date of the run."""
        return self.made.replace("-", ".") or "undated"

    @property
    def span(self) -> str:
        """The years that the figures are about."""
        return "" if self.years is None else "–".join(map(str, dict.fromkeys(self.years)))


def vital(source: Source) -> Vital:
    """Read it off the tables; raises nothing where the run report is lost."""
    report = source.report()
    schema = source.schema("mentions").metadata or {}
    facts = _columns(source, "facts", ["agency_id", "year"]) if "facts" in source.tables else None
    documents = _columns(source, "documents", ["doc_type", "province", "status", "duplicate_of"])
    firsts = documents.filter(documents["duplicate_of"].is_null())
    read = firsts.filter(pc.is_in(firsts["status"], pa.array(STATUSES_READ)))
    years: dict[str, Any] = (
        pc.min_max(facts["year"]).as_py() if facts is not None else {"min": None, "max": None}
    )
    return Vital(
        made=str(report.get("started", ""))[:10],
        code=str(report.get("version", VERSION)),
        rules=str(report.get("rules", "")),
        schema=schema.get(b"schema_version", b"").decode(),
        corpus=corpus_hash(source),
        rows={table: source.rows(table) for table in source.tables},
        files=firsts.num_rows,
        read=read.num_rows,
        agencies=pc.count_distinct(facts["agency_id"]).as_py() if facts is not None else 0,
        provinces=pc.count_distinct(read["province"].drop_null()).as_py(),
        years=None if years["min"] is None else (years["min"], years["max"]),
        kinds=tuple(sorted(set(read["doc_type"].drop_null().to_pylist()))),
        counts=_counts(source),
    )


def _counts(source: Source) -> dict[str, dict[str, int]]:
    """How often the values occur that a reader should know of."""
    asked = {
        "status": ("documents", "status"), "conflict": ("facts", "conflict"),
        "check_status": ("facts", "check_status"), "reason": ("cells", "reason"),
        "revised": ("facts", "revised"), "approx": ("facts", "approx"),
    }  # fmt: skip
    found = {
        name: dict(sorted(_tally(source, table, column).items()))
        for name, (table, column) in asked.items()
        if table in source.tables and column in source.schema(table).names
    }
    if "facts" in source.tables:
        low = sum(
            pc.sum(pc.less(piece["confidence"], LOW)).as_py() or 0
            for piece in source.pieces("facts", ["confidence"])
        )
        found["confidence"] = {"low": low}
    return found


def _tally(source: Source, table: str, column: str) -> Counter[str]:
    tally: Counter[str] = Counter()
    for piece in source.pieces(table, [column]):
        for row in pc.value_counts(piece[column].drop_null()).to_pylist():
            tally[str(row["values"]).lower()] += row["counts"]
    return tally


def _columns(source: Source, table: str, names: list[str]) -> pa.Table:
    schema = pa.schema([source.schema(table).field(name) for name in names])
    return pa.concat_tables([schema.empty_table(), *source.pieces(table, names)])


def as_dict(one: Vital) -> dict[str, Any]:
    """What ``RELEASE.json`` says of it."""
    return {
        "made": one.made, "code_version": one.code, "schema_version": one.schema,
        "rules_sha256": one.rules, "corpus_sha256": one.corpus, "files": one.files,
        "read": one.read,
        "agencies": one.agencies, "provinces": one.provinces,
        "years": list(one.years) if one.years else None, "kinds": list(one.kinds),
        "rows": one.rows, "counts": one.counts,
    }  # fmt: skip


def from_dict(told: dict[str, Any]) -> Vital:
    """The same back from ``RELEASE.json``."""
    years = told["years"]
    return Vital(
        told["made"], told["code_version"], told["rules_sha256"], told["schema_version"],
        told["corpus_sha256"], told["rows"], told["files"], told.get("read", told["files"]),
        told["agencies"], told["provinces"],
        (years[0], years[1]) if years else None, tuple(told["kinds"]), told["counts"],
    )  # fmt: skip
