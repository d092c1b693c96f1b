from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from extract import native, streams
from extract.commit.verify import findings, hold

ROOT = Path(__file__).parents[1]
ZHENGJU = f"{sys.executable} -m extract"
ENVIRONMENT = {**os.environ, native.PURE: "1", "PYTHONPATH": str(ROOT)}
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="no such device here")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A document that is a line on standard error."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    return folder


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command line with ``zhengju`` in it."""
    return subprocess.run(  # noqa: S602  our own words
        command.replace("zhengju", ZHENGJU), shell=True, cwd=folder, check=False,
        capture_output=True, env=ENVIRONMENT | environment,
    )  # fmt: skip


@pytest.mark.parametrize("ends", ["2>&1 | head -1", ">&- 2>&- <&-"])
def test_a_run_whose_words_nobody_hears_is_a_run(corpus: Path, tmp_path: Path, ends: str) -> None:
    shell(f"zhengju run {corpus.name} --output output --workers 1 {ends}", tmp_path)
    assert not list(findings(hold(tmp_path / "output"), lambda _: None))


@needs_full
def test_a_log_on_a_full_disk_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with FULL.open("w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        streams.warn("x" * 100_000)
        streams.warn("more")


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_cannot_be_written_is_one_line_and_no_success(
    tmp_path: Path, unbuffered: str
) -> None:
    done = shell("zhengju columns > /dev/full", tmp_path, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert re.fullmatch(rb"zhengju: .*space.*\n", done.stderr)


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_character_that_a_terminal_cannot_show_ends_nothing(
    tmp_path: Path, encoding: str
) -> None:
    done = shell("zhengju columns facts", tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert b"mention_id" in done.stdout


def test_a_name_that_is_no_utf8_is_told_by_its_bytes(corpus: Path, tmp_path: Path) -> None:
    named = corpus.rename(tmp_path / os.fsdecode(b"\xb1\xa8"))  # 报 in GBK
    done = shell("zhengju run * --output output --workers 1", tmp_path)
    assert done.returncode == 0, done.stderr
    report = (tmp_path / "output" / "run_report.json").read_text("utf-8")
    assert r'"corpus": "\\xb1\\xa8"' in report
    (named / os.fsdecode(b"\x1b\xff.txt")).touch()
    told = shell("zhengju status output", tmp_path, PYTHONIOENCODING="utf-8").stdout
    assert rb"new      \x1b\xff.txt" in told


def test_an_output_that_is_no_utf8_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xb1")).mkdir()
    (tmp_path / "a.txt").write_text("x")
    done = shell("zhengju run a.txt --output ?", tmp_path)
    assert (done.returncode, done.stderr.count(b"\n")) == (73, 1), done.stderr


def test_what_is_shown_once_is_shown_the_same_again() -> None:
    shown = streams.one_line("a\x1b[31m\tb\udce9\n!/")

    assert shown == r"a\x1b[31m | b\xe9⏎!/"
    assert streams.one_line(shown) == shown
