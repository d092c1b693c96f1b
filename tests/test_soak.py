"""What only a large corpus shows: started by ``make soak``, left out of ``make test``."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from extract.pipeline import run
from tests.bench import corpora, processes
from tests.watching import watch

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak

FEW, MANY = 750, 3000
PER_COUNTY = 3  # reports, one a year
GROWTH = 1.15  # of peak memory, from FEW to MANY
SMALL_ONES = 20_000
PARENT = 300  # MiB
FLAT = 1.15  # of the parent's memory, from the second third of a run to the last


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("soak") / "many"
    corpora.fill(folder, MANY)
    return folder


def digests(output: Path) -> dict[str, str]:
    """The published bytes, but for what a run says of itself."""
    files = (path for path in output.iterdir() if path.name != "run_report.json")
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path, many: Path) -> None:
    few = tmp_path / "few"
    corpora.fill(few, FEW)
    small, large = processes.run(few), processes.run(many)
    assert large.peak < GROWTH * small.peak, (small.peak, large.peak)


def test_every_document_of_a_large_corpus_is_read_whatever_the_workers(
    tmp_path: Path, many: Path
) -> None:
    outputs = [tmp_path / f"workers{count}" for count in (1, 2)]
    reports = [run(many, output, workers=index + 1) for index, output in enumerate(outputs)]
    assert [report.documents for report in reports] == [{"ok": MANY}] * 2
    assert digests(outputs[0]) == digests(outputs[1])

    agencies = pq.read_table(outputs[0] / "documents.parquet", columns=["agency_id"])["agency_id"]
    assert len(agencies.unique()) == MANY // PER_COUNTY
    peak = json.loads((outputs[0] / "run_report.json").read_text("utf-8"))["peak_memory_mb"]
    assert peak["main"] > 0


@pytest.fixture(scope="module")
def small_ones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("soak") / "small"
    corpora.notes(folder, SMALL_ONES)
    return folder


def test_twenty_thousand_documents_leave_nothing_behind(tmp_path: Path, small_ones: Path) -> None:
    seen = watch(small_ones, tmp_path / "out", tmp_path / "scratch", "--workers", "2")
    assert seen.code == 0, seen.said
    table = pq.read_table(tmp_path / "out" / "documents.parquet", columns=["status"])
    assert table.column("status").to_pylist() == ["ok"] * SMALL_ONES
    third = len(seen.memory) // 3
    print(f"parent: {max(seen.memory):.0f} MiB, {seen.files} files, {seen.wall:.1f} s")
    assert max(seen.memory) <= PARENT, "memory of the parent"
    assert max(seen.memory[-third:]) <= FLAT * max(seen.memory[third : 2 * third])
    assert seen.zombies <= 3, "a dead worker was not waited for"  # looks, a tenth of a second each
    assert seen.files < 64
    assert not seen.left, "temporary files"


def test_an_unchanged_corpus_costs_next_to_nothing(tmp_path: Path, many: Path) -> None:
    first = watch(many, tmp_path / "out", tmp_path / "scratch", "--workers", "1")
    again = watch(many, tmp_path / "out", tmp_path / "scratch", "--workers", "1")
    print(f"first {first.wall:.1f} s, again {again.wall:.2f} s")
    assert first.wall >= 60, "too little work to tell"
    assert first.wall >= 50 * again.wall


def test_two_workers_are_nearly_twice_as_fast_as_one(tmp_path: Path, many: Path) -> None:
    """On two idle cores; of three pairs the best, since another process on them costs either."""
    ratios = []
    for turn in range(3):
        walls = [
            watch(many, tmp_path / f"{turn}by{n}", tmp_path / "scratch", "--workers", str(n)).wall
            for n in (1, 2)
        ]
        ratios.append(walls[0] / walls[1])
        print(f"1 worker {walls[0]:.1f} s, 2 workers {walls[1]:.1f} s, ratio {ratios[-1]:.2f}")
    assert max(ratios) >= 1.85
