"""What 收入总计 and 支出总计 are: totals of both sides, or plain revenue and expenditure.

They are the former where they include balances (结转结余). The printed figures themselves tell.
"""

from __future__ import annotations

import re

from extract.context.sense import Sense
from extract.lexicon.cues import CueRules

_WORDS = ("总计", "总收入", "总支出")
_PARTS = ("，其中", "（其中", "，包括", "，含", "。其中")
# 总收入58万元，其中本年收入39万元
_OF_THE_YEAR = re.compile("[，（](?:其中)?[：:，]?本年(?:收入|支出)(?:为)?")
_REACH = 240  # characters of the sentence with the parts of a total
_PAIR = {"revenue": "carryover_opening", "expenditure": "carryover"}


def settle_totals(senses: list[Sense], text: str, rules: CueRules) -> None:
    """Rename 收入总计 and 支出总计 where the report shows that they include balances."""
    stated = [s for s in senses if s.indicator and s.rejected is None]
    _settle([s for s in stated if s.measure == "actual"], senses, text, rules)
    # what is planned only where a table has both sides of it
    planned = [s for s in stated if s.measure == "budget" and s.table is not None]
    _settle(planned, senses, text, rules)


def _settle(levels: list[Sense], senses: list[Sense], text: str, rules: CueRules) -> None:
    totals = [s for s in levels if s.indicator and s.indicator.id in _PAIR and _is_total(s, text)]
    totals += [s for s in levels if not _is_total(s, text) and _holds_opening(s, levels, text)]
    if not totals:
        return
    with_balance = any(_differs(t, levels, text) for t in totals) or _has_balance(totals, levels)
    if not with_balance and not any(_holds_opening(t, levels, text) for t in totals):
        return
    joint = rules.by_id["revenue_expenditure_total"]
    renamed = {id(t) for t in totals}
    for sense in totals:
        sense.indicator = joint
    for sense in senses:
        if sense.anchor is not None and id(sense.anchor) in renamed:
            sense.indicator = joint
            renamed.add(id(sense))


def _is_total(sense: Sense, text: str) -> bool:
    best = next(
        (
            c
            for c in sense.candidates
            if sense.indicator and c.rule.indicator.id == sense.indicator.id
        ),
        None,
    )
    return best is not None and text[best.start : best.end].endswith(_WORDS)


def _differs(total: Sense, levels: list[Sense], text: str) -> bool:
    """Whether the same side's own sum (本年收入合计) is another amount."""
    return any(
        other is not total and other.indicator is total.indicator and other.year == total.year
        and not _is_total(other, text) and other.figure.value != total.figure.value
        and abs(other.figure.value - total.figure.value) > total.figure.value / 1000
        and ("合计" in text[max(0, other.figure.start - 8) : other.figure.start]
             or _OF_THE_YEAR.fullmatch(text, total.figure.end, other.figure.start))
        for other in levels
    )  # fmt: skip


def _holds_opening(total: Sense, levels: list[Sense], text: str) -> bool:
    """Whether the parts of the revenue (其中) include what was left of the year before."""
    if total.indicator is None or total.indicator.id != "revenue":
        return False
    if not text.startswith(_PARTS, total.figure.end):
        return False
    end, mark = total.sentence[1], "；"
    if text[total.figure.end] == "。":  # 收入总计60万元。其中：…；上年结转2万元
        end, mark = min(len(text), total.figure.end + _REACH), "。"
        end = max(text.find("\n", total.figure.end, end), 0) or end
    stop = text.find(mark, total.figure.end + 1, end)
    return any(
        s.indicator and s.indicator.id == "carryover_opening" and s.figure.value > 0
        and total.figure.start < s.figure.start < (stop if stop >= 0 else end)
        for s in levels
    )  # fmt: skip


def _has_balance(totals: list[Sense], levels: list[Sense]) -> bool:
    near = {t.sentence for t in totals}
    tables = {t.table for t in totals if t.table is not None}
    return any(
        s.indicator and s.indicator.id in ("carryover_opening", "carryover") and s.figure.value > 0
        and (s.sentence in near or s.table in tables)
        for s in levels
    )  # fmt: skip
