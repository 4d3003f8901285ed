from __future__ import annotations

import time

import pytest

from udfs.knowledge.drafts import Context, Draft, Refusal
from udfs.knowledge.english import read_sentence

NAMES = Context(names=frozenset({"Python", "Rome", "Texas"}), terms=frozenset({"atomic nucleus"}))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Python is a programming language.", ("Python", "is a", "a programming language", "is_a")),
        (
            "A firewall is a system that filters traffic.",
            ("A firewall", "is a", "a system that filters traffic", "is_a"),
        ),
        ("Redis lists are lists of strings.", ("Redis lists", "is a", "lists of strings", "is_a")),
        ("In algebra, a group is a set with an operation.", ("a group", "is a", "a set with an operation", "is_a")),
        ("- Geometry is a kind of mathematics.", ("Geometry", "is a", "mathematics", "kind_of")),
        ("A monoid is defined as a set with a product.", ("A monoid", "is a", "a set with a product", "defined_as")),
        ("Salt is also called sodium chloride.", ("Salt", "also called", "sodium chloride", "called")),
        ("RAM stands for random access memory.", ("RAM", "stands for", "random access memory", "stands_for")),
        ("Polymorphism refers to a feature of types.", ("Polymorphism", "refers to", "a feature of types", "refer")),
        ("The atomic nucleus is the dense region.", ("The atomic nucleus", "is a", "the dense region", "is_a")),
        ("Water consists of hydrogen and oxygen.", ("Water", "consists of", "hydrogen and oxygen", "consist")),
        ("The Rhine is 1233 km long.", ("The Rhine", "length", "1233 km", "measure")),
        ("Mars has two moons.", ("Mars", "number of moons", "two", "count")),
        ("Aarhus Airport has a runway length of 2702.0.", ("Aarhus Airport", "runway length", "2702.0", "property")),
        ("Aarhus Airport's runway length is 2702.0.", ("Aarhus Airport", "runway length", "2702.0", "property")),
        ("The capital of Aruba is Oranjestad.", ("Aruba", "capital", "Oranjestad", "property")),
        ("Jacob Bundsgaard is the leader of Aarhus.", ("Aarhus", "leader", "Jacob Bundsgaard", "role")),
        ("Google LLC was founded in 1998.", ("Google LLC", "founded in", "1998", "passive")),
        ("Alan Turing was born in London.", ("Alan Turing", "born in", "London", "passive")),
        ("Walter Baade discovered 1036 Ganymed.", None),
        ("Guido van Rossum created Python.", ("Python", "created by", "Guido van Rossum", "maker")),
        ("Texas is located in the United States.", ("Texas", "located in", "the United States", "located")),
        ("The city of Albany is in Oregon.", ("Albany", "located in", "Oregon", "located")),
        ("`str.split()` returns a list of words.", ("str.split()", "returns", "a list of words", "returns")),
        ("The function `len` returns the length.", ("len", "returns", "the length", "returns")),
    ],
)
def test_first_claim(sentence: str, expected: tuple[str, str, str, str] | None) -> None:
    result = read_sentence(sentence, NAMES)
    if expected is None:
        assert not isinstance(result, list)
        return
    assert isinstance(result, list), result
    assert (result[0].subject, result[0].predicate, result[0].object, result[0].pattern) == expected


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("It is a programming language.", "pronoun_subject"),
        ("This is a test.", "pronoun_subject"),
        ("Its name is Rome.", None),
        ("The dog is a good animal.", "vague_object"),
        ("The dog is a mammal.", "anaphoric_subject"),
        ("A summary was published in Rome by hand.", "anaphoric_subject"),
        ("Is Python a language or Rome is a city?", "question"),
        ("Python may be what Rome is a part of.", "hedged"),
        ("Python is probably a language.", "hedged"),
        ("Rome is perhaps a city, and it is a capital.", "hedged"),
        ("Testing is not just a final step.", "hedged"),
        ("We think Python is a language.", "first_person"),
        ("Python is a language", "fragment"),
        ("For example, Python is a language.", "example"),
        ("If Python is a language, Rome is a city.", "conditional"),
        ("Let $X$ be a scheme.", "local_symbol"),
        ("$X$ is a scheme.", "local_symbol"),
        ("Cats and dogs are pets of humans.", "joint_subject"),
        ("An excellent option is the Topping.", "inverted"),
        ("Python is a " + "very " * 50 + "long sentence.", "too_long"),
    ],
)
def test_refusals(sentence: str, reason: str | None) -> None:
    result = read_sentence(sentence, NAMES)
    assert result == (Refusal(reason) if reason else None)


@pytest.mark.parametrize(
    "sentence", ["Run!", "", "Cats are cute.", "They are leaning towards brands.", "is", " is a ", "#"]
)
def test_sentences_without_a_known_shape(sentence: str) -> None:
    result = read_sentence(sentence, NAMES)
    assert result is None or result == Refusal("pronoun_subject")


def test_negation_is_polarity() -> None:
    assert read_sentence("Python is not a compiled language.", NAMES) == [
        Draft("Python", "is a", "a compiled language", "is_a", negative=True)
    ]


def test_several_claims_of_one_sentence() -> None:
    result = read_sentence("Alan Turing, a British mathematician, was born in London and was buried in Woking.", NAMES)
    assert isinstance(result, list)
    assert [(draft.predicate, draft.object) for draft in result] == [
        ("is a", "a British mathematician"),
        ("born in", "London"),
        ("buried in", "Woking"),
    ]


def test_short_form_in_brackets() -> None:
    result = read_sentence("Artificial intelligence (AI) is a field of study.", NAMES)
    assert isinstance(result, list)
    assert {(draft.subject, draft.predicate, draft.object) for draft in result} == {
        ("Artificial intelligence", "is a", "a field of study"),
        ("Artificial intelligence", "also called", "AI"),
    }


@pytest.mark.parametrize(
    "unit", ["a ", "is a ", "a, ", "and is ", "(", "`", "the of ", "A, a, ", "X's ", "the a of A ", "- "]
)
def test_long_hostile_sentences_take_linear_time(unit: str) -> None:
    started = time.process_time()
    read_sentence("Python is a " + unit * 100_000 + ".", NAMES)
    read_sentence(unit * 100_000 + " is a test.", NAMES)
    assert time.process_time() - started < 5
