"""A figure marked in its sentence, out of a row of ``mentions`` (例句)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from extract.lexicon.labels import Head, LabelRules, head
from extract.streams import one_line

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width signs, half-width
_LONGEST = 90  # characters of an example; of a longer sentence the figure's own clause
_BREAKS = re.compile(r"[；\n]")
_UNFIT = re.compile("[<>■\x00-\x1f\x7f]")


class Marked(NamedTuple):
    """A sentence around its figure, where it stands, and the words that name it."""

    before: str
    figure: str
    after: str
    head: Head
    source: str
    start: int
    rank: int  # 0 where the head stands beside the figure, 1 where it does not

    def shown(self) -> str:
        """For a terminal, the figure in 【】."""
        return one_line(f"{self.before}【{self.figure}】{self.after}")

    def example(self, head: str = "") -> str | None:
        """As an example of a rule, the figure in ``<>``; with ``head``, only that before it.

        None where the words hold what an example cannot: the marks themselves, masked names.
        """
        before, after = (head, "。") if head else (self.before, self.after)
        if _UNFIT.search(before + self.figure + after):
            return None
        return f"{before}<{self.figure}>{after}"


def marked_in(row: Mapping[str, Any], wanted: str, rules: LabelRules) -> Marked:
    """The figure of a row in its sentence, or alone where it cannot be found there."""
    sentence = row["sentence"] or ""
    quote = "".join(row["quote"].split()).translate(_HALF)
    best = Marked("", quote, "", Head(), row["source"], row["start"], 2)
    for start, end in _places(sentence, quote):
        words = head(sentence, (start, end), (0, len(sentence)), row["unit"], rules)
        rank = 0 if words.label.endswith(wanted) else 1
        if rank < best.rank:
            first, last = _cut(sentence, start, end)
            before, after = sentence[first:start], sentence[end:last]
            best = Marked(
                before, sentence[start:end], after, words, row["source"], row["start"], rank
            )
    return best


def _places(sentence: str, quote: str) -> Iterator[tuple[int, int]]:
    """Where the quote stands in the sentence, which has no blanks and only half-width digits."""
    text = sentence.translate(_HALF)
    at = text.find(quote)
    while at >= 0:
        if not text[max(0, at - 1) : at].isdigit():
            yield at, at + len(quote)
        at = text.find(quote, at + 1)


def _cut(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The part around the figure: up to ；, or the clause where that is long."""
    first = max((m.end() for m in _BREAKS.finditer(sentence, 0, start)), default=0)
    stop = _BREAKS.search(sentence, end)
    last = stop.start() if stop else len(sentence)
    if last - first > _LONGEST:
        first = max(first, sentence.rfind("，", 0, start) + 1)
        comma = sentence.find("，", end)
        last = min(last, comma) if comma >= 0 else last
    return max(first, start - _LONGEST), min(last, end + _LONGEST)
