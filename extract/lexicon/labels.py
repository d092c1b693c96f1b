"""Labels (原文名目): the head phrase of a figure's own words, where no rule names it.

The words are those of jieba's dictionary (by way of rjieba, which loads in a tenth of a second and
is imported only where a text has such a figure). The same wording gives the same label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from extract.schema import pattern

_REACH = 80  # characters looked at before the figure; behind it, half of them
_EDGE = re.compile(r"[，。；：！？,;:!?（()\n\t“”‘’\"《》【】]")  # 、 stays: 折页、手册
_END = re.compile(r"[，。；：！？、,;:!?（）()\n\t0-9]")
_ASIDE = re.compile(r"[（(][^（）()\n]{0,20}[）)]\Z")
_TRIM = "，、：:；。 ）)■-—"
_WORD = re.compile(r"\w")
_BARE = frozenset({"人", "人次", "元"})  # units that are nouns: an object is a noun
_RATIOS = frozenset({"%", "百分点", "分", "天", "小时", "分钟", "月", "年", "工作日"})
_INSIDE = ("n", "vn", "an", "j", "l", "i", "b", "a", "zg", "f", "s", "t", "g", "k", "h", "eng")

Word = tuple[str, str]  # with its part of speech, as jieba tags it


@dataclass(frozen=True, slots=True)
class LabelRules:
    """``patterns/labels.toml``, compiled."""

    longest: int
    number: re.Pattern[str]
    time: re.Pattern[str]
    lead: frozenset[str]
    breaks: frozenset[str]
    tail: frozenset[str]
    empty: frozenset[str]
    compared: frozenset[str]
    suffixes: frozenset[str]
    actions: frozenset[str]
    givers: frozenset[str]


class Head(NamedTuple):
    """The words that name a figure: those before it, and those directly behind it."""

    before: str = ""
    after: str = ""

    @property
    def label(self) -> str:
        """Both, as if the figure were left out: 新建12座水库 → 新建水库."""
        return self.before + self.after


def compile_labels(data: Mapping[str, Any]) -> LabelRules:
    """``LabelRules`` from the parsed TOML."""
    lists = (
        "lead", "breaks", "tail", "empty", "compared", "suffixes", "actions", "givers",
    )  # fmt: skip
    return LabelRules(
        data["longest"],
        pattern("labels.toml, number", data["number"]),
        pattern("labels.toml, time", data["time"]),
        *(frozenset(data[name]) for name in lists),
    )


def head(
    text: str, span: tuple[int, int], around: tuple[int, int], unit: str, rules: LabelRules
) -> Head:
    """The head phrase of the figure at ``span``; its own words stand within ``around``.

    Empty where they name nothing (目标值, 金额): then the figure before it has the name.
    """
    (start, end), (zone, limit) = span, around
    own = text[max(zone, start - _REACH) : start]
    words = () if own.endswith("、") else _before(own, rules)
    giver = bool(words) and words[-1][0] in rules.givers
    words = _trimmed(words, rules)
    named = _Named(words, giver)
    if unit not in _RATIOS and named.wants_object(rules):
        behind = _END.split(text[end : min(limit, end + _REACH // 2)], maxsplit=1)[0]
        after = _object(behind, unit, rules, giver=giver, verb=bool(words))
        if after:
            return Head(_joined(named.verbs(rules)) if not giver else "", after)
    words = words or _trimmed(_before(own, rules), rules)
    return Head(_joined(_shortened(words, rules)))


class _Named(NamedTuple):
    words: Sequence[Word]
    giver: bool

    def wants_object(self, rules: LabelRules) -> bool:
        """Whether what is counted may stand behind the figure: no words, or a verb, before it."""
        return self.giver or not self.words or _is_verb(self.words[-1], rules)

    def verbs(self, rules: LabelRules) -> Sequence[Word]:
        """The verbs right before the figure; their subject goes."""
        at = len(self.words)
        while at and _is_verb(self.words[at - 1], rules):
            at -= 1
        return self.words[at:]


def _before(words: str, rules: LabelRules) -> Sequence[Word]:
    """The words of the clause that ends at the figure."""
    words = _ASIDE.sub("", words.rstrip("：: ")).rstrip(_TRIM)
    clause = _EDGE.split(words)[-1].strip(_TRIM)
    if clause[1:2] == "、":  # what is left of the unit before: 860台｜次、人员
        clause = clause[2:]
    if len(clause) > rules.longest and "、" in clause:
        clause = clause.rpartition("、")[2]
    for leading in (rules.number, rules.time):
        found = leading.match(clause)
        if found:
            clause = clause[found.end() :]
    return _tagged(clause)


def _trimmed(words: Sequence[Word], rules: LabelRules) -> Sequence[Word]:
    first, last = 0, len(words)
    while last and (words[last - 1][0] in rules.tail or words[last - 1][0] in rules.lead):
        last -= 1
    for at in range(last - 1):
        if words[at][0] in rules.breaks:
            first = at + 1
    while first < last and (length := _leading(words, first, last, rules)):
        first += length
    kept = words[first:last]
    if not kept or kept[0][0] in rules.compared:
        return ()
    return () if all(word in rules.empty or word in rules.lead for word, _ in kept) else kept


def _leading(words: Sequence[Word], at: int, last: int, rules: LabelRules) -> int:
    """How many words at ``at`` go: jieba parts 本部门, and leaves 全市 whole."""
    if at + 1 < last and words[at][0] + words[at + 1][0] in rules.lead:
        return 2
    return int(words[at][0] in rules.lead or not _WORD.search(words[at][0]))


def _shortened(words: Sequence[Word], rules: LabelRules) -> Sequence[Word]:
    """The last words that fit, from a verb on where there is one."""
    fits = [at for at in range(len(words)) if len(_joined(words[at:])) <= rules.longest]
    if not words or not fits or fits[0] == 0:
        return words[:0] if words and not fits else words
    # the generator stands in the call itself: mypyc makes a list of any other
    return words[next((at for at in fits[:-1] if _is_verb(words[at], rules)), fits[0]) :]


def _object(behind: str, unit: str, rules: LabelRules, *, giver: bool, verb: bool) -> str:
    """The noun phrase directly behind the figure; after 为 and the like with what is done."""
    words = _tagged(behind)
    if not words or words[0][0] in rules.actions or not _opens(words, unit, rules):
        return ""
    at = 1
    while at < len(words) and _goes_on(words[at], rules):
        at += 1
    whole = giver and len(behind) <= rules.longest
    if whole or (verb and at == len(words) - 1 and len(words[at][0]) > 1):
        at = len(words)  # 开展12次现场督办
    while at > 1 and (words[at - 1][0] in rules.tail or words[at - 1][1] in ("a", "ad")):
        at -= 1
    return _joined(words[:at])


def _opens(words: Sequence[Word], unit: str, rules: LabelRules) -> bool:
    kind = words[0][1]
    if kind.startswith("n") or kind in ("j", "l"):
        return True
    if unit in _BARE or len(words) == 1:
        return False
    noun = words[1][1].startswith("n") or words[1][0] in rules.suffixes
    return noun and kind.startswith(("v", "a", "b", "zg", "i", "s", "m"))


def _goes_on(word: Word, rules: LabelRules) -> bool:
    if len(word[0]) == 1:
        return word[0] in rules.suffixes
    return word[0] not in rules.breaks and word[1] != "v" and word[1].startswith(_INSIDE)


def _is_verb(word: Word, rules: LabelRules) -> bool:
    return word[1] == "v" or word[0] in rules.actions


def _joined(words: Sequence[Word]) -> str:
    return "".join(word for word, _ in words)


@lru_cache(maxsize=4096)
def _tagged(words: str) -> tuple[Word, ...]:
    if not words:
        return ()
    import rjieba  # noqa: PLC0415  its dictionary takes a tenth of a second

    return tuple(rjieba.tag(words))
