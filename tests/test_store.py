from __future__ import annotations

import csv
import os
import signal
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import extract
from extract.columns import TABLES
from extract.errors import CorpusError
from extract.ids import number_of
from extract.inputs.corpus import Found
from extract.model import Document, Reading, Source
from extract.pipeline import run
from extract.processes.workers import worker_count
from extract.runreport import RunReport
from tests import stubs
from tests.stubs import COUNTY, digests, fill, rows

pytestmark = pytest.mark.usefixtures("stub_reader")


def test_a_run_writes_all_tables_with_the_registered_columns(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out")

    names = {path.name for path in (tmp_path / "out").iterdir()}
    others = {"codebook.csv", "manifest.json", "run_report.json"}
    assert names == {f"{t}.parquet" for t in TABLES} | others
    for table, columns in TABLES.items():
        schema = pq.read_schema(tmp_path / "out" / f"{table}.parquet")
        assert schema.names[: len(columns)] == [c.name for c in columns]
        assert all(f.metadata[b"label_zh"] and b"unit" in f.metadata for f in schema)


def test_a_run_tells_what_it_did(corpus: Path, tmp_path: Path) -> None:
    report = run(corpus, tmp_path / "out")

    assert isinstance(report, RunReport)
    assert (report.documents, report.mentions, report.facts) == ({"ok": 7}, 6, 6)
    assert report.rejections == len(rows(tmp_path / "out", "rejected")) == 18


def test_the_same_input_gives_the_same_bytes_whatever_the_workers(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.cache.jobs.DOCUMENTS_PER_JOB", 2)
    for name, workers in (("one", 1), ("again", 1), ("two", 2), ("three", 3)):
        run(corpus, tmp_path / name, workers=workers)

    first = digests(tmp_path / "one")
    assert all(digests(tmp_path / name) == first for name in ("again", "two", "three"))


def test_rows_follow_the_order_of_the_paths(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out", workers=2)

    for table in ("documents", "mentions", "rejected", "sections", "texts"):
        sources = [row["source"] for row in rows(tmp_path / "out", table)]
        assert sources == sorted(sources)


def test_copies_have_a_row_each_and_their_mentions_once(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out")

    copy = rows(tmp_path / "out", "documents")[-1]
    assert (copy["source"], copy["duplicate_of"]) == ("龙县/copy.txt", "乙县医保局/2021.txt")
    assert copy["status"] == "ok"
    assert "龙县/copy.txt" not in {row["source"] for row in rows(tmp_path / "out", "mentions")}


def test_a_copy_ends_as_the_first_one_did(tmp_path: Path) -> None:
    corpus = fill(tmp_path / "c", {"a.txt": "!locked", "b.txt": "!locked"})
    run(corpus, tmp_path / "out")

    assert [r["status"] for r in rows(tmp_path / "out", "documents")] == ["encrypted"] * 2


def test_a_document_that_fails_is_a_row_and_the_run_goes_on(tmp_path: Path) -> None:
    corpus = fill(
        tmp_path / "c", {"a.txt": "!crash", "b.txt": "!locked", "c.txt": "revenue", "d.txt": ""}
    )
    report = run(corpus, tmp_path / "out")

    found = [(r["status"], r["reason"]) for r in rows(tmp_path / "out", "documents")]
    assert found == [
        ("crash", "KeyError"), ("encrypted", None), ("ok", None), ("empty", "zero_bytes"),
    ]  # fmt: skip
    assert report.documents == {"crash": 1, "empty": 1, "encrypted": 1, "ok": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="kills a forked worker")
def test_a_worker_that_dies_takes_no_other_document_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadly(source: Source, document: Document, rulebook: stubs.StubRulebook) -> Reading:
        if "!kill" in document.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return stubs.stub_read(source, document, rulebook)

    monkeypatch.setattr(sys.modules["extract.reader"], "read_document", deadly)
    monkeypatch.setattr("extract.cache.jobs.DOCUMENTS_PER_JOB", 2)
    corpus = fill(tmp_path / "c", {f"{i}.txt": f"year {i}" for i in range(9)} | {"4.txt": "!kill"})
    run(corpus, tmp_path / "out", workers=2)

    found = [(r["status"], r["reason"]) for r in rows(tmp_path / "out", "documents")]
    assert found == [("ok", None)] * 4 + [("crash", "SIGKILL")] + [("ok", None)] * 4


def test_a_corpus_without_any_figure_gives_empty_tables_with_all_core_columns(
    tmp_path: Path,
) -> None:
    run(fill(tmp_path / "c", {"a.txt": "nothing"}), tmp_path / "out")

    assert rows(tmp_path / "out", "facts") == rows(tmp_path / "out", "panel") == []
    assert "revenue" in pq.read_schema(tmp_path / "out" / "panel.parquet").names


def test_the_panel_has_a_row_for_each_agency_and_year_with_a_report_or_a_cell(
    tmp_path: Path,
) -> None:
    text = COUNTY.format(name="甲县医保局", year=2022, money=5) + "fines actual 2021 <3万元>\n"
    bare = "agency 乙县医保局 2022 other\n"
    run(fill(tmp_path / "c", {"a.txt": text, "b.txt": bare}), tmp_path / "out")

    got = rows(tmp_path / "out", "panel")
    assert {
        (r["agency"], r["year"], r["has_own_report"], r["n_reports"], r["revenue"], r["fines"])
        for r in got
    } == {
        ("甲县医保局", 2021, False, 1, None, 30000.0),
        ("甲县医保局", 2022, True, 1, 50000.0, None),
        ("乙县医保局", 2022, True, 1, None, None),
    }
    assert [r["agency_num"] for r in got] == [number_of(r["agency_id"]) for r in got]


def test_numbers_of_agencies_are_exact_in_a_double() -> None:
    assert number_of("330102") == 330102
    assert 0 <= number_of("0012") < 2**53
    assert number_of("甲县") != number_of("乙县")


def test_without_texts_that_table_is_left_out_and_an_old_one_goes(
    corpus: Path, tmp_path: Path
) -> None:
    run(corpus, tmp_path / "out")
    run(corpus, tmp_path / "out", texts=False)

    assert not (tmp_path / "out" / "texts.parquet").exists()
    assert "texts" not in (tmp_path / "out" / "codebook.csv").read_text("utf-8-sig")


def test_a_limit_reads_the_first_files_only(corpus: Path, tmp_path: Path) -> None:
    assert run(corpus, tmp_path / "out", limit=2).documents == {"ok": 2}


def test_one_file_is_a_corpus_too(corpus: Path, tmp_path: Path) -> None:
    run(corpus / "甲县医保局" / "2021.txt", tmp_path / "out")

    assert [row["source"] for row in rows(tmp_path / "out", "documents")] == ["2021.txt"]


def test_the_codebook_names_every_column_of_every_table(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out")

    with (tmp_path / "out" / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {(row["table"], row["column"]) for row in csv.DictReader(file)}
    for table in TABLES:
        names = pq.read_schema(tmp_path / "out" / f"{table}.parquet").names
        assert {(table, name) for name in names} <= listed


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError):
        run(tmp_path / "empty", tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_workers_start_only_where_they_pay() -> None:
    cores = worker_count(None, [Found("x.txt")] * 500)

    assert cores >= 1
    assert worker_count(None, [Found("x.txt")] * 5) == 1
    assert worker_count(None, [Found(f"{i}.pdf") for i in range(9)]) == cores
    assert worker_count(3, [Found("x.txt")]) == 3


def test_a_dataset_is_loaded_with_labels_and_nulls(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out", texts=False)
    data = extract.load(tmp_path / "out")

    assert len(data.facts) == 6
    assert data.facts.attrs["labels"]["value"] == "数值"
    assert data.panel.attrs["units"]["revenue"] == "元"
    assert data.panel["fines"].isna().all()
    assert str(data.mentions["base_year"].dtype) == "Int16"
    assert len(data.documents) == 7
    assert not data.sections.empty
    assert not data.rejected.empty
    with pytest.raises(CorpusError, match="texts"):
        _ = data.texts


def test_a_file_that_cannot_be_read_has_an_agency_and_a_year_by_its_name(tmp_path: Path) -> None:
    read = "agency 青禾县医疗保障局 2021 self_evaluation\nrevenue actual 2021 <3万元>"
    files = {"a.txt": read, "青禾县医疗保障局2022年度部门决算.txt": "!locked"}
    run(fill(tmp_path / "c", files), tmp_path / "out")

    document = rows(tmp_path / "out", "documents")[-1]
    assert (document["status"], document["agency"]) == ("encrypted", "青禾县医疗保障局")
    assert (document["report_year"], document["doc_type"]) == (2022, None)
    assert "file name" in document["agency_evidence"]
    lost = [row for row in rows(tmp_path / "out", "cells") if row["year"] == 2022]
    assert {row["reason"] for row in lost} == {"unreadable"}


def test_a_cell_leads_to_its_sentence(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out")
    data = extract.load(tmp_path / "out")

    cells = data.cells.set_index(["agency", "year", "column"])
    cell = cells.xs(("甲县医保局", 2022, "revenue")).to_dict()
    assert data.mentions.set_index("mention_id").loc[cell["mention_id"], "quote"] == "100万元"

    found = data.evidence("甲县医保局", 2022, "revenue")
    assert found["quote"].tolist() == ["100万元"]
    assert found["best"].tolist() == [True]
    assert data.evidence("甲县医保局", 2022, "fines").empty
    with pytest.raises(KeyError, match="no column 'fine'"):
        data.evidence("甲县医保局", 2022, "fine")
    with pytest.raises(KeyError, match="no row of 甲县医保局 and 1999"):
        data.evidence("甲县医保局", 1999, "fines")


def test_truths_that_may_be_missing_can_be_asked_for(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out")
    cells = extract.load(tmp_path / "out").cells

    assert str(cells["approx"].dtype) == "boolean"
    assert cells[cells["approx"].fillna(value=False)].empty


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="zhengju run"):
        extract.load(tmp_path)


def test_one_report_is_read_without_a_corpus(corpus: Path) -> None:
    reading = extract.read(corpus / "甲县医保局" / "2021.txt")

    assert [m.quote for m in reading.mentions] == ["100万元"]
    with pytest.raises(CorpusError, match="no such file"):
        extract.read(corpus / "missing.txt")
