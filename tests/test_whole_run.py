"""A whole run as its own process, small; ``test_soak`` has the large ones."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from tests.bench import corpora
from tests.watching import watch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_leaves_no_process_and_no_file_behind(tmp_path: Path, workers: int) -> None:
    corpora.notes(tmp_path / "reports", 40)
    seen = watch(
        tmp_path / "reports", tmp_path / "out", tmp_path / "scratch", "--workers", str(workers)
    )
    assert seen.code == 0, seen.said
    facts = pq.read_table(tmp_path / "out" / "facts.parquet", columns=["fact_id"])
    assert len(facts) >= 3 * 40
    assert seen.files < 64
    assert not seen.left
    told = json.loads((tmp_path / "out" / "run_report.json").read_text("utf-8"))
    assert len(told["slowest"]) == 10
    assert 0 < told["slowest"][0]["seconds"] < seen.wall
