"""What only a large corpus shows: started by ``make soak``, left out of ``make test``."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from extract.pipeline import run
from tests.bench import corpora, processes

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak

FEW, MANY = 750, 3000
PER_COUNTY = 3  # reports, one a year
SIGNS = "安柏澄丹恩枫谷禾江岚"  # names of places are made of these
GROWTH = 1.15  # of peak memory, from FEW to MANY


def fill(folder: Path, count: int) -> None:
    """Write ``count`` reports of counties of their own, three years each."""
    corpora.fill(folder, count)
    for number, path in enumerate(sorted(folder.iterdir())):
        name = "".join(SIGNS[int(digit)] for digit in f"{number // (2 * PER_COUNTY):03}")
        text = path.read_text("utf-8")
        path.write_text(text.replace("青禾", name).replace("澄湖", name), "utf-8")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("soak") / "many"
    fill(folder, MANY)
    return folder


def digests(output: Path) -> dict[str, str]:
    """The published bytes, but for what a run says of itself."""
    files = (path for path in output.iterdir() if path.name != "run_report.json")
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path, many: Path) -> None:
    few = tmp_path / "few"
    fill(few, FEW)
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
