"""Where the agency stands (单位所在地): its name's place, or the one that the head names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.regions.evidence import BODY, Hint, decided
from extract.regions.gazetteer import Gazetteer
from extract.regions.matching import Region, divisions_at, region_at, region_of

from .names import head_lines
from .rules import IdentityRules

_LEAD = re.compile(
    r"^(?:附件[0-9一二三四五]?[：:]?|关于|(?:19|20)[0-9]{2}年度?|[（(【《“•\-—\s|])+"
)
_SIGNED = 300  # characters at the end of a text in which it is signed
_BODY = 40_000
_DIVISION = re.compile("[省市县区州旗盟]")


def hints_of(text: str, lines: Sequence[str], path: str) -> tuple[Hint, ...]:
    """What may tell divisions of one name apart, best first."""
    folder, _, name = path.rpartition("/")
    tail = text.rstrip()[-_SIGNED:].split("\n")
    signature = "\n".join(line for line in tail[-4:] if len(line) <= 40)
    return (
        Hint("title", "\n".join(head_lines(lines))),
        Hint("signature", signature),
        Hint(BODY, text[:_BODY]),
        Hint("folder", folder),
        Hint("file name", name),
    )


def located(agency: str, year: int | None, hints: Sequence[Hint], places: Gazetteer) -> Region:
    """The region of an agency's name."""
    return region_of(agency, year, hints, places) if agency else Region()


def place_at_head(
    lines: Sequence[str], year: int | None, hints: Sequence[Hint], places: Gazetteer
) -> Region | None:
    """The division that a title begins with (某县2022年度…), where it is one alone."""
    for line in head_lines(lines):
        plain = _LEAD.sub("", line.strip())
        found, end = divisions_at(plain, year, places)
        if not found or not _DIVISION.match(plain, end - 1):
            continue
        division, evidence = decided(found, year, hints, places)
        if division is not None:
            evidence = "title" if evidence == "name" else f"title, {evidence}"
            return region_at(division, year, evidence, places)
    return None


def bare_agency(
    lines: Sequence[str], path: str, told: Sequence[str], rules: IdentityRules
) -> tuple[str | None, str]:
    """A bureau that head or path name without its place (县医保局), with the place that fits.

    ``told`` are places that the report names elsewhere, best first, as they are to be printed.
    """
    texts = [("title", line) for line in head_lines(lines)]
    texts += [("file name", part) for part in reversed(path.split("/"))]
    for where, text in texts:
        if match := rules.bare.search(text):
            inner = _in_path(path, rules.places)
            for place in (*told, *([inner] if inner else [])):
                if match["kind"] in (None, place[-1]):
                    return place + match["name"], f"{where}: {text.strip()[:60]}"
            return None, ""
    return None, ""


def other_office(agency: str, lines: Sequence[str], rules: IdentityRules) -> bool:
    """Whether the head names a bureau without its place that ``agency`` is not."""
    for line in head_lines(lines):
        if match := rules.bare.search(line):
            names = (b.names for b in rules.bureaus if b.names.fullmatch(match["name"]))
            return not any(re.search(f"{n.pattern}\\Z", agency) for n in names)
    return False


def printed(region: Region | None) -> str | None:
    """A division as names of agencies print it, with what it lies in."""
    if region is None or region.place is None:
        return None
    parts = (region.province, region.prefecture, region.county)
    return "".join(part for part in parts if part) or None


def _in_path(path: str, places: Gazetteer) -> str | None:
    """The division that the folders of a path name, innermost last."""
    named = [part.strip() for part in path.split("/")[:-1]]
    inner = [part for part in named if places.full_at(part) == len(part) > 0]
    return "".join(inner) or None
