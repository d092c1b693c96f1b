from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING

import pytest

from extract import pipeline
from extract.commit import publish
from extract.commit.staging import Staging
from extract.errors import OutputError, OutputLockedError
from extract.pipeline import run
from tests.stubs import digests, fill, rows

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("stub_reader")


def test_what_the_user_keeps_in_the_output_survives(corpus: Path, tmp_path: Path) -> None:
    out = fill(tmp_path / "out", {".gitkeep": "", "notes.md": "mine", "sub/x": "y"})
    run(corpus, out)
    run(corpus, out)

    assert (out / "notes.md").read_text() == "mine"
    assert (out / "sub" / "x").read_text() == "y"
    assert (out / ".gitkeep").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.zhengju", "out", "reports"]


def test_where_folders_cannot_be_swapped_files_are_replaced(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, tmp_path / "one")
    out = fill(tmp_path / "out", {"notes.md": "mine", "texts.parquet": "old"})
    monkeypatch.setattr(publish, "exchange", lambda *_: False)
    run(corpus, out, texts=False)

    assert digests(out).keys() == digests(tmp_path / "one").keys() - {"texts.parquet"} | {
        "notes.md"
    }
    assert digests(out)["facts.parquet"] == digests(tmp_path / "one")["facts.parquet"]


def test_files_that_a_killed_run_left_aside_come_home(corpus: Path, tmp_path: Path) -> None:
    fill(tmp_path / ".out.zhengju" / "staging", {"notes.md": "mine", "facts.parquet": "half"})
    (tmp_path / "out").mkdir()
    run(corpus, tmp_path / "out")

    assert (tmp_path / "out" / "notes.md").read_text() == "mine"
    assert rows(tmp_path / "out", "facts")
    assert [path.name for path in (tmp_path / ".out.zhengju").iterdir()] == ["cache"]


@pytest.mark.parametrize("fault", [RuntimeError("bug"), OSError(28, "No space left on device")])
@pytest.mark.parametrize("step", ["extract.agency.stage.facts_of", "extract.runreport.write"])
def test_a_run_that_fails_leaves_the_previous_dataset(
    step: str, fault: Exception, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise fault

    run(corpus, tmp_path / "out")
    before = digests(tmp_path / "out")
    monkeypatch.setattr(step, fail)
    wanted = OutputError if isinstance(fault, OSError) else RuntimeError
    with pytest.raises(wanted):
        run(corpus, tmp_path / "out", limit=1)

    assert digests(tmp_path / "out") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.zhengju", "out", "reports"]


def test_a_second_run_on_the_same_output_is_refused(corpus: Path, tmp_path: Path) -> None:
    with (
        Staging(tmp_path / "out"),
        pytest.raises(OutputLockedError, match="another run"),
    ):
        run(corpus, tmp_path / "out")

    assert run(corpus, tmp_path / "out").facts == 6


def test_an_output_that_is_a_file_is_refused_before_anything_is_read(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "worker_count", lambda *_: pytest.fail("read something"))
    (tmp_path / "out").write_text("in the way")
    for output in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match=r"name .*--output"):
            run(corpus, output)

    assert (tmp_path / "out").read_text() == "in the way"


def test_a_run_whose_state_was_removed_leaves_that_of_the_next_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user took the hidden folder for a left-over, and began another run."""
    state = tmp_path / ".out.zhengju"
    monkeypatch.setattr(tempfile, "tempdir", None)  # two runs in one process, ended crosswise
    with Staging(tmp_path / "out") as first:
        shutil.rmtree(state)
        with Staging(tmp_path / "out") as second:
            fill(second.folder, {"facts.parquet": "new"})
            with pytest.raises(OutputError, match="was removed while the run wrote"):
                first.publish()
            first.__exit__(None, None, None)
            assert (second.folder / "facts.parquet").exists()
            second.publish()
    assert (tmp_path / "out" / "facts.parquet").read_text() == "new"
    assert not state.exists()
