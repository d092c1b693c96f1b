"""What one sees of a run (进度与运行报告): a bar on a terminal, a line a problem, the report.

The bar shows the rate and the time that is left; the agency stage has one of its own. Problems are
lines on standard error, one for each document that was not read whole, so that a long run can be
watched and its log searched.
"""

from __future__ import annotations

import sys
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from extract.streams import unheard, warn

if TYPE_CHECKING:
    from tqdm import tqdm

    from extract.tables import Columns

Item = TypeVar("Item")
MOST = 10  # documents named as the slowest, and as the largest
NO_FILES = frozenset({"symlink", "special"})  # links and the like: rows, but nothing to see to


class Sight:
    """Counts what a run has done, and shows it while it goes on; a context manager."""

    def __init__(self, total: int, *, progress: bool | None = None) -> None:
        """``total`` documents; ``progress`` None shows a bar on a terminal only."""
        self.statuses: Counter[str] = Counter()
        self.scans = 0  # documents left, or partly left, as pictures
        self._formats: dict[str, Counter[str]] = {}
        self._slowest, self._largest = _Top(), _Top()
        self._bar = bar(total, "doc") if _wanted(progress) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            with unheard(sys.stderr):
                self._bar.close()

    def saw(self, documents: Columns, seconds: Sequence[float | None] = ()) -> None:
        """Some documents are done: their rows, and how long each took where that is known."""
        names = ("source", "status", "reason", "format", "size", "duplicate_of")
        for at, (source, status, reason, kind, size, original) in enumerate(
            zip(*(documents[name] for name in names), strict=True)
        ):
            self.statuses[status] += 1
            self.scans += reason == "scanned"
            form = kind or ("copy" if original else "unknown")
            self._formats.setdefault(form, Counter())[status] += 1
            self._largest.add(size, source)
            took = seconds[at] if seconds else None
            if took is not None:
                self._slowest.add(took, source)
            if status != "ok" and reason not in NO_FILES:
                self._say(f"{status}({reason}) {source}" if reason else f"{status} {source}")
        self._move(len(documents["doc_id"]))

    def over(self, items: Iterable[Item], total: int) -> Iterator[Item]:
        """The same items, the results of the agency stage, with a bar of their own."""
        if self._bar is not None:
            with unheard(sys.stderr):
                self._bar.close()
                self._bar = bar(total, "part", desc="facts")
        for item in items:
            yield item
            self._move(1)

    def told(self) -> dict[str, Any]:
        """For the run report: documents by status and format, the slowest and the largest."""
        formats = {kind: dict(sorted(found.items())) for kind, found in self._formats.items()}
        return {
            "documents": dict(sorted(self.statuses.items())),
            "formats": dict(sorted(formats.items())),
            "slowest": [{"source": s, "seconds": round(v, 3)} for v, s in self._slowest.all()],
            "largest": [{"source": s, "bytes": v} for v, s in self._largest.all()],
        }

    def _move(self, count: int) -> None:
        if self._bar is not None:
            with unheard(sys.stderr):
                self._bar.update(count)

    def _say(self, line: str) -> None:
        if self._bar is None:
            warn(f"zhengju: {line}")
        else:  # above the bar
            with unheard(sys.stderr):
                self._bar.write(f"zhengju: {line}", file=sys.stderr)


def bar(total: int, unit: str, **more: Any) -> tqdm[Any]:  # noqa: ANN401  options of tqdm
    """A progress bar on standard error; a context manager."""
    from tqdm import tqdm  # noqa: PLC0415  only where a bar is shown

    tqdm.monitor_interval = 0  # its thread would make forking unsafe
    return tqdm(total=total, unit=unit, file=sys.stderr, **more)


class _Top:
    """The few largest values, with what they are of; of equal ones the first in order of name."""

    def __init__(self) -> None:
        self._best: list[tuple[float, str]] = []  # values below zero, so that the first is the best

    def add(self, value: float, of: str) -> None:
        insort(self._best, (-value, of))
        del self._best[MOST:]

    def all(self) -> list[tuple[float, str]]:
        """Largest first."""
        return [(-value, of) for value, of in self._best]


def _wanted(progress: bool | None) -> bool:
    return sys.stderr.isatty() if progress is None else progress
