"""Whose report, on which fiscal year, of which kind: each with the words that said so.

Evidence is ranked: title, then cover fields (评价单位：…), then file name, then body, then the
signature. A conflict between them is reported, not settled silently.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .model import Identity
from .schema import pattern, words
from .sections import Node


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """Compiled ``identity.toml``."""

    agency: re.Pattern[str]
    institution: re.Pattern[str]  # what only a title or a cover names: schools, hospitals, towns
    prefixes: re.Pattern[str]
    breaks: re.Pattern[str]
    cited: re.Pattern[str]
    placed: re.Pattern[str]
    never: re.Pattern[str]
    cover: re.Pattern[str]
    bureaus: tuple[tuple[str, re.Pattern[str]], ...]
    levels: tuple[tuple[str, re.Pattern[str]], ...]
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


def compile_identity(data: Mapping[str, Any]) -> IdentityRules:
    """``IdentityRules`` from the parsed TOML."""
    agency, year = data["agency"], data["year"]

    def at(where: str, text: str) -> re.Pattern[str]:
        return pattern(f"identity.toml, {where}", text)

    return IdentityRules(
        words(agency["endings"]),
        at("institutions", agency["institutions"]),
        re.compile(f"^(?:{words(agency['prefixes']).pattern})+"),
        words(agency["breaks"]),
        words(agency["cited"]),
        at("placed", agency["placed"]),
        at("never", agency["never"]),
        at("cover", agency["cover"]),
        tuple((b["id"], at(b["id"], "|".join(b["words"]))) for b in data["bureau"]),
        tuple((v["id"], at(v["id"], v["pattern"])) for v in data["level"]),
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
    )


def identify(text: str, file_name: str, rules: IdentityRules) -> Identity:
    """The identity of the report whose matching copy is ``text``."""
    lines = [line for line in text[:1500].split("\n") if line.strip()][:14]
    title = _title(lines)
    agency, agency_evidence = _agency(text, lines, file_name, rules)
    year, year_evidence, conflicts = _year(text, lines, file_name, rules)
    doc_type, type_evidence = _doc_type(title, lines, text, file_name, rules)
    return Identity(
        agency=agency,
        agency_id=agency_id(agency) if agency else None,
        entity=agency,
        bureau=next((b for b, p in rules.bureaus if agency and p.search(agency)), None),
        level=next((v for v, p in rules.levels if agency and p.search(agency)), None),
        report_year=year,
        doc_type=doc_type,
        title=title,
        agency_evidence=agency_evidence,
        year_evidence=year_evidence,
        type_evidence=type_evidence,
        conflicts=tuple(conflicts),
    )


_ANNEX_YEAR = re.compile(r"(?P<y>(?:19|20)[0-9]{2})年")


def with_annex_years(identity: Identity, nodes: list[Node]) -> Identity:
    """Flag titles inside the document that name another year than the report's."""
    found = list(identity.conflicts)
    for node in nodes:
        match = _ANNEX_YEAR.search(node.heading) if node.how == "title" else None
        if match and identity.report_year and int(match["y"]) != identity.report_year:
            found.append(
                f"year: a part is titled {node.heading[:40]} in a report on {identity.report_year}"
            )
    return replace(identity, conflicts=tuple(dict.fromkeys(found)))


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


def agency_id(name: str) -> str:
    """A short stable id of the normalised name; region codes come later and may change it once."""
    return "a" + str(
        int(hashlib.sha256(normal_agency(name).encode()).hexdigest()[:12], 16) % 10**9
    ).zfill(9)


def normal_agency(name: str) -> str:
    """The name without blanks, brackets and the words 本级 and 机关."""
    return re.sub(r"(?:本级|机关)$", "", re.sub(r"[\s（）()]", "", name))


_HEAD = 600  # characters in which a news item has its dateline
_TITLED = re.compile(
    r"^[^，。；：]*(?:决算|预算|绩效|报告|总结|自评|说明|情况|公报|要点|表)[^，。；]*$"
)
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{1,20}\Z")
_TITLE = re.compile(
    r"(?:报告|说明|总结|公开|决算|预算|自评表|报告表|情况|公报|年报|要点)(?:（[^）]{1,24}）)?$"
)


def _title(lines: list[str]) -> str | None:
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


def _names(text: str, rules: IdentityRules) -> list[str]:
    found = []
    for m in rules.agency.finditer(text):
        run = _HAN_RUN.search(text, max(0, m.start() - 20), m.start())
        name = rules.prefixes.sub("", (run.group() if run else "") + m.group())
        if rules.cited.match(text, m.end()):  # it issued a document that is quoted
            continue
        if len(name) >= len(m.group()) + 2 and not rules.never.search(name):
            found.append(name)
    return found


def _in_body(name: str, rules: IdentityRules) -> str | None:
    """The part of a name in running text that begins with its place; None where it has none."""
    for mark in reversed(list(rules.breaks.finditer(name))):
        if rules.placed.match(name, mark.end()):
            return name[mark.end() :]
    return name if rules.placed.match(name) and not rules.breaks.search(name) else None


def _institution(text: str, rules: IdentityRules) -> str | None:
    """A school, hospital or town that a title or a cover field begins with."""
    match = rules.institution.match(text.strip())
    return match["name"] if match else None


def _agency(
    text: str, lines: list[str], file_name: str, rules: IdentityRules
) -> tuple[str | None, str]:
    for m in rules.cover.finditer(text[:6000]):
        names = _names(m["rest"], rules)
        name = names[0] if names else _institution(m["rest"], rules)
        if name:
            return normal_agency(name), f"cover: {m.group().strip()[:60]}"
    for line in lines[:8]:
        if len(line) <= 60 and "。" not in line and not line.startswith(("根据", "按照")):
            names = _names(line, rules)
            name = names[0] if names else _institution(line, rules)
            if name:
                return normal_agency(name), f"title: {line.strip()[:60]}"
    names = _names(re.sub(r"[0-9_]+", " ", file_name), rules)
    if names:
        return normal_agency(names[0]), f"file name: {file_name[:60]}"
    inside = (_in_body(name, rules) for name in _names(text[:20000], rules))
    counts = Counter(name for name in inside if name)
    if counts:
        best = max(counts, key=lambda n: (counts[n] * min(len(n), 12), -text.find(n)))
        return normal_agency(best), f"body: {best} ({counts[best]} times)"
    return None, ""


def _years_told(text: str, end: int, rules: IdentityRules) -> tuple[Counter[int], list[int]]:
    """How often the text before ``end`` speaks of each year; and those it only compares with."""
    counts = Counter(int(m["y"]) for m in rules.year_body.finditer(text, 0, end))
    based = [int(m["y"] or m["z"]) for m in rules.compared.finditer(text, 0, end)]
    counts = +(counts - Counter(based))
    dated = rules.dateline.search(text[:_HEAD])
    if dated:  # news is about its own year or the last
        near = {y: counts[y] for y in counts if 0 <= int(dated["y"]) - y <= 1}
        counts = Counter(near or {int(dated["y"]): 1})
    return counts, based


def _year(
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


def _doc_type(
    title: str | None, lines: list[str], text: str, file_name: str, rules: IdentityRules
) -> tuple[str, str]:
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
