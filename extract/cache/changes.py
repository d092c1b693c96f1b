"""What has changed since the last run (变动): files, rules, options, and the published dataset.

If nothing has, there is nothing to do. A file with another signature is hashed before it counts as
changed: touching or copying files changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from extract.cache.ledger import Entry, Ledger
from extract.commit.manifest import OWNED
from extract.inputs.corpus import Corpus, Found
from extract.model import Source

NEW, CHANGED, REMOVED, SAME = "new", "changed", "removed", "unchanged"


def differences(
    corpus: Corpus, listing: Iterable[Found], ledger: Ledger
) -> Iterator[tuple[str, str]]:
    """Each path, in order, with what became of it."""
    past = ledger.files()
    entry = next(past, None)
    for found in listing:
        while entry is not None and entry.path < found.path:
            yield entry.path, REMOVED
            entry = next(past, None)
        if entry is None or entry.path != found.path:
            yield found.path, NEW
            continue
        yield found.path, SAME if _is_same(corpus, found, entry) else CHANGED
        entry = next(past, None)
    while entry is not None:
        yield entry.path, REMOVED
        entry = next(past, None)


def is_current(ledger: Ledger, fingerprint: dict[str, Any], output: Path) -> bool:
    """Whether the published dataset was made in just this way, and is as it was published."""
    head = ledger.head
    return head.get("fingerprint") == fingerprint and head.get("output") == published(output)


def published(output: Path) -> dict[str, list[list[int]]]:
    """Size and time of each file of a dataset; of a table in parts those of its parts."""
    found = {}
    for name in sorted(OWNED):
        path = output / name
        with suppress(FileNotFoundError):  # another set may be published just now
            told = [file.stat() for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
            found[name] = [[status.st_size, status.st_mtime_ns] for status in told]
    return found


def _is_same(corpus: Corpus, found: Found, entry: Entry) -> bool:
    if found.signature and found.signature == entry.signature:
        return True
    return _outcome(corpus.read(found.path)) == _outcome(entry.sources[0])


def _outcome(source: Source) -> tuple[Any, ...]:
    # What an archive is, and whether it can be opened, is told by its bytes.
    return (source.doc_id,) if source.doc_id else (source.size, source.status, source.reason)
