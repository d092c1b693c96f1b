"""Cost against the size of the corpus (规模): cold and unchanged, with one worker and two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench import corpora, processes

WORKERS = (1, 2)


@dataclass(frozen=True, slots=True)
class Run:
    """One whole run; memory in MiB of its largest process, ``again`` the same run once more."""

    documents: int
    workers: int
    figures: int
    seconds: float
    wall: float
    peak: float
    again: float

    @property
    def line(self) -> str:
        """A row of the table."""
        return (
            f"{self.documents:>9,}{self.workers:>9}{self.figures:>12,}{self.seconds:>9.1f}"
            f"{self.wall:>9.1f}{self.seconds / max(self.figures, 1) * 1e6:>12.0f}"
            f"{self.peak:>9.0f}{self.again:>9.2f}{self.wall / self.again:>9.0f}"
        )

    def told(self) -> dict[str, object]:
        """For the record."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


HEAD = (
    f"{'documents':>9}{'workers':>9}{'figures':>12}{'CPU s':>9}{'wall s':>9}"
    f"{'µs/figure':>12}{'MiB':>9}{'again s':>9}{'times':>9}"
)


def runs(folder: Path, sizes: Sequence[int]) -> Iterator[Run]:
    """Each size with one worker and with two."""
    for size in sizes:
        corpus = folder / f"of{size}"
        corpora.fill(corpus, size)
        for workers in WORKERS:
            output = folder / f"of{size}by{workers}"
            cold = processes.run(corpus, output, workers)
            report = (output / "run_report.json").read_bytes()
            warm = processes.run(corpus, output, workers)
            if (output / "run_report.json").read_bytes() != report:
                raise SystemExit("bench: the second run found something to do")
            yield Run(size, workers, cold.figures, cold.seconds, cold.wall, cold.peak, warm.wall)
