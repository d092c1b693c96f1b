"""What the pages say is so: commands, tables, rule files, and the output that README prints."""

from __future__ import annotations

import doctest
import importlib.util
import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import extract
from extract import cli, rulebook
from extract.catalogue import COLUMNS
from extract.columns import TABLES
from extract.lexicon.vocabulary import rule_files
from extract.pipeline import run
from tests import rules

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
DOCS = tuple(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").rglob("*.md")))
CHINESE = tuple(page for page in DOCS if page.startswith("docs/zh/"))
RULES = (ROOT / "patterns" / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PAGES = (*READMES, *DOCS, "CONTRIBUTING.md", "patterns/README.md", "requirements/README.md")
YET_TO_MAKE = {"patterns/packs/water/", "extract/loaders/FORMAT.py"}


def read(page: str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def plain(text: str) -> str:
    """Printed text without what changes from run to run."""
    return re.sub(r"^(seconds|dataset) .*$", r"\1", text.strip(), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as README has it: ``corpus/``, and the dataset made of it in ``output/``."""
    home = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "corpus", home / "corpus")
    run(home / "corpus", home / "output", workers=1)
    return home


# Commands


@pytest.mark.parametrize("page", PAGES)
def test_each_make_command_of_a_page_is_a_target(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert named - set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)) == set()


def test_each_target_says_what_it_does() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))


@pytest.fixture
def commands(capsys: pytest.CaptureFixture[str]) -> set[str]:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    return set(re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE))


def test_the_page_on_commands_shows_each_of_them(commands: set[str]) -> None:
    page = read("docs/commands.md")
    assert len(commands) >= 3
    assert [command for command in commands if f"zhengju {command}" not in page] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_a_page_names_are_there(page: str, commands: set[str]) -> None:
    named = re.findall(r"(?:^(?:\$ )?|`)zhengju ([a-z]+)", read(page), re.MULTILINE)
    assert set(named) - commands == set()


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_names_are_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(
        re.findall(r"`((?:docs|extract|patterns|tests|notebooks|requirements)/[\w/.]*)`", text)
    )
    assert [name for name in named - YET_TO_MAKE if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(([\w/]+\.\w+(?:\.\w+)?)\)", read(page))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_the_contributing_page_names_each_module() -> None:
    paths = {*(ROOT / "extract").glob("*.py"), *(ROOT / "extract").glob("*/*.py")}
    own = {path.stem for path in paths if path.parent.name not in ("loaders", "commands")}
    modules = own - {"__init__", "__main__"}
    assert [name for name in modules if f"`{name}`" not in CONTRIBUTING] == []


# What pages print


@pytest.mark.parametrize(
    ("page", "session"),
    [(page, session) for page in (*READMES, *DOCS) for session in blocks(read(page), "console")],
)
def test_a_page_prints_what_the_command_prints(
    page: str,
    session: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert page
    command, _, printed = session.partition("\n")
    prompt, name, *arguments = shlex.split(command)
    assert (prompt, name) == ("$", "zhengju")
    monkeypatch.chdir(project)
    shutil.rmtree(".output.zhengju", ignore_errors=True)  # as if it were the first run
    assert cli.main(arguments) == 0
    assert plain(capsys.readouterr().out) == plain(printed)


@pytest.mark.parametrize("page", ["README.md", "docs/commands.md", "docs/dataset.md"])
def test_a_page_prints_what_python_prints(
    page: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    source = "\n".join(blocks(read(page), "pycon"))
    example = doctest.DocTestParser().get_doctest(source, {}, page, page, 0)
    assert len(example.examples) >= 4
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    with pd.option_context("display.unicode.east_asian_width", False):
        runner.run(example, out=told.append)
    assert "".join(told) == ""


@pytest.mark.parametrize("language", ["console", "pycon"])
def test_the_chinese_page_prints_what_the_english_one_does(language: str) -> None:
    english, chinese = (blocks(read(page), language) for page in READMES)
    assert chinese == english != []


def words_of(page: str) -> set[str]:
    """What a page writes as code, outside of blocks."""
    prose = re.sub(r"^```.*?^```$", "", read(page), flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", prose))


@pytest.mark.parametrize("page", CHINESE)
def test_a_page_says_in_chinese_what_it_says_in_english(page: str) -> None:
    english = page.replace("docs/zh/", "docs/")
    for language in ("console", "pycon", "text", "toml", "csv"):
        assert blocks(read(page), language) == blocks(read(english), language)
    commands = [
        [re.sub(r" *#.*", "", block) for block in blocks(read(name), "sh")]
        for name in (page, english)
    ]
    assert commands[0] == commands[1]
    for mark in ("#", "##", r"\|"):  # as many headings, and rows of tables
        counts = [
            len(re.findall(rf"^{mark} ", read(name), re.MULTILINE)) for name in (page, english)
        ]
        assert counts[0] == counts[1], mark
    assert words_of(page) == words_of(english)


def test_both_pages_give_the_same_figures_of_error() -> None:
    english, chinese = (re.findall(r"\| (\.\d[^|]*)", read(page)) for page in READMES)
    assert chinese == english
    assert len(english) == 12


@pytest.mark.parametrize("page", [*READMES, "docs/dataset.md", "docs/zh/dataset.md"])
def test_a_page_names_each_table_and_only_those(page: str) -> None:
    named = re.findall(r"^\| `(\w+)\.parquet` \|", read(page), re.MULTILINE)
    assert sorted(named) == sorted(TABLES)


def test_the_columns_to_know_are_in_the_tables_that_the_page_names() -> None:
    rows = re.findall(r"^\| (`[^|]+) \| ([a-z, ]+) \| ", read("docs/dataset.md"), re.MULTILINE)
    assert len(rows) > 15
    told = [
        (table, column)
        for columns, tables in rows
        for column in re.findall(r"`(\w+)`", columns)
        for table in tables.split(", ")
    ]
    known = {(table, column.name) for table, columns in TABLES.items() for column in columns}
    assert [pair for pair in told if pair not in known] == []


@pytest.mark.parametrize("page", READMES)
def test_the_numbers_of_indicators_are_those_of_the_catalogues(page: str) -> None:
    packs = ("civil_affairs", "employment")
    files = [ROOT / "patterns" / "indicators.csv"]
    files += [ROOT / "patterns" / "packs" / pack / "indicators.csv" for pack in packs]
    covered = read(page).split("\n## ")[3]
    assert [str(len(pd.read_csv(file))) for file in files] == re.findall(r"\b\d{2,3}\b", covered)


# The picture


@pytest.fixture(scope="module")
def evidence() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evidence", ROOT / "docs" / "evidence.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_shows_what_the_dataset_has(project: Path, evidence: ModuleType) -> None:
    drawn = evidence.picture(extract.load(project / "output"))
    assert read("docs/evidence.svg") == drawn
    assert "660500" in drawn


# Rules


def test_the_pack_of_the_page_works_as_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (table,), (rule,) = (blocks(read("docs/rules.md"), kind) for kind in ("csv", "toml"))
    folder = shutil.copytree(ROOT / "patterns", tmp_path / "patterns")
    (pack := folder / "packs" / "water").mkdir()
    (pack / "indicators.csv").write_text(table, "utf-8")
    (file := pack / "supply.toml").write_text(rule, "utf-8")
    book = rulebook.load(folder)
    monkeypatch.setattr(rulebook, "load", lambda: book)

    examples = list(rules.examples([file]))
    assert {example.wanted for example in examples} == {True, False}
    assert [line for example in examples if (line := rules.failure(example))] == []


def test_the_page_on_rules_names_each_file_of_rules() -> None:
    here = {path.name for path in (ROOT / "patterns").iterdir()} - {"README.md"}
    named = {name.split("/")[0] for name in re.findall(r"^\| `([\w/.*]+)` \|", RULES, re.MULTILINE)}
    assert named == here


def test_the_page_on_rules_names_each_key_of_a_rule() -> None:
    told = " ".join(blocks(RULES, "toml"))
    used = {
        key
        for _, files in rule_files(ROOT / "patterns")
        for path in files
        for row in tomllib.loads(path.read_text("utf-8"))["rule"]
        for key in row
    }
    assert [key for key in used if not re.search(rf"^{key} = ", told, re.MULTILINE)] == []


def test_the_page_on_rules_names_each_column_of_the_catalogue() -> None:
    assert [column for column in COLUMNS if f"`{column}`" not in RULES] == []


def test_the_page_on_rules_names_each_weight_of_the_score() -> None:
    settings = tomllib.loads((ROOT / "patterns" / "scopes.toml").read_text("utf-8"))["settings"]
    assert [name for name in settings if f"`{name}`" not in RULES] == []


def test_the_picture_of_speed_shows_what_was_recorded() -> None:
    recorded = json.loads(read("docs/speed.json"))
    shown = re.findall("<!-- (.*?) -->", read("docs/speed.svg"))
    ratios = [f"{contest['ratio']:.2f}" for contest in recorded["contests"]]
    at = shown.index(ratios[0])
    assert shown[at : at + len(ratios)] == ratios
    for name, value in recorded["hot_path"]["microseconds_per_figure"].items():
        assert f"{name} {value:.0f}" in shown
