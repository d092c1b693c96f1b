"""What is done to what a figure counts, told behind it: 对6家医院进行约谈, 对9家药店暂停协议."""

from __future__ import annotations

import re

from extract.context.sense import Span
from extract.lexicon.cues import CueRules
from extract.numbers.figures import Figure

_OBJECT, _ADVERB = 60, 4  # characters for what undergoes an action, and before its verb
_VERB = 6  # characters between such an object and a verb with no word before it
_UPON = re.compile(r"[对将][\u4e00-\u9fff]{0,5}\Z")  # opens a clause with such a verb
_UPON_REACH = 7
_COUNTED = re.compile(r"[^。；、\n0-9]{0,16}[0-9]{1,5}[余多]?[家个所户](?!月)")


def where_acted(span: Span, figure: Figure, rules: CueRules) -> tuple[int, int]:
    """Where the action begins that the figure's object undergoes: 对<6家>医院进行|约谈."""
    if figure.kind not in ("thing", "person"):
        return (0, 0)
    end = min(span.end, figure.end + _OBJECT)
    match = rules.wording.acted.match(span.text, figure.end, end)
    if match:
        return (match.start("by"), match.end() + _ADVERB)
    words = span.text[max(span.start, figure.start - _UPON_REACH) : figure.start]
    if ("对" in words or "将" in words) and _UPON.search(words):
        match = rules.wording.undergone.match(span.text, figure.end, end)
    if match is None or span.text.startswith("的", match.end()):
        return (0, 0)
    paused = span.text.startswith("，", match.end())
    if paused and _COUNTED.match(span.text, match.end()):
        return (0, 0)  # 对75家药店，解除7家
    return (match.end(), match.end() + _VERB + paused)
