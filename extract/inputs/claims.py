"""What the user knows of files and of agencies' names (来源表、别名表).

A row of ``sources.csv`` names a file, a folder or a pattern (``湖南省/*/2022*``); the nearest row
wins, cell by cell. A row of ``aliases.csv`` gives a name the id of another agency.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import translate

from extract.identity import ENTITIES, Alias, IdentityRules, normal_agency
from extract.inputs.usertables import LINE, UserFile, UserTable, mistake, read
from extract.regions.gazetteer import Gazetteer

SOURCES, ALIASES = "sources.csv", "aliases.csv"
_COLUMNS = (
    "agency", "entity", "province", "prefecture", "county", "adcode", "year", "doc_type",
    "url", "published",
)  # fmt: skip
_ALIAS_COLUMNS = ("agency", "agency_id", "from", "to")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_ID = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,38}")
_GLOB = re.compile("[*?\\[]")


Row = dict[str, str]


@dataclass(slots=True)
class Claims:
    """The rows of ``sources.csv`` by what they name; remembers which of them were of use."""

    table: UserTable | None = None
    exact: dict[str, list[Row]] = field(default_factory=dict)  # files and folders
    globs: list[tuple[re.Pattern[str], Row]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # lines

    def of(self, path: str) -> dict[str, str]:
        """All that is said of a file: of its folders, of patterns, of itself, the last first."""
        if self.table is None:
            return {}
        plain = _plain(path)
        steps = [i for i, sign in enumerate(plain) if sign == "/"]
        folders = [plain[:i].rstrip("!") for i in steps]
        rows = [row for name in folders for row in self.exact.get(name, ())]
        rows += [row for glob, row in self.globs if glob.match(plain)]
        rows += self.exact.get(plain, ())
        told: dict[str, str] = {}
        for row in rows:
            self.used.add(row[LINE])
            told |= {name: cell for name, cell in row.items() if cell}
        return {name: cell for name, cell in told.items() if name not in ("source", LINE)}

    def warnings(self) -> list[str]:
        """A line for each row that named no file."""
        return [
            f"{SOURCES}, line {row[LINE]}: no file of the corpus is {row['source']}"
            for row in (self.table.rows if self.table else ())
            if row[LINE] not in self.used
        ]


def read_claims(path: UserFile | None, rules: IdentityRules) -> Claims:
    """``sources.csv``, checked; raises ``UsageError`` or ``CorpusError``."""
    if path is None:
        return Claims()
    claims = Claims(read(path, ("source",), _COLUMNS))
    for row in claims.table.rows if claims.table else ():
        _check(path, row, rules)
        source = _plain(row["source"]).rstrip("/")
        if _GLOB.search(source):
            claims.globs.append((re.compile(translate(source)), row))
        claims.exact.setdefault(source, []).append(row)
    return claims


def read_aliases(
    path: UserFile | None,
) -> tuple[UserTable | None, Mapping[str, tuple[Alias, ...]]]:
    """``aliases.csv`` by normalised name; raises ``UsageError`` or ``CorpusError``."""
    if path is None:
        return None, {}
    table = read(path, ("name",), _ALIAS_COLUMNS)
    found: defaultdict[str, list[Alias]] = defaultdict(list)
    for row in table.rows:
        agency, id_ = row.get("agency", ""), row.get("agency_id", "")
        if not row["name"]:
            raise mistake(path, row, "the cell 'name' is empty; fill it in")
        if bool(agency) == bool(id_):
            raise mistake(path, row, "fill in either 'agency' or 'agency_id'")
        if id_ and not _ID.fullmatch(id_):
            raise mistake(path, row, "'agency_id' is no id of ours: letters, digits and -")
        first, last = (_year(path, row, name) for name in ("from", "to"))
        if first and last and first > last:
            raise mistake(path, row, "'from' is later than 'to'; swap them")
        found[normal_agency(row["name"])].append(Alias(agency or None, id_ or None, first, last))
    return table, {name: tuple(aliases) for name, aliases in found.items()}


def _check(path: UserFile, row: Row, rules: IdentityRules) -> None:
    if not row["source"]:
        raise mistake(path, row, "the cell 'source' is empty; fill it in")
    _year(path, row, "year")
    lists = {"entity": ENTITIES, "doc_type": (*(id_ for id_, _ in rules.doc_types), "other")}
    for name, words in lists.items():
        if row.get(name) and row[name] not in words:
            raise mistake(path, row, f"'{name}' is one of {', '.join(words)}, not {row[name]}")
    _check_place(path, row, rules.places)
    if row.get("published"):
        try:
            dt.date.fromisoformat(row["published"])
        except ValueError as error:
            raise mistake(path, row, "'published' is a date such as 2023-03-31") from error


def _check_place(path: UserFile, row: Row, places: Gazetteer) -> None:
    code = row.get("adcode")
    if code and code not in places.coded:
        what = f"'adcode' {code} is no division of 2008 to 2024; give six digits"
        raise mistake(path, row, what)


def _year(path: UserFile, row: Row, name: str) -> int | None:
    said = row.get(name)
    if not said:
        return None
    if not _YEAR.fullmatch(said):
        raise mistake(path, row, f"'{name}' is a year such as 2022, not {said}")
    return int(said)


def _plain(path: str) -> str:
    """A path as both sides of the comparison have it."""
    return unicodedata.normalize("NFC", path.replace("\\", "/").removeprefix("./"))
