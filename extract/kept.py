"""Rules that are kept compiled (编好的规则): ``make compiled`` puts them beside the core.

Parsing the rule files and compiling their regular expressions takes longer than reading a report.
What ``re`` makes of an expression is a row of numbers, kept here under its text; a file is kept as
JSON under its digest. What is not there, is damaged, or ``re`` does not take back is made as ever;
``re`` checks the numbers itself.
"""

from __future__ import annotations

import json
import re
import tomllib
from array import array
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from extract import native

NAME = "rules"
_NUMBERS = "I"  # what the numbers of a compiled pattern are, in ``array``
asked: dict[tuple[str, int], None] = {}  # all patterns that this process has compiled, in order
parsed: dict[str, dict[str, Any]] = {}  # all files that it has parsed, by digest

_Row = tuple[int, int, int, int, Mapping[str, int], list[str | None]]


class Known(NamedTuple):
    """Where the numbers of each pattern are, and these; the files as JSON."""

    patterns: Mapping[str, _Row]
    files: Mapping[str, str]
    numbers: array[int]


def compiled(text: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``; raises ``re.error`` like it."""
    asked[text, flags] = None
    row = known().patterns.get(f"{flags} {text}")
    if row is None:
        return re.compile(text, flags)
    start, end, own_flags, groups, names, order = row
    numbers = known().numbers[start:end].tolist()
    try:
        return _taken_back()(text, own_flags, numbers, groups, names, tuple(order))
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError):
        return re.compile(text, flags)


@cache
def _taken_back() -> Callable[..., re.Pattern[str]]:
    """What ``re`` itself makes patterns with, of their numbers."""
    made: Callable[..., re.Pattern[str]] = import_module("_sre").compile
    return made


def toml(text: str) -> dict[str, Any]:
    """``tomllib.loads``; raises ``TOMLDecodeError`` like it."""
    digest = sealed(text.encode()).decode()
    told = known().files.get(digest)
    data: dict[str, Any] = tomllib.loads(text) if told is None else json.loads(told)
    parsed[digest] = data
    return data


@cache
def known() -> Known:
    """What stands beside the core that runs."""
    for core in native.beside(""):
        try:
            written = Path(core).with_name(NAME).read_bytes()
        except OSError:
            continue
        seal, _, rest = written.partition(b"\n")
        told, _, numbers = rest.partition(b"\n")
        if seal == sealed(rest):
            return Known(**json.loads(told), numbers=array(_NUMBERS, numbers))
    return Known({}, {}, array(_NUMBERS))


def write(path: Path) -> None:
    """Keep all patterns that this process has asked for, and all files."""
    patterns: dict[str, Any] = {}
    numbers = array(_NUMBERS)
    parser, compiler = import_module("re._parser"), import_module("re._compiler")
    for text, flags in asked:
        tree = parser.parse(text, flags)
        code, state = compiler._code(tree, flags), tree.state  # noqa: SLF001  as ``re`` itself does
        order: list[str | None] = [None] * state.groups
        for name, group in state.groupdict.items():
            order[group] = name
        place = len(numbers), len(numbers) + len(code)
        patterns[f"{flags} {text}"] = (
            *place, flags | state.flags, state.groups - 1, state.groupdict, order,
        )  # fmt: skip
        numbers.extend(code)
    files = {digest: json.dumps(data, ensure_ascii=False) for digest, data in parsed.items()}
    told = json.dumps({"patterns": patterns, "files": files}, ensure_ascii=False)
    rest = told.encode() + b"\n" + numbers.tobytes()
    path.write_bytes(sealed(rest) + b"\n" + rest)


def sealed(content: bytes) -> bytes:
    """What stands above the content, so that damage is seen."""
    return blake2b(content, digest_size=16).hexdigest().encode()
