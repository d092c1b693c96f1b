"""What stands in a dataset is what its manifest says; what does not is found, and named."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import extract
from extract.cli import main
from extract.commit import manifest, publish
from extract.commit.manifest import Manifest
from extract.commit.sealed import seal, unseal
from extract.errors import DamageError, ReplacedError
from extract.export.release import Wishes, release
from extract.export.source import open_source
from extract.pipeline import run
from tests import stubs
from tests.stubs import fill

pytestmark = pytest.mark.usefixtures("stub_reader")

FLIPS = 30
MORE_FLIPS = 300


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    with pytest.MonkeyPatch.context() as patch:
        stubs.install(patch)
        run(stubs.counties(folder / "reports"), folder / "out")
    return folder / "out"


@pytest.fixture
def output(dataset: Path, tmp_path: Path) -> Path:
    return shutil.copytree(dataset, tmp_path / "out")


def verified(output: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Exit code, and the lines that were printed."""
    capsys.readouterr()
    code = main(["verify", str(output)])
    said = capsys.readouterr()
    return code, (said.out + said.err).splitlines()


def read(output: Path) -> Manifest:
    return manifest.read((output / "manifest.json").read_bytes())


def test_a_manifest_names_every_file_with_its_rows_bytes_and_hash(output: Path) -> None:
    found = read(output)

    names = {path.name for path in output.iterdir()} - {"manifest.json", "run_report.json"}
    assert found.files.keys() == names
    for name, entry in found.files.items():
        assert entry.bytes == (output / name).stat().st_size
        assert entry.sha256 == manifest.digest(output / name)
        rows = pq.read_metadata(output / name).num_rows if name.endswith("parquet") else None
        assert entry.rows == rows
    assert found.made.keys() == {"version", "code", "schema", "rules", "packages", "options"}


def test_a_manifest_is_reproducible_and_tells_the_options(corpus: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(corpus, tmp_path / name, workers=1 + (name == "two"))
    run(corpus, tmp_path / "few", texts=False, limit=2)

    one, two, few = (tmp_path / name / "manifest.json" for name in ("one", "two", "few"))
    assert one.read_bytes() == two.read_bytes()
    assert str(tmp_path) not in one.read_text("utf-8")
    assert read(few.parent).made["options"] == {"texts": False, "limit": 2, "user_files": {}}


def test_a_whole_dataset_is_verified_in_one_line(
    output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (output / "notes.md").write_text("mine")

    code, lines = verified(output, capsys)
    assert (code, lines) == (0, [f"verified   {output}: 10 files, as they were written"])


def _cut(output: Path) -> None:
    path = output / "facts.parquet"
    path.write_bytes(path.read_bytes()[:-1])


def _exchange_two(output: Path) -> None:
    other = output / "cells.parquet"
    (output / "facts.parquet").write_bytes(other.read_bytes())


def _add_a_table(output: Path) -> None:
    name = read(output)
    files = {k: v for k, v in name.files.items() if k != "texts.parquet"}
    (output / "manifest.json").write_bytes(Manifest(files, name.made).written())


def _add_a_part(output: Path) -> None:
    data = (output / "facts.parquet").read_bytes()
    (output / "facts.parquet").unlink()
    fill(output / "facts.parquet", {"part-0.parquet": ""})
    (output / "facts.parquet" / "part-0.parquet").write_bytes(data)


def _lose(name: str) -> Callable[[Path], None]:
    return lambda output: (output / name).unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut, ["damaged facts.parquet"]),
        (_exchange_two, ["damaged facts.parquet"]),
        (_lose("cells.parquet"), ["missing cells.parquet"]),
        (_lose("codebook.csv"), ["missing codebook.csv"]),
        (_lose("run_report.json"), ["missing run_report.json"]),
        (_add_a_table, ["surplus texts.parquet"]),
        (_add_a_part, ["missing facts.parquet", "surplus facts.parquet/part-0.parquet"]),
        (_lose("manifest.json"), ["missing manifest.json"]),
    ],
)
def test_each_file_that_is_not_as_written_is_named(
    harm: Callable[[Path], None], said: list[str], output: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    harm(output)
    code, lines = verified(output, capsys)

    assert code == 1
    assert lines[0].startswith(f"zhengju: {output} is not what was written: ")
    found = [" ".join(line.partition(":")[0].split()) for line in lines[1:]]
    assert sorted(found) == said


def test_a_folder_without_a_dataset_is_nothing_to_verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(tmp_path, capsys)[0] == verified(tmp_path / "none", capsys)[0] == 66


def flipped(output: Path, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    files = sorted(path for path in output.iterdir() if path.is_file())
    for _ in range(count):
        path = chance.choice(files)
        whole = path.read_bytes()
        data = bytearray(whole)
        place, bit = chance.randrange(len(data)), chance.randrange(8)
        data[place] ^= 1 << bit
        path.write_bytes(data)
        code, lines = verified(output, capsys)
        assert code == 1, (path.name, place, bit)
        assert any(path.name in line for line in lines), (path.name, place, bit)
        path.write_bytes(whole)
    assert verified(output, capsys)[0] == 0


def test_a_flipped_bit_is_found(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flipped(output, FLIPS, capsys)


@pytest.mark.soak
def test_any_flipped_bit_is_found(sample_output: Path, tmp_path: Path,
                                  capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    flipped(shutil.copytree(sample_output, tmp_path / "out"), MORE_FLIPS, capsys)


def test_every_bit_counts_of_what_is_sealed() -> None:
    whole = seal({"files": {"a": 1, "b": [True, None, 0.5, "甲"]}})
    for place in range(len(whole)):
        for bit in range(8):
            data = bytearray(whole)
            data[place] ^= 1 << bit
            with pytest.raises(ValueError, match=r".+"):
                unseal(bytes(data))
    assert unseal(whole)["files"]["b"][3] == "甲"


@pytest.mark.parametrize(
    "name", ["../facts.parquet", "/facts.parquet", "facts.parquet/../../x", "C:x", "a\\b"]
)
def test_a_manifest_names_no_file_outside_the_dataset(name: str) -> None:
    files = {name: manifest.Entry(1, "0" * 64)}
    with pytest.raises(manifest.ManifestError, match="no file of a dataset"):
        manifest.read(manifest.Manifest(files).written())


def test_a_sealed_file_that_is_no_manifest_is_refused() -> None:
    odd: list[dict[str, Any]] = [{}, {"files": []}, {"files": {"a": {"size": 1}}}]
    for told in odd:
        with pytest.raises(manifest.ManifestError, match="none of ours"):
            manifest.read(seal({"format": 1, **told}))


def test_a_damaged_table_is_not_loaded(output: Path) -> None:
    data = extract.load(output)
    path = output / "facts.parquet"
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 3] ^= 4
    path.write_bytes(whole)

    assert len(data.mentions) == 6
    with pytest.raises(DamageError, match=r"facts\.parquet is damaged"):
        _ = data.facts
    path.write_bytes(whole[:-9])
    with pytest.raises(DamageError, match="another size"):
        _ = data.facts


def test_a_dataset_of_an_earlier_version_is_loaded(output: Path) -> None:
    (output / "manifest.json").unlink()

    assert len(extract.load(output).facts) == 6


def test_a_table_in_parts_is_loaded_verified_and_replaced(
    output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = read(output).made
    whole = pq.read_table(output / "facts.parquet")
    (output / "facts.parquet").unlink()
    (output / "facts.parquet").mkdir()
    for number in range(3):
        part = output / "facts.parquet" / f"part-{number:03}.parquet"
        pq.write_table(whole.slice(2 * number, 2), part)
    manifest.write(output, made)

    assert verified(output, capsys)[0] == 0
    assert len(read(output).parts("facts")) == 3
    assert len(extract.load(output).facts) == 6
    (output / "facts.parquet" / "part-001.parquet").unlink()
    assert "missing" in verified(output, capsys)[1][1]


def test_who_has_loaded_a_dataset_keeps_it_while_another_takes_its_place(
    corpus: Path, tmp_path: Path
) -> None:
    run(corpus, tmp_path / "out")
    data = extract.load(tmp_path / "out")
    assert len(data.documents) == 7
    run(corpus, tmp_path / "out", limit=6)

    assert len(data.facts) == 6
    assert len(data.codebook) > 100
    assert len(extract.load(tmp_path / "out").documents) == 6


def test_who_loads_while_files_are_replaced_is_told(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "exchange", lambda *_: False)
    run(corpus, tmp_path / "out")
    data = extract.load(tmp_path / "out")
    assert len(data.documents) == 7
    run(corpus, tmp_path / "out", limit=6)

    with pytest.raises(ReplacedError, match="load it again"):
        _ = data.facts
    (tmp_path / "out" / "manifest.json").write_bytes(manifest.MARK)
    with pytest.raises(ReplacedError, match="just being replaced"):
        extract.load(tmp_path / "out")


def test_a_dataset_that_was_replaced_twice_is_gone(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out")
    data = extract.load(tmp_path / "out")
    for limit in (6, 5):
        run(corpus, tmp_path / "out", limit=limit)

    with pytest.raises(ReplacedError):
        _ = data.facts


def test_a_manifest_of_another_format_is_refused(output: Path) -> None:
    told = json.loads((output / "manifest.json").read_bytes())
    (output / "manifest.json").write_bytes(seal({**told, "format": 2}))

    with pytest.raises(DamageError, match="format 2"):
        extract.load(output)


def test_a_release_is_verified_and_names_the_manifest_of_its_dataset(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "release"
    release(open_source(output), folder, Wishes(public=True))
    told = json.loads((folder / "RELEASE.json").read_bytes())
    code, lines = verified(folder, capsys)

    assert told["manifest"] == manifest.digest(output / "manifest.json")
    assert (code, len(lines)) == (0, 1)
    for name in ("RELEASE.json", "README.md", "facts.parquet"):
        whole = bytearray((folder / name).read_bytes())
        (folder / name).write_bytes(whole[:-20] + b" " + whole[-19:])
        code, lines = verified(folder, capsys)
        assert (code, len(lines)) == (1, 2)
        assert f"damaged {name}:" in " ".join(lines[1].split())
        (folder / name).write_bytes(whole)
