"""What sheets call their columns, and what stands in empty cells: ``patterns/sheets.toml``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extract.catalogue import patterns_folder
from extract.schema import read_file

if TYPE_CHECKING:
    from pathlib import Path

_DROPPED = re.compile(r"[\s\"'“”‘’「」『』《》〈〉_:：]+")


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Compiled ``sheets.toml``; all words are ``plain``."""

    missing: frozenset[str]
    decrease: tuple[str, ...]
    rates: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]  # words of a column that is no value, the best first
    measures: Mapping[str, str]  # word → measure, ``initial`` for the budget at the year's begin

    def is_rate(self, header: str) -> bool:
        """Whether a header counts in percent, by its end: 参保率, 参保率目标值."""
        said = plain(header)
        ends = sorted((word for word in self.measures if said.endswith(word)), key=len)
        stem = said.removesuffix(ends[-1]) if ends else said
        return said.endswith(self.rates) or stem.endswith(self.rates)


@cache
def load(folder: Path | None = None) -> SheetWords:
    """The words of the installed package; raises ``RulebookError``."""
    data = read_file(folder or patterns_folder(), "sheets.toml")
    return SheetWords(
        frozenset(plain(word) for word in data["missing"]) | {""},
        tuple(data["decrease"]),
        tuple(map(plain, data["rates"])),
        {row["name"]: tuple(map(plain, row["words"])) for row in data["role"]},
        {plain(word): row["name"] for row in data["measure"] for word in row["words"]},
    )


def plain(words: str) -> str:
    """Words as they are compared: half-width, small letters, no blanks, quotes or underscores."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", words)).lower()
