from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.knowledge.annotation import Annotated
from udfs.knowledge.entities import (
    KINDS,
    entity_id,
    find_mentions,
    kind_from_definition,
    normalize_name,
    strongest_kind,
)
from udfs.knowledge.plain import annotate
from udfs.knowledge.regions import Regions


def mentions(text: str, language: str = "en") -> set[tuple[str, str]]:
    annotated: Annotated = annotate(text, "d", language)
    return {(mention.text, mention.kind) for mention in find_mentions(annotated, Regions(text))}


@pytest.mark.parametrize(
    ("name", "kind", "canonical"),
    [
        ("The Neural networks", "term", "neural network"),
        ("Los Angeles", "term", "los angeles"),
        ("physics", "term", "physics"),
        ("Turing's", "term", "turing"),
        ("“quoted”", "term", "quoted"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "term", "full width"),
        ("`Foo.bar`", "code", "Foo.bar"),
        ("$a + b$", "formula", "a+b"),
        ("12 km", "quantity", "12000 length"),
    ],
)
def test_canonical_names(name: str, kind: str, canonical: str) -> None:
    assert normalize_name(name, kind) == canonical


@given(st.text(max_size=40), st.sampled_from(KINDS))
def test_canonical_names_never_raise(name: str, kind: str) -> None:
    assert isinstance(normalize_name(name, kind), str)


def test_ids_grow_with_evidence_but_keep_code_apart() -> None:
    assert entity_id("map", "term", "en") == entity_id("map", "person", "en")
    assert entity_id("map", "code", "en") == entity_id("map", "code", "zh")
    assert len({entity_id("map", "code", "en"), entity_id("map", "term", "en"), entity_id("map", "term", "zh")}) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Dr. Alan Turing there.", ("Alan Turing", "person")),
        ("She left Aarhus University today.", ("Aarhus University", "organization")),
        ("He swam in the Hudson River again.", ("Hudson River", "place")),
        ("The bridge of Aarhus is old.", ("Aarhus", "term")),
        ("Call `str.split()` on it.", ("str.split()", "code")),
        ("The flag max_length is set.", ("max_length", "code")),
        ("Here $x^2 = 1$ holds.", ("$x^2 = 1$", "formula")),
        ("A **closure** keeps state.", ("closure", "term")),
    ],
)
def test_mentions_and_kinds(text: str, expected: tuple[str, str]) -> None:
    assert expected in mentions(text)


def test_chinese_mentions() -> None:
    found = mentions("《红楼梦》很长。神经网络很强。" + "神经网络需要数据。" * 3, "zh")
    assert ("红楼梦", "term") in found
    assert ("神经网络", "term") in found


@pytest.mark.parametrize(
    "text",
    [
        "Walking is good for you.",
        "Top Ten Nutrition Trends For Fall",
        "It happened on Monday in January.",
        "```\nclass FooBar: pass\nSomeName = Other_name()\n```",
        "It costs $5 and $6 here.",
        "See :label:`sec_intro` for more.",
    ],
)
def test_no_mentions(text: str) -> None:
    assert mentions(text) == set()


@pytest.mark.parametrize(
    ("definition", "language", "kind"),
    [
        ("a French river in Brittany", "en", "place"),
        ("the American poet who founded a company", "en", "person"),
        ("a software company", "en", "organization"),
        ("a programming language", "en", None),
        ("中国的首都", "zh", "place"),
        ("一家软件公司", "zh", "organization"),
        ("一种语言", "zh", None),
    ],
)
def test_kind_from_definition(definition: str, language: str, kind: str | None) -> None:
    assert kind_from_definition(definition, language) == kind


@given(st.lists(st.sampled_from(KINDS), min_size=1))
def test_strongest_kind_ignores_order(kinds: list[str]) -> None:
    shuffled = sorted(kinds, reverse=True)
    assert strongest_kind(kinds) == strongest_kind(shuffled)
    assert strongest_kind([*kinds, "code"]) == "code"
