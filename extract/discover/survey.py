"""What a dataset holds that no rule names (未入目录的数字): grouped by head phrase and unit.

``zhengju discover OUTPUT`` prints the groups with their counts, examples and a rule to paste.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.catalogue import COLUMNS
from extract.discover.examples import Marked, marked_in
from extract.discover.proposals import PACK, Proposal, proposals_of
from extract.errors import CorpusError
from extract.rulebook import Rulebook
from extract.rulebook import load as load_rules
from extract.streams import one_line

SATELLITES = frozenset({"share", "growth", "change", "completion"})  # need no rule of their own
_COLUMNS = (
    "source", "start", "quote", "unit", "indicator", "measure", "year", "label", "sentence",
    "agency_id",
)  # fmt: skip
_SAMPLES = 12  # sentences kept of a wording
_SHORTEST = 4  # characters of a head that others may end with
CSV_COLUMNS = (
    "head", "unit", "figures", "agencies", "documents", "first_year", "last_year", "wordings",
    "example", "source", "start", "row", "rule", "holds",
)  # fmt: skip

Row = Mapping[str, Any]


@dataclass(slots=True)
class Group:
    """Figures of one head phrase and unit. ``wordings`` counts the labels as they stand."""

    head: str
    unit: str
    figures: int = 0
    agencies: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    wordings: Counter[str] = field(default_factory=Counter)
    samples: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Count one more figure."""
        self.figures += 1
        self.documents.add(row["source"])
        self.wordings[row["label"]] += 1
        if row["agency_id"]:
            self.agencies.add(row["agency_id"])
        if row["year"]:
            self.years.add(row["year"])
        if len(self.samples) < _SAMPLES:
            self.samples.append(row)

    def merge(self, other: Group) -> None:
        """Take in the figures of a wording that ends with this head."""
        self.figures += other.figures
        self.agencies |= other.agencies
        self.documents |= other.documents
        self.years |= other.years
        self.wordings += other.wordings
        self.samples += other.samples


@dataclass(frozen=True, slots=True)
class Finding:
    """A group with its best examples and the rule that would name it."""

    group: Group
    examples: tuple[Marked, ...]
    proposal: Proposal


def discover(
    output: Path, *, least: int = 2, limit: int = 20, unit: str | None = None, form: str = "text"
) -> str:
    """The unmapped figures of a dataset, ready to print; ``form`` is ``text`` or ``csv``.

    Raises ``CorpusError`` where there is no dataset.
    """
    rows = list(unmapped(output))
    levels = [r for r in rows if r["measure"] not in SATELLITES and r["label"]]
    groups = [g for g in grouped(levels) if unit is None or g.unit == unit]
    shown = [g for g in groups if g.figures >= least][:limit]
    findings = _findings(shown, load_rules())
    if form == "csv":
        return _csv(findings)
    head = _heading(rows, levels, groups, len(shown), least)
    return "\n\n".join([head, *map(_text, range(1, len(findings) + 1), findings)])


def unmapped(output: Path) -> Iterator[Row]:
    """The rows of ``mentions`` without an indicator, whether it is a file or a folder of parts."""
    path = output / "mentions.parquet"
    if not path.exists():
        raise CorpusError(f"no dataset in {output}; make one: zhengju run CORPUS --output DIR")
    import pyarrow as pa  # noqa: PLC0415  the module is also read for its records alone
    import pyarrow.dataset as ds  # noqa: PLC0415

    try:
        table = ds.dataset(path, format="parquet")
        scan = table.scanner(columns=list(_COLUMNS), filter=ds.field("indicator").is_null())
        for batch in scan.to_batches():
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); run again") from error


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Groups by head and unit, the largest first; a wording joins the head that it ends with."""
    exact: dict[tuple[str, str], Group] = {}
    for row in rows:
        key = row["label"], row["unit"]
        exact.setdefault(key, Group(*key)).add(row)
    groups: dict[tuple[str, str], Group] = {}
    for label, unit in sorted(exact, key=lambda key: (len(key[0]), key)):
        ends = (label[at:] for at in range(len(label) - _SHORTEST + 1))
        head = next((end for end in ends if (end, unit) in groups), None)
        if head is None:
            groups[label, unit] = exact[label, unit]
        else:
            groups[head, unit].merge(exact[label, unit])
    return sorted(groups.values(), key=lambda g: (-g.figures, -len(g.agencies), g.head, g.unit))


def _findings(groups: list[Group], rules: Rulebook) -> list[Finding]:
    marks = [_examples(group, rules) for group in groups]
    proposals = proposals_of(
        [(g.head, g.unit, m) for g, m in zip(groups, marks, strict=True)], rules
    )
    return [Finding(*row) for row in zip(groups, marks, proposals, strict=True)]


def _examples(group: Group, rules: Rulebook) -> tuple[Marked, ...]:
    """Sentences with the figure marked: those with the head beside it first, then the shortest."""
    found = [marked_in(row, group.head, rules.labels) for row in group.samples]
    kept = {mark.shown(): mark for mark in reversed(found)}
    return tuple(kept[text] for text in sorted(kept, key=lambda t: (kept[t].rank, len(t), t)))


def _heading(
    rows: list[Row], levels: list[Row], groups: list[Group], shown: int, least: int
) -> str:
    if not rows:
        return "every figure of this dataset has an indicator"
    documents = len({row["source"] for row in rows})
    said = f"{_count(len(rows), 'figure')} without indicator in {_count(documents, 'document')}"
    if len(rows) > len(levels):
        said += f"; {len(rows) - len(levels)} are shares or changes, which need no rule"
    said += f"\n{_count(len(groups), 'group')} by head phrase and unit; {shown} shown"
    if shown:
        said += (
            f"\n{PACK}/indicators.csv, where it is new, begins with the line\n{','.join(COLUMNS)}"
        )
    if groups and not shown:
        said += f"; none has {least} figures, --min 1 shows all"
    return said


def _years(group: Group) -> str:
    years = sorted(group.years)
    return "–".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else "no year"


def _text(number: int, finding: Finding) -> str:
    group, proposal = finding.group, finding.proposal
    words = [f"{one_line(word)} {n}" for word, n in group.wordings.most_common(6)]
    rows = [
        f"{number}. {one_line(group.head)} ({group.unit})",
        f"   {', '.join([*_counts(group), _years(group)])}",
    ]
    if len(words) > 1:
        rows.append(f"   wordings: {'; '.join(words)}")
    rows += [
        f"   {mark.shown()}  {one_line(mark.source)}:{mark.start}" for mark in finding.examples[:3]
    ]
    return "\n".join([*rows, "", proposal.text()])


def _counts(group: Group) -> Iterator[str]:
    yield _count(group.figures, "figure")
    yield _count(len(group.agencies), "agency")
    yield _count(len(group.documents), "document")


def _count(number: int, word: str) -> str:
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else many}"


def _csv(findings: list[Finding]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for finding in findings:
        group, proposal = finding.group, finding.proposal
        mark = finding.examples[0] if finding.examples else None
        years = sorted(group.years)
        writer.writerow((
            group.head, group.unit, group.figures, len(group.agencies), len(group.documents),
            years[0] if years else "", years[-1] if years else "",
            "; ".join(f"{word} {n}" for word, n in group.wordings.most_common()),
            mark.shown() if mark else "", mark.source if mark else "", mark.start if mark else "",
            proposal.row, proposal.rule, proposal.holds,
        ))  # fmt: skip
    return lines.getvalue().rstrip("\n")
