from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from extract import native, translate

ROOT = Path(__file__).parent.parent


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources with a core that fits them."""
    copy = Path(shutil.copytree(native.PACKAGE, tmp_path / "extract"))
    monkeypatch.setattr(native, "PACKAGE", copy)
    monkeypatch.setattr(native, "cores", lambda: tmp_path / "cores")
    monkeypatch.delenv(native.PURE)
    (native.folder() / "extract").mkdir(parents=True)
    return copy


def run(output: Path, **environment: str) -> dict[str, bytes]:
    """The tables that a run over the samples writes, and whether it was compiled."""
    others = {name: value for name, value in os.environ.items() if name != native.PURE}
    command = [sys.executable, "-m", "extract", "run", "corpus", "--output", str(output)]
    subprocess.run(command, cwd=ROOT, env={**others, **environment}, check=True)  # noqa: S603
    report = json.loads((output / "run_report.json").read_text("utf-8"))
    tables = {path.name: path.read_bytes() for path in output.glob("*.parquet")}
    return {**tables, "compiled": str(report["compiled"]).encode()}


@pytest.mark.skipif(not native.folder().is_dir(), reason="no core of these sources: make compiled")
def test_compiled_and_interpreted_runs_write_the_same_bytes(tmp_path: Path) -> None:
    interpreted = run(tmp_path / "python", **{native.PURE: "1"})
    compiled = run(tmp_path / "core")

    assert (interpreted.pop("compiled"), compiled.pop("compiled")) == (b"False", b"True")
    assert {"mentions.parquet", "facts.parquet", "panel.parquet"} <= set(interpreted)
    assert compiled == interpreted


def test_every_module_that_figures_go_through_is_compiled() -> None:
    lists = "import sys, extract.reader, extract.agency.facts; print(*sys.modules)"
    command = [sys.executable, "-c", lists]
    loaded = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    names = {name[8:] for name in loaded.stdout.split() if name.startswith("extract.")}
    once = {
        "arrow", "columns", "commit.steps", "dimensions.functions", "errors", "glossary", "kept",
        "lexicon.vocabulary", "literals", "native", "panel.columns", "rulebook", "schema",
        "version",
    }  # fmt: skip

    packages = {name for name in names if (native.PACKAGE / name / "__init__.py").is_file()}
    modules = {n for n in names - packages if n.split(".")[0] not in ("identity", "regions")}
    compiled = {name.replace("/", ".") for name in native.MODULES}
    assert modules - once <= compiled  # whose report it is, is asked once a document


def test_a_core_of_these_sources_is_used(package: Path) -> None:
    assert native.found() == native.folder() / package.name


def test_a_core_of_other_sources_is_not_used(package: Path) -> None:
    with (package / "reader.py").open("a") as source:
        source.write("# one more line\n")

    assert native.found() is None


def test_a_core_is_not_used_where_the_sources_are_wanted(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(native.PURE, "1")

    assert package.is_dir()
    assert native.found() is None


def test_without_a_compiler_there_is_no_core_and_no_failure(
    package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)

    assert package.is_dir()
    assert translate.main() == 0
    assert "no C compiler" in capsys.readouterr().err
