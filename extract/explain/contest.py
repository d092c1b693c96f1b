"""Which phrases competed for a figure, with their scores, and which were passed over why."""

from __future__ import annotations

from collections.abc import Iterator

from extract.context.sense import Candidate, Sense
from extract.explain.terminal import table
from extract.explain.view import View
from extract.lexicon.cues import IndicatorRule, between
from extract.meaning.candidates import unit_fit
from extract.streams import one_line

_MOST = 8  # phrases passed over that are shown
_HEAD = ("", "score", "place", "gap", "unit", "phrase seen", "indicator", "rule")
_FITS = {"": "fits", "classifier": "other classifier", "kind": "near class"}


def candidates(view: View, sense: Sense) -> Iterator[str]:
    """A table of all candidates, the winner marked; below, the phrases that could not speak."""
    yield f"\ncandidates: {len(sense.candidates)}"
    won = winner(sense)
    rows = [
        (
            "→" if c is won else "", f"{c.score:.1f}", c.place, _gap(sense, c), _fit(sense, c),
            one_line(view.copy[c.start : c.end]), c.rule.indicator.id, c.rule.id,
        )
        for c in sense.candidates
    ]  # fmt: skip
    if rows:
        yield from table([_HEAD, *rows])
    passed = list(dict.fromkeys(_passed_over(view, sense)))
    if passed:
        yield f"\npassed over: {len(passed)}"
        yield from table([("phrase seen", "indicator", "because"), *passed[:_MOST]])


def winner(sense: Sense) -> Candidate | None:
    """The candidate that named the figure; None where something else did."""
    own = [c for c in sense.candidates if c.rule.id == sense.rule]
    return next((c for c in own if c.score == sense.score), own[0] if own else None)


def _gap(sense: Sense, candidate: Candidate) -> str:
    """Characters between phrase and figure."""
    figure = sense.placed()
    if candidate.place in ("heading", "column", "row"):
        return "–"
    return str(max(figure.start - candidate.end, candidate.start - figure.end, 0))


def _fit(sense: Sense, candidate: Candidate) -> str:
    figure = sense.figure
    fit = unit_fit(candidate.rule, figure.kind, figure.unit.base if figure.unit else "")
    return _FITS.get(fit or "", "fits")


def _passed_over(view: View, sense: Sense) -> Iterator[tuple[str, str, str]]:
    """Phrases of the sentence that no candidate stands for: which, of what, and why."""
    heard = {(c.start, c.end, c.rule.id) for c in sense.candidates}
    first, last = sense.sentence
    for start, end, meanings in between(view.analysis.tags.indicators, first, last):
        for rule, strength in meanings:
            if (start, end, rule.id) not in heard:
                words = one_line(view.copy[start:end])
                yield words, rule.indicator.id, _because(view, sense, rule, strength, (start, end))


def _because(
    view: View, sense: Sense, rule: IndicatorRule, strength: str, span: tuple[int, int]
) -> str:
    figure, text = sense.figure, view.copy
    if unit_fit(rule, figure.kind, figure.unit.base if figure.unit else "") is None:
        return f"it counts in {', '.join(rule.kinds)}, not in {figure.kind}"
    if strength == "after" and not 0 <= span[0] - figure.end <= 2:
        return "it names a figure only from directly behind it"
    stops = [text.find(mark, span[1]) for mark in "，；。\n"]
    last = min([at for at in stops if at >= 0], default=len(text))
    clause = text[max(text.rfind(mark, 0, span[0]) for mark in "，；。\n") + 1 : last]
    avoided = next((word for word in rule.avoid if word in clause), None)
    if avoided:
        return f"it avoids {avoided}"
    around = text[slice(*sense.sentence)] + "".join(sense.node.path)
    around += view.analysis.identity.agency or ""
    around = text[slice(*sense.sentence)] + "".join(sense.node.path)
    around += view.analysis.identity.agency or ""
    if strength == "weak" and rule.needs and not any(word in around for word in rule.needs):
        return f"it needs one of: {' '.join(rule.needs[:5])}"
    return "it stands too far away, or behind another figure"
