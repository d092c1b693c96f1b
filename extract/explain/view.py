"""One analysed report with everything that may be printed about it.

Private names and phone numbers are masked; masks keep the length, so every offset stays right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extract import loaders
from extract.context.sense import Sense
from extract.errors import DocumentError
from extract.inputs.bundles import open_source
from extract.masking import mask
from extract.model import Document, Mention, Rejection, Source
from extract.reader import analyse
from extract.records import Analysis, mentions_of, rejections_of
from extract.rulebook import Rulebook, load
from extract.streams import one_line


@dataclass(frozen=True, slots=True)
class View:
    """An analysis with texts that may be printed: ``text`` as loaded, ``copy`` as read."""

    name: str
    analysis: Analysis
    rules: Rulebook
    text: str
    copy: str
    figures: list[tuple[Sense, Mention]]
    rejected: tuple[Rejection, ...]

    def hide(self, text: str) -> str:
        """The text without the names, numbers and answers that this report masks."""
        return mask(text, self.analysis.names)

    def span(self, sense: Sense) -> tuple[int, int]:
        """The loaded span of a figure's quote."""
        return self.analysis.copy.span(sense.figure.start, sense.figure.end)


def open_view(path: Path) -> View:
    """Read and analyse one report by the package's own rules.

    Raises ``CorpusError`` where there is no file and ``DocumentError`` where it cannot be read.
    """
    source = open_source(path)
    try:
        document = _loaded(source)
    except DocumentError as error:
        raise DocumentError(error.status, error.reason, f"{path}: {error}") from error
    rules = load()
    analysis = analyse(document, source.path, rules)
    mentions = mentions_of(analysis)
    kept = [sense for sense in analysis.senses if sense.rejected is None]
    return View(
        source.path, analysis, rules, mask(document.text, analysis.names), analysis.masked,
        list(zip(kept, mentions, strict=True)), rejections_of(analysis, mentions),
    )  # fmt: skip


def _loaded(source: Source) -> Document:
    if source.status != "ok" or source.data is None:
        raise DocumentError(source.status, source.reason or "")
    return loaders.load(source.data)


def brief(view: View, sense: Sense) -> str:
    """Offset, quote and meaning of a figure, on one line."""
    start, end = view.span(sense)
    indicator = sense.indicator.id if sense.indicator else "–"
    words = (indicator, sense.measure, str(sense.year or "–"), dims_of(sense.dims, view))
    return f"{start} {one_line(view.text[start:end])}  {' '.join(words)}"


def dims_of(dims: Mapping[str, str], view: View) -> str:
    """Dimensions on one line, names of persons masked."""
    return ";".join(f"{name}={one_line(view.hide(value))}" for name, value in sorted(dims.items()))


def value_of(mention: Mention) -> str:
    """Value and unit as in the dataset, without an exponent."""
    per = f"/{mention.per}" if mention.per else ""
    return f"{mention.value.normalize():f} {mention.unit}{per}"
