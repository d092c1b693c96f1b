"""Whether a dataset is what its manifest says (核验): any flipped bit is found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extract.commit import manifest
from extract.commit.held import Held
from extract.commit.manifest import OWNED, RELEASE, REPORT
from extract.commit.sealed import unseal
from extract.errors import CorpusError

_NO_FIT = "it does not fit its own checksum"
_PIECE = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that is not as it should be, and what of it."""

    name: str
    what: str  # damaged, missing or surplus
    why: str

    def __str__(self) -> str:
        return f"{self.what:<8} {self.name}: {self.why}"


def findings(held: Held, seen: Callable[[int], object] = lambda _: None) -> Iterator[Finding]:
    """What is wrong with a dataset, file by file; ``seen`` is told how many bytes were read.

    Raises ``ReplacedError`` where another dataset takes its place meanwhile.
    """
    wanted = _wanted(held)
    if isinstance(wanted, Finding):
        yield wanted
        return
    for name, digest in wanted.items():
        found = _finding(held, name, digest, seen)
        if found is not None:
            held.check()
            yield found
    if held.manifest is not None:
        yield from _report(held)
    here = {name for owned in OWNED for name in held.below(owned)}
    for name in sorted(here - set(wanted) - {manifest.NAME, REPORT}):
        yield Finding(name, "surplus", "the dataset has no such file")
    held.check()


def total(held: Held) -> int:
    """The bytes that there are to read."""
    return sum(entry.bytes for entry in held.manifest.files.values()) if held.manifest else 0


def count(held: Held) -> int:
    """How many files there should be, without those that tell of the others."""
    wanted = _wanted(held)
    return 0 if isinstance(wanted, Finding) else len(wanted)


def hold(folder: Path | str) -> Held:
    """The folder; raises ``CorpusError`` where nothing of a dataset is in it."""
    held = Held(folder)
    if held.manifest is None and not any(held.below(name) for name in OWNED):
        raise CorpusError(f"no dataset in {folder}; make one: zhengju run CORPUS --output DIR")
    return held


def _wanted(held: Held) -> dict[str, str] | Finding:
    """SHA-256 by file: of the manifest, or of what a release says of its files."""
    if held.manifest is not None:
        return {name: entry.sha256 for name, entry in held.manifest.files.items()}
    told = held.bytes(RELEASE)
    if told is None:
        why = "the dataset is not done, or of an earlier version; run again"
        return Finding(manifest.NAME, "missing", why)
    try:
        return dict(unseal(told)["sha256"])
    except (ValueError, KeyError):
        return Finding(RELEASE, "damaged", _NO_FIT)


def _finding(held: Held, name: str, wanted: str, seen: Callable[[int], object]) -> Finding | None:
    """What is wrong with a file that should be there."""
    digest = hashlib.sha256()
    try:
        with held.open(name) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                seen(len(piece))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return Finding(name, "missing", "it is not there")
    except OSError as error:
        return Finding(name, "damaged", error.strerror or str(error))
    if digest.hexdigest() != wanted:
        return Finding(name, "damaged", "its SHA-256 is another")
    return None


def _report(held: Held) -> Iterator[Finding]:
    """The run report is not in the manifest, since no two runs write the same."""
    data = held.bytes(REPORT)
    if data is None:
        yield Finding(REPORT, "missing", "every run writes one")
        return
    try:
        unseal(data)
    except ValueError:
        yield Finding(REPORT, "damaged", _NO_FIT)
