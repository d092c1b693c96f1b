"""``zhengju compare``: a sheet read, judged cell by cell, and told (核对报告)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.compare import evidence as stored
from extract.compare.entries import Entry, Sheet, read_entries
from extract.compare.grid import read_grid
from extract.compare.numbers import Scale, Written, written
from extract.compare.targets import Vocabulary, unit_of
from extract.compare.verdicts import LABELS, UNREAD, Verdict, judge
from extract.compare.whose import DOCUMENT_COLUMNS, Agencies, Who
from extract.compare.words import SheetWords
from extract.compare.words import load as load_words
from extract.inputs.claims import read_aliases
from extract.rulebook import Rulebook
from extract.rulebook import load as load_rules
from extract.streams import one_line

COLUMNS = (
    "row", "agency_in_sheet", "agency_id", "year", "header", "column", "indicator", "measure",
    "dims", "cell", "value", "unit", "label", "label_zh", "stated", "factor", "stated_year",
    "stated_measure", "stated_dims", "source", "page", "start", "end", "quote", "sentence", "note",
)  # fmt: skip
_PLAIN = Scale()
_SHOWN = 10  # cells that are printed where no file is asked for


@dataclass(frozen=True, slots=True)
class Compared:
    """A sheet with a verdict for each filled cell; ``rows`` have ``COLUMNS``."""

    sheet: Sheet
    rows: tuple[Mapping[str, Any], ...]
    blank: int  # cells of the sheet without a number
    missed: int  # of these, cells that the reports state
    strangers: tuple[str, ...]  # rows' agencies that the dataset does not have


def compare(output: Path, sheet: Path, *, aliases: Path | None = None) -> Compared:
    """Hold each cell of a sheet against the mentions of a dataset.

    ``aliases`` is a table of names as a run reads it. Raises ``CorpusError`` where one of both
    cannot be read, ``UsageError`` where the sheet's header does not tell what is where.
    """
    rules, words = load_rules(), load_words()
    rows = read_grid(sheet)
    names = Vocabulary(rules)
    read = read_entries(sheet, rows, words, names)
    if aliases is not None:
        _, known = read_aliases(aliases)
        rules = replace(rules, identity=replace(rules.identity, aliases=known))
    agencies = Agencies(stored.documents(output, DOCUMENT_COLUMNS), rules.identity)
    found = [agencies.find(e.who, e.entity, e.year) for e in read.entries]
    groups = {who.group for who in found if who.group}
    evidence = stored.load(output, {a: g for g in groups for a in agencies.members[g]})
    told: list[Mapping[str, Any]] = []
    blank = missed = 0
    for read_entry, who in zip(read.entries, found, strict=True):
        number, problem = _number(read_entry, rules, words)
        entry = _by_unit(read_entry, number, names)
        if number is None and not problem:
            blank += 1
            missed += _stated(entry, who, evidence)
            continue
        verdict = _verdict(entry, who, number, problem, evidence)
        told.append(_row(entry, who, number, _of_kind(verdict, entry, number, names), rules))
    strangers = dict.fromkeys(
        " ".join(e.who) for e, who in zip(read.entries, found, strict=True) if not who.group
    )
    return Compared(read, tuple(told), blank, missed, tuple(strangers))


def _number(entry: Entry, rules: Rulebook, words: SheetWords) -> tuple[Written | None, str]:
    """The number of a cell (None where it is empty), and why it cannot be judged."""
    target = entry.target
    try:
        scale = target.scale if target else None
        number = written(entry.cell, scale or _PLAIN, rules.figures, words)
    except ValueError as error:
        return None, str(error)
    if number is None:
        return None, ""
    if target is None:
        return number, "no column, indicator or unit of this name"
    if entry.year is None:
        return number, f"{entry.year_said or 'an empty cell'} is no year"
    return number, ""


def _verdict(
    entry: Entry, who: Who, number: Written | None, problem: str, evidence: stored.Evidence
) -> Verdict:
    if problem or number is None or entry.target is None or entry.year is None:
        return Verdict(UNREAD, note=problem)
    return judge(number, entry.target, who, entry.year, evidence)


def _by_unit(entry: Entry, number: Written | None, names: Vocabulary) -> Entry:
    """The same cell, its header understood by the unit in the cell."""
    if entry.target is None or number is None or not number.unit:
        return entry
    return replace(entry, target=names.counted(entry.header, entry.target, number.unit))


def _of_kind(verdict: Verdict, entry: Entry, number: Written | None, names: Vocabulary) -> Verdict:
    """The same, but where the sheet counts in 元 what the report counts in 人."""
    said = verdict.statement
    if verdict.label != "supported" or not (said and number and number.unit and entry.target):
        return verdict
    stated = said.row["unit"]
    if number.unit == stated or names.counts(entry.target, number.unit):
        return verdict
    return Verdict("unit_off", said, note=f"in {number.unit}, where the report counts in {stated}")


def _stated(entry: Entry, who: Who, evidence: stored.Evidence) -> bool:
    """Whether the panel has a value where the sheet has none."""
    column = entry.target.column if entry.target else ""
    cells = (evidence.cells.get((a, entry.year or 0, column)) for a in who.agencies)
    return any(cell and cell["value"] is not None for cell in cells)


def _row(
    entry: Entry, who: Who, number: Written | None, verdict: Verdict, rules: Rulebook
) -> dict[str, Any]:
    target, said = entry.target, verdict.statement
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "row": entry.line,
        "agency_in_sheet": " ".join(entry.who),
        "agency_id": said.agency if said else ";".join(sorted(who.agencies)) or None,
        "year": entry.year,
        "header": entry.header,
        "cell": entry.cell,
        "value": number.value if number else None,
        "label": verdict.label,
        "label_zh": LABELS.get(verdict.label, "无法读取"),
        "note": verdict.note or None,
    }
    if target is not None:
        row |= {
            "column": target.column or None,
            "indicator": target.meaning.indicator,
            "measure": target.meaning.measure,
            "dims": target.meaning.dims(),
            "unit": unit_of(target, rules.catalogue),
        }
    if said is not None:
        taken = ("source", "page", "start", "end", "quote", "sentence")
        row |= {name: said.row[name] for name in taken}
        row |= {
            "stated": said.said.value,
            "factor": verdict.factor if verdict.factor != 1 else None,
            "stated_year": said.year,
            "stated_measure": said.meaning.measure if said.meaning else None,
            "stated_dims": said.meaning.dims() if said.meaning else None,
        }
    return row


def summary(compared: Compared) -> str:
    """What to know first: how many cells bear each label, and what stands behind it."""
    counts = Counter(row["label"] for row in compared.rows)
    total = len(compared.rows)
    lines = [f"cells          {total} with a number ({compared.sheet.form} form)"]
    for label in (*LABELS, UNREAD):
        if counts[label] or label in LABELS:
            share = f"{counts[label] / total:6.1%}" if total else ""
            lines.append(f"{label:<14} {counts[label]:>5} {share}  {LABELS.get(label, '无法读取')}")
    lines += list(_hints(compared))
    return "\n".join(map(one_line, lines))


def _hints(compared: Compared) -> Iterator[str]:
    if compared.blank:
        yield f"blank          {compared.blank}, of which the reports state {compared.missed}"
    if compared.strangers:
        yield f"no agency      {_some(compared.strangers)}"
    if compared.sheet.unknown:
        yield f"not understood {_some(compared.sheet.unknown)}"
    for header, target in compared.sheet.columns.items():
        if target.by == "rules":
            name = target.column or target.meaning.indicator
            yield f"read as        {header}: {name}"
    for header, power in _constant_factors(compared.rows):
        yield (
            f"unit           all numbers of {header} are {power} times the reports': "
            "write the unit behind its header, in brackets"
        )


def _constant_factors(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Columns whose numbers all miss the same unit."""
    found: defaultdict[str, list[float | None]] = defaultdict(list)
    for row in rows:
        if row["label"] in ("supported", "unit_off"):
            found[row["header"]].append(row["factor"])
    for header, factors in found.items():
        if len(factors) > 2 and len(set(factors)) == 1 and factors[0] is not None:
            yield header, f"{factors[0]:g}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return "; ".join(names[:5]) + more


def findings(compared: Compared, most: int = _SHOWN) -> str:
    """The first cells that are not supported, each with its sentence."""
    odd = [row for row in compared.rows if row["label"] != "supported"]
    lines = []
    for row in odd[:most]:
        lines.append(
            f"row {row['row']}  {row['agency_in_sheet']} {row['year']} {row['header']}: "
            f"{row['cell']}  {row['label']} {row['label_zh']}"
        )
        if row["note"]:
            lines.append(f"  {row['note']}")
        if row["quote"]:
            lines.append(f"  {row['sentence']}  [{row['quote']}, {row['source']}:{row['start']}]")
    if len(odd) > most:
        lines.append(f"and {len(odd) - most} more; -o FILE.csv writes all cells")
    return "\n".join(map(one_line, lines))
