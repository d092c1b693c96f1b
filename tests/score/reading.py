"""Labelled texts as the engine reads them: every mention with what decided it and its answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract import rulebook
from extract.meaning.confidence import Term, terms, whole_of
from extract.model import Document
from extract.reader import analyse
from extract.records import mentions_of

from .pairs import Pair, pairs_of

if TYPE_CHECKING:
    from extract.context.sense import Sense
    from extract.model import Mention

    from .answers import Answer, Labelled

_CLOSE = 2.0  # a candidate of another indicator that scores so little less is a conflict


@dataclass(frozen=True, slots=True)
class Read:
    """One labelled text with its mentions, the senses behind them, and the pairs."""

    labelled: Labelled
    mentions: tuple[Mention, ...]
    senses: tuple[Sense, ...]
    pairs: tuple[Pair, ...]
    terms: tuple[list[Term], ...]  # of each mention, for the model of confidence

    def answer_of(self, pair: Pair) -> Answer | None:
        """The answer of a pair, None where something was read that is no figure."""
        return None if pair.answer is None else self.labelled.answers[pair.answer]

    def mention_of(self, pair: Pair) -> Mention | None:
        """The mention of a pair, None where the figure was missed."""
        return None if pair.mention is None else self.mentions[pair.mention]


def read(texts: Iterable[Labelled]) -> list[Read]:
    """Every text read with the rules of ``patterns/``."""
    rules = rulebook.load()
    found = []
    for labelled in texts:
        analysis = analyse(Document(labelled.text, "txt"), f"{labelled.name}.txt", rules)
        senses = tuple(s for s in analysis.senses if s.rejected is None)
        mentions = mentions_of(analysis)
        whole = whole_of(analysis.senses, analysis.refusals, analysis.identity.report_year)
        found.append(
            Read(
                labelled,
                mentions,
                senses,
                tuple(pairs_of(labelled.answers, mentions)),
                tuple(terms(sense, whole) for sense in senses),
            )
        )
    return found


def conflicted(sense: Sense) -> bool:
    """Whether a phrase of another indicator came close behind the one that decided."""
    return any(
        candidate.rule.indicator is not sense.indicator
        and sense.score - _CLOSE < candidate.score <= sense.score
        for candidate in sense.candidates
    )
