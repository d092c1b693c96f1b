"""The first notebook runs on a fresh dataset of the sample corpus."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOK = "first_look.ipynb"


def read(folder: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode
    notebook = nbformat.read(folder / NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[nbformat.NotebookNode]:
    """The cells after a run in a copy of the folder, beside a dataset made for it."""
    from extract.pipeline import run  # noqa: PLC0415  the other tests do without the engine

    home = tmp_path_factory.mktemp("project")
    notebooks = shutil.copytree(ROOT / "notebooks", home / "notebooks")
    run(ROOT / "corpus", home / "output", workers=1)
    notebook = read(notebooks)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": notebooks}}).execute()
    return list(notebook.cells)


def test_the_notebook_draws_without_a_warning(cells: list[nbformat.NotebookNode]) -> None:
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert [output.text for output in outputs if output.output_type == "stream"] == []
    assert any("image/png" in output.get("data", {}) for output in outputs)


def test_the_notebook_ends_at_the_very_words(cells: list[nbformat.NotebookNode]) -> None:
    last = [cell for cell in cells if cell.cell_type == "code"][-1]
    assert "True" in last.outputs[0].data["text/plain"]


def test_the_notebook_is_committed_without_outputs() -> None:
    code = [cell for cell in read(ROOT / "notebooks").cells if cell.cell_type == "code"]
    assert code
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
