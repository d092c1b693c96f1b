"""Where jobs begin and end (任务划分): told by the paths themselves, so that cuts stay in place.

A file that is added or removed changes the job that it is in, and those up to the next cut. Jobs
depend neither on the number of workers nor on what is known already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zlib import crc32

from extract.model import Source

DOCUMENTS_PER_JOB = 16
BYTES_PER_JOB = 8 << 20
ONE_IN = 32  # documents that begin a job by their path


def jobs(sources: Iterable[Source]) -> Iterator[tuple[Source, ...]]:
    """The sources in order, in jobs of bounded size."""
    job: list[Source] = []
    size = 0
    for source in sources:
        full = len(job) >= DOCUMENTS_PER_JOB or size >= BYTES_PER_JOB
        if job and (full or begins(source.path)):
            yield tuple(job)
            job, size = [], 0
        job.append(source)
        size += _weight(source)
    if job:
        yield tuple(job)


def begins(path: str) -> bool:
    """Whether a job begins with this path wherever it stands."""
    return crc32(path.encode("utf-8", "surrogatepass")) % ONE_IN == 0


def _weight(source: Source) -> int:
    """Bytes that have to be read for a source, known before they are."""
    return source.size if source.status == "ok" and source.duplicate_of is None else 0
