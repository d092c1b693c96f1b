from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.commit import state
from extract.commit.state import state_of
from extract.pipeline import run
from tests.stubs import digests, fill


def test_state_stands_beside_the_output_and_is_hidden(tmp_path: Path) -> None:
    found = state_of(tmp_path / "out")

    assert found.folder == tmp_path / ".out.zhengju"
    assert not found.inside
    names = [found.lock, found.staging, found.previous, found.cache]
    assert [path.name for path in names] == ["lock", "staging", "previous", "cache"]
    assert {path.parent for path in names} == {found.folder}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", ["real", "linked"])
def test_an_output_has_one_state_whatever_it_is_called(link: str, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")

    assert state_of(tmp_path / link) == state_of(tmp_path / "real" / ".." / "real")


def test_state_stands_within_an_output_that_is_a_mount_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "out")

    assert state_of(tmp_path / "out").folder == tmp_path / "out" / ".zhengju"
    assert state_of(tmp_path / "out").inside


def test_state_stands_within_an_output_whose_parent_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)
    assert state_of(tmp_path / "out").inside

    (tmp_path / ".out.zhengju").mkdir()  # made by someone who may
    assert not state_of(tmp_path / "out").inside


@pytest.mark.usefixtures("stub_reader")
def test_a_dataset_is_published_from_within_too(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, tmp_path / "one")
    out = fill(tmp_path / "out", {"notes.md": "mine", "texts.parquet": "old"})
    monkeypatch.setattr(state, "_has_room", lambda _: False)
    run(corpus, out)

    assert digests(out).items() >= digests(tmp_path / "one").items()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".one.zhengju", "one", "out", "reports",
    ]  # fmt: skip
    assert (out / "notes.md").read_text() == "mine"
    names = sorted(path.name for path in (out / ".zhengju").iterdir())
    assert names == ["cache", "previous"]
