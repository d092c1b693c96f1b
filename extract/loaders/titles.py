"""Titles: rows above and below a table (表题、单位、注); what a file's properties say (标题)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 6  # rows above the header that can be a title
_NOTE = re.compile(r"(?:备?注|说明|填报说明)[：:0-9一]")
# A row of labels above the header: 编制单位：…, 2022年度, 金额单位：万元, 公开01表.
_LABEL = re.compile(
    r"[^：:]{2,12}[：:][^：:]{0,40}|(?:19|20)[0-9]{2}\s?年度?|[公开财决]{0,4}\s?[0-9]{1,3}\s?表"
)
_UNIT = re.compile(r"单位[：:]")
_MOST_LABELS = 4
# What programs write where a title belongs: a file's name or path, their own name.
_NO_TITLE = re.compile(r"\.(?:docx?|wps|rtf|dotx?|et|xlsx?|pdf)$|^Microsoft |[\\/]", re.IGNORECASE)
_TITLE = re.compile(r"[^一-鿿]*(?:[一-鿿][^一-鿿]*){4,80}")
_LONG = 40  # characters: a sentence below a table, not a cell of it


def of_file(said: str) -> str | None:
    """The title in a file's properties, where it looks like one: programs leave much there.

    >>> of_file("2022年度部门决算"), of_file("Microsoft Word - 部门决算说明.doc"), of_file("文档1")
    ('2022年度部门决算', None, None)
    """
    title = " ".join(said.split())
    return title if _TITLE.fullmatch(title) and not _NO_TITLE.search(title) else None


def parted(rows: Sequence[list[str]]) -> tuple[list[str], int, int, list[str]]:
    """Titles above a table, its first row, the row behind its last, and the notes below.

    A row of one filled cell is a title or a unit where it stands above, a note where it
    stands below and says so or is long; so is a row of labels above, its unit among them.

    >>> parted([["部门收支总表", ""], ["", "单位：万元"], ["项目", "金额"], ["合计", "3"]])
    (['部门收支总表', '单位：万元'], 2, 4, [])
    """
    filled = [[text for text in row if text] for row in rows]
    first, last = 0, len(rows)
    while first < min(_MOST, last) and (len(filled[first]) <= 1 or _is_labels(filled[first])):
        first += 1
    if first == last or len(filled[first]) <= 1:
        return [], 0, last, []  # a list of single cells, not a table with a title
    while last > first + 1 and _is_note(filled[last - 1]):
        last -= 1
    titles = [text for row in filled[:first] for text in row]
    return titles, first, last, [text for row in filled[last:] for text in row]


def _is_labels(filled: list[str]) -> bool:
    """Whether a row only says whose table it is, for which year and in which unit."""
    return (
        len(filled) <= _MOST_LABELS
        and any(_UNIT.search(text) for text in filled)
        and all(_LABEL.fullmatch(text.strip()) for text in filled)
    )


def _is_note(filled: list[str]) -> bool:
    if len(filled) != 1:
        return not filled
    return bool(_NOTE.match(filled[0])) or len(filled[0]) > _LONG
