"""A release (发布): the tables with all that others need to use, cite and check them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.commit.manifest import NAME as MANIFEST
from extract.commit.manifest import RELEASE, digest
from extract.commit.sealed import seal
from extract.errors import CorpusError, OutputError, UsageError
from extract.export import card, citation
from extract.export.citation import DATA_TITLE, Cited
from extract.export.codebook import described, write_codebook
from extract.export.descriptor import descriptor, write_json
from extract.export.formats import export
from extract.export.news import news
from extract.export.source import PRIVATE, Source, open_source, read_json
from extract.export.vital import Vital, as_dict, from_dict, vital
from extract.masking import mask


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the makers of a release say: names, licence, further formats, the release before."""

    public: bool = False
    version: str = ""
    title: str = DATA_TITLE
    authors: tuple[str, ...] = ()
    licence: str = ""
    address: str = ""
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


def private_names(source: Source) -> list[str]:
    """Paths and addresses of documents that hold a phone number or the name of a person.

    They stand in the tables as they are, since they lead back to the files.
    """
    found = (
        said
        for piece in source.pieces("documents", ["source", "url"])
        for row in piece.to_pylist()
        for said in row.values()
        if said and mask(said) != said
    )
    return sorted(set(found))


def cited_of(folder: Path) -> Cited:
    """How the release or the dataset in a folder is cited."""
    source = open_source(folder)
    told = read_json(folder / RELEASE)
    if not told:
        return _cited(source, Wishes())
    one, texts = _vital(folder, told), "texts" in source.tables
    words = {name: str(told.get(name) or "") for name in ("version", "title", "address")}
    return Cited(one, authors=tuple(told.get("authors") or ()), texts=texts, **words)


def _cited(source: Source, wishes: Wishes) -> Cited:
    one = vital_of(source)
    version = wishes.version or one.version
    texts = "texts" in source.tables
    return Cited(one, version, wishes.title, wishes.authors, texts, wishes.address)


def vital_of(source: Source) -> Vital:
    """Identity and size of a dataset, or of what a release says of itself."""
    told = read_json(source.folder / RELEASE)
    if not told:
        return vital(source)
    one = _vital(source.folder, told)
    return replace(one, rows={t: n for t, n in one.rows.items() if t in source.tables})


def _vital(folder: Path, told: dict[str, Any]) -> Vital:
    try:
        return from_dict(told)
    except (KeyError, TypeError) as error:
        raise CorpusError(f"{folder / RELEASE} lacks {error}; restore it") from error


def _write(
    folder: Path, source: Source, before: Source | None, cited: Cited, wishes: Wishes
) -> None:
    for table in source.tables:
        for part in source.parts(table):  # and nothing else that lies beside them
            place = folder / part.relative_to(source.folder)
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(part, place)
    write_codebook(described(source), folder / "codebook.csv")
    about = {"version": cited.version, "created": f"{cited.vital.made}T00:00:00Z"}
    licences = [{"name": wishes.licence}] if wishes.licence else []
    more: dict[str, object] = {**about, "licenses": licences} if licences else dict(about)
    if not cited.vital.made:
        del more["created"]
    write_json(descriptor(source, "parquet", **more), folder / "datapackage.json")
    found = news(before, source, vital_of(before), cited.vital) if before else None
    pages = {
        "README.md": card.card(cited, wishes.licence, wishes.formats),
        "CAUTIONS.md": card.cautions(cited.vital),
        "WHATS_NEW.md": card.whats_new(cited, found),
        "CITATION.md": card.cite(cited),
        "CITATION.cff": citation.cff(cited),
    }
    for name, page in pages.items():
        (folder / name).write_text(page, "utf-8", newline="")
    extras(Source(folder, source.tables), wishes.formats)
    (folder / RELEASE).write_bytes(seal(_told(folder, source, cited, wishes)))


def extras(source: Source, formats: Sequence[str]) -> None:
    """Other formats of the tables, within the release."""
    for to in dict.fromkeys(formats):
        export(source, to, source.folder / card.PLACES.get(to, to))


def _told(folder: Path, source: Source, cited: Cited, wishes: Wishes) -> dict[str, Any]:
    """``RELEASE.json``: what it was made from, and the hash of every file."""
    report = source.report()
    manifest = source.folder / MANIFEST
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "version": cited.version,
        "title": cited.title,
        "authors": list(cited.authors),
        "license": wishes.licence or None,
        "address": wishes.address,
        "public": wishes.public,
        "left_out": sorted(PRIVATE - set(source.tables)),
        **as_dict(cited.vital),
        "user_files": report.get("user_files") or {},  # sources.csv, aliases.csv by their hash
        "accepted": (report.get("gates") or {}).get("accepted"),  # why broken gates did not count
        "manifest": digest(manifest) if manifest.exists() else None,  # SHA-256 of the dataset's
        "sha256": {path.relative_to(folder).as_posix(): digest(path) for path in files},
    }
