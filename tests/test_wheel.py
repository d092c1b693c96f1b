"""The wheel holds the package with its rules, and nothing else."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from extract.version import VERSION

ROOT = Path(__file__).parents[1]
TREE = ("extract", "patterns")

if importlib.util.find_spec("hatchling") is None:
    pytest.skip("hatchling is not installed: no wheel can be built", allow_module_level=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this tree, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_all_modules_and_rules_are_in_the_wheel(names: set[str]) -> None:
    paths = [path for folder in TREE for path in (ROOT / folder).rglob("*")]
    wanted = {
        path.relative_to(ROOT).as_posix().replace("patterns/", "extract/patterns/", 1)
        for path in paths
        if path.suffix in (".py", ".toml", ".csv", ".typed")
    }
    assert {"extract/patterns/indicators.csv", "extract/patterns/units.toml"} <= wanted
    assert wanted - names == set()


def test_nothing_but_the_package_is_in_the_wheel(names: set[str]) -> None:
    assert {PurePosixPath(name).parts[0] for name in names} == {
        "extract",
        f"zhengju-{VERSION}.dist-info",
    }
    kinds = {PurePosixPath(name).suffix for name in names if name.startswith("extract/")}
    assert kinds <= {".py", ".toml", ".csv", ".md", ".typed"}


def test_the_package_runs_from_the_wheel_by_its_own_rules(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    output = tmp_path / "output"
    arguments = ["run", str(ROOT / "corpus"), "--output", str(output), "--limit", "2"]
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "extract", *arguments],
        cwd=tmp_path, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (output / "facts.parquet").stat().st_size > 0
