"""A file of rows is believed only where all of it is about the documents that it names."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from extract.batch import Batch
from extract.cache import shard
from extract.cache.plan import _is_poisoned
from extract.cache.shard import ShardError, opened, packed, source_of
from extract.pipeline import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extract.model import Source

    Change = Callable[[Batch, list[Source]], tuple[Batch, list[Source]]]

MOST = 1 << 20


@pytest.fixture
def kept(corpus: Path, tmp_path: Path, stub_reader: None) -> tuple[Batch, list[Source], str]:  # noqa: ARG001  what reads
    """The rows of a run, their sources and their version."""
    run(corpus, tmp_path / "out", cache=tmp_path / "cache")
    version = json.loads((tmp_path / "cache" / "ledger.json").read_text())["version"]
    (file,) = (tmp_path / "cache").rglob("*.rows")
    told, batch = opened(file.read_bytes(), version, MOST)
    return batch, [source_of(one) for one in told], version


def renamed(batch: Batch, sources: list[Source]) -> tuple[Batch, list[Source]]:
    """The rows are of the documents that were there before."""
    named = [replace(source, path=f"x{source.path}") for source in sources]
    documents = {**batch.documents, "source": [source.path for source in named]}
    return replace(batch, documents=documents), named


def moved(batch: Batch, sources: list[Source]) -> tuple[Batch, list[Source]]:
    """A mention more of one document, one less of another."""
    first, second, *rest = batch.counts["mentions"]
    counts = {**batch.counts, "mentions": [first + 1, second - 1, *rest]}
    return replace(batch, counts=counts), sources


def lacking(batch: Batch, sources: list[Source]) -> tuple[Batch, list[Source]]:
    """A row less than there should be."""
    tables = {**batch.tables, "mentions": batch.tables["mentions"].slice(1)}
    return replace(batch, tables=tables), sources


def other(batch: Batch, sources: list[Source]) -> tuple[Batch, list[Source]]:
    """Another document's row in ``documents``."""
    ids = batch.documents["doc_id"]
    return replace(batch, documents={**batch.documents, "doc_id": ids[::-1]}), sources


@pytest.mark.parametrize("change", [renamed, moved, lacking, other])
def test_rows_that_are_not_those_of_their_documents_are_refused(
    kept: tuple[Batch, list[Source], str], change: Change
) -> None:
    batch, sources, version = kept
    data = b"".join(packed(batch, sources, version, MOST))
    assert shard.unpacked(data, sources, version, MOST).counts == batch.counts
    wrong, named = change(batch, sources)
    with pytest.raises(ShardError):
        shard.unpacked(b"".join(packed(wrong, named, version, MOST)), named, version, MOST)
    with pytest.raises(ShardError, match="sources"):
        shard.unpacked(data, sources[1:], version, MOST)
    with pytest.raises(ShardError, match="version"):
        shard.unpacked(data, sources, "other", MOST)
    with pytest.raises(ShardError, match="size"):
        shard.unpacked(data, sources, version, 10)


@pytest.mark.parametrize(
    ("status", "reason", "poisoned"),
    [
        ("ok", None, False), ("partial", "scanned", False), ("partial", "timeout", True),
        ("partial", "memory", True), ("crash", "SIGSEGV", True), ("timeout", None, True),
        ("memory", None, True), ("corrupt", "pdf", False),
    ],
)  # fmt: skip
def test_what_is_poison(status: str, reason: str | None, poisoned: bool) -> None:
    assert (
        _is_poisoned(Batch({}, {"status": ["ok", status], "reason": [None, reason]}, {}))
        is poisoned
    )
