"""The title of a document, and which kind it is (报告类型)."""

from __future__ import annotations

import re

from .rules import IdentityRules

_TITLE = re.compile(
    r"(?:报告|说明|总结|公开|决算|预算|自评表|报告表|情况|公报|年报|要点)(?:（[^）]{1,24}）)?$"
)


def title_of(lines: list[str]) -> str | None:
    """The title that the first lines hold; it may stand on two of them."""
    parts: list[str] = []
    for line in lines:
        plain = line.strip()
        if len(plain) > 60 or re.search(r"[。；，]", plain):
            break
        if _TITLE.search(plain):
            before = parts[-1] if parts else ""
            begun = len(before) > 5 and "：" not in before and not _TITLE.search(before)
            return before + plain if begun else plain
        parts.append(plain)
    return None


def kind_of(
    title: str | None, lines: list[str], text: str, file_name: str, rules: IdentityRules
) -> tuple[str, str]:
    """The kind of the document, and the words that say so: of title, head, file name or body."""
    for source, where in (
        (title or "", "title"),
        ("\n".join(lines[:8]), "cover"),
        (file_name, "file name"),
        (text[:3000], "body"),
    ):
        for id_, wording in rules.doc_types:
            if m := wording.search(source):
                return id_, f"{where}: {m.group()}"
    for id_, word in rules.often:
        if (times := text.count(word, 0, 20_000)) >= _OFTEN:
            return id_, f"body: {word} ({times} times)"
    return "other", ""


_OFTEN = 4  # times that a word stands in a part of a report which has lost its title
