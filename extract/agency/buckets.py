"""Which agencies are joined together (分桶): whole groups, a bounded number of rows at a time.

Groups stand in the order of their ids, and what ends a bucket is a hash of the next one's id: a
group that comes, goes or grows changes its own bucket, seldom those beside it, and none beyond.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import groupby

LEAST = 4_000  # rows before a bucket may end …
MOST = 16_000  # … and must end, with the group that is in it; only that may be larger
_ONE_IN = 4  # groups that a bucket may end before


def agency_buckets(weights: Mapping[str, int], groups: Mapping[str, str]) -> list[list[str]]:
    """The agencies of each bucket, sorted by their group and id.

    ``weights`` are rows by agency: what a bucket takes in memory.
    """
    return list(_buckets(weights, groups))


def _buckets(weights: Mapping[str, int], groups: Mapping[str, str]) -> Iterator[list[str]]:
    bucket: list[str] = []
    seen = 0
    ordered = sorted(weights, key=lambda agency: (groups[agency], agency))
    for group, members in groupby(ordered, groups.__getitem__):
        if seen >= MOST or (seen >= LEAST and _may_begin(group)):
            yield bucket
            bucket, seen = [], 0
        for agency in members:
            bucket.append(agency)
            seen += weights[agency]
    if bucket:
        yield bucket


def _may_begin(group: str) -> bool:
    return blake2b(group.encode(), digest_size=1).digest()[0] % _ONE_IN == 0
