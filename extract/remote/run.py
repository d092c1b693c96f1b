"""A run whose output is a folder, or an address (输出位置)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from extract import pipeline
from extract.objects import is_remote
from extract.runreport import RunReport


def run(corpus: str | Path, output: str | Path, **options: Any) -> RunReport:  # noqa: ANN401  its
    """``pipeline.run``, also where ``output`` is an address: built here, and then brought there."""
    if not is_remote(output):
        return pipeline.run(corpus, Path(output), **options)
    from extract.remote.mirror import opened  # noqa: PLC0415  only where there is one

    with opened(str(output)) as mirror:
        report = pipeline.run(corpus, mirror.folder, **options)
        mirror.push()
    return replace(report, output=mirror.address)
