"""What ``make score`` prints: precision, recall and F1 by kind of figure, and by rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract import rulebook

from .pairs import LEVELS, faults
from .reading import conflicted

if TYPE_CHECKING:
    from extract.model import Mention

    from .answers import Answer
    from .reading import Read

Group = Callable[["Answer | Mention"], str]
OUTSIDE = "outside"  # figures that the catalogue has no indicator for
_CLASSES = (
    ("amount", "元"), ("percent", "% 百分点"), ("persons", "人 户"), ("visits", "人次"),
    ("institutions", "家 所 家次"), ("cases", "件 例 起 宗"), ("scores", "分"),
    ("days", "工作日 日 天"), ("months", "月 个月"),
)  # fmt: skip
_CLASS_OF = {unit: name for name, units in _CLASSES for unit in units.split()}


@dataclass(frozen=True, slots=True)
class Score:
    """How much of what is there was found, and how much of what was found is there."""

    hits: int
    answers: int
    mentions: int

    @property
    def precision(self) -> float:
        """Share of mentions that hit."""
        return self.hits / self.mentions if self.mentions else 0.0

    @property
    def recall(self) -> float:
        """Share of answers that were hit."""
        return self.hits / self.answers if self.answers else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.answers + self.mentions
        return 2 * self.hits / both if both else 0.0


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule over all texts: where it decided, and how that ended."""

    rule: str
    hits: int
    errors: int
    conflicts: int
    worst: str  # the most frequent fault


def family_of(figure: Answer | Mention) -> str:
    """Family of the indicator in the contract's catalogue."""
    indicator = rulebook.load().catalogue.get(figure.indicator or "")
    return indicator.family if indicator and not indicator.pack else OUTSIDE


def measure_of(figure: Answer | Mention) -> str:
    """Measure (actual, budget, …)."""
    return figure.measure or "none"


def class_of(figure: Answer | Mention) -> str:
    """Class of the unit: amount, percent, persons, …; other counts together."""
    return _CLASS_OF.get(figure.unit, "other counts")


def by_level(reads: Iterable[Read]) -> dict[str, Score]:
    """The levels of the shared scorer, and ``right``."""
    hits: Counter[str] = Counter()
    answers = mentions = 0
    for read in reads:
        answers += len(read.labelled.answers)
        mentions += len(read.mentions)
        for pair in read.pairs:
            hits.update(LEVELS[: pair.level])
            hits["right"] += pair.right
    return {name: Score(hits[name], answers, mentions) for name in (*LEVELS, "right")}


def by_group(reads: Iterable[Read], group: Group) -> dict[str, Score]:
    """Precision and recall of right figures by group, the largest first.

    A pair that is right belongs to the group of its answer; else answer and mention each count in
    their own.
    """
    hits: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    mentions: Counter[str] = Counter()
    for read in reads:
        for pair in read.pairs:
            answer, mention = read.answer_of(pair), read.mention_of(pair)
            if answer:
                answers[group(answer)] += 1
                hits[group(answer)] += pair.right
            if mention:
                mentions[group(answer if answer and pair.right else mention)] += 1
    names = sorted(answers.keys() | mentions.keys(), key=lambda n: (-answers[n], n))
    return {name: Score(hits[name], answers[name], mentions[name]) for name in names}


def by_rule(reads: Iterable[Read]) -> list[RuleRow]:
    """All rules that decided something, the worst first."""
    hits: Counter[str] = Counter()
    conflicts: Counter[str] = Counter()
    wrong: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for read in reads:
        for pair in read.pairs:
            if pair.mention is None:
                continue
            rule = read.mentions[pair.mention].rule or "(none)"
            hits[rule] += 1
            conflicts[rule] += conflicted(read.senses[pair.mention])
            if not pair.right:
                answer, mention = read.answer_of(pair), read.mentions[pair.mention]
                wrong[rule][", ".join(faults(answer, mention)) if answer else "no figure"] += 1
    rows = [
        RuleRow(
            rule,
            n,
            wrong[rule].total(),
            conflicts[rule],
            wrong[rule].most_common(1)[0][0] if wrong[rule] else "",
        )
        for rule, n in hits.items()
    ]
    return sorted(rows, key=lambda r: (-r.errors, -r.errors / r.hits, -r.conflicts, r.rule))


def score_lines(title: str, scores: dict[str, Score]) -> list[str]:
    """A table of scores."""
    head = f"{title:18} {'answers':>7} {'read':>6} {'precision':>10} {'recall':>7} {'F1':>6}"
    return [head] + [
        f"  {name:16} {s.answers:7} {s.mentions:6} {s.precision:10.3f} {s.recall:7.3f} {s.f1:6.3f}"
        for name, s in scores.items()
    ]


def rule_lines(rows: Sequence[RuleRow], limit: int) -> list[str]:
    """A table of the first ``limit`` rules, and what the rest is."""
    head = f"{'rule':44} {'hits':>5} {'right':>6} {'errors':>7} {'conflicts':>10}  worst"
    lines = [head] + [
        f"  {r.rule:42} {r.hits:5} {r.hits - r.errors:6} {r.errors:7} {r.conflicts:10}  {r.worst}"
        for r in rows[:limit]
    ]
    if rest := rows[limit:]:
        errors = sum(r.errors for r in rest)
        lines.append(f"  and {len(rest)} more with {errors} errors (RULES=all prints them)")
    return lines
