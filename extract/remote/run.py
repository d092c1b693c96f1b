"""A run whose output is a folder, or an address (输出位置)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from extract import pipeline
from extract.errors import UsageError
from extract.objects import is_remote, shown
from extract.runreport import RunReport


def run(corpus: str | Path, output: str | Path, **options: Any) -> RunReport:  # noqa: ANN401  its
    """``pipeline.run``, also where ``output`` is an address: built here, and then brought there.

    Raises ``UsageError`` where the next run would read the tables as reports.
    """
    if not is_remote(output):
        return pipeline.run(corpus, Path(output), **options)
    if _is_read(str(output), str(corpus)):
        raise UsageError(
            f"{shown(str(output))} lies in the corpus, where the next run would read it as "
            "reports; name an --output beside it"
        )
    from extract.remote.mirror import opened  # noqa: PLC0415  only where there is one

    with opened(str(output)) as mirror:
        report = pipeline.run(corpus, mirror.folder, **options)
        mirror.push()
    return replace(report, output=mirror.address)


def _is_read(output: str, corpus: str) -> bool:
    """Whether files of the output are files of the corpus; hidden folders are none."""
    inner, outer = PurePosixPath(shown(output)), PurePosixPath(shown(corpus))
    if not inner.is_relative_to(outer):
        return False
    return not any(part.startswith(".") for part in inner.relative_to(outer).parts)
