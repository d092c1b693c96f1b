"""Rules for figures that have none yet (规则草案): a row of the catalogue and a rule, tried out."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from pathlib import Path

from extract.catalogue import COLUMNS, patterns_folder
from extract.discover.examples import Marked
from extract.model import Document
from extract.reader import analyse
from extract.rulebook import Rulebook, load

FAMILY = "mine"
PACK = f"patterns/packs/{FAMILY}"  # where row and rule are to be pasted
_TITLE = "某县某局2022年度部门整体支出绩效自评报告\n"
_SPECIAL = re.compile(r"[()\[\]|]")  # what a phrase means something by
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to paste; ``holds`` where the rule, tried, names the figures of its examples."""

    indicator: str
    row: str  # of indicators.csv
    phrases: tuple[str, ...]
    after: tuple[str, ...]
    kind: str  # class of units
    examples: tuple[str, ...]
    weight: int = 0
    holds: bool = False
    known: bool = False  # the rules have its indicator already

    @property
    def rule(self) -> str:
        """The rule as TOML."""
        lines = ["[[rule]]", f"indicator = {_quoted(self.indicator)}"]
        for key in ("phrases", "after"):
            words: tuple[str, ...] = getattr(self, key)
            if words:
                lines.append(f"{key} = [{', '.join(map(_quoted, words))}]")
        lines.append(f"units = [{_quoted(self.kind)}]")
        if self.weight:
            lines.append(f"weight = {self.weight}")
        lines.append(f"examples = [{', '.join(map(_quoted, self.examples))}]")
        return "\n".join(lines)

    def text(self) -> str:
        """Both blocks, each below the file that it belongs to."""
        if self.known:
            return f"no rule: {self.indicator} has one, which the next run will use"
        if not self.examples:
            return "no rule: no words that it could match"
        note = "" if self.holds else "\n# another phrase still wins: see zhengju explain"
        return f"# {PACK}/indicators.csv\n{self.row}\n\n# {PACK}/{FAMILY}.toml{note}\n{self.rule}"


def proposals_of(
    groups: Sequence[tuple[str, str, tuple[Marked, ...]]], rules: Rulebook
) -> list[Proposal]:
    """One proposal for each head, unit and its examples; heavier where it would lose."""
    drafts = [_draft(head, unit, marks, rules) for head, unit, marks in groups]
    tried = _tried(drafts)
    again = [d if d.holds else replace(d, weight=6) for d in tried]
    return tried if again == tried else [
        new if new.holds else old for old, new in zip(tried, _tried(again), strict=True)
    ]  # fmt: skip


def _draft(head: str, unit: str, marks: tuple[Marked, ...], rules: Rulebook) -> Proposal:
    beside = [mark for mark in marks if mark.rank == 0 and mark.example()]
    before = {_core(mark.head.before, head) for mark in beside if not mark.head.after}
    after = {mark.head.after for mark in beside if mark.head.after}
    texts = [mark.example() for mark in beside]
    if not beside:  # cells of a table, or words before another figure: the head stands for them
        before, texts = {head}, [mark.example(head) for mark in marks]
    id_ = f"{FAMILY}_{blake2s(f'{head}/{unit}'.encode(), digest_size=3).hexdigest()}"
    known = rules.figures.units.units.get(unit)
    return Proposal(
        id_,
        _row(id_, head, unit),
        tuple(sorted(filter(_usable, before))),
        tuple(sorted(filter(_usable, after))),
        known.kind if known else "thing",
        tuple(dict.fromkeys(filter(None, texts)))[:_EXAMPLES],
        known=id_ in rules.catalogue,
    )


def _core(words: str, head: str) -> str:
    return head if words.endswith(head) else words


def _usable(phrase: str) -> bool:
    return bool(phrase) and not _SPECIAL.search(phrase)


def _row(id_: str, head: str, unit: str) -> str:
    cells = {
        "indicator": id_, "family": FAMILY, "tier": "standard", "label_zh": head,
        "label_en": "(to be named)", "unit": unit, "short": id_, "panel": "-", "wording seen": head,
    }  # fmt: skip
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([cells.get(name, "") for name in COLUMNS])
    return line.getvalue()


def _quoted(text: str) -> str:
    """A string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


def _tried(drafts: Sequence[Proposal]) -> list[Proposal]:
    """The drafts, each with the examples that hold once all are a pack in a copy of the rules."""
    able = [d for d in drafts if d.examples and (d.phrases or d.after) and not d.known]
    if not able:
        return [replace(d, examples=(), holds=False) for d in drafts]
    with tempfile.TemporaryDirectory(prefix="zhengju-") as home:
        folder = Path(shutil.copytree(patterns_folder(), Path(home) / "patterns"))
        (pack := folder / "packs" / "tried").mkdir(parents=True)
        rows = [",".join(COLUMNS), *(d.row for d in able)]
        (pack / "indicators.csv").write_text("\n".join(rows) + "\n", "utf-8")
        (pack / "tried.toml").write_text("\n\n".join(d.rule for d in able), "utf-8")
        book = load(folder)
    return [_holding(d, book) if d in able else replace(d, examples=()) for d in drafts]


def _holding(draft: Proposal, book: Rulebook) -> Proposal:
    held = tuple(e for e in draft.examples if _named(e, book) == draft.indicator)
    return replace(draft, examples=held or draft.examples, holds=bool(held))


def _named(example: str, book: Rulebook) -> str | None:
    """The indicator that the marked figure of an example gets."""
    before, _, rest = example.partition("<")
    plain = f"{_TITLE}{before}{rest.replace('>', '', 1)}\n"
    at = len(_TITLE) + len(before)
    analysis = analyse(Document(plain, "txt"), "", book)
    for sense in analysis.senses:
        start, end = analysis.copy.span(sense.figure.start, sense.figure.end)
        if start <= at < end and sense.rejected is None:
            return sense.indicator.id if sense.indicator else None
    return None
