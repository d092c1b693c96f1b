"""Patterns kept compiled: the same as compiled anew, or compiled anew."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract import kept, native, rulebook
from extract.catalogue import patterns_folder


@pytest.fixture
def patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file beside a core that this process seems to work with."""
    core = tmp_path / "core" / "extract"
    core.mkdir(parents=True)
    monkeypatch.setattr(native, "beside", lambda _: [str(core)])
    kept.known.cache_clear()
    yield core.with_name(kept.NAME)
    kept.known.cache_clear()


def test_all_patterns_of_the_rules_come_back_as_they_were(patterns: Path) -> None:
    rulebook.load()
    kept.write(patterns)
    kept.known.cache_clear()
    asked = list(kept.asked)

    assert len(asked) > 300
    assert len(kept.known().patterns) == len(asked)
    for text, flags in asked:
        back, anew = kept.compiled(text, flags), re.compile(text, flags)
        assert (back, back.flags, back.groups) == (anew, anew.flags, anew.groups)
        assert back.groupindex == anew.groupindex


def test_all_files_of_the_rules_come_back_as_they_were(patterns: Path) -> None:
    files = sorted(patterns_folder().rglob("*.toml"))
    for file in files:
        kept.toml(file.read_text("utf-8"))
    kept.write(patterns)
    kept.known.cache_clear()

    assert len(kept.known().files) >= len(files) > 20
    for file in files:
        text = file.read_text("utf-8")
        assert repr(kept.toml(text)) == repr(tomllib.loads(text))


def test_a_damaged_file_is_as_good_as_none(patterns: Path) -> None:
    text = "(?P<own>甲|乙){2}[0-9]"
    kept.compiled(text)
    kept.write(patterns)
    written = bytearray(patterns.read_bytes())
    written[-5] ^= 1
    patterns.write_bytes(written)
    kept.known.cache_clear()

    assert not kept.known().patterns
    assert kept.compiled(text) == re.compile(text)


def test_what_re_does_not_take_back_is_compiled(patterns: Path) -> None:
    text = "甲{2,3}乙"
    kept.compiled(text)
    kept.write(patterns)
    rest = patterns.read_bytes().partition(b"\n")[2]
    told, mark, numbers = rest.partition(b"\n")
    rest = told + mark + bytes(len(numbers))
    patterns.write_bytes(kept.sealed(rest) + b"\n" + rest)
    kept.known.cache_clear()

    assert kept.known().patterns
    assert kept.compiled(text).findall("甲甲乙甲") == ["甲甲乙"]


def test_a_pattern_that_does_not_compile_is_refused_as_ever() -> None:
    with pytest.raises(re.error):
        kept.compiled("(甲")
