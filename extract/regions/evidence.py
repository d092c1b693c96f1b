"""Which of several divisions of one name is meant (同名区划的判别): what else a report names.

Evidence is asked in order: what stands at the head, then the body, document numbers, folder and
file name. One source that speaks for one candidate alone decides; where two sources speak for
different ones nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .gazetteer import PREFECTURE, Division, Gazetteer

_NUMBER = re.compile("(?P<signs>[\u4e00-\u9fff]{2,8})[〔\\[（(](?:19|20)[0-9]{2}[〕\\]）)]")
# What stands behind the signs of the place: the bureau that issued it, in one sign.
_ORGANS = frozenset("财民医卫人社教政府办发农建住文司公委党组审统扶乡退应市")
# Others' places: where one went to learn from, where people come from, whom one helps.
_ELSEWHERE = re.compile(
    "(?:赴|到|前往|去|来自|在|与|和|同|向|跟|及|、|从|学习|借鉴|考察|对口|帮扶|支援|援助|协作|结对|如|户籍|籍|转往|转至|异地)[\u4e00-\u9fff“”]{0,4}\\Z"
)
_ELSEWHERE_AFTER = re.compile(
    "[\u4e00-\u9fff（）]{0,14}?(?:公司|软件|科技|律师|大学|学院|医院|集团|银行|研究|杂志|报社|日报|晚报"
    "|学习|考察|交流|调研|经验|等地|户籍|籍|来我|对口|帮扶|协作|结对|异地|就医|务工)"
)
# Who gives the agency its orders and its money.
_SUPERIOR = re.compile("(?:按照|根据|依据|贯彻|落实|报|由|经)[\u4e00-\u9fff《“]{0,6}\\Z")
_SUPERIOR_AFTER = re.compile(
    "[^，。；\n]{0,14}?(?:关于|印发|下达|要求|部署|文件|统一安排|批复|拨付|拨入|转移支付)"
)
_WINDOW = 16
_LONGEST = 40_000  # characters of a body that are looked at
_TIMES = 20  # mentions of one place that are looked at
BODY = "body"
TOLD = "sources.csv"  # what the user says overrules all else


@dataclass(frozen=True, slots=True)
class Hint:
    """A text of the report, and what it is: ``title``, ``signature``, ``body``, ``folder``."""

    what: str
    text: str


def decided(
    found: Sequence[Division], year: int | None, hints: Sequence[Hint], places: Gazetteer
) -> tuple[Division | None, str]:
    """The one division that is meant, and what said so; or what spoke for several."""
    if len(found) == 1:
        return found[0], "name"
    spoken: list[tuple[str, Division]] = []
    for hint in hints:
        chosen = _chosen([_told(d, found, hint, year, places) for d in found])
        if chosen is not None and hint.what == TOLD:
            return found[chosen], TOLD
        if chosen is not None:
            spoken.append((hint.what, found[chosen]))
    for hint in hints:
        signed = _chosen([_signed(d, hint.text, year, places) for d in found])
        if signed is not None:
            spoken.append((f"document number in {hint.what}", found[signed]))
    if len({division.line for _, division in spoken}) == 1:
        return spoken[0][1], spoken[0][0]
    return None, "; ".join(f"{what}: {d.adcode}" for what, d in spoken)


def _chosen(weights: Sequence[int]) -> int | None:
    """The one that nearly all the evidence speaks for; None where it is weak or divided."""
    best = max(weights)
    rest = sum(weights) - best
    return weights.index(best) if best >= 2 and best >= 4 * rest else None


def _told(
    division: Division,
    found: Sequence[Division],
    hint: Hint,
    year: int | None,
    places: Gazetteer,
) -> int:
    """How much a text speaks for a division: by the names of what it lies in."""
    weight = 0
    if all(o.name != division.name for o in found if o is not division):
        weight += _mentions(division.name, "\n", hint)  # the agency's name has only 朝阳
    for above in places.parents(division, year):
        if above in found or any(o.within(above) for o in found if o is not division):
            continue  # it says nothing between them
        forms = [above.name, *_short(above, hint, places)]
        weight += max(_mentions(form, division.name, hint) for form in forms)
    return weight


def _short(above: Division, hint: Hint, places: Gazetteer) -> list[str]:
    """Forms of a name besides the full one: in running text only those with their kind."""
    bare = places.short.get(above.name, above.name)
    if above.level == PREFECTURE and above.name.endswith("自治州"):
        return [bare + "州"]
    if hint.what == BODY:
        return []  # 北京 alone is the beginning of companies' names
    return [bare] if len(bare) > 1 else []


def _mentions(name: str, own: str, hint: Hint) -> int:
    """Weight of the mentions of a place: 2 each in titles and paths, else by what is said of it."""
    text = hint.text
    if hint.what != BODY:
        return 2 if name in text and not _elsewhere(text, text.find(name), name) else 0
    weight, at = 0, text.find(name, 0, _LONGEST)
    for _ in range(_TIMES):
        if at < 0:
            break
        if not _elsewhere(text, at, name):
            weight += 1 + _superior(text, at, name, own)
        at = text.find(name, at + len(name), _LONGEST)
    return weight


def _elsewhere(text: str, at: int, name: str) -> bool:
    before = text[max(0, at - _WINDOW) : at]
    if _SUPERIOR.search(before):
        return False
    after = _ELSEWHERE_AFTER.match(text, at + len(name))
    return after is not None or _ELSEWHERE.search(before) is not None


def _superior(text: str, at: int, name: str, own: str) -> int:
    """1 where the place gives orders or money, or stands before the agency's own."""
    if text.startswith(own, at + len(name)):
        return 1
    if _SUPERIOR.search(text[max(0, at - _WINDOW) : at]):
        return 1
    return 1 if _SUPERIOR_AFTER.match(text, at + len(name)) else 0


def _signed(division: Division, text: str, year: int | None, places: Gazetteer) -> int:
    """How much document numbers speak for a division: 2 for 湛坡财, 1 each for 粤财社, 湛财社."""
    own = places.short.get(division.name, division.name)
    above = [places.short.get(d.name, d.name) for d in places.parents(division, year)]
    signs = {s for s, code in places.signs.items() if code[:2] == division.adcode[:2]}
    weight = 0
    for signed in {m["signs"] for m in _NUMBER.finditer(text, 0, _LONGEST)}:
        best = 0
        for at in range(len(signed) - 1):
            if signed[at] not in signs and all(name[0] != signed[at] for name in above):
                continue
            if signed[at + 1] in own and signed[at + 2 : at + 3] in _ORGANS:
                best = 2
            elif signed[at + 1] in _ORGANS:
                best = max(best, 1)
        weight += best
    return weight
