"""What several files of tests share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

os.environ["ZHENGJU_PURE"] = "1"  # before any import of ours: what is tested are the sources

from extract.loaders.scan import ocr
from tests import stubs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stub_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs read stub documents instead of reports."""
    stubs.install(monkeypatch)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of stub reports of a few counties."""
    return stubs.counties(tmp_path / "reports")


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed, whatever this machine has."""
    monkeypatch.setattr(ocr, "available", lambda: False)
