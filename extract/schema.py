"""What the rule files may hold, and how they are read.

An unknown key or a bad pattern is refused with the name of the file, the rule and the key.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.errors import RulebookError
from extract.kept import compiled, toml
from extract.literals import any_of

# Keys that each file may hold: table → keys; "" is the top of the file, ! marks what must be there.
SCHEMAS: Mapping[str, Mapping[str, frozenset[str]]] = {
    name: {table: frozenset(keys.split()) for table, keys in tables.items()}
    for name, tables in {
        "units.toml": {
            "": "scales unit people plain around bound per words",
            "people": "lead! nouns! never!",
            "unit": "name! class! as factor below forms damaged not_before only_forms",
            "plain": "thing measure not_before",
            "around": "approx_before! approx_never! approx_after approx_inside down point_after!",
            "bound": "is! before! after!",
            "per": "of! time!",
            "words": "kinds! any! many! as_money! never! never_before! tenths_before! "
            "tenths_after!",
        },
        "repairs.toml": {
            "": "cut furniture columns join traditional!",
            "columns": "before value never fields",
            "cut": "id! note pattern! put needs examples",
            "furniture": "id! pattern! examples",
            "traditional": "from! to!",
            "join": "widest narrowest share stops open_ends closing_starts never_after "
            "never_before",
        },
        "sections.toml": {
            "": "style bare title kind goals planned project contents",
            "style": "id! rank! pattern! examples",
            "bare": "rank longest words never",
            "title": "rank longest pattern never",
            "kind": "id! words!",
            "goals": "words results",
            "planned": "pattern",
            "project": "ends opens resets parents never title title_before title_used title_below "
            "title_prefix title_never field whole",
            "contents": "heading leader",
        },
        "rejections.toml": {
            "": "reject",
            "reject": "id! reason! before previous at! next examples",
        },
        "relations.toml": {
            "": "relation direction comparison role role_after hide reach",
            "relation": "measure! default phrases! examples",
            "direction": "sign! words!",
            "comparison": "words alone between budget",
            "role": "measure! stage phrases!",
            "role_after": "measure phrases",
            "hide": "phrases",
            "reach": "territory own_level",
        },
        "dimensions.toml": {
            "": "dimension hide",
            "hide": "care scheme benefit fund_source",
            "dimension": "name! value! phrases! examples counterexamples",
        },
        "scopes.toml": {
            "": "project_always project_never project_also neutral wholes listing received "
            "parts introducers introduced_in narrow under follow settings",
            "under": "headings! indicator! to!",
            "narrow": "indicators! dimension! value! to!",
            "follow": "after! bare! to! named parts behind",
            "settings": "threshold! left! right! after! acted! heading! column! per_char! longest! "
            "gap! right_gap! aside! own_noun! comma! list_mark! semicolon! figure! cell! depth! "
            "weak! other_kind! other_classifier! pack!",
        },
        "indicators": {
            "": "title rule",
            "rule": "indicator! phrases weak needs after avoid units dims measure sign weight "
            "examples counterexamples",
        },
        "synonyms.toml": {"": "synonym", "synonym": "units! indicators"},
        "subjects.toml": {
            "": "group rater holder channel",
            **dict.fromkeys(("rater", "holder", "channel"), "indicators phrases"),
            "group": "indicators phrases behind all",
        },
        "wording.toml": {
            "": "bare! role! acted! person! evaluated! function! change! target! project! item! "
            "place!",
            "bare": "gap! rate! money!",
            "role": "only! summed! spent!",
            "acted": "objects! by! done!",
            "person": "others!",
            "evaluated": "what! covers! funds! too! saved! saving! savings! averaged! sums!",
            "function": "head! tail! told! untold! sure! kinds! items!",
            "change": "verbs! to! quantities! priced! fell! never! from! from_never! against! "
            "aside! base!",
            "target": "of! verbs! words!",
            "project": "lead! total! time! role! score! reviewed! outcomes! funds! "
            "listed_after! listed_as! funded! funded_as! spent_on! portions! portion_list! "
            "portion_as! received_by! received_as! listed_too! never! never_begin! never_end!",
            "item": "head! head_never! tail! joined! procedure_head! procedure_end!",
            "place": "ends! not_before! not_before_in_text! never_begin! no_subject! kinds! large!",
        },
        "labels.toml": {
            "": "longest! number! time! lead! breaks! tail! empty! compared! suffixes! "
            "actions! givers!",
        },
        "gates.toml": {
            "": "gate!",
            "gate": "id! what! table! by column columns words common keep most factor slack least "
            "spare",
        },
        "coverage.toml": {
            "": "unstructured! states!",
            "states": "indicators families tiers bureaus doc_types! sections!",
        },
        "sheets.toml": {
            "": "missing! decrease! rates! role! measure!",
            **dict.fromkeys(("role", "measure"), "name! words!"),
        },
        "portals.toml": {
            "": "article! lines! meta!",
            "article": "body! title! left_out!",
            "lines": "left_out! facts! own_title! register! error!",
            "meta": "title! published! url! dated! no_title! site! attachments! download!",
        },
        "checks.toml": {
            "": "sum! split! rate! difference! bound! within! classes! full! opening! words!",
            "sum": "kind! total! parts! also nil table loose examples!",
            "split": "dimension! values! also indicators! examples!",
            "rate": "rate! part! wholes! back growth examples!",
            "difference": "result! plus! minus examples!",
            "bound": "whole! parts! soft examples!",
            "within": "whole! parts! examples!",
            "classes": "totals!",
            "full": "rates!",
            "opening": "at! is!",
            "words": "opens! again! ends! total! grand! of_which! all_parts! share_of!",
        },
        "masking.toml": {
            "": "roles! persons! followers! surnames! double! titles! unlikely! "
            " labels! bodies! number! answer!",
            "number": "id! pattern! needs examples!",
            "answer": "id! needs! pattern! examples!",
        },
        "confidence.toml": {"": "intercept! ends! weights!"},  # ``rulebook`` knows the weights
        "forms.toml": {
            "": "column table statement",
            "column": "role! words patterns",
            "statement": "title! whole means",
            "table": "total whole_money value label_noise rubric criteria surveys least_header "
            "source projects left_out fund sums whole functions money goals left right titles "
            "counted",
        },
        "regions/regions.toml": {
            "": "peoples! follows! corps! also! signs! same_area! areas! functional!",
            "functional": "pattern! examples counterexamples",
        },
        "bureaus.toml": {
            "": "bureau",
            "bureau": "id! code! names! units words! examples! counterexamples",
        },
        "identity.toml": {
            "": "agency entity level doc_type year",
            "agency": "endings! institutions! prefixes! breaks! cited! placed! never_begin! "
            "never! never_in_text! fronts! cover!",
            "entity": "own! consolidated! scope! subunit! behind!",
            "level": "id pattern",
            "doc_type": "id! often words!",
            "year": "title cover body compared dateline this_year last_year signature",
        },
    }.items()
}


def read_file(folder: Path, name: str) -> dict[str, Any]:
    """The parsed rule file ``name`` of the folder, checked against its schema."""
    return read_toml(folder / name, SCHEMAS[name])


def read_toml(path: Path, schema: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """The parsed file; refuses unknown tables and keys."""
    file = shown(path)
    try:
        data = toml(path.read_text("utf-8"))
    except OSError as error:
        raise RulebookError(f"{file}: cannot be read ({error}); restore the file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{file}: not valid TOML ({error}); mend that line") from error
    check(file, data, schema[""])
    for table, keys in schema.items():
        rows = data.get(table, []) if table else []
        for number, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
            name = row.get("id") or row.get("indicator") or row.get("name") or number
            check(f"{file}, {table} {name}", row, keys)
    return data


def csv_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row of a table of rules with the place that messages name; raises ``RulebookError``."""
    file = shown(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if tuple(reader.fieldnames or ()) != tuple(columns):
                raise RulebookError(f"{file}: the columns must be {', '.join(columns)}")
            for row in reader:
                where = f"{file}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise RulebookError(f"{where}: wrong field count; quote fields with commas")
                yield where, row
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(f"{file}: cannot be read ({error}); restore the file") from error


def shown(path: Path) -> str:
    """A rule file as messages name it: with its folders where it belongs to a pack."""
    pack = path.parent
    return f"packs/{pack.name}/{path.name}" if pack.parent.name == "packs" else path.name


def check(where: str, table: Mapping[str, Any], keys: frozenset[str]) -> None:
    """Refuse keys that are unknown, and a table without one that ends in ``!`` in ``keys``."""
    known = {key.rstrip("!") for key in keys}
    for key in table.keys() - known:
        raise RulebookError(f"{where}: unknown key '{key}'; known are {', '.join(sorted(known))}")
    for key in {key[:-1] for key in keys if key.endswith("!")} - table.keys():
        raise RulebookError(f"{where}: the key '{key}' is missing; add it")


def pattern(where: str, text: str) -> re.Pattern[str]:
    """A compiled pattern, or a ``RulebookError`` that names the rule."""
    try:
        return compiled(text)
    except re.error as error:
        raise RulebookError(f"{where}: pattern does not compile ({error}); mend it") from error


def words(words: Sequence[str]) -> re.Pattern[str]:
    """A pattern of any of the words, the longest first; of none, one that never matches."""
    return compiled(any_of(words))
