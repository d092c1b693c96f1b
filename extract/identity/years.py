"""On which fiscal year a document reports (报告年度), and when news was written."""

from __future__ import annotations

import re
from collections import Counter

from extract.model import Identity

from .rules import IdentityRules

_HEAD = 600  # characters in which a news item has its dateline
_SINCE = re.compile(r"((?:19|20)[0-9]{2})年以来")
_TITLED = re.compile(
    r"^[^，。；：]*(?:决算|预算|绩效|报告|总结|自评|说明|情况|公报|要点|表)[^，。；]*$"
)


def told_in(text: str, identity: Identity, rules: IdentityRules) -> int | None:
    """The year in which a news item was written: by its dateline, or by its words.

    One that speaks of 去年 only, under a title that names a year, was written in the year after.
    """
    if identity.report_year is None or identity.doc_type != "other":
        return None
    if line := rules.dateline.search(text[:_HEAD]):
        return int(line["y"])
    titled = identity.year_evidence.startswith("title")
    if titled and rules.last_year.search(text) and not rules.this_year.search(text):
        return identity.report_year + 1
    return None


def _years_told(text: str, end: int, rules: IdentityRules) -> tuple[Counter[int], list[int]]:
    """How often the text before ``end`` speaks of each year; and those it only compares with."""
    counts = Counter(int(m["y"]) for m in rules.year_body.finditer(text, 0, end))
    based = [int(m["y"]) for m in rules.compared.finditer(text, 0, end)]
    counts = +(counts - Counter(based))
    begun = Counter(int(m[1]) for m in _SINCE.finditer(text, 0, end))
    counts = +(counts - begun) or counts  # 2022年以来 is of all years since, where others are named
    dated = rules.dateline.search(text[:_HEAD])
    if dated:  # news is about its own year or the last
        near = {y: counts[y] for y in counts if 0 <= int(dated["y"]) - y <= 1}
        counts = Counter(near or {int(dated["y"]): 1})
    return counts, based


def year_of(
    text: str, lines: list[str], file_name: str, rules: IdentityRules
) -> tuple[int | None, str, list[str]]:
    """Fiscal year: what the title says, against what the body's figures are about."""
    stated: list[tuple[int, str]] = []
    for line in lines[:8]:
        if _TITLED.search(line) and len(line) <= 60 and (m := rules.year_title.search(line)):
            stated.append((int(m["y"]), f"title: {line.strip()[:60]}"))
            break
    if m := rules.year_cover.search(text[:3000]):
        stated.append((int(m["y"]), f"cover: {m.group().strip()[:60]}"))
    if m := rules.year_title.search(file_name.replace("_", " ")):
        stated.append((int(m["y"]), f"file name: {file_name[:60]}"))
    signature = rules.signature.search(text, max(0, len(text.rstrip()) - 80))
    counts, based = _years_told(text, signature.start() if signature else len(text), rules)
    body = max(counts, key=lambda y: (counts[y], y)) if counts else None
    conflicts = []
    if stated:
        year, evidence = stated[0]
        if body is not None and body != year and counts[body] >= 3 * max(1, counts[year]):
            conflicts.append(f"year: {evidence} but the body speaks of {body}")
        return year, evidence, conflicts
    if body is None and based:
        return max(based) + 1, f"body: compared with {max(based)}年", conflicts
    if body is not None:
        return body, f"body: {body}年 ({counts[body]} times)", conflicts
    if signature:
        return int(signature["y"]) - 1, f"signature: {signature.group()} less one year", conflicts
    return None, "", conflicts
