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


@contextmanager
def claimed(folder: Path, *, ours: bool = False) -> Iterator[None]:
    """Hold the folder, which is made, for a run: entries that it has no use for are removed there.

    It is ``ours`` where the user has not named it, whatever is left in it.

    Raises:
        UsageError: something else stands in it.
        OutputLockedError: another run uses it.
        OutputError: it cannot be written.
    """
    with Step("keep", folder):
        folder.mkdir(parents=True, exist_ok=True)
        _mark(folder, ours=ours)
    lock = take(folder / "lock", folder, "--cache")
    try:
        yield
    finally:
        lock.release()


def _mark(folder: Path, *, ours: bool) -> None:
    """Write the tag; raises ``UsageError`` where the folder is someone else's."""
    tag = folder / TAG
    if tag.exists():
        return
    if not ours and not (folder / HEAD).exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} holds other files; name an empty folder, or a new one")
    tag.write_text(_SIGNATURE, "ascii")
