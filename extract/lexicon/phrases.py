"""Phrase grammar of the rule files, and one matcher for all phrases.

A phrase is literal text with alternatives ``(甲|乙)`` and optional parts ``[甲|乙]``, nested at
will. Phrases are not spelled out: all of them together become one automaton without loops, whose
deterministic states are made when text first needs them. Matching is linear in the text.

>>> sorted(expand("(追回|收回)[医保]基金"))
['收回医保基金', '收回基金', '追回医保基金', '追回基金']
>>> Matcher([("追回[违规]基金", "A"), ("基金", "B")], [("违规", "C")]).spans("追回违规基金")
[[(0, 6, ('A',))], [(2, 4, ('C',))]]
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Generic, NamedTuple, TypeVar, Union

from ahocorasick_rs import AhoCorasick

from extract.errors import RulebookError
from extract.literals import any_of

T = TypeVar("T")
MAX_FORMS = 5000  # where a phrase must be spelled out after all
_PREFIX = 3  # characters by which the fast first pass looks for beginnings
_TOKEN = re.compile(r"[^(\[|\])]+|.", re.DOTALL)

Items = tuple[Union[str, "Group"], ...]


class Group(NamedTuple):
    """Alternatives inside a phrase; ``optional`` where all may be missing."""

    branches: tuple[Items, ...]
    optional: bool


@cache  # the checks of the rulebook and the matchers parse the same phrases
def parse(phrase: str) -> Items:
    """The parsed phrase. Raises ``RulebookError`` for unbalanced brackets or an empty phrase."""
    tokens = _TOKEN.findall(phrase)
    items, at = _sequence(tokens, 0)
    if at != len(tokens):
        place = sum(map(len, tokens[:at]))
        raise RulebookError(f"phrase {phrase!r}: unbalanced {tokens[at]!r} at character {place}")
    if all(isinstance(item, Group) and item.optional for item in items):
        raise RulebookError(f"phrase {phrase!r}: every part is optional, it would match anywhere")
    return items


def _sequence(tokens: list[str], at: int) -> tuple[Items, int]:
    items: list[str | Group] = []
    while at < len(tokens) and (part := tokens[at]) not in "|)]":
        if part in "([":
            group, at = _group(tokens, at)
            items.append(group)
        else:
            items.append(part)
            at += 1
    return tuple(items), at


def _group(tokens: list[str], at: int) -> tuple[Group, int]:
    close = ")" if tokens[at] == "(" else "]"
    branches = []
    while True:
        items, at = _sequence(tokens, at + 1)
        branches.append(items)
        if at >= len(tokens) or tokens[at] != "|":
            break
    if at >= len(tokens) or tokens[at] != close:
        raise RulebookError(f"phrase {''.join(tokens)!r}: missing {close!r}")
    optional = close == "]" or any(not branch for branch in branches)
    return Group(tuple(b for b in branches if b), optional), at + 1


def expand(phrase: str) -> list[str]:
    """All literal forms of a small phrase, in order; ``RulebookError`` where there are too many."""
    forms = list(dict.fromkeys(_forms(parse(phrase), phrase)))
    return [form for form in forms if form]


def _forms(items: Items, phrase: str) -> list[str]:
    forms = [""]
    for item in items:
        if isinstance(item, str):
            parts = [item]
        else:
            parts = ([""] if item.optional else []) + [
                form for branch in item.branches for form in _forms(branch, phrase)
            ]
        if len(forms) * len(parts) > MAX_FORMS:
            raise RulebookError(f"phrase {phrase!r}: more than {MAX_FORMS} forms; split it")
        forms = [form + part for form in forms for part in parts]
    return forms


def alternation(phrases: Sequence[str]) -> str:
    """A regular-expression alternation of all literal forms, longest first."""
    return any_of(form for phrase in phrases for form in expand(phrase))


class _Place:
    """A run of characters to be read, and the places that may come after it.

    The end of a phrase is a place with nothing to read, whose ``meaning`` is its number.
    """

    __slots__ = ("after", "meaning", "text")

    def __init__(self, text: str, after: tuple[_Place, ...], meaning: int = -1) -> None:
        self.text = text
        self.after = after
        self.meaning = meaning


def _linked(items: Items, after: tuple[_Place, ...]) -> tuple[_Place, ...]:
    """Where reading ``items`` may begin, if ``after`` is what follows them."""
    for item in reversed(items):
        if isinstance(item, str):
            after = (_Place(item, after),)
        else:
            begin = [place for branch in item.branches for place in _linked(branch, after)]
            after = tuple(dict.fromkeys((*begin, *after) if item.optional else begin))
    return after


def _heads(places: Iterable[_Place], size: int) -> set[str]:
    """The first ``size`` characters of everything that can be read from the places."""
    found: set[str] = set()
    for place in places:
        head = place.text[:size]
        if head and len(head) < size:
            found.update([head + rest for rest in _heads(place.after, size - len(head))])
        else:
            found.add(head)
    return found


_Step = tuple[_Place, int]  # a place, and how much of it has been read


def _inside(
    begun: list[tuple[int, int]], parts: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The hits that begin in one of the parts; both in order."""
    at = 0
    for start, end in parts:
        at = bisect_left(begun, (start, -1), lo=at)
        while at < len(begun) and begun[at][0] < end:
            yield begun[at]
            at += 1


class Matcher(Generic[T]):
    """Finds the phrases of several groups in one pass.

    Of phrases inside one another the longest is kept; a phrase hides others of its group only.
    """

    def __init__(self, *groups: Iterable[tuple[str, T]]) -> None:
        """Compile groups of ``(phrase, meaning)`` pairs; phrases may share a meaning."""
        self._groups = len(groups)
        index: dict[tuple[int, T], int] = {}
        begin: list[_Place] = []
        for group, pairs in enumerate(groups):
            for phrase, meaning in pairs:
                number = index.setdefault((group, meaning), len(index))
                begin += _linked(parse(phrase), (_Place("", (), number),))
        self._meanings = list(index)
        self._numbers: dict[frozenset[_Step], int] = {}
        self._states: list[frozenset[_Step]] = []
        self._moves: list[dict[int, int]] = []  # by code point
        self._ends: list[tuple[tuple[int, tuple[T, ...]], ...]] = []
        self._starts: dict[str, list[_Step]] = {}
        for place in begin:
            self._starts.setdefault(place.text[:1], []).append((place, 1))
        self._prefixes = sorted(_heads(begin, _PREFIX) - {""})
        self._begun: list[tuple[int, int, list[tuple[int, int, tuple[T, ...]]]] | None]
        self._begun = [None] * len(self._prefixes)
        self._finder = AhoCorasick(self._prefixes) if self._prefixes else None

    def spans(
        self, text: str, parts: Sequence[tuple[int, int]] | None = None
    ) -> list[list[tuple[int, int, tuple[T, ...]]]]:
        """For each group ``(start, end, meanings)`` in text order, none strictly inside another.

        ``parts``: only phrases that begin in one of these spans (in order) are looked at.
        """
        kept: list[list[tuple[int, int, tuple[T, ...]]]] = [[] for _ in range(self._groups)]
        if self._finder is None:
            return kept
        reach = [-1] * self._groups
        hits = self._finder.find_matches_as_indexes(text, overlapping=True)
        # hits come by their ends: of several prefixes at one place the longest is the last
        begun = sorted({hit[1]: hit[0] for hit in hits}.items())
        for start, prefix in begun if parts is None else _inside(begun, parts):
            for end, group, meanings in self._accepted(text, start, prefix):
                if end > reach[group]:
                    hits_of = kept[group]
                    if hits_of and hits_of[-1][0] == start:
                        hits_of.pop()
                    reach[group] = end
                    hits_of.append((start, end, meanings))
        return kept

    def _begin(self, prefix: int) -> tuple[int, int, list[tuple[int, int, tuple[T, ...]]]]:
        """What is known after a prefix, worked out when a text first has it."""
        head = self._prefixes[prefix]
        state, read = self._numbered(self._starts[head[0]]), 1
        accepted = [(read, *end) for end in self._ends[state]]
        for char in head[1:]:
            state, read = self._move(state, ord(char)), read + 1
            accepted += [(read, *end) for end in self._ends[state]]
        begun = self._begun[prefix] = (state, read, accepted)
        return begun

    def _accepted(self, text: str, start: int, prefix: int) -> list[tuple[int, int, tuple[T, ...]]]:
        """``(end, group, meanings)`` of the phrases that begin at ``start``, shortest first."""
        state, read, known = self._begun[prefix] or self._begin(prefix)
        found = [(start + length, group, meanings) for length, group, meanings in known]
        at, size = start + read, len(text)
        moves, ends = self._moves, self._ends
        while at < size:
            code = ord(text[at])
            following = moves[state].get(code)
            if following is None:
                following = self._move(state, code)
            if following < 0:
                break
            state = following
            at += 1
            if ends[state]:
                found += [(at, group, meanings) for group, meanings in ends[state]]
        return found

    def _move(self, state: int, code: int) -> int:
        """The state after reading a code point, made where it is new; -1 for none."""
        char = chr(code)
        targets = [
            (place, read + 1)
            for place, read in self._states[state]
            if place.text[read : read + 1] == char
        ]
        following = self._numbered(targets) if targets else -1
        self._moves[state][code] = following
        return following

    def _numbered(self, reached: Iterable[_Step]) -> int:
        """The number of the state with these places; runs read to their end hand on."""
        found: set[_Step] = set()
        for place, read in reached:
            if read < len(place.text):
                found.add((place, read))
            else:
                found.update([(after, 0) for after in place.after])
        state = frozenset(found)
        if state not in self._numbers:
            self._numbers[state] = len(self._states)
            self._states.append(state)
            self._moves.append({})
            self._ends.append(self._ended({p.meaning for p, _ in state if not p.text}))
        return self._numbers[state]

    def _ended(self, numbers: set[int]) -> tuple[tuple[int, tuple[T, ...]], ...]:
        """The meanings with these numbers, by group."""
        found: dict[int, list[T]] = {}
        for number in sorted(numbers):
            group, meaning = self._meanings[number]
            found.setdefault(group, []).append(meaning)
        return tuple((group, tuple(meanings)) for group, meanings in found.items())
