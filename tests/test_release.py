"""A release: what is in it, what is not, that it can be checked, cited and loaded."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import extract
from extract import cli
from extract.columns import TABLES
from extract.commit.manifest import RELEASE
from extract.export import citation
from extract.export.release import Wishes, cited_of, release
from extract.export.source import corpus_hash, open_source
from extract.version import VERSION
from tests.datasets import in_parts, planted

frictionless = pytest.importorskip("frictionless")
yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[1]
PAGES = {"README.md", "CAUTIONS.md", "WHATS_NEW.md", "CITATION.md", "CITATION.cff", RELEASE}


@pytest.fixture(scope="module")
def public(sample_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "one"
    release(open_source(sample_output), folder, Wishes(public=True, authors=("张三", "Li Si")))
    return folder


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / RELEASE).read_text("utf-8")))


def test_a_public_release_has_all_tables_but_texts(public: Path) -> None:
    tables = {f"{table}.parquet" for table in TABLES} - {"texts.parquet"}
    names = {path.name for path in public.iterdir()}
    assert names == tables | PAGES | {"codebook.csv", "datapackage.json"}
    assert told(public)["left_out"] == ["texts"]
    assert told(public)["public"]
    for name in ("codebook.csv", "datapackage.json", "README.md"):
        assert not re.search(r"\btexts\b", (public / name).read_text("utf-8"))


def test_a_release_that_is_not_public_has_the_texts_and_says_so(
    sample_output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["release", str(sample_output), "-o", str(tmp_path / "own")]) == 0
    assert "--public leaves that table out" in capsys.readouterr().out
    assert (tmp_path / "own" / "texts.parquet").exists()
    assert told(tmp_path / "own")["left_out"] == []


def test_a_release_loads_and_explains_itself(public: Path, sample_output: Path) -> None:
    data = extract.load(public)
    assert data.panel.equals(extract.load(sample_output).panel)
    assert len(data.codebook) == len(extract.codebook(sample_output)) - len(TABLES["texts"])


def test_release_json_says_from_what_it_was_made(public: Path, sample_output: Path) -> None:
    report = json.loads((sample_output / "run_report.json").read_text("utf-8"))
    about = told(public)
    assert about["rules_sha256"] == report["rules"]
    assert about["code_version"] == VERSION
    assert about["schema_version"] == "1"
    assert about["corpus_sha256"] == corpus_hash(open_source(sample_output))
    assert about["version"] == report["started"][:10].replace("-", ".")
    assert (about["files"], about["agencies"], about["years"]) == (12, 4, [2020, 2024])
    assert about["rows"]["facts"] == report["rows"]["facts"]


def test_every_file_of_a_release_has_its_hash(public: Path) -> None:
    hashes = told(public)["sha256"]
    files = {path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()}
    assert hashes.keys() == files - {RELEASE}
    for name, wanted in hashes.items():
        assert hashlib.sha256((public / name).read_bytes()).hexdigest() == wanted


def test_the_hash_of_a_corpus_tells_its_files(sample_output: Path, tmp_path: Path) -> None:
    before = corpus_hash(open_source(sample_output))
    changes = {"renamed": {"source": "another.txt"}, "changed": {"doc_id": "0" * 64}, "same": {}}
    for name, change in changes.items():
        folder = planted(sample_output, tmp_path / name, {})
        path = folder / "documents.parquet"
        table = pq.read_table(path)
        rows = table.to_pylist()[::-1]  # their order is no matter
        rows[0] |= change
        pq.write_table(type(table).from_pylist(rows, schema=table.schema), path)
        assert (corpus_hash(open_source(folder)) == before) is (name == "same")


def test_the_same_dataset_gives_the_same_release(
    public: Path, sample_output: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    release(open_source(sample_output), again, Wishes(public=True, authors=("张三", "Li Si")))
    for path in public.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_nothing_of_the_machine_is_published(public: Path, sample_output: Path) -> None:
    for path in public.iterdir():
        if path.suffix != ".parquet":
            text = path.read_text("utf-8")
            assert str(ROOT) not in text
            assert str(sample_output.parent) not in text
            assert not re.search(r"Linux|x86_64|/home/|/tmp/|/root/", text), path.name


def test_a_release_is_never_overwritten(
    public: Path, sample_output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = told(public)
    assert cli.main(["release", str(sample_output), "-o", str(public)]) == 2
    assert "never overwritten" in capsys.readouterr().err
    assert told(public) == before


def test_a_failed_release_leaves_nothing(
    sample_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("extract.export.release.write_codebook", full)
    assert cli.main(["release", str(sample_output), "-o", str(tmp_path / "new")]) == 73
    assert list(tmp_path.iterdir()) == []


def test_the_card_has_a_head_for_machines_and_the_tables(public: Path) -> None:
    _, head, page = (public / "README.md").read_text("utf-8").split("---\n", 2)
    about = yaml.safe_load(head)
    assert {row["config_name"] for row in about["configs"]} == TABLES.keys() - {"texts"}
    assert all((public / row["data_files"]).exists() for row in about["configs"])
    rows = dict(re.findall(r"^\| `(\w+)\.parquet` .* ([\d,]+) \|$", page, re.MULTILINE))
    wanted = told(public)["rows"]
    assert {name: int(count.replace(",", "")) for name, count in rows.items()} == wanted


def test_the_descriptor_of_a_release_is_valid(public: Path) -> None:
    package = frictionless.Package.from_descriptor(str(public / "datapackage.json"))
    assert [resource.name for resource in package.resources if not resource.schema.fields] == []
    assert frictionless.Package.validate_descriptor(package.to_descriptor()).valid
    assert package.version == told(public)["version"]


def test_cautions_count_what_is_not_to_be_believed(sample_output: Path, tmp_path: Path) -> None:
    cells: dict[str, tuple[object, ...]] = {
        "conflict": ("disagree",) * 3,
        "check_status": ("off", "mixed", "off", "holds"),
        "confidence": (0.1,) * 5,
    }
    dataset = planted(sample_output, tmp_path / "output", cells)
    release(open_source(dataset), tmp_path / "new", Wishes())
    page = (tmp_path / "new" / "CAUTIONS.md").read_text("utf-8")
    facts = pq.read_table(dataset / "facts.parquet").to_pandas()
    for words, kind in (
        ("documents disagree", facts["conflict"].eq("disagree")),
        ("arithmetic speaks", facts["check_status"].isin(["off", "mixed"])),
        ("`confidence` is below 0.8", facts["confidence"].lt(0.8)),
    ):
        assert kind.sum() >= 3
        assert f"- {kind.sum()} of 1,049 facts: {words}" in page
    assert "不同版本的数值不可混用" in page


def test_what_is_new_counts_changes_since_the_release_before(
    public: Path, sample_output: Path, tmp_path: Path
) -> None:
    dataset = planted(sample_output, tmp_path / "output", {})
    for table, change in (("cells", "value"), ("documents", "doc_id")):
        path = dataset / f"{table}.parquet"
        rows = (read := pq.read_table(path)).to_pylist()
        filled = [row for row in rows if row[change] is not None]
        filled[0][change] = filled[1][change]
        rows.remove(filled[2])
        pq.write_table(type(read).from_pylist(rows, schema=read.schema), path)
    release(open_source(dataset), tmp_path / "new", Wishes(public=True, previous=public))

    page = (tmp_path / "new" / "WHATS_NEW.md").read_text("utf-8")
    assert "| documents 文件 | 0 | 1 | 1 |" in page
    assert "| cells of the panel 面板单元格 | 0 | 1 | 1 |" in page
    assert "| documents | 12 | 11 |" in page
    assert re.search(r"^corpus: [0-9a-f]{8} → [0-9a-f]{8}$", page, re.MULTILINE)
    assert "首次发布" in (public / "WHATS_NEW.md").read_text("utf-8")


def test_a_table_in_parts_is_released_whole(sample_output: Path, tmp_path: Path) -> None:
    dataset = in_parts(sample_output, tmp_path / "output")
    release(open_source(dataset), tmp_path / "new", Wishes())
    facts = extract.load(tmp_path / "new").facts
    assert facts.equals(extract.load(sample_output).facts)
    package = json.loads((tmp_path / "new" / "datapackage.json").read_text("utf-8"))
    (paths,) = (r["path"] for r in package["resources"] if r["name"] == "facts")
    assert paths == [f"facts.parquet/part-{number}.parquet" for number in range(3)]


def test_a_release_may_hold_other_formats(sample_output: Path, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    formats = ("csv", "stata", "excel")
    release(open_source(sample_output), tmp_path / "new", Wishes(public=True, formats=formats))
    assert {"csv/panel.csv", "stata/panel.dta", "zhengju.xlsx"} <= told(tmp_path / "new")[
        "sha256"
    ].keys()
    panel = pd.read_stata(tmp_path / "new" / "stata" / "panel.dta")
    assert len(panel) == told(tmp_path / "new")["rows"]["panel"]


# Citing


def test_the_program_is_cited_as_its_file_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cite", "--format", "cff"]) == 0
    assert (ROOT / "CITATION.cff").read_text("utf-8") == capsys.readouterr().out
    about = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert about.keys() >= {"cff-version", "message", "title", "authors", "version", "license"}
    assert about["version"] == VERSION
    assert cli.main(["cite"]) == 0
    assert f"Version {VERSION}" in capsys.readouterr().out


def test_a_release_is_cited_with_its_makers_and_version(
    public: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["cite", str(public)]) == 0
    said = capsys.readouterr().out
    about = told(public)
    assert said.startswith("张三, Li Si (20")
    assert about["version"] in said
    assert about["corpus_sha256"] in said  # in the statement on data availability
    assert "texts of the reports are left out" in said
    assert "公开版不含全文" in said
    cff = yaml.safe_load((public / "CITATION.cff").read_text("utf-8"))
    assert [author["name"] for author in cff["authors"]] == ["张三", "Li Si"]
    assert (cff["type"], cff["version"]) == ("dataset", about["version"])


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("https://doi.org/10.5281/zenodo.1", ("doi", "10.5281/zenodo.1")),
        ("https://data.example/政据", ("url", "https://data.example/政据")),
    ],
)
def test_a_release_says_where_it_is_to_be_had(
    sample_output: Path, tmp_path: Path, address: str, field: tuple[str, str]
) -> None:
    folder = tmp_path / "new"
    arguments = ["--address", address, "--author", "Q & A_1", "--license", "by: 4.0"]
    assert cli.main(["release", str(sample_output), "-o", str(folder), "--public", *arguments]) == 0

    cited = cited_of(folder)
    assert citation.dataset(cited).endswith(f". {address}")
    assert f"is available at {address}." in citation.statement(cited)
    assert citation.ADDRESS not in (folder / "CITATION.md").read_text("utf-8")
    assert f"  {field[0]} = {{{field[1]}}}," in citation.bibtex(cited)
    assert r"author = {{Q \& A\_1}}" in citation.bibtex(cited)
    assert yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))[field[0]] == field[1]
    head = (folder / "README.md").read_text("utf-8").split("---\n")[1]
    assert yaml.safe_load(head)["license"] == "by: 4.0"


def test_a_path_that_looks_private_is_warned_of(
    sample_output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["release", str(sample_output), "-o", str(tmp_path / "a"), "--public"]) == 0
    assert "look private" not in capsys.readouterr().out
    dataset = Path(shutil.copytree(sample_output, tmp_path / "output"))
    table = pq.read_table(path := dataset / "documents.parquet")
    urls = pa.array(["http://x.example/?tel=13812345678", *[None] * 11])
    at = table.schema.get_field_index("url")
    pq.write_table(table.set_column(at, table.schema.field(at), urls), path)

    assert cli.main(["release", str(dataset), "-o", str(tmp_path / "b"), "--public"]) == 0
    assert "1 paths or addresses of documents look private" in capsys.readouterr().out


def test_files_that_could_not_be_read_are_not_cited_as_reports(
    sample_output: Path, tmp_path: Path
) -> None:
    dataset = Path(shutil.copytree(sample_output, tmp_path / "output"))
    table = pq.read_table(path := dataset / "documents.parquet")
    status = pa.array(["corrupt", *table["status"].to_pylist()[1:]])
    at = table.schema.get_field_index("status")
    pq.write_table(table.set_column(at, table.schema.field(at), status), path)
    one = cited_of(dataset).vital

    assert (one.files, one.read) == (12, 11)
    assert "from 11 published reports" in citation.statement(cited_of(dataset))


def test_a_damaged_release_is_named(
    public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(public, tmp_path / "copy"))
    for words in ("{", '{"made": "2026"}'):
        (folder / RELEASE).write_text(words, "utf-8")
        assert cli.main(["cite", str(folder)]) == 66
    assert capsys.readouterr().err.count(f"{RELEASE} ") == 2


def test_a_dataset_is_cited_before_it_is_released(
    sample_output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["cite", str(sample_output), "--format", "bibtex"]) == 0
    said = capsys.readouterr().out
    assert re.findall(r"^@(\w+)\{", said, re.MULTILINE) == ["software", "dataset"]
    assert said.count("{") == said.count("}")


def test_a_citation_without_authors_begins_with_the_title(sample_output: Path) -> None:
    assert citation.dataset(cited_of(sample_output)).startswith(citation.DATA_TITLE)


def test_a_dataset_whose_run_report_is_lost_is_still_released(
    sample_output: Path, tmp_path: Path
) -> None:
    dataset = Path(shutil.copytree(sample_output, tmp_path / "output"))
    (dataset / "run_report.json").unlink()
    release(open_source(dataset), tmp_path / "new", Wishes(version="1.0"))
    assert (told(tmp_path / "new")["version"], told(tmp_path / "new")["made"]) == ("1.0", "")
