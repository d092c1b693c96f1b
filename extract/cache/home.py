"""The folder of a cache (缓存目录): only ours stands in it, for one run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extract.cache.ledger import HEAD
from extract.commit.lock import take
from extract.commit.steps import Step
from extract.errors import UsageError

TAG = "CACHEDIR.TAG"  # programs that make backups know it
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n# of zhengju; it may be deleted\n"
_LOCK = "lock"


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder, which is made, for a run: entries that it has no use for are removed there.

    Raises:
        UsageError: something else stands in it.
        OutputLockedError: another run uses it.
        OutputError: it cannot be written.
    """
    tag = folder / TAG
    with Step("keep", folder):
        folder.mkdir(parents=True, exist_ok=True)
        ours = tag.exists() or (folder / HEAD).exists()
        if not ours and any(one.name != _LOCK for one in folder.iterdir()):
            raise UsageError(f"{folder} holds other files; name an empty folder, or a new one")
    lock = take(folder / _LOCK, folder, "--cache")
    try:
        with Step("keep", tag):
            if not tag.exists():
                tag.write_text(_SIGNATURE, "ascii")
        yield
    finally:
        lock.release()
