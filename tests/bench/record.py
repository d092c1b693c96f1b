"""What a benchmark has found: as JSON, and as a picture for people who would rather look."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract import native
from extract.version import VERSION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PEERS = ("jieba", "pdfplumber", "pypdfium2", "python-docx", "pandas", "pyarrow")
_OURS, _MISSED, _MARK = "#1f77b4", "#c44e52", "#333333"


def circumstances() -> dict[str, object]:
    """What the figures depend on; nothing that names the machine."""
    return {
        "version": VERSION,
        "core": "compiled" if native.running() else "Python",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packages": {name: version(name) for name in _PEERS},
    }


def write(path: Path, found: Mapping[str, Any]) -> None:
    """All figures of one run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")


def renewed(path: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    """The record with what was measured now in the place of what was before."""
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    whole = {**before, **found}
    write(path, whole)
    return whole


def draw(path: Path, found: Mapping[str, Any]) -> None:
    """Ratios to the peers, the stages of the hot path, and cost against the size of the corpus."""
    import matplotlib as mpl  # noqa: PLC0415  only where a picture is drawn

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "zhengju", "svg.fonttype": "path", "font.size": 9}
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(
        3, 1, figsize=(8, 10), height_ratios=(5, 2.5, 3.5), layout="constrained"
    )
    _ratios(axes[0], found["contests"])
    _stages(axes[1], found["hot_path"])
    _growth(axes[2], found["growth"])
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _ratios(axes: Axes, contests: Sequence[Mapping[str, Any]]) -> None:
    names = [f"{c['name']} / {c['peer']}" for c in contests]
    held = [c["wanted"] is None or c["ratio"] >= c["wanted"] for c in contests]
    axes.barh(names, [c["ratio"] for c in contests], color=[_OURS if h else _MISSED for h in held])
    for at, contest in enumerate(contests):
        axes.text(contest["ratio"] * 1.05, at, f"{contest['ratio']:.2f}", va="center")
        if contest["wanted"]:
            axes.plot([contest["wanted"]] * 2, [at - 0.4, at + 0.4], color=_MARK)
    axes.set_xscale("log")
    axes.margins(x=0.15)
    axes.invert_yaxis()
    axes.set_xlabel("CPU of the peer ÷ CPU of zhengju (log scale; line: what we hold ourselves to)")


def _stages(axes: Axes, profile: Mapping[str, Any]) -> None:
    stages, left = profile["microseconds_per_figure"], 0.0
    for name, value in stages.items():
        axes.barh([0], [value], left=left, label=f"{name} {value:.0f}")
        left += value
    axes.set_yticks([])
    axes.set_xlabel("CPU µs per figure, whole run over text")
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)


def _growth(axes: Axes, runs: Sequence[Mapping[str, Any]]) -> None:
    for workers in sorted({run["workers"] for run in runs}):
        mine = [run for run in runs if run["workers"] == workers]
        sizes = [run["documents"] for run in mine]
        plural = "s" if workers > 1 else ""
        axes.plot(sizes, [r["wall"] for r in mine], "o-", label=f"first, {workers} worker{plural}")
        axes.plot(
            sizes, [r["again"] for r in mine], "o--", label=f"again, {workers} worker{plural}"
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("reports")
    axes.set_ylabel("seconds of wall time")
    axes.grid(which="major", alpha=0.3)
    axes.legend()
