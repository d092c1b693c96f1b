"""The whole run over text against segmenting the same text: ``python -m tests.bench [N [ROUNDS]]``.

N reports are made out of the samples by drawing their digits anew. Then whole processes take
turns and their CPU time is compared round by round; a ratio above 1 means that ``zhengju run``
with one worker, Parquet included, is faster than ``jieba.lcut`` alone.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from extract import loaders, native

CORPUS = Path(__file__).parent.parent / "corpus"
_NUMBER = re.compile(r"(?<![0-9])(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]+")
_PLACE = re.compile("(?:青禾|澄湖)(?P<kind>[县区])")
_SYLLABLES = "安宁清源长兴永泰和平福临江山水云石林田川河湖海东西南北中阳明光华荣昌盛"
_FIGURES = re.compile(r"^figures +([0-9]+)", re.MULTILINE)
_SEGMENT = """
import sys, time
from pathlib import Path
from {module} import {function}
{function}("医保")
began = time.process_time()
for path in sorted(Path(sys.argv[1]).iterdir()):
    {function}(path.read_text("utf-8"))
print(time.process_time() - began)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: CPU seconds, peak MiB, and what it printed."""

    seconds: float
    peak: float
    said: str


def fill(folder: Path, count: int) -> int:
    """Write ``count`` reports, each different; returns their characters."""
    draw = random.Random(2022)  # noqa: S311  no secrets here
    samples = [loaders.load(path.read_bytes()).text for path in sorted(CORPUS.glob("*.txt"))]
    folder.mkdir()
    size = 0
    for number in range(count):
        text = redrawn(samples[number % len(samples)], draw)
        # six reports an agency, as in a corpus: facts are joined within an agency
        text = _PLACE.sub(rf"{_name(number // len(samples))}\g<kind>", text)
        (folder / f"{number:05}.txt").write_text(text, "utf-8")
        size += len(text)
    return size


def _name(number: int) -> str:
    """The name of an invented county, without 县 or 区."""
    size = len(_SYLLABLES)
    return _SYLLABLES[number // size % size] + _SYLLABLES[number % size]


def redrawn(text: str, draw: random.Random) -> str:
    """The text with other digits in its numbers but years and list numbers."""
    return _NUMBER.sub(lambda match: _redrawn(match.group(), draw), text)


def _redrawn(digits: str, draw: random.Random) -> str:
    if len(digits) < 2:  # list numbers stay
        return digits
    return str(draw.randint(1, 9)) + "".join(str(draw.randint(0, 9)) for _ in digits[1:])


def cost(*arguments: str | Path) -> Cost:
    """Run one Python process to its end and measure it, its children included."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=out)  # noqa: S603
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode()
    if child.returncode:
        raise SystemExit(f"bench: {arguments[:2]} failed:\n{said}")
    # kilobytes on Linux, bytes on macOS
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, said)


def run(corpus: Path) -> Cost:
    """One whole ``zhengju run`` with one worker."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        return cost("-m", "extract", "run", corpus, "--output", output, "--workers", "1")


def segment(corpus: Path, module: str, function: str) -> Cost:
    """One process that does nothing but segment the same texts."""
    return cost("-c", _SEGMENT.format(module=module, function=function), corpus)


def main(arguments: Sequence[str]) -> None:
    """Measure and print a small table."""
    count, rounds = (*map(int, arguments), *(400, 3)[len(arguments) :])
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        size = fill(small, count)
        fill(large, 4 * count)
        segment(small, "jieba", "lcut")  # builds jieba's cache of its dictionary, unmeasured
        pairs = [(run(small), segment(small, "jieba", "lcut")) for _ in range(rounds)]
        other = segment(small, "rjieba", "cut")
        report(count, size, pairs, other, run(large))


def report(count: int, size: int, pairs: list[tuple[Cost, Cost]], other: Cost, large: Cost) -> None:
    """The table: CPU times are medians, ratios medians of the rounds' own ratios."""
    ours = median(a.seconds for a, _ in pairs)
    figures = int(_FIGURES.findall(pairs[0][0].said)[0])
    whole = [b.seconds / a.seconds for a, b in pairs]
    alone = [float(b.said.split()[-1]) / a.seconds for a, b in pairs]
    rows = [
        ("corpus", f"{count} reports, {size:,} characters, {figures:,} figures"),
        ("core", "compiled" if native.found() else "Python (make compiled)"),
        ("zhengju run", f"{ours:.2f} s CPU, median of {len(pairs)} rounds"),
        ("  per figure", f"{ours / figures * 1e6:.0f} µs"),
        ("  per second", f"{size / ours / 1e6:.2f} million characters"),
        ("  from N to 4N", f"{(large.seconds - ours) / (3 * figures) * 1e6:.0f} µs per figure"),
        ("jieba.lcut", f"{median(b.seconds for _, b in pairs):.2f} s CPU with its start-up"),
        ("rjieba.cut", f"{other.seconds:.2f} s CPU with its start-up"),
        ("ratio, whole processes", _ratios(whole)),
        ("ratio, segmentation only", _ratios(alone)),
        ("peak memory at N", f"{median(a.peak for a, _ in pairs):.0f} MiB"),
        ("peak memory at 4N", f"{large.peak:.0f} MiB"),
    ]
    for name, value in rows:
        print(f"{name:<26}{value}")


def _ratios(found: list[float]) -> str:
    low, high = min(found), max(found)
    return f"{median(found):.2f} ({low:.2f} to {high:.2f}) jieba ÷ ours; wanted ≥ 1, aim 5"


if __name__ == "__main__":
    main(sys.argv[1:])
