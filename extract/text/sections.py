"""A tree of headings over the matching copy, with a kind for each section.

Numbered headings (第一部分 · 一、 · （一） · 1. · （1） · ① · 一是) nest by the rank of their
style, not by their value: numbers may be missing, repeated or mixed. Lines of a table of contents,
mentions inside sentences and table cells are no headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.text.titles import ProjectRules, bracketed, evaluated, titled


@dataclass(frozen=True, slots=True)
class Style:
    """One numbering style."""

    id: str
    rank: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SectionRules:
    """Everything of ``sections.toml``, compiled."""

    styles: tuple[Style, ...]
    numbers: re.Pattern[str]  # any of the styles
    bare_rank: int
    bare_longest: int
    bare_words: re.Pattern[str]
    bare_never: re.Pattern[str]
    title_rank: int
    title_longest: int
    title: re.Pattern[str]
    title_never: re.Pattern[str]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    goals: re.Pattern[str]
    results: re.Pattern[str]
    planned: re.Pattern[str]  # a heading below which money is planned
    project: ProjectRules
    contents_heading: re.Pattern[str]
    contents_leader: re.Pattern[str]
    known: dict[str, str]  # the kinds of headings met before: reports share most of them


@dataclass(slots=True)
class Node:
    """A section while the tree is built; offsets into the matching copy."""

    start: int
    end: int
    body: int  # where the heading ends
    heading: str
    rank: int
    kind: str
    how: str
    parent: Node | None = None
    goals: bool = False
    planned: bool = False
    project: str | None = None
    level: int = 0
    path: tuple[str, ...] = field(default_factory=tuple)


class _Heading(NamedTuple):
    start: int
    body: int
    text: str
    rank: int
    how: str


_FIRST_STOP = re.compile(r"[。：；，？！]")
_HEADING_LONGEST, _KNOWN = 40, 4096  # characters of a heading; headings whose kind is kept
_NO_LEVELS: Mapping[int, int] = {}


def outline(
    text: str,
    rules: SectionRules,
    lines: list[tuple[int, int]],
    levels: Mapping[int, int] = _NO_LEVELS,
) -> list[Node]:
    """Sections in text order; the first is the whole document.

    ``levels`` are the lines, by start, that the format itself calls headings, from 1, outermost.
    Lines of tables, and of a table of contents, are not among ``lines``.
    """
    root = Node(0, len(text), 0, "", 0, "other", "document")
    root.project = titled(text, rules.project)
    nodes, stack = [root], [root]
    for heading in _headings(text, rules, lines, levels):
        before = None
        while len(stack) > 1 and stack[-1].rank >= heading.rank:
            before = stack.pop()
            before.end = heading.start
        parent = stack[-1]
        node = Node(
            heading.start,
            len(text),
            heading.body,
            heading.text,
            heading.rank,
            _kind(heading.text, parent, rules),
            heading.how,
            parent,
            level=len(stack),
            path=(*parent.path, heading.text),
        )
        node.goals = _goals(node, rules)
        node.planned = rules.planned.search(heading.text) is not None
        listed = before is not None and before.project not in (None, parent.project)
        node.project = _project(text, node, listed, rules.project) or (
            None if rules.project.resets.match(node.heading) else parent.project
        )
        nodes.append(node)
        stack.append(node)
    return nodes


def _headings(
    text: str, rules: SectionRules, lines: list[tuple[int, int]], levels: Mapping[int, int]
) -> Iterator[_Heading]:
    ranks = _ranks(text, rules, levels)
    for start, end in lines:
        if start == end:
            continue
        line = text[start:end]
        if "\t" in line:
            if line.count("\t") > 1 or line[0] == "\t":
                continue
            line = line.rstrip("\t")
        heading = (
            _numbered(line, start, rules)
            or _titled(line, start, rules)
            or _bare(line, start, rules)
            or _styled(line, start, ranks)
        )
        if heading:
            yield heading


def _numbered(line: str, start: int, rules: SectionRules) -> _Heading | None:
    if rules.numbers.match(line) is None:
        return None
    for style in rules.styles:
        mark = style.pattern.match(line)
        if mark is None:
            continue
        rest = line[mark.end() :].lstrip("、.．：: ")
        at = len(line) - len(rest)
        stop = _FIRST_STOP.search(rest)
        text = (rest[: stop.start()] if stop else rest)[:_HEADING_LONGEST]
        return _Heading(start, start + at + len(text), text, style.rank, "numbered")
    return None


def _titled(line: str, start: int, rules: SectionRules) -> _Heading | None:
    if not 4 <= len(line) <= rules.title_longest or rules.title_never.search(line):
        return None
    if rules.title.search(line):
        return _Heading(start, start + len(line), line, rules.title_rank, "title")
    return None


def _bare(line: str, start: int, rules: SectionRules) -> _Heading | None:
    if not 4 <= len(line) <= rules.bare_longest or rules.bare_never.search(line):
        return None
    if rules.bare_words.search(line):
        return _Heading(start, start + len(line), line, rules.bare_rank, "bare")
    return None


def _styled(line: str, start: int, ranks: Mapping[int, int]) -> _Heading | None:
    if start not in ranks or len(line) > _HEADING_LONGEST:
        return None
    return _Heading(start, start + len(line), line, ranks[start], "style")


def _ranks(text: str, rules: SectionRules, levels: Mapping[int, int]) -> dict[int, int]:
    """Of headings by style their rank: that of the first numbered one of their level."""
    known: dict[int, int] = {}
    for start, level in levels.items():
        if level not in known and rules.numbers.match(text, start):
            known[level] = next(s.rank for s in rules.styles if s.pattern.match(text, start))
    return {start: known.get(level, rules.bare_rank) for start, level in levels.items()}


def contents_lines(text: str, rules: SectionRules, lines: list[tuple[int, int]]) -> frozenset[int]:
    """Starts of the lines of a table of contents: dotted leaders, or entries that come again."""
    found = {s for s, e in lines if rules.contents_leader.search(text, s, e)}
    entries: dict[str, int] = {}
    inside = False
    for start, end in lines:
        line = text[start:end].strip()
        if not line:
            continue
        if rules.contents_heading.fullmatch(line):
            inside = True
            found.add(start)
        elif inside:
            plain = line.rstrip("0123456789.…· \t")
            if plain in entries or len(line) > 60:
                break
            entries[plain] = start
    behind = max(entries.values(), default=len(text))
    again = {text[s:e].strip() for s, e in lines if s > behind}
    if sum(entry in again for entry in entries) * 2 >= len(entries) > 1:
        found.update(entries.values())
    return frozenset(found)


def _kind(heading: str, parent: Node, rules: SectionRules) -> str:
    known = rules.known.get(heading)
    if known is None:
        known = next((kind for kind, words in rules.kinds if words.search(heading)), "")
        if len(rules.known) < _KNOWN:
            rules.known[heading] = known
    return known or parent.kind


def _goals(node: Node, rules: SectionRules) -> bool:
    if rules.results.search(node.heading):
        return False
    if rules.goals.search(node.heading):
        return True
    return bool(node.parent and node.parent.goals)


def _project(text: str, node: Node, listed: bool, rules: ProjectRules) -> str | None:
    """The project that a heading names; ``listed`` where the heading before it names one."""
    heading = node.heading
    if node.how == "title" or node.rank == 1:
        named = bracketed(text, node.start, node.body + 60, rules)
        return named or evaluated(heading, rules)
    if node.rank > 5 or len(heading) < 4 or rules.never.search(heading):
        return None
    if not rules.ends.search(heading):
        return evaluated(heading, rules)
    parents = "\n".join(node.parent.path) if node.parent else ""
    told = rules.parents.search(parents) or rules.opens.match(text, node.body)
    if listed or told or heading.endswith(("项目", "）")):
        return evaluated(heading, rules) or heading
    return evaluated(heading, rules)
