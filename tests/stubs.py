"""Stand-ins for the reader, so that the output side is tested by itself.

The stub reader understands lines such as ``revenue actual 2022 <100.5万元>``; the first line may
say ``agency NAME YEAR doc_type``. A digit outside <…> is rejected. ``!crash`` raises.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from extract import catalogue
from extract.cache import recipe
from extract.checks import CheckRules, compile_checks
from extract.errors import DocumentError
from extract.identity import IdentityRules, compile_identity
from extract.ids import short_id
from extract.model import Document, Identity, Mention, Reading, Rejection, Section, Source
from extract.schema import read_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

_FIGURE = re.compile(r"(\w+) (\w+) (\d{4}) <(?P<quote>(?P<number>[\d.,]+)(?P<unit>[^>]+))>")
_COVER = re.compile(r"agency (?P<agency>\S+) (?P<year>\d{4}) (?P<kind>\w+)")


@cache
def _identity_rules() -> IdentityRules:
    return compile_identity(catalogue.patterns_folder())


@cache
def _checks() -> CheckRules:
    return compile_checks(read_file(catalogue.patterns_folder(), "checks.toml"), catalogue.load())


@dataclass(frozen=True)
class StubRulebook:  # its reader knows no rule, but paths are asked for names
    catalogue: Mapping[str, catalogue.Indicator] = field(default_factory=catalogue.load)
    identity: IdentityRules = field(default_factory=_identity_rules)
    checks: CheckRules = field(default_factory=_checks)


def mention(quote: str = "100万元", start: int = 0, **more: Any) -> Mention:  # noqa: ANN401  any field of Mention
    """A mention of revenue; value and unit are read from the quote unless given."""
    hit = re.match(r"(?P<number>[\d.,]+)(?P<scale>[万亿]?)余?(?P<unit>.*)", quote)
    assert hit is not None
    factor = {"": 1, "万": 10**4, "亿": 10**8}[hit["scale"]]
    known: dict[str, Any] = {
        "value": Decimal(hit["number"].replace(",", "")) * factor,
        "unit": hit["unit"],
        "value_raw": hit["number"],
        "unit_raw": hit["scale"] + hit["unit"],
        "indicator": "revenue",
        "measure": "actual",
        "year": 2022,
        "confidence": 0.9,
    }
    return Mention(start, start + len(quote), quote, **{**known, **more})


def reading(*mentions: Mention, path: str = "a.txt", **identity: Any) -> Reading:  # noqa: ANN401
    """A reading whose text holds the quotes of the mentions where they say they stand."""
    text = [" "] * max((m.end for m in mentions), default=0)
    for m in mentions:
        text[m.start : m.end] = m.quote
    who = {"agency": "甲县医保局", "agency_id": "a1", "report_year": 2022, "level": "county"}
    return Reading(
        source=Source(path, short_id(path), len(text)),
        document=Document("".join(text), "txt", encoding="utf-8"),
        identity=Identity(**{**who, "doc_type": "self_evaluation", **identity}),
        mentions=mentions,
    )


def stub_read(source: Source, document: Document, _rulebook: StubRulebook) -> Reading:
    text = document.text
    if "!crash" in text:
        raise KeyError("a bug")
    if "!locked" in text:
        raise DocumentError("encrypted")
    cover = _COVER.search(text)
    identity = (
        Identity(cover["agency"], short_id(cover["agency"]), report_year=int(cover["year"]),
                 doc_type=cover["kind"], bureau="医疗保障", level="county", title="绩效自评报告")
        if cover
        else Identity()
    )  # fmt: skip
    figures = list(_FIGURE.finditer(text))
    spans = [f.span("quote") for f in figures]
    return Reading(
        source,
        document,
        identity,
        sections=(Section(0, len(text), "", 0, "other", ("",), "document"),),
        mentions=tuple(
            mention(f["quote"], f.start("quote"))._replace(
                indicator=f[1],
                measure=f[2],
                year=int(f[3]),
                section=("一、情况",),
            )
            for f in figures
        ),
        rejections=tuple(
            Rejection(*d.span(), d.group(), "other")
            for d in re.finditer(r"\d+", text)
            if not any(start <= d.start() < end for start, end in spans)
        ),
    )


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stub reader, rulebook and explainer in the place of the real ones."""
    modules: dict[str, dict[str, Any]] = {
        "reader": {"read_document": stub_read},
        "rulebook": {"load": StubRulebook, "Rulebook": StubRulebook},
        "explain.report": {"explain": lambda path, start: f"explained {path} {start}"},
    }
    for name, content in modules.items():
        module = ModuleType(f"extract.{name}")
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, f"extract.{name}", module)


COUNTY = "agency {name} {year} self_evaluation\nrevenue actual {year} <{money}万元>\n第3号\n"


def counties(folder: Path) -> Path:
    """Six reports of three counties over two years, and a copy of one; 6 facts, 18 rejections."""
    files = {
        f"{name}/{year}.txt": COUNTY.format(name=name, year=year, money=100 + i)
        for i, name in enumerate(("甲县医保局", "乙县医保局", "丙县医保局"))
        for year in (2021, 2022)
    }
    return fill(folder, {**files, "龙县/copy.txt": files["乙县医保局/2021.txt"]})


def fill(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files below the folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rows(output: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a written table."""
    found: list[dict[str, Any]] = pq.read_table(output / f"{table}.parquet").to_pylist()
    return found


def digests(output: Path) -> dict[str, str]:
    """Hashes of all files that have to be reproducible."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in output.iterdir()
        if path.is_file() and path.name != "run_report.json"
    }


def reinstall(monkeypatch: pytest.MonkeyPatch, **parts: str) -> None:
    """Let digests of what is installed, ``rules`` say, be others, as if it had changed."""
    other = replace(recipe.recipe(catalogue.patterns_folder()), **parts)
    for module in ("recall", "outlook"):
        monkeypatch.setattr(f"extract.cache.{module}.ours", lambda: other)
    monkeypatch.setattr("extract.cache.recall.recipe", lambda _: other)
