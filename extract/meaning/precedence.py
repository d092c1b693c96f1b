"""Where a pack and the catalogue itself have the same words, the catalogue's own come first."""

from __future__ import annotations

from extract.context.sense import Offer
from extract.lexicon.cues import IndicatorRule

_NESTED = 4  # phrases away that one around another may stand in the list of them


def own_words_first(offers: list[Offer]) -> None:
    """Take out phrases of packs that say the same words, or little more in front of them.

    [农村]低保对象 are those whose premium was paid where `needs` of the catalogue are met (资助).
    """
    for at, (start, end, spoken) in enumerate(offers):
        kinds = {
            kind
            for rule, strength, _ in spoken
            if strength == "weak" and rule.needs and not rule.indicator.pack
            for kind in rule.kinds
        }
        if not kinds:
            continue
        for near in range(max(0, at - _NESTED), min(len(offers), at + _NESTED + 1)):
            first, last, others = offers[near]
            if first <= start and end == last and (last - first) * 2 <= (end - start) * 3:
                kept = [o for o in others if not _of_pack(o, kinds)]
                offers[near] = (first, last, kept)


def _of_pack(spoken: tuple[IndicatorRule, str, float], kinds: set[str]) -> bool:
    rule, strength, _ = spoken
    return strength == "phrases" and bool(rule.indicator.pack) and not kinds.isdisjoint(rule.kinds)
