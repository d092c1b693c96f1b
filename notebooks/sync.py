"""Writes each notebook anew from the percent script of its name: ``python notebooks/sync.py``.

The scripts are what is edited. ``# %%`` begins a cell of code and ``# %% [markdown]`` one of words,
as Jupyter, VS Code and jupytext read them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
HELPERS = {"sync", "fonts", "made_up"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def scripts(folder: Path = HERE) -> list[Path]:
    """The percent scripts that have a notebook each."""
    return sorted(path for path in folder.glob("*.py") if path.stem not in HELPERS)


def notebook(script: str) -> str:
    """The text of the .ipynb file of a percent script, without outputs."""
    marks = re.split(r"^# %%(.*)\n", script, flags=re.MULTILINE)
    pairs = zip(marks[1::2], marks[2::2], strict=True)
    cells = [_cell(i, mark.strip(), body.strip("\n")) for i, (mark, body) in enumerate(pairs)]
    made = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _cell(number: int, mark: str, body: str) -> dict[str, object]:
    head: dict[str, object] = {"id": f"cell-{number:02}", "metadata": {}}
    if mark == "[markdown]":
        words = re.sub(r"^# ?", "", body, flags=re.MULTILINE)
        return {"cell_type": "markdown", **head, "source": words.splitlines(keepends=True)}
    code = {"execution_count": None, "outputs": [], "source": body.splitlines(keepends=True)}
    return {"cell_type": "code", **head, **code}


if __name__ == "__main__":
    for path in scripts():
        path.with_suffix(".ipynb").write_text(notebook(path.read_text("utf-8")), "utf-8")
