"""A whole run as its own process, small; ``test_soak`` has the large ones."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from extract.inputs import corpus as listing
from extract.pipeline import run
from tests.bench import corpora
from tests.stubs import digests
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


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "reports"
    corpora.notes(folder, 40)
    return folder


@pytest.fixture(scope="module")
def wanted(reports: Path) -> dict[str, str]:
    run(reports, reports.parent / "wanted", workers=1)
    return digests(reports.parent / "wanted")


@pytest.mark.parametrize(
    "world",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"},
    ],
)
def test_hash_seed_locale_and_time_zone_change_no_byte(
    reports: Path, wanted: dict[str, str], tmp_path: Path, world: dict[str, str]
) -> None:
    command = ["-m", "extract", "run", str(reports), "--output", str(tmp_path / "out")]
    subprocess.run(  # noqa: S603  our own command
        [sys.executable, *command, "--workers", "2"], env={**os.environ, **world}, check=True
    )
    assert digests(tmp_path / "out") == wanted


def test_the_order_of_a_listing_changes_no_byte(
    reports: Path, wanted: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = listing._walk  # noqa: SLF001  as the file system gives it

    def shuffled(root: str) -> list[listing.Found]:
        found = list(walk(root))
        random.Random(5).shuffle(found)  # noqa: S311  no secrets here
        return found

    monkeypatch.setattr(listing, "_walk", shuffled)
    run(reports, tmp_path / "out", workers=2)
    assert digests(tmp_path / "out") == wanted
