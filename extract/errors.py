"""The whole error hierarchy, ordered by blast radius.

``RulebookError`` and ``CorpusError`` stop a run before anything is read, ``OutputError`` stops it
before anything is published, ``DocumentError`` costs one document: a row in ``documents``.
"""

from __future__ import annotations


class ZhengjuError(Exception):
    """Base of everything raised on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1
    details: tuple[str, ...] = ()  # further lines for the reader of the message


class UsageError(ZhengjuError):
    """The command asks for something that there is not. The message says what there is."""

    exit_code = 2


class RulebookError(ZhengjuError):
    """A rule file is wrong. The message names the file, the rule and the key, and what to do."""

    exit_code = 78


class CorpusError(ZhengjuError):
    """There is nothing to read: the folder is missing or empty."""

    exit_code = 66


class OutputError(ZhengjuError):
    """The dataset cannot be written; the previous one is untouched."""

    exit_code = 73


class OutputLockedError(OutputError):
    """Another run is writing to the same output."""

    exit_code = 75


class GateError(ZhengjuError):
    """The new dataset falls behind the last one too far to be published (门槛)."""

    def __init__(self, message: str, details: tuple[str, ...]) -> None:
        """``details`` name each gate that is broken, with both numbers."""
        super().__init__(message)
        self.details = details


class DamageError(ZhengjuError):
    """A file of a dataset is not what its manifest says; ``details`` name each."""

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        """Carry one line, and further ones."""
        super().__init__(message)
        self.details = details


class ReplacedError(ZhengjuError):
    """Another dataset took the place of the one that is being read; reading it again helps."""


class DocumentError(ZhengjuError):
    """One document cannot be read; it becomes a row with ``status`` and ``reason``."""

    format: str | None = None  # by its content, where that was seen

    def __init__(self, status: str, reason: str = "", message: str = "") -> None:
        """Carry the closed-list ``status`` and the ``reason`` word of ``documents``."""
        super().__init__(message or (f"{status}({reason})" if reason else status))
        self.status = status
        self.reason = reason


# Said wherever scanned pages are left unread because the extra is missing.
OCR_MISSING = "pages that are only pictures are read after pip install 'zhengju[ocr]' (or make ocr)"


def scanned() -> DocumentError:
    """What a document without a single readable page is, where pictures cannot be read."""
    return DocumentError("empty", "scanned", f"empty(scanned): {OCR_MISSING}")
