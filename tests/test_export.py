"""Exports, read back by other tools: types, labels, leading zeros, nulls, formulas."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import python_calamine

from extract import cli
from extract.export.excel import shortened
from extract.export.formats import FORMATS, export
from extract.export.source import open_source
from extract.export.stata import LONGEST_LABEL, RENAMED, label
from extract.glossary import Column
from tests.datasets import AWKWARD, in_parts, multiplied, planted

duckdb = pytest.importorskip("duckdb", reason="needs the extra export: make setup")
frictionless = pytest.importorskip("frictionless")
openpyxl = pytest.importorskip("openpyxl")
pyreadstat = pytest.importorskip("pyreadstat")
pytest.importorskip("xlsxwriter")

FACTS = 100_000
MEMORY = {"csv": 250, "stata": 800, "excel": 250, "duckdb": 500}  # MiB at most, of the process


@pytest.fixture(scope="module")
def dataset(sample_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the samples with awkward cells in its first facts."""
    return planted(sample_output, tmp_path_factory.mktemp("awkward") / "output", AWKWARD)


@pytest.fixture(scope="module")
def facts(dataset: Path) -> pd.DataFrame:
    """The facts as they are."""
    read: pd.DataFrame = pq.read_table(dataset / "facts.parquet").to_pandas()
    return read


def exported(dataset: Path, to: str, target: Path, *tables: str) -> Path:
    export(open_source(dataset), to, target, tables)
    return target


# CSV


@pytest.fixture(scope="module")
def sheets(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(dataset, "csv", tmp_path_factory.mktemp("csv") / "sheets")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_is_utf_8_with_a_mark_for_excel(sheets: Path) -> None:
    files = sorted(sheets.glob("*.csv"))
    assert {"panel.csv", "cells.csv", "facts.csv", "codebook.csv"} <= {p.name for p in files}
    for path in files:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert path.read_bytes().count(b"\xef\xbb\xbf") == 1


def test_csv_has_each_value_as_it_is(sheets: Path, facts: pd.DataFrame) -> None:
    read = rows(sheets / "facts.csv")
    assert len(read) == len(facts)
    for name in ("fact_id", "agency", "unit", "function_code", "project"):
        assert [row[name] for row in read] == facts[name].fillna("").tolist()
    assert [float(row["value"]) for row in read] == facts["value"].tolist()
    assert [row["report_year"] for row in read[:2]] == ["", "2022"]  # no 2022.0, no 0 for null
    assert [row["approx"] for row in read[:2]] == ["true", "false"]
    assert [row["flags"] for row in read[:3]] == ["", "one;two；three", "'=cmd"]


def test_cells_that_spreadsheets_would_run_are_quoted_in_text_only(sheets: Path) -> None:
    read = rows(sheets / "facts.csv")
    wanted = ["'=1+1", "'+86", "'-5", "'@SUM(A1)", "'＝1+1", "'quoted", "a,b", '"say"']
    assert [row["item"] for row in read[:8]] == wanted
    assert read[8]["item"] == "two\nlines"
    assert read[0]["value"] == "-5"  # a number is no formula
    assert read[1]["value_min"] == "-0.5"


def test_duckdb_reads_the_csv_with_leading_zeros(sheets: Path, facts: pd.DataFrame) -> None:
    text = f"FROM read_csv('{sheets}/facts.csv', types={{'function_code': 'VARCHAR'}})"
    with duckdb.connect() as base:
        read = base.execute(f"SELECT function_code, value, approx, year {text}").fetchall()
    assert [row[0] for row in read[:3]] == ["0201", "007", "0000123"]
    assert [row[1] for row in read] == facts["value"].tolist()
    assert {type(row[2]) for row in read} == {bool}
    assert {type(row[3]) for row in read} == {int}


def test_the_data_package_is_valid_with_its_data(sample_output: Path, tmp_path: Path) -> None:
    folder = exported(sample_output, "csv", tmp_path / "sheets")

    report = frictionless.validate(str(folder / "datapackage.json"))

    assert report.flatten(["title", "note", "fieldName", "rowNumber"]) == []
    assert {task.name for task in report.tasks} >= {"panel", "cells", "facts", "mentions"}
    assert all(task.stats["rows"] for task in report.tasks)


def test_the_data_package_refuses_what_is_not_so(sample_output: Path, tmp_path: Path) -> None:
    folder = exported(sample_output, "csv", tmp_path / "sheets", "facts", "mentions")
    path = folder / "facts.csv"
    text = path.read_text("utf-8")
    fact = rows(path)[0]
    path.write_text(text.replace(f',"{fact["mention_id"]}",', ',"nowhere",'), "utf-8")

    report = frictionless.validate(str(folder / "datapackage.json"))

    assert {row[0] for row in report.flatten(["type"])} == {"foreign-key"}


# Stata


@pytest.fixture(scope="module")
def stata(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(dataset, "stata", tmp_path_factory.mktemp("stata") / "dta")


def test_stata_files_are_of_version_118_with_labels_in_both_languages(
    stata: Path, sample_output: Path
) -> None:
    assert (stata / "panel.dta").read_bytes().startswith(b"<stata_dta><header><release>118<")
    _, about = pyreadstat.read_dta(stata / "panel.dta", metadataonly=True)
    labels = about.column_names_to_labels
    assert labels["expenditure"] == "本年支出（支出总计）（元） Expenditure"
    assert labels["agency_id"] == "单位编号 Agency id"
    assert about.file_label == "政据 zhengju: 面板 Panel"
    assert list(labels) == pq.read_schema(sample_output / "panel.parquet").names
    assert all(0 < len(text) <= LONGEST_LABEL for text in labels.values())


def test_stata_keeps_values_codes_and_nulls(stata: Path, facts: pd.DataFrame) -> None:
    read, about = pyreadstat.read_dta(stata / "facts.dta")
    types = about.readstat_variable_types
    assert read["value"].tolist() == facts["value"].tolist()
    assert read["function_code"].tolist()[:3] == ["0201", "007", "0000123"]
    assert read["item"].tolist()[:3] == ["=1+1", "+86", "-5"]  # a spreadsheet's worry, not Stata's
    assert read["project"].tolist()[:3] == list(AWKWARD["project"])
    assert pd.isna(read["value_min"].iloc[0])
    assert pd.isna(read["report_year"].iloc[0])
    assert types["year"] == "int16"
    assert types["approx"] == "int8"
    assert types["value"] == "double"
    panel, _ = pyreadstat.read_dta(stata / "panel.dta")
    assert (panel["agency_num"] == panel["agency_num"].round()).all()
    assert panel["agency_num"].nunique() == panel["agency_id"].nunique()


def test_pandas_reads_the_same_from_stata(stata: Path, facts: pd.DataFrame) -> None:
    read = pd.read_stata(stata / "facts.dta")
    assert read["value"].tolist() == facts["value"].tolist()
    assert read["function_code"].tolist()[:3] == ["0201", "007", "0000123"]


@pytest.mark.filterwarnings("error")  # pandas warns where it renames a column
def test_names_that_stata_keeps_for_itself_are_changed_in_the_codebook_too(
    dataset: Path, tmp_path: Path
) -> None:
    folder = exported(dataset, "stata", tmp_path / "all", *open_source(dataset).tables)
    book = rows(folder / "codebook.csv")
    for path in folder.glob("*.dta"):
        with pd.read_stata(path, iterator=True) as reader:
            names = list(reader.variable_labels())
        assert names == [row["column"] for row in book if row["table"] == path.stem]
        assert not RENAMED.keys() & set(names)


def test_a_label_too_long_for_stata_loses_its_english_part_first() -> None:
    column = Column("x", "double", "很长的名目" * 10, "", unit="元", english="Its name " * 5)
    assert label(column) == "很长的名目" * 10 + "（元）"
    assert len(label(Column("x", "double", "很长的名目" * 20, ""))) == LONGEST_LABEL


# Excel


@pytest.fixture(scope="module")
def workbook(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(dataset, "excel", tmp_path_factory.mktemp("excel") / "data.xlsx")


def column(sheet: Any, name: str) -> list[Any]:  # noqa: ANN401  openpyxl has no types
    """The cells below a header."""
    (at,) = (cell.column for cell in sheet[1] if cell.value == name)
    return [sheet.cell(row, at) for row in range(2, sheet.max_row + 1)]


def test_a_workbook_has_typed_cells_and_no_formula(workbook: Path, facts: pd.DataFrame) -> None:
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["panel", "cells", "facts", "documents", "checks", "codebook"]
    for sheet in book:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"n", "s", "b"}
    sheet = book["facts"]
    assert [cell.value for cell in column(sheet, "value")] == facts["value"].tolist()
    codes = column(sheet, "function_code")[:3]
    assert [cell.value for cell in codes] == ["0201", "007", "0000123"]
    assert {cell.number_format for cell in codes} == {"@"}
    assert [cell.value for cell in column(sheet, "report_year")[:2]] == [None, 2022]
    assert [cell.value for cell in column(sheet, "approx")[:2]] == [True, False]


def test_text_like_a_formula_is_quoted_in_a_workbook(workbook: Path) -> None:
    sheet = openpyxl.load_workbook(workbook)["facts"]
    items = column(sheet, "item")
    assert [cell.value for cell in items[:4]] == ["=1+1", "+86", "-5", "@SUM(A1)"]
    assert [bool(cell.quotePrefix) for cell in items[:8]] == [True] * 5 + [False] * 3
    assert not any(cell.quotePrefix for cell in column(sheet, "value"))


def test_headers_of_a_workbook_are_frozen_and_explained(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    assert book["panel"].freeze_panes == "H2"  # down to the year
    assert book["facts"].freeze_panes == "D2"
    (header,) = (cell for cell in book["panel"][1] if cell.value == "expenditure")
    assert header.comment.text.startswith("本年支出（支出总计） Expenditure [元]")
    assert book["codebook"]["A1"].value == "table"


def test_calamine_reads_the_workbook_too(workbook: Path, facts: pd.DataFrame) -> None:
    book = python_calamine.CalamineWorkbook.from_path(workbook)
    header, *read = book.get_sheet_by_name("facts").to_python()
    assert [row[header.index("value")] for row in read] == facts["value"].tolist()
    codes = [row[header.index("function_code")] for row in read]
    assert codes[:3] == ["0201", "007", "0000123"]


def test_cells_too_long_for_excel_are_cut_and_counted(dataset: Path, tmp_path: Path) -> None:
    made = export(open_source(dataset), "excel", tmp_path / "data.xlsx", ["facts"])
    assert made.notes == ("cut        1 cells of more than 32767 characters",)
    sheet = openpyxl.load_workbook(tmp_path / "data.xlsx")["facts"]
    assert [len(cell.value) for cell in column(sheet, "project")[:3]] == [80, 3000, 32767]


# DuckDB


def test_a_database_has_types_and_comments(
    dataset: Path, facts: pd.DataFrame, tmp_path: Path
) -> None:
    path = exported(dataset, "duckdb", tmp_path / "data.duckdb")
    with duckdb.connect(path, read_only=True) as base:
        told = base.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name='facts'"
        ).fetchall()
        types = {name: type_ for name, type_, _ in told}
        assert (types["year"], types["value"], types["approx"]) == ("SMALLINT", "DOUBLE", "BOOLEAN")
        assert (types["function_code"], types["flags"]) == ("VARCHAR", "VARCHAR[]")
        assert all(re.match(r"\w+ \w+", comment) for _, _, comment in told)
        read = base.execute("SELECT value, function_code, report_year, flags FROM facts").fetchall()
        (labels,) = base.execute("SELECT count(*) FROM codebook").fetchall()
    assert [row[0] for row in read] == facts["value"].tolist()
    assert [row[1] for row in read[:3]] == ["0201", "007", "0000123"]
    assert [row[2] for row in read[:2]] == [None, 2022]
    assert [row[3] for row in read[:2]] == [[], ["one", "two;three"]]
    assert labels[0] > 300


# All of them


def test_control_signs_and_numbers_without_an_end_do_no_harm(
    sample_output: Path, tmp_path: Path
) -> None:
    cells: dict[str, tuple[object, ...]] = {
        "item": ("a\x0bb", "\x01", "_x000D_", "😀", "\t=1", " =1", "a\0b"),
        "value": (float("inf"), float("nan"), 1e308, 5.5),
    }
    dataset = planted(sample_output, tmp_path / "output", cells)
    book = openpyxl.load_workbook(exported(dataset, "excel", tmp_path / "b.xlsx", "facts"))
    stata, _ = pyreadstat.read_dta(
        exported(dataset, "stata", tmp_path / "s", "facts") / "facts.dta"
    )
    sheet = rows(exported(dataset, "csv", tmp_path / "c", "facts") / "facts.csv")

    assert [row["item"] for row in sheet[:6]] == [*cells["item"][:4], "'\t=1", " =1"]
    assert stata["item"].tolist()[:6] == list(cells["item"])[:6]
    assert stata["item"][6] == sheet[6]["item"] == "a\N{REPLACEMENT CHARACTER}b"  # no end of text
    assert [cell.value for cell in column(book["facts"], "item")[3:6]] == ["😀", "\t=1", " =1"]
    assert stata["value"].isna().tolist()[:4] == [True, True, True, False]
    assert [cell.value for cell in column(book["facts"], "value")[:4]] == [None, None, None, 5.5]


def test_a_table_in_parts_is_exported_whole(sample_output: Path, tmp_path: Path) -> None:
    dataset = in_parts(sample_output, tmp_path / "output")
    ids = pq.read_table(sample_output / "facts.parquet")["fact_id"].to_pylist()

    read = rows(exported(dataset, "csv", tmp_path / "sheets") / "facts.csv")
    with duckdb.connect(exported(dataset, "duckdb", tmp_path / "data.duckdb")) as base:
        found = base.execute("SELECT fact_id FROM facts").fetchall()
    assert [row["fact_id"] for row in read] == ids
    assert [row[0] for row in found] == ids


@pytest.mark.parametrize("to", ["csv", "stata", "excel"])  # DuckDB gives each file a random id
def test_the_same_dataset_gives_the_same_bytes(dataset: Path, tmp_path: Path, to: str) -> None:
    one, two = (exported(dataset, to, tmp_path / name) for name in ("one", "two"))
    files = sorted(one.iterdir()) if one.is_dir() else [one]
    assert len(files) >= 1
    for path in files:
        other = two / path.name if one.is_dir() else two
        assert path.read_bytes() == other.read_bytes(), path.name
        if path.suffix == "":
            with zipfile.ZipFile(path) as book:
                assert {item.date_time[0] for item in book.infolist()} == {1980}
                assert b"2000-01-01T" in book.read("docProps/core.xml")
        if path.suffix == ".dta":
            assert b"01 Jan 2000 00:00" in path.read_bytes()


def test_texts_are_exported_only_where_they_are_named(sample_output: Path, tmp_path: Path) -> None:
    everything = exported(sample_output, "csv", tmp_path / "all")
    named = exported(sample_output, "csv", tmp_path / "named", "texts")
    assert "texts.csv" not in {path.name for path in everything.iterdir()}
    assert "texts" not in (everything / "datapackage.json").read_text("utf-8")
    assert {p.name for p in named.iterdir()} == {"texts.csv", "codebook.csv", "datapackage.json"}


def test_tables_of_an_earlier_export_do_not_stay(sample_output: Path, tmp_path: Path) -> None:
    target = exported(sample_output, "csv", tmp_path / "sheets")
    (target / "mine.txt").write_text("kept")
    exported(sample_output, "csv", target, "panel")
    wanted = ["codebook.csv", "datapackage.json", "mine.txt", "panel.csv"]
    assert sorted(path.name for path in target.iterdir()) == wanted
    package = json.loads((target / "datapackage.json").read_text("utf-8"))
    assert [resource["path"] for resource in package["resources"]] == ["panel.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sheets"]


def test_an_export_stands_beside_the_dataset_unless_told(
    sample_output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = planted(sample_output, tmp_path / "output", {})
    for to in FORMATS:
        assert cli.main(["export", str(dataset), "--to", to, "--table", "panel"]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"output", "output-csv", "output-stata", "output.xlsx", "output.duckdb"}
    assert "panel.dta" in capsys.readouterr().out


@pytest.mark.parametrize(
    "case",
    [
        "nowhere --to csv: no dataset in nowhere",
        "output --to csv --table wishes: no table wishes",
        "output --to csv -o output: is the dataset itself",
        "output --to csv -o file: file is a file; name a folder",
        "output --to excel -o folder: folder is a folder; name a file",
        "output --to excel -o output/facts.parquet: is a table of a dataset",
        "output --to excel -o pipe: pipe is no ordinary file",
        "output --to csv -o copy: copy holds a dataset",
    ],
)
def test_what_cannot_be_exported_is_said_in_a_line(
    sample_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], case: str,
) -> None:  # fmt: skip
    arguments, _, said = case.partition(": ")
    (tmp_path / "output").symlink_to(sample_output)
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    shutil.copytree(sample_output, tmp_path / "copy")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in sample_output.iterdir())

    assert cli.main(["export", *arguments.split()]) == (66 if "nowhere" in said else 2)

    line = capsys.readouterr().err
    assert said in line
    assert line.count("\n") == 1
    assert sorted(path.name for path in sample_output.iterdir()) == before


@pytest.mark.parametrize("kept", [0, 100, 20_000])  # bytes: of nothing, the head, without the end
@pytest.mark.parametrize("to", FORMATS)
def test_a_damaged_table_is_named_and_nothing_is_left(
    sample_output: Path, tmp_path: Path, to: str, kept: int, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = Path(shutil.copytree(sample_output, tmp_path / "output"))
    whole = (dataset / "facts.parquet").read_bytes()
    damaged = whole[:kept] + bytes(4000) + whole[kept + 4000 :] if kept > 4000 else whole[:kept]
    (dataset / "facts.parquet").write_bytes(damaged)

    assert cli.main(["export", str(dataset), "--to", to, "-o", str(tmp_path / "made")]) == 66

    assert [path.name for path in tmp_path.iterdir()] == ["output"]
    said = capsys.readouterr().err
    assert "facts.parquet is damaged" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("to", ["excel", "duckdb"])
def test_a_missing_package_is_named_with_the_way_to_get_it(
    sample_output: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    to: str,
) -> None:
    monkeypatch.setattr("extract.export.formats.find_spec", lambda _: None)
    assert cli.main(["export", str(sample_output), "--to", to]) == 2
    assert "pip install 'zhengju[export]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("长" * 32_768, 32_767),
        ("𠀀" * 16_384, 16_383),
        ("𠀀" * 16_383, 16_383),
        ("a" * 32_767, 32_767),
    ],
)
def test_a_cell_is_as_long_as_excel_counts(text: str, length: int) -> None:
    assert text.startswith(shortened(text))
    assert len(shortened(text)) == length


def test_a_table_too_wide_for_stata_or_excel_is_told(
    sample_output: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr("extract.export.stata.MOST", 100)
    monkeypatch.setattr("extract.export.excel.MOST_COLUMNS", 100)
    arguments = ["export", str(sample_output), "--table", "panel", "-o", str(tmp_path / "made")]
    assert cli.main([*arguments, "--to", "stata"]) == 0
    assert "panel needs Stata/SE or MP: more than 100 columns" in capsys.readouterr().out
    assert cli.main([*arguments, "--to", "excel", "-o", str(tmp_path / "x.xlsx")]) == 2
    assert "columns and a sheet 100" in capsys.readouterr().err


def test_a_table_too_long_for_a_sheet_is_refused(
    sample_output: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr("extract.export.excel.MOST_ROWS", 100)
    target = tmp_path / "data.xlsx"
    assert cli.main(["export", str(sample_output), "--to", "excel", "-o", str(target)]) == 2
    assert "use --to csv" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc: not Linux")
@pytest.mark.parametrize(
    "to", ["csv", "stata", "duckdb", pytest.param("excel", marks=pytest.mark.soak)]
)
def test_a_hundred_thousand_facts_fit_in_memory(
    sample_output: Path, tmp_path: Path, to: str
) -> None:
    dataset = multiplied(sample_output, tmp_path / "output", FACTS)
    target = tmp_path / "target"
    script = (
        "import sys; from extract.cli import main; code = main(sys.argv[1:]); "
        "print(open('/proc/self/status').read()); sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "export", str(dataset), "--to", to, "-o", str(target)]
    done = subprocess.run(  # noqa: S603
        [*command, "--table", "facts"], check=True, capture_output=True, text=True
    )
    peak = re.search(r"^VmHWM:\s+(\d+) kB", done.stdout, re.MULTILINE)
    assert peak
    assert int(peak[1]) >> 10 <= MEMORY[to]
    if to == "csv":
        assert len(rows(target / "facts.csv")) == FACTS
    if to == "stata":
        _, about = pyreadstat.read_dta(target / "facts.dta", metadataonly=True)
        assert about.number_rows == FACTS
    if to == "duckdb":
        with duckdb.connect(target, read_only=True) as base:
            assert base.execute("SELECT count(*) FROM facts").fetchall() == [(FACTS,)]
