"""A release (发布): the tables with all that others need to use, cite and check them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.errors import OutputError, UsageError
from extract.export import card, citation
from extract.export.citation import DATA_TITLE, Cited
from extract.export.codebook import described, write_codebook
from extract.export.descriptor import descriptor, write_json
from extract.export.formats import export
from extract.export.news import news
from extract.export.source import PRIVATE, Source, open_source
from extract.export.vital import Vital, as_dict, from_dict, vital
from extract.manifest import digest

RELEASE = "RELEASE.json"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the makers of a release say: names, licence, further formats, the release before."""

    public: bool = False
    version: str = ""
    title: str = DATA_TITLE
    authors: tuple[str, ...] = ()
    licence: str = ""
    formats: tuple[str, ...] = ()
    previous: Path | None = None


def release(source: Source, target: Path, wishes: Wishes) -> Cited:
    """Write a release into a new folder; how it is cited.

    With ``public`` no table goes out that may hold names of private persons (``texts``). Raises
    ``UsageError`` where the folder holds something (a release is never overwritten), and
    ``OutputError`` where it cannot be written; then nothing is left of it.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there, and a release is never overwritten; name another")
    before = open_source(wishes.previous) if wishes.previous else None
    full = source.tables
    if wishes.public:
        source = source.picked([table for table in full if table not in PRIVATE])
    cited = _cited(source, wishes)
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=target.absolute().parent, prefix=".release-"))
        try:
            _write(scratch, source, before, cited, wishes)
            scratch.chmod(0o755)
            if target.exists():
                target.rmdir()
            scratch.rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise OutputError(f"{target} cannot be written ({why}); name another with -o") from error
    return cited


def cited_of(folder: Path) -> Cited:
    """How the release or the dataset in a folder is cited."""
    source = open_source(folder)
    path = folder / RELEASE
    if not path.exists():
        return _cited(source, Wishes())
    told = json.loads(path.read_text("utf-8"))
    authors, texts = tuple(told["authors"]), "texts" in source.tables
    return Cited(from_dict(told), told["version"], told["title"], authors, texts)


def _cited(source: Source, wishes: Wishes) -> Cited:
    one = vital_of(source)
    version = wishes.version or one.version
    return Cited(one, version, wishes.title, wishes.authors, "texts" in source.tables)


def vital_of(source: Source) -> Vital:
    """Identity and size of a dataset, or of what a release says of itself."""
    path = source.folder / RELEASE
    if path.exists():
        told = from_dict(json.loads(path.read_text("utf-8")))
        return replace(told, rows={t: n for t, n in told.rows.items() if t in source.tables})
    return vital(source)


def _write(
    folder: Path, source: Source, before: Source | None, cited: Cited, wishes: Wishes
) -> None:
    for table in source.tables:
        path = source.folder / f"{table}.parquet"
        if path.is_dir():
            shutil.copytree(path, folder / path.name)
        else:
            shutil.copyfile(path, folder / path.name)
    write_codebook(described(source), folder / "codebook.csv")
    about = {"version": cited.version, "created": f"{cited.vital.made}T00:00:00Z"}
    licences = [{"name": wishes.licence}] if wishes.licence else []
    more: dict[str, object] = {**about, "licenses": licences} if licences else dict(about)
    if not cited.vital.made:
        del more["created"]
    write_json(descriptor(source, "parquet", **more), folder / "datapackage.json")
    found = news(before, source, vital_of(before), cited.vital) if before else None
    pages = {
        "README.md": card.card(cited, wishes.licence),
        "CAUTIONS.md": card.cautions(cited.vital),
        "WHATS_NEW.md": card.whats_new(cited, found),
        "CITATION.md": card.cite(cited),
        "CITATION.cff": citation.cff(cited),
    }
    for name, page in pages.items():
        (folder / name).write_text(page, "utf-8", newline="")
    extras(Source(folder, source.tables), wishes.formats)
    write_json(_told(folder, source, cited, wishes), folder / RELEASE)


def extras(source: Source, formats: Sequence[str]) -> None:
    """Other formats of the tables, within the release."""
    for to in dict.fromkeys(formats):
        name = {"excel": "zhengju.xlsx", "duckdb": "zhengju.duckdb"}.get(to, to)
        export(source, to, source.folder / name)


def _told(folder: Path, source: Source, cited: Cited, wishes: Wishes) -> dict[str, Any]:
    """``RELEASE.json``: what it was made from, and the hash of every file."""
    report = source.report()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "version": cited.version,
        "title": cited.title,
        "authors": list(cited.authors),
        "license": wishes.licence or None,
        "public": wishes.public,
        "left_out": sorted(PRIVATE - set(source.tables)),
        **as_dict(cited.vital),
        "user_files": report.get("user_files") or {},  # sources.csv, aliases.csv by their hash
        "accepted": (report.get("gates") or {}).get("accepted"),  # why broken gates did not count
        "sha256": {path.relative_to(folder).as_posix(): digest(path) for path in files},
    }
