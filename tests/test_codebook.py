"""One registry: schemas, codebook, labels of loaded tables and README say the same."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import extract
from extract import cli
from extract.columns import TABLES
from extract.errors import CorpusError
from extract.export import codebook as book
from extract.export.descriptor import descriptor
from extract.export.source import open_source
from extract.glossary import CODEBOOK, LABELS_EN, NEVER, TABLE_TEXTS

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
CHINESE = re.compile("[\u4e00-\u9fff]")


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main([str(argument) for argument in arguments]) == 0
    return capsys.readouterr().out


def test_every_column_has_a_label_in_both_languages_and_a_meaning(sample_output: Path) -> None:
    of = extract.codebook(sample_output)
    assert list(of.columns) == list(CODEBOOK)
    assert len(of) > 300
    assert of["label_zh"].str.contains(CHINESE).all()
    assert of["label_en"].str.fullmatch(r"[A-Z].*").all()
    assert not of["label_en"].str.contains(CHINESE).any()
    assert of["meaning"].str.len().gt(2).all()
    assert of["missing"].str.contains("never|null").all()
    assert not of.map(lambda cell: cell.startswith(("=", "+", "-", "@"))).any(axis=None)


def test_no_english_label_is_left_without_its_column() -> None:
    assert LABELS_EN.keys() == {column.name for columns in TABLES.values() for column in columns}


def test_each_table_has_its_words_and_its_key_in_the_registry() -> None:
    assert TABLE_TEXTS.keys() == TABLES.keys()
    for table, text in TABLE_TEXTS.items():
        columns = {column.name: column for column in TABLES[table]}
        assert all(columns[name].missing == NEVER for name in text.key)
        for name, other, column in text.links:
            assert name in columns
            assert column in TABLE_TEXTS[other].key


def test_the_codebook_of_a_run_is_that_of_its_tables(sample_output: Path) -> None:
    written = pd.read_csv(sample_output / "codebook.csv", keep_default_na=False)
    of = extract.codebook(sample_output)
    order = ["table", "column"]
    assert written.sort_values(order, ignore_index=True).equals(
        of.sort_values(order, ignore_index=True)
    )
    for table, rows in of.groupby("table"):
        schema = pq.read_schema(sample_output / f"{table}.parquet")
        assert rows["column"].tolist() == schema.names


def test_the_codebook_without_a_dataset_has_what_every_dataset_has(sample_output: Path) -> None:
    always, of = extract.codebook(), extract.codebook(sample_output)
    key = ["table", "column"]
    assert set(map(tuple, always[key].to_numpy())) < set(map(tuple, of[key].to_numpy()))
    assert "expenditure" in set(always["column"])


def test_a_loaded_table_carries_its_labels(sample_output: Path) -> None:
    data = extract.load(sample_output)
    attrs = data.panel.attrs
    assert attrs["labels"]["recovered_funds"] == "追回医保基金"
    assert attrs["labels_en"]["recovered_funds"] == "Funds recovered"
    assert attrs["units"]["recovered_funds"] == "元"
    assert "cells.reason" in attrs["missing"]["recovered_funds"]
    assert (attrs["table"], attrs["schema_version"]) == ("panel", "1")
    for name in TABLES:
        frame = getattr(data, name)
        assert list(frame.attrs["labels"]) == list(frame.columns)
        assert set(frame.attrs) >= {"labels", "labels_en", "units", "meanings", "missing"}
    assert data.codebook.equals(extract.codebook(sample_output))
    pd.concat([data.panel.head(1), data.panel.tail(1)])  # attrs that cannot be compared break it


def test_a_codebook_of_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no dataset"):
        extract.codebook(tmp_path)


def test_english_labels_of_panel_columns_tell_dimension_and_measure(sample_output: Path) -> None:
    labels = extract.codebook(sample_output).set_index(["table", "column"])["label_en"]["panel"]
    assert labels["benefit_visits_res_inp"] == "Benefit visits (resident, inpatient)"
    assert labels["three_public__gro"].endswith("(growth)")
    assert labels.is_unique


# zhengju columns


def test_columns_of_one_table_are_listed_with_both_labels(
    sample_output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(capsys, "columns", "panel", "--of", sample_output, "--find", "追回")
    assert said.startswith("panel  面板 Panel: one row for each agency and year")
    assert "recovered_funds  double  追回医保基金 Funds recovered [元]: Funds recovered" in said
    assert "expenditure" not in said


def test_columns_as_csv_are_the_codebook(
    sample_output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(capsys, "columns", "--of", sample_output, "--format", "csv")
    assert said == book.as_csv(book.described(open_source(sample_output)))
    assert next(iter(csv.reader(io.StringIO(said)))) == list(CODEBOOK)


def test_a_word_that_no_column_has_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "columns", "--find", "没有这个词") == "no column has 没有这个词\n"


# What else derives from the registry


def test_the_tables_of_readme_are_those_of_the_registry() -> None:
    told = dict(re.findall(r"^\| `(\w+)\.parquet` \| (.*) \|$", README, re.MULTILINE))
    assert told == {table: text.row for table, text in TABLE_TEXTS.items()}
    assert list(told) == list(TABLE_TEXTS)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_descriptor_has_every_column_with_type_and_unit(sample_output: Path, form: str) -> None:
    source = open_source(sample_output)
    package = descriptor(source, form)
    for resource in package["resources"]:
        table, fields = resource["name"], resource["schema"]["fields"]
        columns = source.columns(table)
        assert resource["path"] == f"{table}.{form}"
        assert [field["name"] for field in fields] == [column.name for column in columns]
        assert [field.get("unit", "") for field in fields] == [column.unit for column in columns]
        assert all(CHINESE.search(field["title"]) for field in fields)
    panel = next(r for r in package["resources"] if r["name"] == "panel")
    types = {field["name"]: field["type"] for field in panel["schema"]["fields"]}
    assert (types["year"], types["adcode"], types["expenditure"], types["is_primary"]) == (
        "integer", "string", "number", "boolean",
    )  # fmt: skip
    assert panel["schema"]["primaryKey"] == ["agency_id", "year"]
