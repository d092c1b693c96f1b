"""A dataset on disk is whole at any moment, whatever ends the run that writes the next one."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import extract
from extract.commit import manifest, publish
from extract.commit.sealed import seal
from extract.commit.staging import Staging
from extract.commit.steps import STEPS, Name
from extract.commit.verify import findings, hold
from extract.errors import OutputError, ReplacedError
from extract.pipeline import run
from tests import faults, stubs
from tests.processes import children
from tests.stubs import COUNTY, digests, fill

pytestmark = [
    pytest.mark.usefixtures("stub_reader"),
    pytest.mark.skipif(sys.platform != "linux", reason="forks, and exchanges folders"),
]

EXCHANGED: tuple[Name, ...] = (
    "lock", "clear", "stage", "keep", "create", "rows", "footer", "codebook", "report", "manifest",
    "sync", "exchange", "adopt",
)  # fmt: skip
REPLACED: tuple[Name, ...] = ("bring", "mark", "remove", "replace")
WHEN = (pytest.param(False, id="before", marks=pytest.mark.soak), pytest.param(True, id="after"))
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)


def is_whole(output: Path) -> bool:
    return not list(findings(hold(output)))


@pytest.fixture
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "exchange", lambda *_: False)


@dataclass(frozen=True)
class Scene:
    """An output that holds an old dataset and a file of the user, and what a run makes of it."""

    folder: Path
    old: dict[str, str]
    new: dict[str, str]

    @property
    def output(self) -> Path:
        return self.folder / "out"

    def run(self) -> None:
        run(self.folder / "reports", self.output, texts=False, workers=1)

    def found(self) -> dict[str, str]:
        return published(self.output)

    def is_clean(self) -> bool:
        """No process, and nothing on disk but the dataset, what was before, and the user's file."""
        beside = {path.name for path in self.folder.iterdir()}
        state = self.folder / ".out.zhengju"
        left = [path.name for path in state.iterdir()] if state.exists() else []
        hidden = [path for path in self.output.iterdir() if path.name.startswith(".")]
        return (
            beside - {".out.zhengju"} == {"out", "reports"}
            and {*left} <= {"cache", "previous"}
            and not hidden
            and not children()
        )


def published(output: Path) -> dict[str, str]:
    return {name: value for name, value in digests(output).items() if name != "notes.md"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        stubs.install(patch)
        new = Scene(folder, {}, {})
        stubs.counties(folder / "reports")
        new.run()
        made = new.found()
        shutil.rmtree(new.output)
        report = COUNTY.format(name="甲县医保局", year=2020, money=7)
        run(fill(folder / "before", {"a.txt": report}), new.output)
        shutil.rmtree(folder / "before")
    fill(new.output, {"notes.md": "mine"})
    return replace(new, old=new.found(), new=made)


@pytest.fixture
def scene(template: Scene, tmp_path: Path) -> Scene:
    shutil.copytree(template.folder, tmp_path, dirs_exist_ok=True)
    return replace(template, folder=tmp_path)


def survives(scene: Scene, name: Name) -> None:
    """The rerun is as if nothing had been; the user's file is there."""
    scene.run()
    assert scene.found() == scene.new, name
    assert is_whole(scene.output)
    assert (scene.output / "notes.md").read_text() == "mine"
    assert scene.is_clean()


def fails(
    scene: Scene, name: Name, number: int, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        faults.strike(patch, name, faults.refusal(number), after=after)
        with pytest.raises(OutputError) as caught:
            scene.run()
    assert caught.value.exit_code == 73
    assert os.strerror(number) in str(caught.value)
    assert Path(faults.path_of(caught.value)).is_relative_to(scene.folder)
    is_new = name == "adopt" or (name == "exchange" and after)
    assert scene.found() == (scene.new if is_new else scene.old)
    assert is_whole(scene.output)
    assert scene.is_clean()


def test_every_step_is_tried() -> None:
    assert {*EXCHANGED, *REPLACED, "aside"} == set(STEPS)


def faulty(names: tuple[Name, ...]) -> pytest.MarkDecorator:
    """Every errno at every step, before and after its write; all but one of each in the soak."""
    cases = [
        pytest.param(name, number, after, marks=[pytest.mark.soak] if (i + j) % 3 else [],
                     id=f"{name}-{errno.errorcode[number]}-{'after' if after else 'before'}")
        for i, name in enumerate(names)
        for j, number in enumerate(ERRORS)
        for after in ((False, True) if name != "lock" else (False,))
    ]  # fmt: skip
    return pytest.mark.parametrize(("name", "number", "after"), cases)


@faulty(EXCHANGED)
def test_a_write_that_fails_leaves_the_old_dataset_and_is_named(
    name: Name, number: int, after: bool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(scene, name, number, after, monkeypatch)
    survives(scene, name)


@pytest.mark.usefixtures("no_exchange")
@faulty(REPLACED)
def test_so_does_one_where_files_are_replaced(
    name: Name, number: int, after: bool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(scene, name, number, after, monkeypatch)
    survives(scene, name)


@pytest.mark.usefixtures("no_exchange")
@pytest.mark.parametrize("nth", [2, 5, 10])
def test_what_was_replaced_is_put_back(
    nth: int, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        faults.strike(patch, "replace", faults.refusal(errno.EIO), nth=nth)
        with pytest.raises(OutputError):
            scene.run()
    assert scene.found() == scene.old
    assert is_whole(scene.output)
    survives(scene, "replace")


def test_files_are_copied_to_another_file_system(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", _within_a_file_system)
    survives(scene, "bring")


@pytest.mark.parametrize("after", WHEN)
@pytest.mark.parametrize("name", EXCHANGED)
def test_a_run_killed_at_a_write_leaves_a_whole_dataset(
    name: Name, *, after: bool, scene: Scene
) -> None:
    assert killed(scene, name, after=after) == -signal.SIGKILL
    assert scene.found() in (scene.old, scene.new)
    assert is_whole(scene.output)
    survives(scene, name)


@pytest.mark.usefixtures("no_exchange")
@pytest.mark.parametrize("after", WHEN)
@pytest.mark.parametrize("name", REPLACED)
def test_a_run_killed_between_replacements_says_that_the_set_is_torn(
    name: Name, *, after: bool, scene: Scene
) -> None:
    assert killed(scene, name, after=after) == -signal.SIGKILL
    if name == "bring" or (name == "mark" and not after):
        assert scene.found().items() >= scene.old.items()
        assert is_whole(scene.output)
    else:
        with pytest.raises(ReplacedError, match="did not end"):
            extract.load(scene.output)
    survives(scene, name)


def killed(scene: Scene, name: Name, *, after: bool) -> int:
    def action() -> None:
        faults.strike(pytest.MonkeyPatch(), name, faults.death, after=after)
        scene.run()

    return faults.in_child(action)


@pytest.mark.parametrize("way", ["exchange", "no_exchange", "copies"])
def test_a_table_may_be_a_file_or_a_folder_of_parts(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way != "exchange":
        monkeypatch.setattr(publish, "exchange", lambda *_: False)
    if way == "copies":
        monkeypatch.setattr(Path, "rename", _within_a_file_system)
    output = fill(tmp_path / "out", {"notes.md": "mine"})
    for parts in (None, 3, 2, None, 1):
        with Staging(output) as staging:
            for number in range(parts or 1):
                name = f"part-{number:03}.parquet" if parts else ""
                path = staging.path("mentions.parquet") / name
                path.parent.mkdir(exist_ok=True)
                pq.write_table(pa.table({"row": [number]}), path)
            staging.path(manifest.REPORT).write_bytes(seal({"parts": parts}))
            manifest.write(staging.folder, {})
            staging.publish()

        assert is_whole(output)
        assert pq.read_table(output / "mentions.parquet").num_rows == (parts or 1)
        assert extract.load(output).mentions["row"].tolist() == list(range(parts or 1))
        assert (output / "notes.md").read_text() == "mine"
        assert not list(output.glob(".*"))


def _within_a_file_system(path: Path, target: Path) -> Path:
    if path.parent.name == "staging" and target.parent.name == "out":
        raise OSError(errno.EXDEV, "Invalid cross-device link")
    path.replace(target)
    return target


@pytest.mark.parametrize("number", ERRORS, ids=errno.errorcode.get)
def test_what_a_gate_refuses_and_cannot_be_kept_is_told(
    number: int, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, Staging(scene.output) as staging:
        faults.strike(patch, "aside", faults.refusal(number))
        with pytest.raises(OutputError, match=r"out\.refused cannot be written"):
            staging.set_aside()
    with Staging(scene.output) as staging:
        (staging.path("facts.parquet")).mkdir()
        (staging.path("facts.parquet") / "part-0.parquet").write_text("refused")
        aside = staging.set_aside()

    assert [path.name for path in aside.rglob("*.*")] == ["facts.parquet", "part-0.parquet"]
    assert scene.found() == scene.old
    assert is_whole(scene.output)


def test_a_file_that_may_not_grow_leaves_the_old_dataset(scene: Scene) -> None:
    def action() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        with pytest.raises(OutputError, match=r"cannot be written \(File too"):
            scene.run()

    assert faults.in_child(action) == 0
    assert scene.found() == scene.old
    survives(scene, "rows")
