"""Corpus and output on an S3 server of this machine, from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import extract
from extract.cli import main
from extract.commit import manifest
from extract.errors import DamageError, OutputLockedError, ReplacedError
from extract.inputs.corpus import open_corpus
from extract.remote.mirror import opened
from tests.stores import Store, s3
from tests.stubs import counties, digests

pytest.importorskip("s3fs")
pytest.importorskip("moto.server")

OUTPUT = "s3://results/2024/out"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Store]]:
    """A folder of reports, the same in a bucket, and the dataset of both."""
    folder = tmp_path_factory.mktemp("s3")
    with pytest.MonkeyPatch.context() as patch, s3(patch, "reports", "results") as system:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("HOME", str(folder))
        for file in counties(folder / "reports").rglob("*.txt"):
            path = file.relative_to(folder).as_posix()
            system.pipe_file(f"reports/{path}", file.read_bytes())
        (folder / "sources.csv").write_text("source,year\n*/2021.txt,2021\n", encoding="utf-8")
        system.pipe_file("reports/sources.csv", (folder / "sources.csv").read_bytes())
        assert main(["run", str(folder / "reports"), "--output", str(folder / "out")]) == 0
        assert main(["run", "s3://reports/reports", "--output", OUTPUT]) == 0
        yield folder, system


def test_the_objects_are_the_files_of_a_local_run(place: tuple[Path, Store]) -> None:
    folder, system = place
    here = digests(folder / "out")
    there = {path.rpartition("/")[2] for path in system.find("results/2024/out")}
    assert there == {*here, "run_report.json"}
    for name in here:
        assert system.cat_file(f"results/2024/out/{name}") == (folder / "out" / name).read_bytes()


def test_nothing_else_is_left_there(place: tuple[Path, Store]) -> None:
    assert all(path.startswith("results/2024/out/") for path in place[1].find("results"))


def test_single_tables_are_read_by_pandas_and_pyarrow(place: tuple[Path, Store]) -> None:
    folder, _ = place
    here = pq.read_table(folder / "out" / "facts.parquet")
    assert (
        pq.read_table(f"{OUTPUT}/facts.parquet".removeprefix("s3://"), filesystem=place[1]) == here
    )
    assert len(pd.read_parquet(f"{OUTPUT}/facts.parquet")) == len(here)


def test_the_dataset_is_loaded_and_verified(
    place: tuple[Path, Store], capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = extract.load(place[0] / "out"), extract.load(OUTPUT)
    pd.testing.assert_frame_equal(there.panel, here.panel)
    assert len(there.codebook) == len(here.codebook)
    assert main(["verify", OUTPUT]) == 0
    assert OUTPUT in capsys.readouterr().out


def test_a_flipped_bit_is_found(place: tuple[Path, Store]) -> None:
    _, system = place
    path = "results/2024/out/facts.parquet"
    data = system.cat_file(path)
    system.pipe_file(path, data[:-1] + bytes([data[-1] ^ 1]))
    try:
        assert main(["verify", OUTPUT]) == 1
        with pytest.raises(DamageError, match=r"facts\.parquet"):
            extract.load(OUTPUT).facts  # noqa: B018
    finally:
        system.pipe_file(path, data)


def test_whoever_reads_while_it_is_replaced_is_told(place: tuple[Path, Store]) -> None:
    _, system = place
    dataset = extract.load(OUTPUT)
    path = f"results/2024/out/{manifest.NAME}"
    data = system.cat_file(path)
    system.pipe_file(path, manifest.MARK)
    try:
        with pytest.raises(ReplacedError):
            dataset.facts  # noqa: B018
        with pytest.raises(ReplacedError):
            extract.load(OUTPUT)
    finally:
        system.pipe_file(path, data)
    assert len(dataset.mentions) > 0


def test_status_tells_of_the_dataset_there(
    place: tuple[Path, Store], capsys: pytest.CaptureFixture[str]
) -> None:
    _, system = place
    assert main(["status", OUTPUT]) == 0
    assert "does nothing" in capsys.readouterr().out
    path = "results/2024/out/facts.parquet"
    data = system.cat_file(path)
    system.pipe_file(path, data[:-1] + bytes([data[-1] ^ 1]))
    assert main(["status", OUTPUT]) == 0
    assert "not as it was published" in capsys.readouterr().out
    assert main(["run", "s3://reports/reports", "--output", OUTPUT]) == 0
    assert system.cat_file(path) == data


KEYS = [
    "a b.txt", "100%.txt", "%E7%94%B2.txt", "甲县/报告.txt", "/no name.txt", "x//y.txt",
    "x///z.txt", "a", "a/under.txt", "q?x=1.txt", "h#1.txt", "star*.txt", "[b].txt",
    "+plus+.txt", "\\.txt", "content/",
]  # fmt: skip


@pytest.mark.usefixtures("place")
def test_a_key_may_have_any_characters() -> None:
    boto = pytest.importorskip("boto3").client("s3")
    for key in [*KEYS, ".hidden/b.txt"]:
        boto.put_object(Bucket="reports", Key=f"odd/{key}", Body=key.encode())
    for folder in ("甲县/", "empty/"):  # what some tools make to show a folder
        boto.put_object(Bucket="reports", Key=f"odd/{folder}", Body=b"")
    corpus = open_corpus("s3://reports/odd")
    listing = corpus.listing()
    assert [found.path for found in listing] == sorted(KEYS)
    read = {source.path: source.data for source, _ in corpus.fetched(listing)}
    assert read == {key: None if key == "content/" else key.encode() for key in KEYS}


def test_of_a_file_and_a_folder_of_one_name_a_slash_means_the_folder(
    place: tuple[Path, Store],
) -> None:
    place[1].pipe_file("reports/both", b"x")
    place[1].pipe_file("reports/both/a.txt", b"x")
    paths = [open_corpus(f"s3://reports/both{end}").listing()[0].path for end in ("", "/")]
    assert paths == ["both", "a.txt"]


def test_of_two_runs_at_once_one_is_refused(place: tuple[Path, Store]) -> None:  # noqa: ARG001
    with opened(OUTPUT), pytest.raises(OutputLockedError), opened(OUTPUT):
        pass


def test_a_missing_dataset_is_one_line(
    place: tuple[Path, Store],  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["verify", "s3://results/none"]) == 66
    assert "s3://results/none" in capsys.readouterr().err
