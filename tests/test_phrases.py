from __future__ import annotations

import itertools
import random
import re

import pytest

from extract.errors import RulebookError
from extract.lexicon.phrases import Matcher, alternation, expand, parse
from extract.literals import any_of


@pytest.mark.parametrize(
    ("phrase", "forms"),
    [
        ("甲乙", ["甲乙"]),
        ("甲(乙|丙)", ["甲乙", "甲丙"]),
        ("甲[乙]丙", ["甲丙", "甲乙丙"]),
        ("[甲|乙]丙", ["丙", "乙丙", "甲丙"]),
        ("(甲|)乙", ["乙", "甲乙"]),
        ("甲(乙[丙]|丁)戊", ["甲丁戊", "甲乙丙戊", "甲乙戊"]),
    ],
)
def test_a_phrase_stands_for_its_forms(phrase: str, forms: list[str]) -> None:
    assert sorted(expand(phrase)) == sorted(forms)


@pytest.mark.parametrize(
    ("phrase", "fault"),
    [
        ("甲(乙", r"missing '\)'"),
        ("甲[乙)", "missing ']'"),
        ("甲乙)丙", r"unbalanced '\)' at character 2"),
        ("[甲][乙]", "every part is optional"),
        ("", "every part is optional"),
    ],
)
def test_a_faulty_phrase_is_refused(phrase: str, fault: str) -> None:
    with pytest.raises(RulebookError, match=fault):
        parse(phrase)


def test_a_phrase_of_too_many_forms_is_not_spelled_out() -> None:
    with pytest.raises(RulebookError, match="split it"):
        expand("(甲|乙)" * 13)


def test_an_alternation_has_longer_forms_first() -> None:
    assert alternation(["甲[乙]", "丙+"]) == "丙\\+|甲乙|甲"


@pytest.mark.parametrize(
    ("phrases", "text", "spans"),
    [
        (["基金", "医保基金"], "医保基金", [(0, 4, (1,))]),  # the longest
        (["甲乙", "乙丙"], "甲乙丙", [(0, 2, (0,)), (1, 3, (1,))]),  # overlap is no inside
        (["甲", "甲乙丙丁"], "甲乙丙戊", [(0, 1, (0,))]),  # back to what was whole
        (["甲[乙丙丁]", "乙"], "甲乙丙", [(0, 1, (0,)), (1, 2, (1,))]),
        (["甲(乙|丙)", "甲乙"], "甲乙", [(0, 2, (0, 1))]),  # all meanings of one span
        (["甲乙丙丁"], "甲乙丙", []),
        (["甲"], "", []),
        ([], "甲", []),
    ],
)
def test_spans(phrases: list[str], text: str, spans: list[tuple[int, int, tuple[int]]]) -> None:
    matcher = Matcher((phrase, number) for number, phrase in enumerate(phrases))
    assert matcher.spans(text) == [spans]


def test_a_phrase_hides_only_shorter_ones_of_its_own_group() -> None:
    matcher = Matcher([("门诊", "A"), ("门诊药店", "B")], [("药店", "C"), ("门诊", "D")])
    assert matcher.spans("门诊药店") == [[(0, 4, ("B",))], [(0, 2, ("D",)), (2, 4, ("C",))]]


def test_the_automaton_finds_what_the_spelled_out_forms_would() -> None:
    draw = random.Random(7)  # noqa: S311
    parts = ["甲", "乙", "丙", "[甲]", "[乙丙]", "(甲|丙乙)", "[甲|(乙|丙)甲]", "甲乙"]
    for _ in range(200):
        phrases = ["乙" + "".join(draw.choices(parts, k=draw.randint(1, 4))) for _ in range(5)]
        text = "".join(draw.choices("甲乙丙丁", k=60))
        matcher = Matcher((phrase, number) for number, phrase in enumerate(phrases))
        assert matcher.spans(text) == [spelled_out(phrases, text)]


def spelled_out(phrases: list[str], text: str) -> list[tuple[int, int, tuple[int, ...]]]:
    forms = [(form, number) for number, phrase in enumerate(phrases) for form in expand(phrase)]
    found: list[tuple[int, int, tuple[int, ...]]] = []
    reach = -1
    for start, end in itertools.product(range(len(text)), range(len(text), 0, -1)):
        meant = sorted({number for form, number in forms if form == text[start:end]})
        if meant and end > reach and not (found and found[-1][0] == start):
            found.append((start, end, tuple(meant)))
            reach = end
    return found


def test_a_list_of_words_matches_as_if_they_were_tried_one_by_one() -> None:
    draw = random.Random(7)  # noqa: S311  no secrets here
    for _ in range(300):
        forms = [
            "".join(draw.choices("甲乙丙", k=draw.randint(1, 6)))
            for _ in range(draw.randint(1, 40))
        ]
        one_by_one = "|".join(sorted(forms, key=len, reverse=True))
        text = "".join(draw.choices("甲乙丙丁", k=60))
        for frame in ("{}", "(?:{}){{1,3}}丁"):
            as_tree, plain = frame.format(any_of(forms)), frame.format(one_by_one)
            found = [hit.span() for hit in re.finditer(as_tree, text)]
            assert found == [hit.span() for hit in re.finditer(plain, text)]


def test_a_list_without_words_matches_nothing() -> None:
    assert not re.search(any_of([]), "甲")
