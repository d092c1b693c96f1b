"""What pages of portals have around their articles (门户网站): ``patterns/portals.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from extract.catalogue import patterns_folder
from extract.kept import compiled
from extract.schema import pattern, read_file

FILE = "portals.toml"


@dataclass(frozen=True, slots=True)
class PortalRules:
    """Selectors of elements, patterns of whole lines, names of meta elements."""

    body: tuple[str, ...]
    title: tuple[str, ...]
    left_out: str  # one selector for all that is no part of an article
    lines_out: re.Pattern[str]  # for ``fullmatch``
    facts: re.Pattern[str]  # for ``match``
    own_title: re.Pattern[str]  # for ``fullmatch``
    register: frozenset[str]
    error: re.Pattern[str]
    meta_title: tuple[str, ...]
    meta_published: tuple[str, ...]
    meta_url: tuple[str, ...]
    dated: tuple[re.Pattern[str], ...]
    no_title: re.Pattern[str]
    site: re.Pattern[str]
    attachment: re.Pattern[str]
    download: tuple[str, ...]


def compile_portals(data: Mapping[str, Any]) -> PortalRules:
    """``PortalRules`` from the parsed TOML; raises ``RulebookError`` for a bad pattern."""
    article, lines, meta = data["article"], data["lines"], data["meta"]
    suffixes = "|".join(map(re.escape, meta["attachments"]))
    return PortalRules(
        body=tuple(article["body"]),
        title=tuple(article["title"]),
        left_out=", ".join(article["left_out"]),
        lines_out=_any("left_out", lines["left_out"]),
        facts=_any("facts", lines["facts"]),
        own_title=_any("own_title", lines["own_title"]),
        register=frozenset(lines["register"]),
        error=_any("error", lines["error"]),
        meta_title=_names(meta["title"]),
        meta_published=_names(meta["published"]),
        meta_url=_names(meta["url"]),
        dated=tuple(pattern(f"{FILE}, dated", text) for text in meta["dated"]),
        no_title=_any("no_title", meta["no_title"]),
        site=pattern(f"{FILE}, site", meta["site"]),
        attachment=compiled(rf"\.(?:{suffixes})(?:[?#][^\s]{{0,200}})?\Z", re.IGNORECASE),
        download=tuple(meta["download"]),
    )


@cache
def rules() -> PortalRules:
    """The rules of the installed package."""
    return compile_portals(read_file(patterns_folder(), FILE))


def _any(where: str, patterns: Iterable[str]) -> re.Pattern[str]:
    for text in patterns:
        pattern(f"{FILE}, {where}", text)  # so that the message names the one that is wrong
    return compiled("|".join(f"(?:{text})" for text in patterns), re.IGNORECASE)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)
