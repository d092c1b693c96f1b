"""Names of agencies in a text (单位名称): where they begin, where they end, which one reports.

A real division is known by the gazetteer, so that neither 和平区 nor 市中区 loses its first sign
as a word of running text; invented and forgotten places are known by their shape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from .agencies import normal_agency, unknown_place
from .rules import IdentityRules

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{1,20}\Z")
_DATED = re.compile(r"^(?:19|20)[0-9]{2}年度?")
_BODY = 20_000  # characters of a body that are looked at
_LINES = 8
_LONGEST_LINE = 60
_LONGEST_PLACE = 4  # signs of a place in running text that no table knows


def agency_of(
    text: str, lines: Sequence[str], path: str, rules: IdentityRules
) -> tuple[str | None, str]:
    """The agency whose report it is, and the words that name it; None where no words do."""
    for m in rules.cover.finditer(text[:6000]):
        if name := _first_name(m["rest"].partition("|")[0], rules):
            return normal_agency(name), f"cover: {m.group().strip()[:60]}"
    for line in head_lines(lines):
        if name := _first_name(line, rules):
            return normal_agency(name), f"title: {line.strip()[:60]}"
    for part in reversed(path.split("/")):
        if name := next(names_in(re.sub(r"[0-9_]+", " ", part), rules), None):
            return normal_agency(name), f"file name: {part[:60]}"
    inside = (_in_body(name, rules) for name in names_in(text[:_BODY], rules))
    counts = Counter(name for name in inside if name)
    if counts:
        best = max(counts, key=lambda n: (counts[n] * min(len(n), 12), -text.find(n)))
        return normal_agency(best), f"body: {best} ({counts[best]} times)"
    return None, ""


def head_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines at the head of a document that may be a title."""
    for line in lines[:_LINES]:
        titled = len(line) <= _LONGEST_LINE and "。" not in line
        if titled and not line.startswith(("根据", "按照")):
            yield line


def names_in(text: str, rules: IdentityRules) -> Iterator[str]:
    """Names of agencies in a text, without the words before them."""
    last = 0
    for m in rules.agency.finditer(text):
        run = _HAN_RUN.search(text, max(last, m.start() - 20), m.start())
        last = m.end()
        name = _without_prefixes((run.group() if run else "") + m.group(), rules)
        if rules.cited.match(text, m.end()):  # it issued a document that is quoted
            continue
        begin = m.end() - len(name)
        if text.startswith("关于", m.end()) and text.startswith("《", begin - 1) and begin:
            continue
        if len(name) < len(m.group()) + 2 or rules.never.search(name):
            continue
        if rules.never_begin.match(name) and not rules.places.full_at(name):
            continue
        behind = rules.entity.behind.match(text, m.end())
        yield name + (behind["name"] if behind else "")


def _without_prefixes(name: str, rules: IdentityRules) -> str:
    at = 0
    while not rules.places.full_at(name, at) > at:
        match = rules.prefix.match(name, at)
        if match is None:
            break
        at = match.end()
    return name[at:]


def _first_name(line: str, rules: IdentityRules) -> str | None:
    """The first name in a title or cover field, or the institution that it begins with."""
    whole = rules.institution.match(_DATED.sub("", line.strip()))
    if whole and rules.front.match(whole["name"]):
        return whole["name"]
    names = names_in(f"{line}\n", rules)
    return next(names, None) or (whole["name"] if whole else None)


def _in_body(name: str, rules: IdentityRules) -> str | None:
    """The part of a name in running text that begins with its place; None where it has none."""
    if rules.never_in_text.search(name):
        return None
    starts = [0, *(m.end() for m in rules.breaks.finditer(name))]
    for at in (*reversed(starts), *range(len(name))):
        if rules.places.full_at(name, at) > at:
            return name[at:]
    for at in reversed(starts):
        rest = name[at:]
        match = rules.placed.match(rest[: unknown_place(rest, rules)])
        short = match is not None and match.end() <= _LONGEST_PLACE
        if short and (at or not rules.breaks.search(rest)):
            return rest
    return None
