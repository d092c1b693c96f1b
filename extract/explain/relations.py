"""The arithmetic that a figure takes part in, for ``zhengju explain`` (勾稽说明)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from extract.checks import UNTESTED, Check, checks_of
from extract.explain.terminal import table
from extract.explain.view import View
from extract.model import Mention
from extract.streams import one_line

_HEAD = ("verdict", "kind", "arithmetic", "one slip would explain it")
_NO_OPERANDS = "the report does not state what it is computed from"
_APART = "what it could be computed from stands apart, and need not be the same"


def relations(view: View, mention: Mention) -> Iterator[str]:
    """A table of the relations that the figure is tested by, or is an operand of."""
    rows = [
        (check.verdict, check.kind, one_line(_arithmetic(check)), _slips(view, check))
        for check in _checks(view)
        if mention.start in (check.tested, *check.operands)
    ]
    yield f"\nrelations: {len(rows)}"
    if rows:
        yield from table([_HEAD, *rows])


def verdicts(view: View) -> Iterator[str]:
    """How many relations of the report hold, and those that are off."""
    checks = _checks(view)
    counts = Counter(check.verdict for check in checks)
    yield f"\nrelations: {len(checks)}"
    for verdict, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>7}  {verdict}"
    for check in checks:
        if check.verdict == "off":
            yield f"  {check.tested:>7}  {check.kind} off: {one_line(_arithmetic(check))}"


def _checks(view: View) -> tuple[Check, ...]:
    mentions = [mention for _, mention in view.figures]
    return checks_of(mentions, view.analysis.document.text, view.rules.checks)


def _arithmetic(check: Check) -> str:
    if check.verdict != UNTESTED:
        return check.formula
    return f"{check.formula} ({_APART})" if check.formula else _NO_OPERANDS


def _slips(view: View, check: Check) -> str:
    text = view.text
    named = {m.start: one_line(text[m.start : m.end]) for _, m in view.figures}
    return ", ".join(f"{named[at]} ({slip})" for at, slip in check.suspects)
