"""Arithmetic that a report must obey (勾稽关系): its figures against each other.

Sums, balances, rates and bounds come from ``patterns/checks.toml``; lists, table totals, shares,
growth, change and completion from where figures stand and what they are about. Every number is an
interval of its printed digits, so that rounding is never an error. Nothing is corrected.
"""

from __future__ import annotations

from extract import native

__path__[:0] = native.beside("checks")

from .check import HOLDS, OFF, UNTESTED, Check  # noqa: E402  from the compiled core, if there is one
from .report import checks_of  # noqa: E402
from .rules import CheckRules, compile_checks  # noqa: E402

__all__ = ["HOLDS", "OFF", "UNTESTED", "Check", "CheckRules", "checks_of", "compile_checks"]
