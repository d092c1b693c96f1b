"""Projects that titles and fields name (项目标题): …2021年度困难群众救助资金绩效自评报告."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_NO_TITLE = re.compile("[评：]")  # a title of its own, or a field: the line below is no rest of it
_TRAILING_YEAR = re.compile(r"(?:19|20)[0-9]{2}年?度?$")


@dataclass(frozen=True, slots=True)
class ProjectRules:
    """How a heading names a project."""

    ends: re.Pattern[str]
    opens: re.Pattern[str]  # the body says that the heading is a project
    resets: re.Pattern[str]  # a heading about the agency under a project's
    never: re.Pattern[str]
    parents: re.Pattern[str]
    title: re.Pattern[str]
    title_before: re.Pattern[str]
    title_used: re.Pattern[str]
    title_below: re.Pattern[str]
    title_prefix: re.Pattern[str]
    title_never: re.Pattern[str]
    field: re.Pattern[str]
    whole: re.Pattern[str]  # a title of what is about the agency: a project's form is its annex


def titled(text: str, rules: ProjectRules) -> str | None:
    """The project that the whole document is about, by its title or its field 项目名称."""
    head = [line for line in text[:600].split("\n") if line.strip()][:5]
    head = [line for line in head if "\t" not in line and "|" not in line]  # rows are no titles
    broken = [a + b for a, b in pairwise(head) if len(a) <= 30 and not _NO_TITLE.search(a)]
    for line in (*broken, *head):
        if len(line) <= 70 and (name := bracketed(line, 0, len(line), rules)):
            return name
    for line in (*broken, *head):
        if len(line) <= 70 and (name := evaluated(line, rules)):
            return name
    below = rules.title_below.search(text, 0, 600)
    if below:
        return below["name"]
    if any(rules.whole.search(line) for line in head if "项目" not in line):
        return None
    named = {m["name"] for m in rules.field.finditer(text)}
    return named.pop() if len(named) == 1 else None


def bracketed(text: str, start: int, end: int, rules: ProjectRules) -> str | None:
    """The project in the brackets of a title: …自评报告（残疾人事业发展补助资金）."""
    match = rules.title.search(text, start, end)
    name = (match["name"] or match["funds"]) if match else None
    return None if name is None or rules.title_never.search(name) else name


def evaluated(line: str, rules: ProjectRules) -> str | None:
    """What a title says is evaluated: …2021年度困难群众救助资金绩效自评报告."""
    match = rules.title_before.search(line) if "评" in line else None
    match = match or (rules.title_used.search(line) if "情况" in line else None)
    if match is None:
        return None
    name = rules.title_prefix.sub("", _TRAILING_YEAR.sub("", match["name"])).strip("的：:")
    return name if len(name) >= 4 and not rules.title_never.search(name) else None
