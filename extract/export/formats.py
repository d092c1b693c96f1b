"""The formats of ``zhengju export`` (导出格式), and how a target is written or replaced whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from extract.columns import TABLES
from extract.errors import OutputError, UsageError
from extract.export.source import PRIVATE, Source, Written
from extract.files import holds_dataset, ordinary

LARGE = frozenset({"mentions", "sections", "rejected", "texts"})  # of little use in a sheet


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module that writes it, the packages it needs, tables left out unless named.

    ``ending`` is that of each file in a folder, or of the one file.
    """

    module: str
    needs: tuple[str, ...]
    ending: str
    single: bool
    left_out: frozenset[str]


FORMATS = {
    "csv": Format("csvfiles", (), "csv", single=False, left_out=PRIVATE),
    "stata": Format("stata", (), "dta", single=False, left_out=LARGE),
    "excel": Format("excel", ("xlsxwriter",), "xlsx", single=True, left_out=LARGE),
    "duckdb": Format("database", ("duckdb",), "duckdb", single=True, left_out=PRIVATE),
}


def export(
    source: Source, to: str, target: Path | None = None, tables: Sequence[str] = ()
) -> Written:
    """Write a dataset in another format.

    ``target`` is a file or a folder by the format, None one beside the dataset. Raises
    ``UsageError`` where a package is missing or a table is not there, ``OutputError`` where the
    target cannot be written; then a previous export is as it was.
    """
    form = FORMATS[to]
    for package in form.needs:
        if find_spec(package) is None:
            raise UsageError(
                f"--to {to} needs {package}: pip install 'zhengju[export]' (or make setup)"
            )
    source = source.picked(tables or [t for t in source.tables if t not in form.left_out])
    target = (target or default_target(source.folder, to)).absolute()
    if target.resolve() == source.folder.resolve():
        raise UsageError(f"{target.name} is the dataset itself; name another place with -o")
    write = import_module(f"extract.export.{form.module}").write
    try:
        return _into_file(write, source, target) if form.single else _into(write, source, target)
    except OSError as error:
        why = error.strerror or str(error)
        raise OutputError(f"{target} cannot be written ({why}); name another with -o") from error


def default_target(folder: Path, to: str) -> Path:
    """Beside the dataset: ``output-csv``, ``output.xlsx``."""
    form, folder = FORMATS[to], folder.resolve()
    return folder.with_name(
        f"{folder.name}.{form.ending}" if form.single else f"{folder.name}-{to}"
    )


Write = Callable[[Source, Path], Written]


def _into_file(write: Write, source: Source, target: Path) -> Written:
    real = ordinary(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as scratch:
        made = write(source, Path(scratch) / target.name)
        made.paths[0].replace(real)
    return Written([target], made.notes)


def _into(write: Write, source: Source, target: Path) -> Written:
    """A folder; tables of an export before this one do not stay beside the new ones."""
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; name a folder with -o")
    if holds_dataset(target):
        raise UsageError(f"{target} holds a dataset; name another folder with -o")
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".export-"))
    try:
        made = write(source, scratch)
        target.mkdir(exist_ok=True)
        for table in TABLES:
            for path in target.glob(f"{table}.*"):
                if path.suffix in (".csv", ".dta"):
                    path.unlink()
        return Written([path.replace(target / path.name) for path in made.paths], made.notes)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
