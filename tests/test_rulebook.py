"""A fault in a rule file is refused in one line that names the file and what is wrong."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from extract import rulebook
from extract.catalogue import patterns_folder
from extract.errors import RulebookError
from extract.model import Document, Source
from extract.reader import read_document
from tests.rules import TITLE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(patterns_folder(), tmp_path / "patterns")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(RulebookError) as caught:
        rulebook.load(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_copy_of_the_rules_is_accepted(copy: Path) -> None:
    assert set(rulebook.load(copy).catalogue) == set(rulebook.load().catalogue)


@pytest.mark.parametrize(
    ("file", "table_head"),
    [
        ("rejections.toml", "[[reject]]"),
        ("repairs.toml", "[[cut]]"),
        ("repairs.toml", "[join]"),
        ("sections.toml", "[[style]]"),
        ("sections.toml", "[project]"),
        ("units.toml", "[[unit]]"),
        ("dimensions.toml", "[[dimension]]"),
        ("relations.toml", "[[relation]]"),
        ("scopes.toml", "[settings]"),
        ("forms.toml", "[[column]]"),
        ("identity.toml", "[agency]"),
        ("indicators/finance.toml", "[[rule]]"),
        ("packs/employment/jobs.toml", "[[rule]]"),
        ("packs/employment/synonyms.toml", "[[synonym]]"),
        ("packs/employment/subjects.toml", "[group]"),
    ],
)
def test_an_unknown_key_is_refused_with_file_and_key(
    copy: Path, file: str, table_head: str
) -> None:
    change(copy / file, table_head, f"{table_head}\nsurprise = 1")
    message = refusal(copy)
    assert file.rpartition("/")[2] in message
    assert "surprise" in message


def test_an_unknown_table_is_refused_with_file_and_name(copy: Path) -> None:
    path = copy / "rejections.toml"
    path.write_text(path.read_text("utf-8") + '\n[surprise]\nid = "x"\n', "utf-8")
    message = refusal(copy)
    assert "rejections.toml" in message
    assert "surprise" in message


@pytest.mark.parametrize(
    ("file", "line", "named"),
    [
        ("rejections.toml", "at = '", "list_number_before_year"),
        ("repairs.toml", "pattern = '", "word_marks"),
        ("sections.toml", "pattern = '", "annex"),
    ],
)
def test_a_pattern_that_does_not_compile_is_refused_with_file_and_rule(
    copy: Path, file: str, line: str, named: str
) -> None:
    change(copy / file, line, f"{line}(")
    message = refusal(copy)
    assert file in message
    assert named in message


def test_an_identity_pattern_that_does_not_compile_is_refused_with_its_file(copy: Path) -> None:
    change(copy / "identity.toml", "cover = '", "cover = '(")
    assert "identity.toml" in refusal(copy)


@pytest.mark.parametrize(
    ("file", "line"), [("rejections.toml", "reason = "), ("units.toml", "class = ")]
)
def test_a_missing_key_is_refused_with_file_and_key(copy: Path, file: str, line: str) -> None:
    change(copy / file, line, f"# {line}")
    message = refusal(copy)
    assert file in message
    assert line.split(maxsplit=1)[0] in message


RULE = """
[[rule]]
indicator = "{indicator}"
phrases = ["{phrase}"]
{examples}
"""


def add_rule(
    folder: Path,
    indicator: str = "revenue",
    phrase: str = "收入",
    examples: str = 'examples = ["收入<1万元>"]',
) -> None:
    text = RULE.format(indicator=indicator, phrase=phrase, examples=examples)
    (folder / "indicators" / "mine.toml").write_text(text, "utf-8")


def test_a_rule_for_an_unknown_indicator_is_refused_with_file_and_id(copy: Path) -> None:
    add_rule(copy, indicator="no_such_thing")
    message = refusal(copy)
    assert "mine.toml" in message
    assert "no_such_thing" in message


def test_a_rule_without_examples_is_refused_with_file_and_indicator(copy: Path) -> None:
    add_rule(copy, examples="")
    message = refusal(copy)
    assert "mine.toml" in message
    assert "revenue" in message
    assert "example" in message


@pytest.mark.parametrize("phrase", ["(甲|乙", "甲)", "[甲]", "甲]"])
def test_an_unbalanced_or_empty_phrase_is_refused_with_file_and_phrase(
    copy: Path, phrase: str
) -> None:
    add_rule(copy, phrase=phrase)
    message = refusal(copy)
    assert "mine.toml" in message
    assert phrase in message


def test_a_new_rule_names_its_figures(copy: Path) -> None:
    add_rule(copy, phrase="甲乙丙丁")
    document = Document(f"{TITLE}甲乙丙丁共12万元。\n", "txt")
    (mention,) = read_document(Source("", "", 0), document, rulebook.load(copy)).mentions
    assert mention.indicator == "revenue"


@pytest.mark.parametrize("file", ["rejections.toml", "indicators/finance.toml", "synonyms.toml"])
def test_a_file_that_is_no_toml_is_refused_with_its_name(copy: Path, file: str) -> None:
    (copy / file).write_text("[[reject]\nid =\n", "utf-8")
    assert file.rpartition("/")[2] in refusal(copy)


@pytest.mark.parametrize("file", ["identity.toml", "units.toml", "indicators.csv"])
def test_a_file_in_another_encoding_is_refused_with_its_name(copy: Path, file: str) -> None:
    (copy / file).write_bytes("单位".encode("gb18030"))
    assert file in refusal(copy)


@pytest.mark.parametrize("file", ["forms.toml", "relations.toml", "indicators.csv"])
def test_a_missing_file_is_refused_with_its_name(copy: Path, file: str) -> None:
    (copy / file).unlink()
    assert file in refusal(copy)
