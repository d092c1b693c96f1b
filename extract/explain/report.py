"""Why each number of a report became what it became, as plain text for a terminal.

Without an offset: an overview of the document. With one: everything about the number there.
Private names and phone numbers are masked; masks keep the length, so every offset stays right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from extract.context.sense import Sense
from extract.errors import UsageError
from extract.explain.contest import candidates, winner
from extract.explain.relations import relations, verdicts
from extract.explain.terminal import fields, marked, table
from extract.explain.view import View, brief, dims_of, open_view, value_of
from extract.lexicon.cues import between
from extract.meaning.confidence import SAYS, reasons, whole_of
from extract.model import Mention, Rejection
from extract.streams import one_line
from extract.text import years

_REASONS = 4  # of the confidence that are printed
_WHY = (  # how the ids of rules that are no phrases begin or end, and what they mean
    (".anchor", "it takes over what the figure that it is about measures"),
    (".scope", "money inside a project, or of the whole agency outside of one"),
    (".classification", "a functional classification (类/款/项) stands before it"),
    ("part.source", "a part, by source, of the money before it"),
    ("part.", "a named part of the total before it"),
    ("completion.default", "a completion without a budget before it is that of the expenditure"),
    ("form.", "its column's header says so"),
)

_CONTEXT = {  # reasons that no shape gives, and what was seen
    "formula_operand": " (a part of a formula without a name of its own)",
    "rubric": " (the points of a marking rule)",
    "definition": " (a heading says that terms are defined)",
    "question": " (a questionnaire, or an answer)",
    "policy": " (a heading lists duties, and no phrase names a result)",
    "code": " (part of a private number)",
    "other": " (a bare number without a header, label or caption that gives it a unit)",
}


def explain(path: str | Path, start: int | None = None) -> str:
    """Explain one report, or the number at code point ``start`` of its text as loaded.

    Raises ``CorpusError`` where there is no file, ``DocumentError`` where it cannot be read and
    ``UsageError`` where no number stands at ``start``.
    """
    view = open_view(Path(path))
    printed = _overview(view) if start is None else _number(view, start)
    return "\n".join(row.rstrip() for row in printed)


# --- the whole document -------------------------------------------------------------------------


def _overview(view: View) -> Iterator[str]:
    yield one_line(view.hide(view.name))
    yield from fields(_identity(view))
    nodes = [node for node in view.analysis.nodes if node.level and node.end > node.start]
    yield f"\nsections: {len(nodes)}"
    for node in nodes:
        at = view.analysis.copy.span(node.start, node.end)[0]
        heading = "  " * (node.level - 1) + one_line(view.hide(node.heading or "–"))
        yield f"  {at:>7}  {heading}  [{node.kind}]"
    yield from _counts("repairs", (repair.rule for repair in view.analysis.copy.repairs))
    yield f"\nfigures: {len(view.figures)}"
    if view.figures:
        yield from table([_HEAD, *(_row(view, s, m) for s, m in view.figures)])
    yield from verdicts(view)
    yield from _counts("rejected numbers", (row.reason for row in view.rejected))
    yield "\nFor one number: zhengju explain FILE START"


def _identity(view: View) -> Iterator[tuple[str, str]]:
    document, who = view.analysis.document, view.analysis.identity
    reason = f"({document.reason})" if document.reason else ""
    yield "status", f"{document.status}{reason}"
    pages = f", {document.pages} pages" if document.pages else ""
    encoding = f" {document.encoding}" if document.encoding else ""
    yield "text", f"{document.format}{encoding}, {len(document.text)} characters{pages}"
    yield "title", view.hide(who.title or "–")
    yield "agency", view.hide(_evident(who.agency, who.agency_evidence))
    place = "".join(part for part in (who.province, who.prefecture, who.county) if part)
    code = f"{place} {who.adcode_asof or ''}".strip() or " or ".join(who.region_candidates)
    yield "region", _evident(code, who.region_evidence)
    yield "entity", view.hide(_evident(who.entity, who.entity_evidence))
    yield "year", view.hide(_evident(who.report_year, who.year_evidence))
    yield "kind", view.hide(_evident(who.doc_type, who.type_evidence))
    for conflict in who.conflicts:
        yield "conflict", view.hide(conflict)


def _evident(value: object, evidence: str) -> str:
    return f"{value or '–'}  ({evidence or 'no evidence'})"


_HEAD = ("start", "quote", "value", "indicator", "measure", "year", "score", "rule", "dimensions")


def _row(view: View, sense: Sense, mention: Mention) -> tuple[str, ...]:
    return (
        str(mention.start), one_line(view.text[mention.start : mention.end]), value_of(mention),
        mention.indicator or "–", mention.measure or "–", str(mention.year or "–"),
        f"{sense.score:.1f}", sense.rule or "–", dims_of(mention.dims, view),
    )  # fmt: skip


def _counts(title: str, words: Iterable[str]) -> Iterator[str]:
    counts = Counter(words)
    yield f"\n{title}: {counts.total()}"
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>7}  {word}"


# --- one number ---------------------------------------------------------------------------------


def _number(view: View, at: int) -> Iterator[str]:
    if not 0 <= at < len(view.text):
        raise UsageError(f"START {at} is outside the text of {len(view.text)} characters")
    pair = next(((s, m) for s, m in view.figures if m.start <= at < m.end), None)
    if pair:
        return _figure(view, *pair)
    row = next((r for r in view.rejected if r.start <= at < r.end), None)
    senses = (s for s in view.analysis.senses if s.rejected)
    sense = next((s for s in senses if _holds(view.span(s), at)), None)
    if row is None and sense is None:
        raise UsageError(f"no number at START {at}; {_nearest(view, at)}")
    return _rejected(view, row, sense)


def _holds(span: tuple[int, int], at: int) -> bool:
    return span[0] <= at < span[1]


def _nearest(view: View, at: int) -> str:
    starts = [row.start for row in view.rejected] + [m.start for _, m in view.figures]
    if not starts:
        return "this text has no numbers at all"
    return f"the nearest one is at {min(starts, key=lambda start: (abs(start - at), start))}"


def _figure(view: View, sense: Sense, mention: Mention) -> Iterator[str]:
    yield f"{mention.start}–{mention.end}  {one_line(view.text[mention.start : mention.end])}"
    yield from fields(_place(view, sense))
    yield from fields([("value", value_of(mention)), *_shape(mention)])
    yield from candidates(view, sense)
    yield "\ndecision"
    yield from fields(_decision(view, sense, mention))
    yield from relations(view, mention)


def _rejected(view: View, row: Rejection | None, sense: Sense | None) -> Iterator[str]:
    start, end = (row.start, row.end) if row else view.span(sense) if sense else (0, 0)
    reason = row.reason if row else sense.rejected if sense else ""
    yield f"{start}–{end}  {one_line(view.text[start:end])}  is no figure"
    yield from fields([("reason", reason or ""), ("decided by", _refuser(view, start, sense))])
    if sense:
        yield from fields(_place(view, sense))
        yield from candidates(view, sense)
    else:
        yield from fields([("text", marked(view.text, 0, len(view.text), start, end))])


def _refuser(view: View, at: int, sense: Sense | None) -> str:
    copy = view.analysis.copy
    for refusal in view.analysis.refusals:
        if _holds(copy.span(refusal.start, refusal.end), at):
            read = one_line(view.copy[refusal.start : refusal.end])
            return f"rule {refusal.rule} of rejections.toml, by the shape of “{read}”"
    if sense:
        why = _CONTEXT.get(sense.rejected or "", "")
        return f"its context{why}, in a section of kind {sense.node.kind}"
    for repair in copy.repairs:
        if repair.start <= at < repair.end:
            return f"repair {repair.rule}, which took it out of the text"
    return "no rule: nothing took it for a figure"


def _place(view: View, sense: Sense) -> Iterator[tuple[str, str]]:
    figure, (start, end) = sense.figure, sense.sentence
    yield "sentence", marked(view.copy, start, end, figure.start, figure.end)
    yield "section", " > ".join(map(view.hide, sense.node.path)) + f"  [{sense.node.kind}]"
    if sense.node.project:
        yield "project", f"{view.hide(sense.node.project)} (heading)"
    if sense.cell:
        yield "cell", f"row {sense.cell[0]}, column {sense.cell[1]}, label {view.hide(sense.label)}"
    printed, read = view.text[slice(*view.span(sense))], view.copy[figure.start : figure.end]
    if printed != read:
        yield "as printed", f"{one_line(printed)}  →  as read: {one_line(read)}"
    first, last = view.analysis.copy.span(start, max(end, figure.end))
    for repair in view.analysis.copy.repairs:
        if first <= repair.start < last:
            cut = one_line(view.text[repair.start : repair.end])[:30]
            yield "repair", f"{repair.rule} at {repair.start}: “{cut}” left out"
    zone = _zone(view, sense)
    yield "own words", one_line(view.copy[zone : sense.at]) or "–"
    yield from _cues(view, sense, zone)


def _zone(view: View, sense: Sense) -> int:
    """Where the words begin that stand between the figure before and this one."""
    before = [s.figure.end for s in view.analysis.senses if s.sentence == sense.sentence]
    start = max([sense.sentence[0], *(end for end in before if end <= sense.at)])
    return max(start, view.copy.rfind("；", start, sense.at) + 1)


def _cues(view: View, sense: Sense, zone: int) -> Iterator[tuple[str, str]]:
    tags, end = view.analysis.tags, sense.at
    found = [(s, e, cues[0].measure) for s, e, cues in between(tags.relations, zone, end)]
    found += [(s, e, cues[0].measure) for s, e, cues in between(tags.roles, zone, end)]
    for s, e, dims in between(tags.dimensions, sense.sentence[0], end):
        found += [(s, e, f"{cue.name}={cue.value}") for cue in dims]
    for s, e, meaning in sorted(found):
        if meaning:  # the others only hide what looks like a cue
            yield "cue", f"{one_line(view.copy[s:e])} → {meaning}"


def _decision(view: View, sense: Sense, mention: Mention) -> Iterator[tuple[str, str]]:
    label = f" {sense.indicator.label_zh}" if sense.indicator else ""
    yield "indicator", f"{mention.indicator or 'none'}{label}"
    yield "label", one_line(mention.label) or "–"
    yield "why", _why(view, sense)
    yield "rule", f"{sense.rule or '–'}, score {sense.score:.1f}"
    yield "measure", f"{mention.measure}{f' ({mention.stage})' if mention.stage else ''}"
    if sense.anchor:
        yield "about", brief(view, sense.anchor)
    for other, _ in view.figures:
        if other.anchor is sense:
            yield "anchor of", brief(view, other)
    yield "year", f"{mention.year or '–'}  ({_year_source(view, sense)})"
    extra = {"base year": mention.base_year, "period": mention.period_kind, "as of": mention.as_of}
    yield from ((k, str(v)) for k, v in (extra | {"reach": mention.reach}).items() if v)
    yield "dimensions", dims_of(mention.dims, view) or "–"
    yield "confidence", f"{mention.confidence}  ({_moved(view, sense) or 'as usual'})"


def _moved(view: View, sense: Sense) -> str:
    """The main reasons of the confidence, with what they add to the log-odds."""
    known = view.analysis
    whole = whole_of(known.senses, known.refusals, known.identity.report_year)
    moved = reasons(sense, whole, known.confidence)[:_REASONS]
    return ", ".join(f"{SAYS[name]} {amount:+.1f}" for name, amount in moved)


def _why(view: View, sense: Sense) -> str:
    threshold = view.rules.cues.settings["threshold"]
    if sense.indicator is None:
        best = f"the best phrase scores {sense.candidates[0].score:.1f}" if sense.candidates else ""
        return f"{best or 'no phrase fits its unit'}; needed are {threshold:.1f}"
    rule = sense.rule or ""
    seen = winner(sense)
    words = next((w for part, w in _WHY if rule.startswith(part) or rule.endswith(part)), None)
    if words is None:
        words = "the best phrase" if seen else "named by its own words before the cue"
        if seen and seen.score != sense.score and seen is not sense.candidates[0]:
            words = "the phrase at its place in the list"
    if seen and seen.rule.indicator is not sense.indicator:
        words += f", {seen.rule.indicator.id}, narrowed by the project or part that it stands in"
    return words


def _year_source(view: View, sense: Sense) -> str:
    """Where the year came from, by the marks that the reader itself looks at."""
    if sense.anchor and sense.anchor.year:
        return "that of the figure that it is about"
    report = view.analysis.identity.report_year
    for mark in reversed(years.marks(view.copy[: sense.at])):
        if mark.start < sense.sentence[0]:
            break
        own = mark.year or (report - mark.back if report else None)
        if own == sense.year and not mark.compared:
            return f"printed: {view.copy[mark.start : mark.end]}"
    if sense.year == report:
        return "the report's"
    heading = next((h for h in sense.node.path[::-1] if str(sense.year) in h), None)
    if heading and not sense.compared:
        return f"its heading: {one_line(view.hide(heading))}"
    if sense.cell:
        return "from its table"
    return "the year before the one compared with" if sense.year else "none is known"


def _shape(mention: Mention) -> Iterator[tuple[str, str]]:
    low, high = mention.value_min, mention.value_max
    if mention.approx or mention.bound != "=" or (low, high) != (None, None):
        ends = " to ".join("…" if end is None else f"{end.normalize():f}" for end in (low, high))
        yield "interval", f"{ends}  bound {mention.bound}{', approximate' * mention.approx}"
    if mention.flags:
        yield "flags", ", ".join(mention.flags)
