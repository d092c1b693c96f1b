"""Phrase grammar of the rule files, and one matcher for all phrases.

A phrase is literal text with alternatives ``(甲|乙)`` and optional parts ``[甲|乙]``, nested at
will. Phrases are not spelled out: all of them together become one automaton without loops, whose
deterministic states are made when text first needs them. Matching is linear in the text.

>>> sorted(expand("(追回|收回)[医保]基金"))
['收回医保基金', '收回基金', '追回医保基金', '追回基金']
>>> Matcher([("追回[违规]基金", "A"), ("基金", "B")]).spans("追回违规基金")
[(0, 6, ('A',))]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from .errors import RulebookError

T = TypeVar("T")
MAX_FORMS = 5000  # where a phrase must be spelled out after all
_PREFIX = 3  # characters by which the fast first pass looks for beginnings

Sequence_ = list["str | Group"]


class Group:
    """Alternatives inside a phrase; ``optional`` where all may be missing."""

    __slots__ = ("branches", "optional")

    def __init__(self, branches: list[Sequence_], optional: bool) -> None:
        """Hold the parsed alternatives."""
        self.branches = branches
        self.optional = optional


def parse(phrase: str) -> Sequence_:
    """The parsed phrase. Raises ``RulebookError`` for unbalanced brackets or an empty phrase."""
    items, at = _sequence(phrase, 0)
    if at != len(phrase):
        raise RulebookError(f"phrase {phrase!r}: unbalanced {phrase[at]!r} at character {at}")
    if all(isinstance(item, Group) and item.optional for item in items):
        raise RulebookError(f"phrase {phrase!r}: every part is optional, it would match anywhere")
    return items


def _sequence(text: str, at: int) -> tuple[Sequence_, int]:
    items: Sequence_ = []
    while at < len(text) and text[at] not in "|)]":
        if text[at] in "([":
            group, at = _group(text, at)
            items.append(group)
        else:
            items.append(text[at])
            at += 1
    return items, at


def _group(text: str, at: int) -> tuple[Group, int]:
    close = ")" if text[at] == "(" else "]"
    branches = []
    while True:
        items, at = _sequence(text, at + 1)
        branches.append(items)
        if at >= len(text) or text[at] != "|":
            break
    if at >= len(text) or text[at] != close:
        raise RulebookError(f"phrase {text!r}: missing {close!r}")
    optional = close == "]" or any(not branch for branch in branches)
    return Group([b for b in branches if b], optional), at + 1


def expand(phrase: str) -> list[str]:
    """All literal forms of a small phrase, in order; ``RulebookError`` where there are too many."""
    forms = list(dict.fromkeys(_forms(parse(phrase), phrase)))
    return [form for form in forms if form]


def _forms(items: Sequence_, phrase: str) -> list[str]:
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
    literals = {form for phrase in phrases for form in expand(phrase)}
    return "|".join(map(re.escape, sorted(literals, key=lambda form: (-len(form), form))))


class _Automaton:
    """States without loops: ``step[s]`` by character, ``free[s]`` without reading one."""

    def __init__(self) -> None:
        self.step: list[dict[str, list[int]]] = []
        self.free: list[list[int]] = []
        self.accepts: dict[int, int] = {}
        self.start = self._state()

    def _state(self) -> int:
        self.step.append({})
        self.free.append([])
        return len(self.step) - 1

    def add(self, items: Sequence_, meaning: int) -> None:
        """Add one phrase that ends in ``meaning``."""
        self.accepts[self._chain(items, self.start)] = meaning

    def _chain(self, items: Sequence_, state: int) -> int:
        for item in items:
            if isinstance(item, str):
                following = self._state()
                self.step[state].setdefault(item, []).append(following)
            else:
                following = self._state()
                for branch in item.branches:
                    self.free[self._chain(branch, state)].append(following)
                if item.optional:
                    self.free[state].append(following)
            state = following
        return state

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        """The states and all that are reached from them for free."""
        reached, todo = set(states), list(states)
        while todo:
            for following in self.free[todo.pop()]:
                if following not in reached:
                    reached.add(following)
                    todo.append(following)
        return frozenset(reached)


class Matcher(Generic[T]):
    """Finds all phrases in one pass; of phrases inside one another the longest is kept."""

    def __init__(self, meanings: Iterable[tuple[str, T]]) -> None:
        """Compile ``(phrase, meaning)`` pairs; several phrases may share a meaning."""
        self._meanings: list[T] = []
        index: dict[T, int] = {}
        self._nfa = _Automaton()
        for phrase, meaning in meanings:
            if meaning not in index:
                index[meaning] = len(self._meanings)
                self._meanings.append(meaning)
            self._nfa.add(parse(phrase), index[meaning])
        self._sets: dict[frozenset[int], int] = {}
        self._states: list[frozenset[int]] = []
        self._moves: list[dict[str, int]] = []
        self._ends: list[tuple[T, ...]] = []
        self._first = self._known(self._nfa.closure([self._nfa.start]))
        prefixes = sorted(self._prefixes())
        self._finder = AhoCorasick(prefixes) if prefixes else None

    def spans(self, text: str) -> list[tuple[int, int, tuple[T, ...]]]:
        """``(start, end, meanings)`` in text order, none strictly inside another."""
        if self._finder is None:
            return []
        kept: list[tuple[int, int, tuple[T, ...]]] = []
        reach = -1
        hits = self._finder.find_matches_as_indexes(text, overlapping=True)
        for start in sorted({hit[1] for hit in hits}):
            end, state = self._longest(text, start)
            if end > reach:
                reach = end
                kept.append((start, end, self._ends[state]))
        return kept

    def _longest(self, text: str, start: int) -> tuple[int, int]:
        """End of the longest phrase that begins at ``start`` and its state; -1 for none."""
        state, at, size = self._first, start, len(text)
        end, accepting = -1, 0
        moves, ends = self._moves, self._ends
        while at < size:
            char = text[at]
            following = moves[state].get(char)
            if following is None:
                following = self._move(state, char)
            if following < 0:
                break
            state = following
            at += 1
            if ends[state]:
                end, accepting = at, state
        return end, accepting

    def _move(self, state: int, char: str) -> int:
        targets = [t for s in self._states[state] for t in self._nfa.step[s].get(char, ())]
        following = self._known(self._nfa.closure(targets)) if targets else -1
        self._moves[state][char] = following
        return following

    def _known(self, states: frozenset[int]) -> int:
        if states not in self._sets:
            self._sets[states] = len(self._states)
            self._states.append(states)
            self._moves.append({})
            found = sorted({self._nfa.accepts[s] for s in states if s in self._nfa.accepts})
            self._ends.append(tuple(self._meanings[i] for i in found))
        return self._sets[states]

    def _prefixes(self) -> set[str]:
        """The first characters of every phrase, as far as the first pass looks."""
        level = {"": self._nfa.closure([self._nfa.start])}
        done: set[str] = set()
        for _ in range(_PREFIX):
            following: dict[str, set[int]] = {}
            for prefix, states in level.items():
                if any(s in self._nfa.accepts for s in states):
                    done.add(prefix)
                for state in states:
                    for char, targets in self._nfa.step[state].items():
                        following.setdefault(prefix + char, set()).update(targets)
            level = {prefix: self._nfa.closure(states) for prefix, states in following.items()}
        return (done | set(level)) - {""}
