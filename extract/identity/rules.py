"""Compiled ``identity.toml`` and ``bureaus.toml`` (身份规则)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.errors import RulebookError
from extract.kept import compiled
from extract.regions import gazetteer
from extract.regions.gazetteer import Gazetteer
from extract.schema import pattern, read_file, words


@dataclass(frozen=True, slots=True)
class Bureau:
    """One kind of bureau: the wordings of itself, its institutions, and words of its field."""

    id: str  # Chinese, the value of ``bureau``
    code: str  # ASCII, in ids
    names: re.Pattern[str]  # whole, behind the place
    units: re.Pattern[str]  # whole: subordinate institutions
    words: re.Pattern[str]  # anywhere


@dataclass(frozen=True, slots=True)
class EntityRules:
    """What says which entity reports (填报主体)."""

    own: re.Pattern[str]
    consolidated: re.Pattern[str]
    scope: re.Pattern[str]  # the units that the accounts comprise, with the group ``n``
    subunit: re.Pattern[str]  # the end of a name
    behind: re.Pattern[str]  # an institution's name behind its bureau's


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of the user's list: whose id it shares, between which report years."""

    agency: str | None
    agency_id: str | None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """Compiled ``identity.toml``, ``bureaus.toml`` and the gazetteer."""

    agency: re.Pattern[str]
    institution: re.Pattern[str]  # what only a title or a cover names: schools, hospitals, towns
    prefix: re.Pattern[str]
    breaks: re.Pattern[str]
    cited: re.Pattern[str]
    placed: re.Pattern[str]
    never_begin: re.Pattern[str]
    never: re.Pattern[str]
    never_in_text: re.Pattern[str]
    cover: re.Pattern[str]
    fronts: Mapping[str, str]  # what stands before the place (中共, 共青团), and what is kept of it
    front: re.Pattern[str]  # any of them
    bare: re.Pattern[str]  # a bureau's name without its place (县医保局)
    bureaus: tuple[Bureau, ...]
    levels: tuple[tuple[str, re.Pattern[str]], ...]
    entity: EntityRules
    doc_types: tuple[tuple[str, re.Pattern[str]], ...]
    often: tuple[tuple[str, str], ...]  # kinds by a word that their text is full of
    year_title: re.Pattern[str]
    year_cover: re.Pattern[str]
    year_body: re.Pattern[str]
    signature: re.Pattern[str]
    dateline: re.Pattern[str]
    compared: re.Pattern[str]
    this_year: re.Pattern[str]
    last_year: re.Pattern[str]
    places: Gazetteer
    aliases: Mapping[str, tuple[Alias, ...]] = field(default_factory=dict)


def compile_identity(folder: Path) -> IdentityRules:
    """``IdentityRules`` of the rule folder; raises ``RulebookError``."""
    data = read_file(folder, "identity.toml")
    agency, year, entity = data["agency"], data["year"], data["entity"]
    bureaus = tuple(map(_bureau, read_file(folder, "bureaus.toml")["bureau"]))
    if len({b.code for b in bureaus}) < len(bureaus):
        raise RulebookError("bureaus.toml: a code stands twice; codes are part of ids")

    def at(where: str, text: str) -> re.Pattern[str]:
        return pattern(f"identity.toml, {where}", text)

    own_names = "|".join(b.names.pattern for b in bureaus)
    return IdentityRules(
        words(agency["endings"]),
        at("institutions", agency["institutions"]),
        words(agency["prefixes"]),
        words(agency["breaks"]),
        words(agency["cited"]),
        at("placed", agency["placed"]),
        at("never_begin", agency["never_begin"]),
        at("never", agency["never"]),
        at("never_in_text", agency["never_in_text"]),
        at("cover", agency["cover"]),
        dict(agency["fronts"]),
        words(list(agency["fronts"])),
        compiled(
            f"(?<![\u4e00-\u9fff])(?P<kind>[县市区州旗盟])?(?P<name>{own_names})(?=[^\u4e00-\u9fff]|关于)"
        ),
        bureaus,
        tuple((v["id"], at(v["id"], v["pattern"])) for v in data["level"]),
        EntityRules(
            at("own", entity["own"]),
            at("consolidated", entity["consolidated"]),
            at("scope", entity["scope"]),
            at("subunit", entity["subunit"]),
            at("behind", entity["behind"]),
        ),
        tuple((d["id"], at(d["id"], "|".join(d["words"]))) for d in data["doc_type"]),
        tuple((d["id"], d["often"]) for d in data["doc_type"] if "often" in d),
        at("title", year["title"]),
        at("cover", year["cover"]),
        at("body", year["body"]),
        at("signature", year["signature"]),
        at("dateline", year["dateline"]),
        at("compared", year["compared"]),
        at("this_year", year["this_year"]),
        at("last_year", year["last_year"]),
        gazetteer.load(folder),
    )


def _bureau(row: Mapping[str, Any]) -> Bureau:
    where = f"bureaus.toml, {row['id']}"
    never = "(?!)"
    return Bureau(
        row["id"],
        row["code"],
        pattern(where, "(?:" + "|".join(row["names"]) + ")"),
        pattern(where, "|".join(row.get("units", [])) or never),
        pattern(where, "|".join(row["words"])),
    )
