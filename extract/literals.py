"""One pattern for many literal texts (词表), written as the tree of their beginnings.

`re` tries the branches of an alternative one by one: what begins alike is one branch here, so that
long lists compile and match in a fraction of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

_NEVER = "(?!)"
_FEW = 6  # texts that are tried one by one: brackets cost more


def any_of(texts: Iterable[str]) -> str:
    """A pattern of any of the texts, the longest first; of none, one that never matches.

    It may be an alternative without brackets.

    >>> any_of(["预算", "预算数", "决算数"])
    '决算数|预算数|预算'
    """
    forms = sorted(set(texts))
    return "|".join(_branches(forms, 0)) if forms else _NEVER


def _branches(forms: Sequence[str], read: int) -> list[str]:
    """Patterns of what follows upon the characters read; the end of a text comes last."""
    if len(forms) <= _FEW:
        return [re.escape(form[read:]) for form in sorted(forms, key=len, reverse=True)]
    ended = len(forms[0]) == read  # sorted: the shortest one is the first
    found = []
    for _, group in groupby(forms[ended:], key=lambda form: form[read]):
        same = list(group)
        shared = _shared(same[0], same[-1])
        rest = _branches(same, shared)
        tail = f"(?:{'|'.join(rest)})" if len(rest) > 1 else rest[0]
        found.append(re.escape(same[0][read:shared]) + tail)
    return [*found, ""] if ended else found


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    size = min(len(one), len(other))
    at = 0
    while at < size and one[at] == other[at]:
        at += 1
    return at
