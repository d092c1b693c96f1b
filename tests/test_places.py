"""Where a run may write: apart from the corpus, and in no folder of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extract.cache.home import TAG, claimed
from extract.errors import OutputLockedError, UsageError
from extract.pipeline import run
from tests.stubs import digests, fill

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("stub_reader")


@pytest.mark.parametrize("where", ["reports", "reports/out", "reports/甲县/../out"])
def test_an_output_within_the_corpus_is_refused(where: str, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    for base in (tmp_path, tmp_path / "link"):
        with pytest.raises(UsageError, match="lies in the corpus"):
            run(corpus, base / where)
        with pytest.raises(UsageError, match="lies in the corpus"):
            run(corpus, tmp_path / "out", cache=base / where)
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_hidden_output_within_the_corpus_is_none_of_its_files(corpus: Path) -> None:
    run(corpus, corpus / ".out")
    assert run(corpus, corpus / ".out").unchanged


def test_a_corpus_within_the_output_is_refused(corpus: Path, tmp_path: Path) -> None:
    """Files of the user's stand elsewhere for a moment while folders are exchanged."""
    for place in (corpus, corpus / "甲县医保局" / "2021.txt"):
        with pytest.raises(UsageError, match="lies in the output"):
            run(place, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reports"]


def test_a_folder_with_other_files_is_no_cache(corpus: Path, tmp_path: Path) -> None:
    mine = fill(tmp_path / "mine", {"groups/notes.md": "x", "loaded/2020/a.txt": "y"})
    with pytest.raises(UsageError, match="holds other files"):
        run(corpus, tmp_path / "out", cache=mine)
    assert (mine / "groups" / "notes.md").exists()
    assert (mine / "loaded" / "2020" / "a.txt").exists()
    assert not (tmp_path / "out").exists()


def test_a_cache_is_known_by_its_tag(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out", cache=tmp_path / "cache")
    assert (tmp_path / "cache" / TAG).read_text().startswith("Signature: 8a477f597d28d172")
    (tmp_path / "cache" / "ledger.json").unlink()
    assert run(corpus, tmp_path / "out", cache=tmp_path / "cache").reused == 7


def test_a_cache_that_nobody_has_named_is_ours_whatever_is_left(
    corpus: Path, tmp_path: Path
) -> None:
    run(corpus, tmp_path / "out")
    for name in (TAG, "ledger.json"):
        (tmp_path / ".out.zhengju" / "cache" / name).unlink()
    assert run(corpus, tmp_path / "out").reused == 7


def test_one_run_at_a_time_uses_a_cache(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "one", cache=tmp_path / "cache")
    before = digests(tmp_path / "cache")
    with (
        claimed(tmp_path / "cache"),
        pytest.raises(OutputLockedError, match=r"cache is being written .* another --cache"),
    ):
        run(corpus, tmp_path / "two", cache=tmp_path / "cache")
    assert digests(tmp_path / "cache") == before
    assert not (tmp_path / "two").exists()
    run(corpus, tmp_path / "two", cache=tmp_path / "cache")
    assert digests(tmp_path / "two") == digests(tmp_path / "one")
