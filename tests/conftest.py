"""What several files of tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ["ZHENGJU_PURE"] = "1"  # before any import of ours: what is tested are the sources

from extract.loaders.scan import ocr
from tests import stubs

if TYPE_CHECKING:
    import pandas as pd

    from extract.dataset import Dataset

ROOT = Path(__file__).parents[1]


@pytest.fixture
def stub_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs read stub documents instead of reports."""
    stubs.install(monkeypatch)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of stub reports of a few counties."""
    return stubs.counties(tmp_path / "reports")


@pytest.fixture(scope="session")
def sample_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the samples, made once; nobody writes to it."""
    from extract.pipeline import run  # noqa: PLC0415  most tests do without the engine

    folder = tmp_path_factory.mktemp("samples") / "output"
    run(ROOT / "corpus", folder, workers=1)
    return folder


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed, whatever this machine has."""
    monkeypatch.setattr(ocr, "available", lambda: False)


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The dataset of a made-up province whose figures are known."""
    from tests.research.province import make  # noqa: PLC0415  pandas, for those that need it

    return make(tmp_path_factory.mktemp("province"))


@pytest.fixture(scope="session")
def agency_of(province: Dataset) -> dict[str, str]:
    """The agency of each of its reports, by file."""
    from tests.research.province import agencies  # noqa: PLC0415  pandas

    return agencies(province)


@pytest.fixture(scope="session")
def true(agency_of: dict[str, str]) -> pd.DataFrame:
    """Its true figures: one row for each report, columns as in the panel."""
    from tests.research.province import truth  # noqa: PLC0415  pandas

    return truth(agency_of)
