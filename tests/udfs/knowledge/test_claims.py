from __future__ import annotations

import pytest

from udfs.knowledge import english_patterns
from udfs.knowledge.claims import PATTERN_PRECISION, Claim, Rejection, claims_by_subject, extract_claims
from udfs.knowledge.plain import annotate
from udfs.knowledge.regions import Regions


def extract(text: str, document_id: str = "d", language: str = "en") -> tuple[list[Claim], list[Rejection]]:
    return extract_claims(annotate(text, document_id, language), Regions(text))


def test_same_claim_of_two_documents_has_one_id() -> None:
    (one,), _ = extract("Python is a programming language.", "d1")
    (other,), _ = extract("In short texts one reads this. The Python is a  programming\nlanguage.", "d2")
    assert one.claim_id == other.claim_id
    assert (one.document_id, other.document_id) == ("d1", "d2")
    assert other.quote == "The Python is a  programming\nlanguage."


@pytest.mark.parametrize(
    "other", ["Python is not a programming language.", "Java is a programming language.", "Python is a compiler."]
)
def test_other_claims_have_other_ids(other: str) -> None:
    (one,), _ = extract("Python is a programming language.")
    (two,), _ = extract(other)
    assert one.claim_id != two.claim_id


def test_code_and_formulas_are_not_read() -> None:
    assert extract("```\nFoo is a bar of type x.\n```\n$$\nA is a set.\n$$") == ([], [])


def test_the_rest_of_a_wrapped_line_is_a_fragment() -> None:
    claims, rejections = extract("He had travelled very far and in the end found that the United\nStates is a country.")
    assert claims == []
    assert [rejection.reason for rejection in rejections] == ["fragment"]


def test_known_objects_get_their_entity_id() -> None:
    text = "Deep learning is a machine learning."
    annotated = annotate(text)
    without, _ = extract_claims(annotated, Regions(text))
    within, _ = extract_claims(annotated, Regions(text), frozenset({"machine learning"}))
    assert without[0].object_entity_id is None
    assert within[0].object_entity_id is not None


def test_confidence_is_the_documented_product() -> None:
    base = PATTERN_PRECISION["is_a"]
    (named,), _ = extract("Albert Camus was a writer.")
    (common,), _ = extract("A camel is an animal.")
    (long,), _ = extract("Albert Camus is a writer of novels, who" + " liked very long walks by the sea" * 4 + ".")
    assert named.confidence == pytest.approx(base)
    assert common.confidence == pytest.approx(base * 0.9, abs=1e-3)
    assert long.confidence == pytest.approx(base * 0.9, abs=1e-3)


def test_every_pattern_has_a_precision() -> None:
    stems = {verb.replace(" ", "_") for verb in english_patterns.VERB_PREDICATES} - {"return"}
    assert stems <= set(PATTERN_PRECISION)
    assert all(0.0 < value <= 1.0 for value in PATTERN_PRECISION.values())
    (alias, _), _ = extract("Table salt, also called sodium chloride, is a mineral.")
    assert (alias.pattern, alias.object) == ("also_called", "sodium chloride")


def test_claims_by_subject_is_sorted_and_complete() -> None:
    claims = [*extract("Rome is a city. Paris is a city.", "b")[0], *extract("Rome is a city.", "a")[0]]
    groups = claims_by_subject(claims)
    assert groups == claims_by_subject(claims[::-1])
    assert sorted(len(group) for group in groups.values()) == [1, 2]


def test_chinese_documents_are_read_by_chinese_rules() -> None:
    claims, rejections = extract("人工智能是计算机科学的一个分支。它是一种技术。", "d", "zh")
    assert [(claim.subject, claim.predicate) for claim in claims] == [("人工智能", "是")]
    assert [rejection.reason for rejection in rejections] == ["pronoun_subject"]
