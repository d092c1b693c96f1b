"""What a document may cost (上限), and the clock while it is read.

A document of unknown origin must end as a row, whatever it does: small limits are checked before
anything is parsed, and the process that parses has limits of its own, set by ``worker`` and
watched by ``pool``. Loaders ask ``expired`` between pages, so that what was read is kept.
Sizes are bytes unless the name says otherwise, times are seconds. How deep and how often parts
of one format may lie in each other stands where they are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from time import monotonic

MIB = 2**20
GIB = 2**30

# --- what a file may be: checked before it is parsed ------------------------------------------

FILE = 200 * MIB  # the largest published book of accounts is some 60 MB, of scans
TEXT = 5_000_000  # characters of a text that are read: some 3,000 dense pages; the rest is left
# The most that TEXT characters take in an encoding that we read; what is behind is not decoded.
TEXT_BYTES = 4 * TEXT

# --- containers (ZIP and its kin) -------------------------------------------------------------

ZIP_MEMBERS = 5_000  # names in the central directory; a workbook of a whole ministry has hundreds
XML_PART = 64 * MIB  # inflated; the largest part of 149 public Word files was 2.3 MB
XML_TOTAL = 512 * MIB  # inflated, all XML parts together
# A uniform table deflates 300:1 at 8 MB, so the ratio counts only for parts larger than that.
ZIP_RATIO = 100
ZIP_RATIO_FROM = 10 * MIB

# --- one format or some of them ---------------------------------------------------------------

HTML = 64 * MIB  # the tree takes twenty times as much
MHTML = 96 * MIB  # a third of them by the coding
RTF = 64 * MIB
OLE_STREAM = 128 * MIB  # a Word file's text is far below, its pictures are not asked for
XLS_STREAM = 200 * MIB
DOC_CHARACTERS = 8 * MIB  # a thick report has a hundred thousand
PUT_IN = 32 * MIB  # of all files that are put into a DOCX
PAGES = 5_000  # the yearbook of a province has 1,000
OCR_PAGES = 300  # of one document: ten minutes
PICTURE = 80_000_000  # pixels of one page: A3 at 600 dots per inch has 70 million
OCR_PIXELS = 5_000_000  # of one page, A3 at that: a process then needs 1.6 GB of addresses
COLUMNS = 63  # of a table, and that one cell spans: Word's limit
CELLS = 1_000_000  # of one table or sheet, covered ones included
OFFICE = 64 * MIB  # what LibreOffice is given
OFFICE_SPACE = 4 * GIB  # of addresses; a start takes one GiB and a half
OFFICE_SECONDS = 60  # for one document; a start takes one, a long report two

# --- what a process may take: set for each worker, watched by its parent ----------------------


@dataclass(frozen=True, slots=True)
class Budget:
    """What the reading of one document may take; the process that overruns it is killed."""

    total: float = 60.0  # from the first byte to the last row
    per_page: float = 0.1  # added for each page, or for 1,000 characters of text
    most: float = 600.0  # total, whatever the number of pages
    silence: float = 20.0  # of a loader; they give a sign for each page
    loading: float = 0.6  # share of the total after which loaders keep what they have
    memory: int = 2 * GIB  # address space above that of a new worker
    file_size: int = 256 * MIB  # of any file written, all of them temporary
    open_files: int = 256
    reply: int = 256 * MIB  # rows of one document on their way to the parent
    documents: int = 1_000  # read by one worker before a new one takes its place
    growth: int = 300 * MIB  # of a worker's memory before a new one takes its place

    def allowed(self, pages: int) -> float:
        """Seconds for a document of ``pages`` pages."""
        return min(self.total + self.per_page * pages, self.most)


# The OCR engine, where installed, maps more than it uses and keeps its models between documents.
MEMORY_WITH_OCR = 4 * GIB  # in place of ``memory``
GROWTH_WITH_OCR = 1 * GIB  # in place of ``growth``


def usual_budget() -> Budget:
    """The default budget, with more room where the OCR engine is installed."""
    budget = Budget()
    if find_spec("onnxruntime") is None:
        return budget
    return replace(budget, memory=MEMORY_WITH_OCR, growth=GROWTH_WITH_OCR)


# --- what counts as what ----------------------------------------------------------------------

SCAN = 20  # pages of text that a page counts for that is read from its picture
PAGE = 1_000  # characters that count as a page where the format has none
LOADED = 1 << 62  # a sign with this bit says that the text is there
_OFTEN = 0.5  # seconds between two signs that are really sent


class _Clock:
    """The time of the document that is being read."""

    __slots__ = ("budget", "careful", "often", "soft", "started", "tell", "told")

    def __init__(self, budget: Budget, tell: Callable[[int], None], careful: bool) -> None:
        self.budget = budget
        self.tell = tell
        self.careful = careful
        self.started = self.told = monotonic()
        self.soft = self.started + budget.loading * budget.allowed(0)
        self.often = min(_OFTEN, budget.silence / 4)


_clock: _Clock | None = None  # None where no worker reads: no limits of time then


def begin(budget: Budget, tell: Callable[[int], None], *, careful: bool = False) -> None:
    """Start the clock of a document; ``tell`` carries signs (and pages, or 0) to the parent."""
    global _clock  # noqa: PLW0603  one document at a time in a process
    _clock = _Clock(budget, tell, careful)


def end() -> None:
    """Stop the clock."""
    global _clock  # noqa: PLW0603  one document at a time in a process
    _clock = None


def expect(pages: int) -> None:
    """Say how many pages the document has: each adds to the time that it may take."""
    if _clock is not None and pages > 0:
        _clock.soft = _clock.started + _clock.budget.loading * _clock.budget.allowed(pages)
        _clock.told = monotonic()
        _clock.tell(pages)


def loaded(pages: int) -> None:
    """Say that the text is there: from now on our own code works, and only the total counts."""
    if _clock is not None:
        _clock.tell(LOADED | max(pages, 0))


def sign() -> None:
    """Give a sign of progress; cheap, so at every page, member or thousand lines."""
    if _clock is not None:
        now = monotonic()
        if now - _clock.told >= _clock.often:
            _clock.told = now
            _clock.tell(0)


def expired() -> bool:
    """Give a sign, and tell whether the loader must stop and keep what it has: partial(timeout)."""
    sign()
    return _clock is not None and monotonic() >= _clock.soft


def careful() -> bool:
    """Tell whether reading this document has killed a process before: the slow, safe way then."""
    return _clock is not None and _clock.careful
