"""Private names, numbers and answers are masked (脱敏) everywhere but in ``texts``.

What is private stands in ``patterns/masking.toml``. A mask has the length of what it hides, so
offsets stay right. A name that stands behind a role somewhere is hidden wherever its document
has it: in a heading, in the name of a project.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ahocorasick_rs import AhoCorasick

from extract.catalogue import patterns_folder
from extract.literals import any_of
from extract.schema import pattern, read_file

_MASKED = re.compile(r"\w")
_HAN = r"[\u4e00-\u9fff]"
_EDGE = r"(?![\u4e00-\u9fff:：])"  # what a colon follows is a label, too
_SPACE = r"[ \u3000]"
_CELLS = re.compile(r"\t|[ \u3000]{1,20}")
_SIGNS = re.compile(
    r"[0-9](?:[-—－ )）]{0,2}[0-9]){5}|@|微信|QQ"
)  # a private number has six digits
_LISTED = re.compile(r"[、，,;；\s]+")
_WIDEST = 300  # characters of a row with a name in one of its columns


@dataclass(frozen=True, slots=True)
class MaskRules:
    """``patterns/masking.toml``, compiled."""

    roles: tuple[str, ...]
    heads: AhoCorasick  # what ``role``, ``header`` and ``person`` begin with: first all roles
    titles: tuple[str, ...]
    role: re.Pattern[str]  # a role, and the names behind it
    person: re.Pattern[str]  # a person in running text, and what could be the name
    titled: re.Pattern[str]  # what could be a name before 同志
    header: re.Pattern[str]  # a role that ends a cell
    name: re.Pattern[str]  # a whole cell that could be a name
    double: tuple[str, ...]  # surnames of two characters
    bodies: tuple[str, ...]
    numbers: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]  # what one of must be there
    answers: tuple[tuple[str, re.Pattern[str]], ...]


def compile_masks(data: Mapping[str, Any]) -> MaskRules:
    """``MaskRules`` from the parsed TOML."""
    roles, double = any_of(data["roles"]), any_of(data["double"])
    surname = f"(?:{double}|[{data['surnames']}])"
    likely = "".join(c for c in data["surnames"] if c not in data["unlikely"])
    label = rf"(?:副?(?:{roles})|{any_of(data['labels'])})"
    role = rf"(?:{roles})员?(?:签字|签名|签章|姓名)?(?:[（(][^（）()\n]{{1,12}}[）)])?"
    # After a colon or in the next cell, whatever has the length of a name is one …
    foreign = rf"{_HAN}{{1,8}}[·•]{_HAN}{{1,8}}"
    whole = rf"(?:{foreign}|{_HAN}{_SPACE}{{1,2}}{_HAN}|{_HAN}{{2,4}}){_EDGE}"
    listed = rf"(?!{label}){whole}"
    # … in running text only a surname with one or two characters, where the phrase ends with it.
    named = rf"(?!{label}){surname}{_SPACE}?{_HAN}{{1,2}}{_EDGE}"
    one = rf"(?:{double}|[{likely}])(?:某某?|{_HAN}{{1,2}}?)"
    behind = rf"(?={any_of(data['followers'])}|[^\u4e00-\u9fff]|\Z)"
    return MaskRules(
        tuple(data["roles"]),
        AhoCorasick(data["roles"] + data["persons"]),
        tuple(data["titles"]),
        pattern(
            "masking.toml, roles",
            rf"{role}(?:{_SPACE}{{0,4}}[:：\t]\s{{0,4}}"
            rf"(?P<listed>(?:{listed}[、，,;；\s]{{0,3}}){{1,31}})"
            rf"|(?P<gap>{_SPACE}{{0,8}})(?P<named>(?:{named}[、，,]?){{1,31}})"
            # a name that runs into the next word, its blank lost
            rf"|{_SPACE}{{0,4}}[:：\t]\s{{0,4}}(?P<run>(?!{label}){surname}{_HAN}{{2}}))",
        ),
        pattern(
            "masking.toml, persons",
            rf"(?:{any_of(data['persons'] + data['roles'])})"
            rf"(?P<name>{one}{behind}(?:、{one}{behind}){{0,20}})",
        ),
        pattern("masking.toml, titles", rf"(?P<name>{one})(?={any_of(data['titles'])})"),
        pattern("masking.toml, roles", rf"(?:{roles})(?=[ \u3000\t\n])"),
        pattern(
            "masking.toml, surnames", rf"(?:{foreign}|{surname}{_SPACE}{{0,2}}{_HAN}{{1,2}})"
        ),
        tuple(data["double"]),
        tuple(data["bodies"]),
        tuple(
            (tuple(n.get("needs", ("",))), pattern(f"masking.toml, {n['id']}", n["pattern"]))
            for n in data["number"]
        ),
        tuple(
            (a["needs"], pattern(f"masking.toml, {a['id']}", a["pattern"])) for a in data["answer"]
        ),
    )  # fmt: skip


@cache
def rules() -> MaskRules:
    """The rules of the package."""
    return compile_masks(read_file(patterns_folder(), "masking.toml"))


def mask(text: str, names: Collection[str] = ()) -> str:
    """The text with private names, numbers and answers turned into ■, and all of ``names``."""
    known = rules()
    roles, persons = _heads(text, known)
    if roles:
        text = _replaced(known.role, text, roles, _hide_last)
    if persons:
        text = _replaced(known.person, text, persons, _hide_name)
    if any(title in text for title in known.titles):
        text = known.titled.sub(_hide_name, text)
    if names:
        text = _any_name(tuple(sorted(names))).sub(lambda hit: hide(hit.group()), text)
    if _SIGNS.search(text):
        for words, number in known.numbers:
            if any(word in text for word in words):
                text = number.sub(_hide_hidden, text)
    for needs, answer in known.answers:
        if needs in text:
            text = answer.sub(_hide_hidden, text)
    return text


def _heads(text: str, known: MaskRules) -> tuple[list[int], list[int]]:
    """Where roles stand, and where roles or persons do: one pass, many times faster than ``re``.

    What is masked later leaves all offsets as they are, so they stay good for that as well.
    """
    hits = known.heads.find_matches_as_indexes(text, overlapping=True)
    if not hits:
        return [], []
    count = len(known.roles)
    roles = sorted({start for number, start, _ in hits if number < count})
    return roles, sorted({start for _, start, _ in hits})


def _matches(pattern: re.Pattern[str], text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
    """``pattern.finditer(text)`` of a pattern that begins nowhere but at ``starts``."""
    last = 0
    for start in starts:
        if start >= last and (hit := pattern.match(text, start)):
            last = hit.end()
            yield hit


def _replaced(
    pattern: re.Pattern[str],
    text: str,
    starts: Sequence[int],
    by: Callable[[re.Match[str]], str],
) -> str:
    """``pattern.sub(by, text)`` of a pattern that begins nowhere but at ``starts``."""
    pieces: list[str] = []
    last = 0
    for hit in _matches(pattern, text, starts):
        pieces += (text[last : hit.start()], by(hit))
        last = hit.end()
    return "".join(pieces) + text[last:] if last else text


def hide(text: str) -> str:
    """The text with every letter, digit and character turned into ■."""
    return _MASKED.sub("■", text)


def names_in(text: str) -> frozenset[str]:
    """The names behind roles and in columns of names: to be hidden in all that the document gives.

    Only what begins with a surname and is no word of the dictionary: elsewhere it would be one.
    """
    known = rules()
    found: set[str] = set()
    roles, persons = _heads(text, known)
    for hit in _matches(known.role, text, roles):
        words = hit.group(hit.lastgroup or 0)
        found.update(_LISTED.split(words), [re.sub(_SPACE, "", words)])
    for hit in _matches(known.person, text, persons):
        found.update(_LISTED.split(hit["name"]))
    if any(title in text for title in known.titles):
        for hit in known.titled.finditer(text):
            found.update(_LISTED.split(hit["name"]))
    found.update(_in_columns(text, known, roles))
    return frozenset(name for name in found if _is_name(name))


def _in_columns(text: str, known: MaskRules, roles: Sequence[int]) -> Iterator[str]:
    """The cells below a header cell that is a role, up to the next such header."""
    done = 0
    for hit in _matches(known.header, text, roles):
        if hit.start() < done:
            continue
        header, done = _row_at(text, text.rfind("\n", 0, hit.start()) + 1)
        columns = [n for n, cell in enumerate(header) if cell.endswith(known.roles)]
        while len(header) > 1 and columns:
            below, end = _row_at(text, done)
            if len(below) < len(header) or any(cell.endswith(known.roles) for cell in below):
                break
            yield from (below[n] for n in columns)
            done = end


def _row_at(text: str, start: int) -> tuple[list[str], int]:
    """The cells of a line, of a long one none, and where the next line begins."""
    stop = text.find("\n", start)
    end = len(text) if stop < 0 else stop
    return _CELLS.split(text[start:end].strip()) if end - start < _WIDEST else [], end + 1


@lru_cache(maxsize=4096)
def _is_name(words: str) -> bool:
    known = rules()
    if not known.name.fullmatch(words) or words.endswith((*known.bodies, *known.roles)):
        return False
    return "某" in words or words.startswith(known.double) or not _is_wording(words)


def _is_wording(words: str) -> bool:
    """Whether the dictionary of jieba knows them, or how they begin, as anything but a name."""
    import rjieba  # noqa: PLC0415  its dictionary takes a tenth of a second

    word, kind = rjieba.tag(words)[0]
    return len(word) > 1 and not kind.startswith("nr") and rjieba.has_word(word)


@lru_cache(maxsize=8)
def _any_name(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(any_of(names))


def _hide_last(hit: re.Match[str]) -> str:
    return _hide_group(hit, hit.lastgroup or "")


def _hide_name(hit: re.Match[str]) -> str:
    return _hide_group(hit, "name")


def _hide_hidden(hit: re.Match[str]) -> str:
    return _hide_group(hit, "hide")


def _runs_on(hit: re.Match[str], name: str) -> bool:
    """Whether it stands in running text, where words of the dictionary do as well."""
    return name == "name" or (name == "named" and not hit["gap"])


def _hide_group(hit: re.Match[str], name: str) -> str:
    """The match with the named group hidden; all of it where it has no such group."""
    whole = hit.group()
    if name not in hit.re.groupindex:
        return hide(whole)
    if _runs_on(hit, name) and not any(_is_name(n) for n in _LISTED.split(hit[name])):
        return whole
    first, last = (at - hit.start() for at in hit.span(name))
    return whole[:first] + hide(whole[first:last]) + whole[last:]
