"""What a benchmark has found: as JSON, and as a picture for people who would rather look."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract import native
from extract.version import VERSION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_OURS, _MISSED, _MARK = "#1f77b4", "#c44e52", "#333333"


def circumstances() -> dict[str, object]:
    """What the figures depend on; nothing that names the machine."""
    return {
        "version": VERSION,
        "core": "compiled" if native.running() else "Python",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
    }


def write(path: Path, found: Mapping[str, Any]) -> None:
    """All figures of one run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")


def draw(path: Path, found: Mapping[str, Any]) -> None:
    """Ratios to the peers, the stages of the hot path, and cost against the size of the corpus."""
    import matplotlib as mpl  # noqa: PLC0415  only where a picture is drawn

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "zhengju", "svg.fonttype": "path", "font.size": 9}
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(
        3, 1, figsize=(8, 9), height_ratios=(5, 1, 3.5), layout="constrained"
    )
    _ratios(axes[0], found["contests"])
    _stages(axes[1], found["hot_path"])
    _growth(axes[2], found["growth"])
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _ratios(axes: Axes, contests: Sequence[Mapping[str, Any]]) -> None:
    """A bar from 1, where both take the same, to the left where zhengju is slower."""
    for at, contest in enumerate(contests):
        ratio, wanted = contest["ratio"], contest["wanted"]
        color = _MISSED if wanted and ratio < wanted else _OURS
        axes.barh(at, ratio - 1, left=1, color=color)
        if wanted:
            axes.plot([wanted] * 2, [at - 0.4, at + 0.4], color=_MARK)
        axes.text(max(ratio, wanted or 0, 1) * 1.1, at, f"{ratio:.2f}", va="center")
    axes.set_yticks(range(len(contests)), [f"{c['name']} / {c['peer']}" for c in contests])
    axes.set_xscale("log")
    axes.margins(x=0.15)
    axes.invert_yaxis()
    axes.axvline(1, color=_MARK, linewidth=0.8)
    axes.set_xlabel(
        "slower  <  1  <  faster: CPU of the peer ÷ CPU of zhengju, log scale\n"
        "short line: what we hold ourselves to; red: missed"
    )
    _plain(axes.xaxis)


def _stages(axes: Axes, profile: Mapping[str, Any]) -> None:
    stages, left = profile["microseconds_per_figure"], 0.0
    for name, value in stages.items():
        axes.barh([0], [value], left=left, label=f"{name} {value:.0f}")
        left += value
    axes.set_yticks([])
    axes.set_xlabel("CPU µs per figure, whole run over text, without its start")
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)


def _growth(axes: Axes, runs: Sequence[Mapping[str, Any]]) -> None:
    for workers in sorted({run["workers"] for run in runs}):
        mine = [run for run in runs if run["workers"] == workers]
        sizes = [run["documents"] for run in mine]
        by = f"{workers} worker" + ("s" if workers > 1 else "")
        (first,) = axes.plot(sizes, [r["wall"] for r in mine], "o-", label=f"first, {by}")
        again = [r["again"] for r in mine]
        axes.plot(sizes, again, "o--", color=first.get_color(), label=f"unchanged, {by}")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("reports")
    axes.set_ylabel("seconds of wall time")
    axes.grid(which="major", alpha=0.3)
    axes.legend()
    _plain(axes.xaxis)
    _plain(axes.yaxis)


def _plain(axis: Axis) -> None:
    """10,000 rather than a power of ten."""
    axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
