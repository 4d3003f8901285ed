from __future__ import annotations

import time
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.knowledge.organize import organize
from udfs.knowledge.plain import annotate
from udfs.knowledge.verify import claim_fault, evidence_fault

SENTENCES = (
    "Python is a programming language.",
    "The capital of France is Paris.",
    "Alan Turing was born in London.",
    "It is a test.",
    "The Rhine is 1233 km long!",
    "Is Rome a city?",
    "`len()` returns a number.",
    "𝒙 is a letter 😀.",
    "人工智能是计算机科学的一个分支。",
    "它是一种语言。",
    "# Heading",
    "```\nx = is_a(y)\n```",
    "Let $X$ be a scheme.",
    "Not\x00 is a \ud800 test.",
)
DOCUMENTS = st.lists(st.sampled_from(SENTENCES) | st.text(max_size=30), max_size=10).map("\n".join)


@given(DOCUMENTS, st.sampled_from(["en", "zh", "de"]))
@settings(max_examples=150, deadline=None)
def test_every_row_is_anchored_and_candidates_add_up(text: str, language: str) -> None:
    annotated = annotate(text, "d", language)
    result = organize(annotated)
    entity_ids = {entity.entity_id for entity in result.entities}
    claim_ids = {claim.claim_id for claim in result.claims}
    assert len(entity_ids) == len(result.entities)
    for row in result.evidence:
        assert evidence_fault(text, row.begin, row.end, row.quote) == ""
        assert row.target_id in (entity_ids if row.target_kind == "entity" else claim_ids)
    assert {row.target_id for row in result.evidence} == entity_ids | claim_ids
    for claim in result.claims:
        assert claim_fault(claim, text) == ""
        assert claim.subject_entity_id in entity_ids
        assert claim.object_entity_id is None or claim.object_entity_id in entity_ids
        assert 0.0 < claim.confidence <= 1.0
    kept = {(claim.begin, claim.end) for claim in result.claims}
    refused = [(rejection.begin, rejection.end) for rejection in result.rejected]
    assert not kept & set(refused)
    assert len(kept) + len(refused) == result.candidates
    assert organize(annotate(text, "d", language)) == result


@given(st.permutations([*SENTENCES[:3], SENTENCES[4]]))
@settings(max_examples=24, deadline=None)
def test_claim_ids_do_not_depend_on_the_order_of_sentences(sentences: list[str]) -> None:
    result = organize(annotate("\n".join(sentences), "d"))
    reference = organize(annotate("\n".join(sorted(sentences)), "other"))
    assert {claim.claim_id for claim in result.claims} == {claim.claim_id for claim in reference.claims}
    assert len(result.claims) == 4
    assert not {row.evidence_id for row in result.evidence} & {row.evidence_id for row in reference.evidence}


def test_rows_of_a_small_document() -> None:
    result = organize(annotate("Rome is a city in Italy. Rome is a city in Italy.", "d1"))
    kinds = {entity.name: entity.kind for entity in result.entities}
    assert kinds == {"Rome": "place", "Italy": "term"}
    assert {asdict(claim)["claim_id"] for claim in result.claims} == {result.claims[0].claim_id}
    spans = [(row.begin, row.end) for row in result.evidence if row.target_kind == "claim"]
    assert spans == [(0, 24), (25, 49)]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Alan Turing was born in London.", "Alan Turing", "person"),
        ("Acme Widgets is a company.", "Acme Widgets", "organization"),
        ("The capital of France is Paris.", "Paris", "place"),
        ("The capital of France is Paris.", "France", "place"),
        ("A prince is a king.", "A prince", "term"),
        ("The Rhine is 1233 km long.", "1233 km", "quantity"),
        ("`len()` returns a number.", "len()", "code"),
    ],
)
def test_kinds_follow_what_the_text_says(text: str, name: str, kind: str) -> None:
    assert (name, kind) in {(entity.name, entity.kind) for entity in organize(annotate(text)).entities}


@pytest.mark.parametrize(
    "unit", ["A is a B. ", "Ab ", "$x$ ", "`a`", "**a** ", "是", "《", "the of ", "1. A\n", "a_b "]
)
def test_long_hostile_documents_take_linear_time(unit: str) -> None:
    started = time.process_time()
    organize(annotate(unit * 5_000))
    assert time.process_time() - started < 10
