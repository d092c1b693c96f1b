"""Numbers that are no figures in their context: definitions, questions, rubrics, formulas."""

from __future__ import annotations

import re

from extract.context.sense import Sense
from extract.numbers.figures import Figure, in_formula

_RUBRIC = re.compile(
    r"[计扣得][0-9.]{1,4}分|不得分|扣完为止|得满分|得分=|计算得分|酌情扣分|每[^，。；]{0,12}扣"
)
# what follows the threshold of a marking rule: 90%以上的，计5分; 大于30%的不得分
_GRADED = re.compile(r"(?:（含）)?[的，]{1,2}(?:计[0-9.]{1,4}分|不得分|得满分|扣[0-9.]{1,4}分)")
_RESULTS = ("=", "为")  # 预算调整率为21.5%，扣1分 tells a result
_SECTIONS = {"glossary": "definition", "questionnaire": "question", "tasks": "policy"}


def refuse_by_context(senses: list[Sense], text: str) -> None:
    """Mark the senses that are no figures with the reason."""
    staff = {s.sentence for s in senses if s.node.kind == "tasks" and _of_staff(s)}
    for sense in senses:
        if sense.rejected is None or sense.rejected == "other":
            sense.rejected = _reason(sense, text, staff) or sense.rejected


def _of_staff(sense: Sense) -> bool:
    return sense.indicator is not None and sense.indicator.family == "staff"


def _reason(sense: Sense, text: str, staff: set[tuple[int, int]]) -> str | None:
    """``staff``: the sentences among the tasks of an agency that count its staff."""
    figure, node = sense.figure, sense.node
    told = node.kind == "tasks" and (sense.indicator or sense.sentence in staff)
    if node.kind in _SECTIONS and not told:
        return _SECTIONS[node.kind]
    if in_formula(text, figure) and not named_operand(text, figure):
        return "formula_operand"
    graded = _GRADED.match(text, figure.end) if figure.kind == "percent" else None
    result = text[figure.start - 1 : figure.start] in _RESULTS
    if graded and not (result and graded.group().startswith("，扣")):
        return "rubric"
    marked = figure.kind == "score" or node.kind == "marking_table"
    if marked and sense.indicator is None and _RUBRIC.search(text, *_cell(text, figure.start)):
        return "rubric"
    return None


def refuse_private(senses: list[Sense], text: str, masked: str) -> None:
    """A number that is masked (a phone, an answer) is no figure of the agency."""
    for sense in senses:
        first, last = sense.figure.num_start, sense.figure.num_end
        if sense.rejected is None and text[first:last] != masked[first:last]:
            sense.rejected = "code" if _LONG.search(text, first, last) else "question"


_LONG = re.compile(r"[0-9]{6}")  # of a telephone, a card or an account
_NAMED = re.compile(r"[\u4e00-\u9fff](?<![率比重例度为是])[：:]?\Z")
_BEHIND_OPERAND = tuple("/×*÷-+）)]")


def named_operand(text: str, figure: Figure) -> bool:
    """Whether the number is an operand of a formula with its name: 在职人员数23/编制数28."""
    name = _NAMED.search(text, max(0, figure.num_start - 3), figure.num_start)
    return name is not None and text[figure.end : figure.end + 1] in _BEHIND_OPERAND


def _cell(text: str, at: int) -> tuple[int, int]:
    start = max(text.rfind("\n", 0, at), text.rfind("\t", 0, at)) + 1
    stops = [p for p in (text.find("\n", at), text.find("\t", at)) if p >= 0]
    return start, min(stops, default=len(text))
