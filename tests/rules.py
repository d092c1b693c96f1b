"""Run the examples and counterexamples of rule files: ``python -m tests.rules [FILE.toml ...]``."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extract import rulebook
from extract.catalogue import patterns_folder
from extract.context.sense import Sense
from extract.lexicon.vocabulary import rule_files
from extract.model import Document
from extract.reader import analyse

_MARK = re.compile(r"<(?![ =0-9.]+%?(?:[^>]*$))(?P<figure>[^<>]+)>")
TITLE = "某县医疗保障局2022年度部门整体支出绩效自评报告\n"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with one marked figure that must, or must not, get the rule's indicator."""

    file: str
    indicator: str
    text: str
    wanted: bool
    title: str = TITLE  # that the sentence is read under, with its line break


def examples(paths: list[Path] | None = None) -> Iterator[Example]:
    """All examples of the indicator rules, file by file, of packs as well."""
    own = [path for _, files in rule_files(patterns_folder()) for path in files]
    for path in paths or own:
        content = tomllib.loads(path.read_text("utf-8"))
        title = f"{content['title']}\n" if "title" in content else TITLE
        for rule in content["rule"]:
            for key in ("examples", "counterexamples"):
                for text in rule.get(key, []):
                    yield Example(path.name, rule["indicator"], text, key == "examples", title)


def sense_of(text: str, title: str = TITLE) -> Sense | None:
    """The sense of the marked figure, read under that title."""
    mark = _MARK.search(text)
    if mark is None:
        raise ValueError(f"no <figure> in {text!r}")
    plain = text[: mark.start()] + mark["figure"] + text[mark.end() :]
    at = len(title) + mark.start()
    analysis = analyse(Document(title + plain + "\n", "txt"), "", rulebook.load())
    for sense in analysis.senses:
        start, end = analysis.copy.span(sense.figure.start, sense.figure.end)
        if start < at + len(mark["figure"]) and end > at and sense.rejected is None:
            return sense
    return None


def failure(example: Example) -> str | None:
    """What is wrong with an example, or None."""
    sense = sense_of(example.text, example.title)
    got = sense.indicator.id if sense and sense.indicator else None
    if (got == example.indicator) == example.wanted:
        return None
    rule = sense.rule if sense else "no figure"
    return f"{example.file} {example.indicator}: {example.text} -> {got} ({rule})"


if __name__ == "__main__":
    all_ = list(examples([Path(p) for p in sys.argv[1:]] or None))
    bad = [line for e in all_ if (line := failure(e))]
    print("\n".join(bad))
    print(f"{len(all_) - len(bad)} of {len(all_)} examples hold")
    sys.exit(bool(bad))
