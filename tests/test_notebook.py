"""The notebooks run on fresh datasets of made-up reports, and are what their scripts say."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
# How many pictures each draws, and what its outputs must have.
TOLD = {
    "first_look": (1, ("10 of 10 right", "<mark>", "'recovered_funds': '追回医保基金'")),
    "compare_counties": (3, ("yuan_per_person", "conflict")),
    "doubtful_numbers": (2, ("≠", "cells blanked", "section_missing")),
    "enforcement": (
        2,
        ("within counties (fixed effects)                        0.60", "not_stated"),
    ),
}
LAST = {"first_look": "True"}


def read(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


@pytest.fixture(scope="module")
def sync() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sync", NOTEBOOKS / "sync.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the notebooks find in a checkout: themselves, and the made-up province."""
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    shutil.copytree(ROOT / "tests" / "research", tmp_path / "tests" / "research")
    shutil.copy(ROOT / "tests" / "__init__.py", tmp_path / "tests")
    return tmp_path


def outputs_of(notebook: nbformat.NotebookNode, folder: Path) -> list[Any]:
    """The outputs of a notebook that is run in a folder, by this very code."""
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}})
    client.execute(env=os.environ | {"PYTHONPATH": str(ROOT)})
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


@pytest.mark.parametrize("name", TOLD)
def test_a_notebook_runs_and_draws_without_a_warning(name: str, checkout: Path) -> None:
    from extract.pipeline import run  # noqa: PLC0415  the other tests do without the engine

    if name == "first_look":
        run(ROOT / "corpus", checkout / "output", workers=1)
    pictures, told = TOLD[name]
    outputs = outputs_of(read(checkout / "notebooks" / f"{name}.ipynb"), checkout / "notebooks")

    assert [output.text for output in outputs if output.output_type == "stream"] == []
    shown = [output.data for output in outputs]
    assert sum("image/png" in data for data in shown) == pictures
    printed = "\n".join(str(text) for data in shown for text in data.values())
    assert [words for words in told if words not in printed] == []
    assert LAST.get(name, "") in shown[-1]["text/plain"]
    assert str(checkout) not in printed


def test_each_notebook_is_tested(sync: ModuleType) -> None:
    assert {path.stem for path in sync.scripts()} == set(TOLD)
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == set(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_a_notebook_is_its_script_without_outputs(name: str, sync: ModuleType) -> None:
    script, notebook = NOTEBOOKS / f"{name}.py", NOTEBOOKS / f"{name}.ipynb"
    assert notebook.read_text("utf-8") == sync.notebook(script.read_text("utf-8"))
    assert all(not cell.get("outputs") for cell in read(notebook).cells)
