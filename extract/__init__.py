"""政据: government reports turned into a dataset in which every figure points at its words.

Two doors: ``read`` one report, ``load`` a dataset that ``zhengju run`` has written. ``codebook``
says what its columns mean.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from extract import native
from extract.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from extract.dataset import Dataset
    from extract.model import Reading

__all__ = ["__version__", "codebook", "load", "read"]

__version__ = VERSION
if _core := native.found():
    __path__.insert(0, str(_core))


def read(path: str | Path) -> Reading:
    """Everything learned from one report, in any format: figures, sections, whose it is.

    Raises ``extract.errors.CorpusError`` where there is no such file and ``DocumentError`` where
    it cannot be read.
    """
    from extract.single import read_file  # noqa: PLC0415  keeps `import extract` cheap

    return read_file(Path(path))


def load(output: str | Path = "output") -> Dataset:
    """The dataset in a folder, its tables as pandas DataFrames, each loaded on first use.

    ``output`` may be an address, such as ``s3://bucket/output``. All tables are of one run,
    whatever is published meanwhile; where its files are gone, a table raises ``ReplacedError``, and
    where one is damaged ``DamageError``.

    Raises ``extract.errors.CorpusError`` where the folder holds no dataset.
    """
    from extract.dataset import Dataset  # noqa: PLC0415  keeps `import extract` cheap

    return Dataset(output)


def codebook(output: str | Path | None = None) -> pd.DataFrame:
    """What the columns mean: table, column, type, unit, labels, meaning, what a null stands for.

    Of the dataset in a folder, or (None) of all columns that every dataset has. Raises
    ``extract.errors.CorpusError`` where the folder holds no dataset.
    """
    from extract.dataset import codebook_frame  # noqa: PLC0415  keeps `import extract` cheap
    from extract.export.codebook import registered  # noqa: PLC0415

    return codebook_frame(registered()) if output is None else load(output).codebook
