"""``zhengju status`` says what a run would do, and a run does it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.cli import main
from extract.pipeline import run
from tests.stubs import COUNTY, fill, reinstall

pytestmark = pytest.mark.usefixtures("stub_reader")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {f"{i}.txt": COUNTY.format(name="甲县医保局", year=2000 + i, money=i) for i in range(9)}
    fill(tmp_path / "c", files | {"bad.txt": "!crash"})
    monkeypatch.chdir(tmp_path)
    run("c", Path("out"))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    capsys.readouterr()
    assert main(["status", "out", *more]) == 0
    return capsys.readouterr().out.splitlines()


def test_there_is_nothing_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.utime(home / "c" / "1.txt")
    assert said(capsys) == [
        f"corpus     {home / 'c'}",
        "files      0 new, 0 changed, 0 removed, 10 unchanged",
        "poison     1 crash: not tried again, unless by run --retry",
        "a run      does nothing: all is as it was",
    ]


def test_files_that_came_changed_and_went(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(home / "c", {f"new{i}.txt": "x" for i in range(7)} | {"3.txt": "other"})
    (home / "c" / "4.txt").unlink()
    lines = said(capsys)
    assert lines[1] == "files      7 new, 1 changed, 1 removed, 8 unchanged"
    assert [line.split() for line in lines[2:10]] == [
        *[["new", f"new{i}.txt"] for i in range(5)],
        ["new", "…", "and", "2", "more"], ["changed", "3.txt"], ["removed", "4.txt"],
    ]  # fmt: skip
    assert lines[-1] == "a run      reads 8 files, and makes the tables anew"
    assert run("c", Path("out"), accept="a test").reused == 8
    assert said(capsys)[-1].endswith("does nothing: all is as it was")


def test_what_else_has_changed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home, {"sources.csv": "source,year\n1.txt,1999\n"})
    (home / "out" / "codebook.csv").unlink()
    assert said(capsys)[-3:] == [
        "changed    sources.csv",
        "dataset    not as it was published: it is made again",
        "a run      reads 0 files; those that your tables are about; and makes the tables anew",
    ]
    for part, deed in (("rules", "reads all files, 10 of them from the text as it was loaded"),
                       ("loaders", "loads and reads all files")):  # fmt: skip
        reinstall(monkeypatch, **{part: "other"})
        lines = said(capsys)
        assert lines[-3] == f"changed    {part}, sources.csv"
        assert lines[-1] == f"a run      {deed}"


def test_without_a_run_before_nothing_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", str(tmp_path / "out")]) == 66
    assert "a run reads all files" in capsys.readouterr().err
