"""A pack is only data: a folder dropped in adds its indicators, one taken out leaves the others."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from extract import catalogue, rulebook
from extract.catalogue import COLUMNS, patterns_folder
from extract.errors import RulebookError
from extract.lexicon.cues import CLASSES
from extract.lexicon.vocabulary import rule_files
from extract.model import Document, Source
from extract.panel.columns import CODES
from extract.reader import read_document
from tests import rules

if TYPE_CHECKING:
    from pathlib import Path

    from extract.rulebook import Rulebook

FULL = rulebook.load()
SHIPPED = [path.name for path in catalogue.packs(patterns_folder())]
TITLE = "某县水务局2022年度工作总结\n"
ROW = "{id},water,{tier},{label},Villages with piped water,{unit},{dims},{short},{panel},供水"
RULE = """
title = "某县水务局2022年度工作总结"

[[rule]]
indicator = "{id}"
phrases = ["{phrase}"]
{more}
examples = ["新增通自来水的行政村<12个>。"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rules without any pack."""
    copy = shutil.copytree(patterns_folder(), tmp_path / "patterns")
    shutil.rmtree(copy / "packs")
    return copy


def add_pack(
    folder: Path,
    name: str = "water",
    phrase: str = "通自来水的行政村",
    more: str = "",
    rule_id: str = "",
    **row: str,
) -> Path:
    """A pack of one invented indicator; ``row`` changes fields of its catalogue row."""
    pack = folder / "packs" / name
    pack.mkdir(parents=True)
    plain = {
        "id": "piped_villages", "tier": "standard", "label": "通自来水村数", "unit": "个",
        "dims": "", "short": row.get("id", "piped_villages"), "panel": "-",
    }  # fmt: skip
    fields = plain | row
    text = ",".join(COLUMNS) + "\n" + ROW.format(**fields) + "\n"
    (pack / "indicators.csv").write_text(text, "utf-8")
    rule = RULE.format(id=rule_id or fields["id"], phrase=phrase, more=more)
    (pack / "supply.toml").write_text(rule, "utf-8")
    return pack


def refusal(folder: Path) -> str:
    with pytest.raises(RulebookError) as caught:
        rulebook.load(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def indicators_in(text: str, book: Rulebook) -> list[str | None]:
    reading = read_document(Source("", "", 0), Document(f"{TITLE}{text}\n", "txt"), book)
    return [mention.indicator for mention in reading.mentions]


# What is shipped


def test_two_packs_are_shipped_and_none_is_named_in_the_code() -> None:
    assert SHIPPED == ["civil_affairs", "employment"]
    code = (patterns_folder().parent / "extract").rglob("*.py")
    words = [word for name in SHIPPED for word in (name, name.replace("_", " "))]
    assert [p.name for p in code if any(w in p.read_text("utf-8") for w in words)] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_pack_has_families_and_columns_of_its_own_and_no_core_indicator(name: str) -> None:
    own = [i for i in FULL.catalogue.values() if i.pack == name]
    others = {i.family for i in FULL.catalogue.values() if i.pack != name}
    assert len(own) >= 25
    assert {i.tier for i in own} <= {"standard", "local"}
    assert {i.family for i in own} & others == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_each_rule_of_a_pack_has_two_examples_and_a_counterexample(name: str) -> None:
    files = dict(rule_files(patterns_folder()))[name]
    told = [(example.indicator, example.wanted) for example in rules.examples(files)]
    ids = {i.id for i in FULL.catalogue.values() if i.pack == name}
    assert [id_ for id_ in ids if told.count((id_, True)) < 2 or (id_, False) not in told] == []


def test_the_dimensions_that_columns_may_have_are_those_with_codes() -> None:
    assert CODES.keys() | {"function"} == catalogue.CODED


# Taking one out


@pytest.mark.parametrize("name", SHIPPED)
def test_without_one_pack_the_rest_of_the_catalogue_is_as_it_was(name: str, tmp_path: Path) -> None:
    copy = shutil.copytree(patterns_folder(), tmp_path / "patterns")
    shutil.rmtree(copy / "packs" / name)
    rest = {id_: i for id_, i in FULL.catalogue.items() if i.pack != name}
    assert rulebook.load(copy).catalogue == rest


def test_packs_change_nothing_that_the_catalogue_itself_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = rulebook.load(folder)
    own = [e for e in rules.examples(dict(rule_files(patterns_folder()))[""]) if e.wanted]
    with_packs = [rules.failure(example) for example in own]
    monkeypatch.setattr(rulebook, "load", lambda: bare)
    assert [rules.failure(example) for example in own] == with_packs


def test_the_sample_reports_read_the_same_without_packs(folder: Path) -> None:
    bare = rulebook.load(folder)
    paths = sorted((patterns_folder().parent / "corpus").glob("*.txt"))
    assert paths
    for path in paths:
        text = path.read_bytes().decode("utf-8", "replace")
        source, document = Source(path.name, "", len(text)), Document(text, "txt")
        with_packs = read_document(source, document, FULL)
        assert read_document(source, document, bare).mentions == with_packs.mentions


# Dropping one in


def test_a_folder_dropped_in_reads_its_figures(folder: Path) -> None:
    add_pack(folder)
    text = "新增通自来水的行政村12个，全年检查定点药店3家。"
    assert indicators_in(text, rulebook.load(folder)) == ["piped_villages", "inspected"]
    assert indicators_in(text, FULL) == [None, "inspected"]


def test_a_pack_stands_behind_the_others_and_knows_its_folder(folder: Path) -> None:
    add_pack(folder)
    own = rulebook.load(folder).catalogue
    assert list(own)[-1] == "piped_villages"
    assert {i.pack for i in own.values()} == {"", "water"}
    assert rulebook.load(folder).cues.groups == 2 * 2 * CLASSES  # own words, and those behind


def test_hidden_folders_and_loose_files_are_no_packs(folder: Path) -> None:
    (folder / "packs" / ".git").mkdir(parents=True)
    (folder / "packs" / "README.md").write_text("# Packs\n", "utf-8")
    assert {i.pack for i in rulebook.load(folder).catalogue.values()} == {""}


def test_rules_without_the_folder_of_packs_are_complete(folder: Path) -> None:
    assert not (folder / "packs").exists()
    assert catalogue.packs(folder) == []


def test_units_and_groups_of_a_pack_are_for_its_own_indicators(folder: Path) -> None:
    pack = add_pack(folder, dims="subject")
    synonym = '[[synonym]]\nunits = ["个", "村"]\nindicators = ["piped_villages"]\n'
    (pack / "synonyms.toml").write_text(synonym, "utf-8")
    group = '[group]\nindicators = ["piped_villages"]\nphrases = ["高山村"]\n'
    (pack / "subjects.toml").write_text(group, "utf-8")
    book = rulebook.load(folder)
    text = "通自来水的行政村12个，其中高山村通自来水的行政村4村。"
    document = Document(f"{TITLE}{text}\n", "txt")
    mentions = read_document(Source("", "", 0), document, book).mentions
    assert [m.dims.get("subject") for m in mentions] == [None, "高山村"]
    assert book.catalogue["piped_villages"].counts_in("村", "actual")
    assert not book.catalogue["inspected"].counts_in("村", "actual")


# The contract's own come first


def test_of_equal_words_the_catalogues_own_win(folder: Path) -> None:
    add_pack(folder, phrase="约谈")
    assert indicators_in("约谈定点药店12家。", rulebook.load(folder)) == ["interviewed"]


def test_a_longer_phrase_of_the_catalogue_hides_a_pack_phrase_inside_it(folder: Path) -> None:
    add_pack(folder, phrase="药店", more="weight = 20")
    text = "检查定点零售药店12家。"
    assert indicators_in(text, rulebook.load(folder)) == ["inspected"]


def test_a_pack_phrase_that_may_not_speak_hides_none_of_the_catalogue(folder: Path) -> None:
    add_pack(folder, phrase="约谈定点药店负责人", more='avoid = ["全年"]')
    text = "全年约谈定点药店负责人12家。"
    assert indicators_in(text, rulebook.load(folder)) == ["interviewed"]


def test_words_that_the_catalogue_claims_by_its_needs_are_out_for_packs(folder: Path) -> None:
    add_pack(folder, phrase="农村低保对象", unit="人")
    book = rulebook.load(folder)
    claimed = "落实参保资助政策，其中农村低保对象5320人。"
    assert indicators_in(claimed, book) == ["enrollment_subsidy_persons"]
    assert indicators_in("全县农村低保对象5320人。", book) == ["piped_villages"]


# What is refused


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"id": "inspected"}, "inspected stands already in indicators.csv, line"),
        ({"short": "inspected"}, "short inspected stands already in indicators.csv, line"),
        ({"tier": "core"}, "core"),
        ({"tier": "main"}, "no tier 'main'"),
        ({"dims": "colour"}, "no dimension 'colour'"),
        ({"panel": "scheme"}, "scheme"),
        ({"dims": "item", "panel": "-|item"}, "item"),
        ({"short": "villages_with_piped_water_all"}, "35 characters"),
        ({"short": "level"}, "'level' is a word of the panel"),
        ({"short": "long"}, "'long' is a word of Stata"),
        ({"short": "str12"}, "'str12' is a word of Stata"),
        ({"id": "Piped Villages"}, "'Piped Villages'"),
        ({"label": "通自来水村数,多"}, "field count"),
    ],
)
def test_a_row_that_cannot_hold_is_refused_with_file_and_line(
    folder: Path, row: dict[str, str], named: str
) -> None:
    add_pack(folder, **row)
    message = refusal(folder)
    assert "packs/water/indicators.csv, line 2" in message
    assert named in message


def test_an_id_of_two_packs_is_refused_with_both_places(folder: Path) -> None:
    add_pack(folder)
    add_pack(folder, name="rivers", short="river_villages")
    message = refusal(folder)
    assert "packs/water/indicators.csv, line 2" in message
    assert "packs/rivers/indicators.csv, line 2" in message
    assert "piped_villages" in message


def test_a_rule_for_an_indicator_of_another_catalogue_is_refused(folder: Path) -> None:
    add_pack(folder, rule_id="inspected")
    message = refusal(folder)
    assert "packs/water/supply.toml, rule 1 (inspected)" in message
    assert "packs/water/indicators.csv" in message


def test_an_unknown_unit_is_refused_with_file_and_unit(folder: Path) -> None:
    add_pack(folder, unit="万吨")
    message = refusal(folder)
    assert "packs/water/supply.toml" in message
    assert "万吨" in message


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("synonyms.toml", '[[synonym]]\nunits = ["个", "村"]\n'),
        ("synonyms.toml", '[[synonym]]\nunits = ["个", "村"]\nindicators = ["inspected"]\n'),
        ("subjects.toml", '[group]\nindicators = ["inspected"]\nphrases = ["高山村"]\n'),
        ("supply.toml", 'colour = "blue"\n'),
    ],
)
def test_a_file_of_a_pack_that_reaches_beyond_it_is_refused_by_name(
    folder: Path, file: str, text: str
) -> None:
    pack = add_pack(folder)
    (pack / file).write_text(text, "utf-8")
    assert f"packs/water/{file}" in refusal(folder)


def test_a_pack_without_its_catalogue_is_refused_by_name(folder: Path) -> None:
    pack = add_pack(folder)
    (pack / "indicators.csv").unlink()
    assert "packs/water/indicators.csv" in refusal(folder)
