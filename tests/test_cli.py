from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from extract import catalogue
from extract.cli import main
from extract.commit.staging import Staging
from extract.errors import RulebookError
from extract.version import VERSION
from tests import stubs

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _stub_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    stubs.install(monkeypatch)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("agency 甲县医保局 2022 other\nfines actual 2022 <3万元>\n")
    return folder


def refused(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str]:
    """Exit code and the one line that says why."""
    code = main([str(arg) for arg in args])
    said = capsys.readouterr().err
    assert said.startswith("zhengju: ")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    return code, said


def test_a_run_ends_with_a_summary(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(corpus), "--output", str(tmp_path / "out")]) == 0

    said = capsys.readouterr()
    assert "documents  1 (1 ok)" in said.out
    assert "facts      1" in said.out
    assert str(tmp_path / "out") in said.out
    assert said.err == ""  # no progress bar in a pipe


def test_a_missing_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = refused(capsys, "run", tmp_path / "nowhere", "--output", tmp_path / "out")

    assert code == 66
    assert str(tmp_path / "nowhere") in said


def test_an_empty_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    code, said = refused(capsys, "run", tmp_path / "empty", "--output", tmp_path / "out")

    assert code == 66
    assert str(tmp_path / "empty") in said


def test_a_file_in_the_way_of_the_output_is_named(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("in the way")
    code, said = refused(capsys, "run", corpus, "--output", tmp_path / "out")

    assert code == 73
    assert str(tmp_path / "out") in said
    assert "--output" in said


def test_an_output_locked_by_another_run_is_named(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Staging(tmp_path / "out"):
        code, said = refused(capsys, "run", corpus, "--output", tmp_path / "out")

    assert code == 75
    assert str(tmp_path / "out") in said


def test_an_invalid_rule_stops_the_run_before_anything_is_written(
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise RulebookError("units.toml, unit 家: unknown key 'colour'")

    monkeypatch.setattr(sys.modules["extract.rulebook"], "load", broken)
    code, said = refused(capsys, "run", corpus, "--output", tmp_path / "out")

    assert code == 78
    assert "colour" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "refusal",
    [(MemoryError(), "memory"), (OSError(5, "Input/output error", "/mnt/reports"), "/mnt/reports")],
)
def test_what_the_system_refuses_is_a_line(
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    refusal: tuple[Exception, str],
) -> None:
    error, told = refusal

    def refuses(_: object) -> None:
        raise error

    monkeypatch.setattr("extract.inputs.corpus.Folder.listing", refuses)
    code, said = refused(capsys, "run", corpus, "--output", tmp_path / "out")

    assert code == 1
    assert told in said


def test_an_interrupt_leaves_the_previous_output(
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main(["run", str(corpus), "--output", str(tmp_path / "out")])
    before = (tmp_path / "out" / "facts.parquet").read_bytes()
    capsys.readouterr()
    (corpus / "new.txt").write_text("new")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("extract.inputs.corpus.Folder.fetch", interrupt)
    code, _ = refused(capsys, "run", corpus, "--output", tmp_path / "out")

    assert code == 130
    assert (tmp_path / "out" / "facts.parquet").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.zhengju", "out", "reports"]


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["run"],
        ["run", "c"],
        ["run", "c", "--output", "o", "--workers", "0"],
        ["run", "c", "--output", "o", "--limit", "-1"],
        ["run", "c", "--output", "o", "--limit", "few"],
        ["run", "", "--output", "o"],
        ["run", "c", "--output", ""],
        ["walk"],
    ],
)
def test_wrong_usage_exits_with_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)

    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_an_unreadable_file_is_a_row_and_no_failure(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "b.txt").symlink_to(corpus / "missing")
    (corpus / "c.txt").write_text("!crash")
    assert main(["run", str(corpus), "--output", str(tmp_path / "out")]) == 0

    said = capsys.readouterr().out
    assert "documents  3 (1 crash, 1 ok, 1 skipped)" in said
    assert "not read whole: 2; the reason of each stands in documents.parquet" in said


def test_columns_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["columns", "facts"]) == 0
    said = capsys.readouterr().out
    assert "panel_column" in said
    assert "mentions" not in said.split()[:1]

    assert main(["columns"]) == 0
    heads = {line.split()[0] for line in capsys.readouterr().out.split("\n") if line[:1].strip()}
    assert {"mentions", "facts", "panel", "texts"} <= heads


def test_an_unknown_table_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = refused(capsys, "columns", "nothing")

    assert code == 2
    assert "mentions" in said


def test_a_figure_is_explained(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(corpus / "a.txt"), "5"]) == 0

    assert capsys.readouterr().out == f"explained {corpus / 'a.txt'} 5\n"


def test_the_version_is_the_one_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert capsys.readouterr().out == f"zhengju {VERSION}\n"
    assert project["version"] == VERSION


@pytest.mark.parametrize("code", ["import extract", "import extract.cli"])
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    heavy = "{'pandas', 'pyarrow', 'numpy', 'pdfplumber', 'typer', 'jieba'}"
    script = f"{code}; import sys; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run(  # noqa: S603  our own interpreter and script
        [sys.executable, "-c", script],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout == "[]\n"


def test_a_run_imports_neither_numpy_nor_pandas(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("某县医疗保障局2022年度部门决算\n收入12万元。\n", "utf-8")
    run = f"cli.main(['run', {str(corpus)!r}, '--output', {str(tmp_path / 'output')!r}])"
    unused = "{'numpy', 'pandas'} & sys.modules.keys()"
    code = f"import sys; from extract import cli; {run}; print({unused})"
    done = subprocess.run(  # noqa: S603  our own interpreter and script
        [sys.executable, "-c", code],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.endswith("set()\n")


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        ("indicators.csv", "indicator,colour\n", "columns"),
        ("indicators.csv", ",".join(catalogue.COLUMNS) + "\nfines,too,few\n", "field count"),
        ("synonyms.toml", "[[synonym]]\nunits = ['家']\ncolour = 1\n", "colour"),
        ("synonyms.toml", "not toml", "mend"),
    ],
)
def test_a_broken_catalogue_is_refused_by_name(
    file: str, text: str, named: str, tmp_path: Path
) -> None:
    for name in ("indicators.csv", "synonyms.toml"):
        source = catalogue.patterns_folder() / name
        (tmp_path / name).write_text(source.read_text("utf-8"), "utf-8")
    (tmp_path / file).write_text(text, "utf-8")

    with pytest.raises(RulebookError, match=f"{file}.*{named}"):
        catalogue.load(tmp_path)
