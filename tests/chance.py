"""Repeatable chance for tests that try many inputs."""

from __future__ import annotations

from random import Random


def seeded(seed: int) -> Random:
    """The same numbers for the same seed."""
    return Random(seed)  # noqa: S311  nothing secret is made of it
