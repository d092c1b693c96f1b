"""The examples run on an export of the samples, those whose tool is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from extract.export.formats import export
from extract.export.source import open_source

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
R, STATA = shutil.which("Rscript"), shutil.which("stata-mp") or shutil.which("stata")


def printed(folder: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout


@pytest.fixture
def project(sample_output: Path, tmp_path: Path) -> Path:
    """A folder with ``output/``, as the examples expect."""
    (tmp_path / "output").symlink_to(sample_output)
    return tmp_path


def test_the_example_in_python_runs(project: Path) -> None:
    said = printed(project, sys.executable, str(EXAMPLES / "first.py"))
    assert re.search(r"青禾县医疗保障局 +9,904,900 +11,253,600", said)
    assert "追回医保基金" in said
    assert re.search(r"not_stated +\d+", said)


def test_the_example_in_sql_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb", reason="needs the extra export: make setup")
    monkeypatch.chdir(project)
    with duckdb.connect() as base:
        queries = base.extract_statements((EXAMPLES / "first.sql").read_text("utf-8"))
        levels, words, reasons = (base.execute(query).fetchall() for query in queries)
    assert ("青禾县医疗保障局", 2022, 11253600.0) in levels
    assert any("66.05万元" in row[3] for row in words)
    assert "not_stated" in dict(reasons)


@pytest.mark.skipif(R is None, reason="R is not installed")
def test_the_example_in_r_runs_and_keeps_types(project: Path, tmp_path: Path) -> None:
    export(open_source(project / "output"), "csv", project / "output-csv")
    assert R is not None
    said = printed(project, R, str(EXAMPLES / "first.R"), "output-csv")
    assert re.search(r"青禾县医疗保障局 +2022 +11253600", said)
    script = tmp_path / "types.R"
    first = (EXAMPLES / "first.R").read_text("utf-8")
    script.write_text(first + "\ncat(class(panel$agency_id), class(panel$year), "
                      "class(panel$is_primary), class(panel$agency_num), "
                      "sum(panel$expenditure, na.rm = TRUE))\n", "utf-8")  # fmt: skip
    last = printed(project, R, str(script), "output-csv").splitlines()[-1]
    assert last.split()[:4] == ["character", "integer", "logical", "numeric"]


@pytest.mark.skipif(STATA is None, reason="Stata is not installed")
def test_the_example_in_stata_runs(project: Path) -> None:
    export(open_source(project / "output"), "stata", project / "output-stata")
    assert STATA is not None
    printed(project, STATA, "-b", "do", str(EXAMPLES / "first.do"), "output-stata")
    log = (project / "first.log").read_text("utf-8")
    assert not re.search(r"^r\(\d+\);", log, re.MULTILINE)


def test_the_example_in_stata_names_columns_that_are_there(sample_output: Path) -> None:
    text = (EXAMPLES / "first.do").read_text("utf-8")
    source = open_source(sample_output)
    known = {c.name for table in ("panel", "cells") for c in source.columns(table)} | {"growth"}
    lists = re.findall(
        r"^(?:list|describe|isid|tabulate|xtset) ([a-z_ ]+?)(?: if|,|$)", text, re.MULTILINE
    )
    named = {word for line in lists for word in line.split()}
    assert len(named) >= 8
    assert named <= known
