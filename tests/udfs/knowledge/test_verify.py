from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.knowledge.claims import Claim
from udfs.knowledge.organize import organize
from udfs.knowledge.plain import annotate
from udfs.knowledge.verify import claim_fault, evidence_fault, reconcile


def claims_of(*texts: str) -> list[Claim]:
    return [claim for at, text in enumerate(texts) for claim in organize(annotate(text, f"d{at}")).claims]


@pytest.mark.parametrize(
    ("begin", "end", "quote", "fault"),
    [
        (0, 4, "Rome", ""),
        (0, 4, "rome", "quote_differs"),
        (-1, 4, "Rome", "span_outside_text"),
        (9, 13, "old.", "span_outside_text"),
        (4, 4, "", "quote_empty"),
    ],
)
def test_evidence(begin: int, end: int, quote: str, fault: str) -> None:
    assert evidence_fault("Rome is old", begin, end, quote) == fault


def test_claim_must_stand_in_its_evidence() -> None:
    text = "Rome is a city in Italy."
    (claim,) = claims_of(text)
    assert claim_fault(claim, text) == ""
    assert claim_fault(claim, "Roma" + text[4:]) == "quote_differs"
    assert claim_fault(replace(claim, subject="Paris"), text) == "subject_not_in_evidence"
    assert claim_fault(replace(claim, object="a town"), text) == "object_not_in_evidence"


RHINE = ("The Rhine is 1233 km long.", "The Rhine is 1320 km long.")


@pytest.mark.parametrize(
    ("texts", "statuses"),
    [
        (RHINE[:1], ["single_source"]),
        ((RHINE[0], RHINE[0]), ["supported", "supported"]),
        ((RHINE[0], "The Rhine is 1,230,000 m long."), ["supported", "supported"]),
        (RHINE, ["contradicted", "contradicted"]),
        ((RHINE[0], RHINE[1], RHINE[0]), ["supported", "contradicted", "supported"]),
        (("Rome is a city.", "Rome is not a city."), ["contradicted", "contradicted"]),
        (("Rome is a city.", "Rome is a capital."), ["single_source", "single_source"]),
        ((RHINE[0], "The Rhine is 20 kg heavy."), ["single_source", "single_source"]),
    ],
)
def test_reconcile(texts: tuple[str, ...], statuses: list[str]) -> None:
    claims = claims_of(*texts)
    assert len({claim.subject_entity_id for claim in claims}) == 1
    assert reconcile(claims) == statuses


def test_two_sentences_of_one_document_are_one_source() -> None:
    claims = claims_of(RHINE[0] + " " + RHINE[0])
    assert reconcile(claims) == ["single_source", "single_source"]


POOL = claims_of(
    *RHINE, RHINE[0], "The Rhine is not 1233 km long.", "The Rhine is a river.", "The Rhine is not a river."
)


@given(st.lists(st.sampled_from(POOL), max_size=8), st.randoms(use_true_random=False))
def test_status_does_not_depend_on_order(claims: list[Claim], random: object) -> None:
    before = dict(zip([claim.claim_id for claim in claims], reconcile(claims), strict=True))
    shuffled = list(claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    after = dict(zip([claim.claim_id for claim in shuffled], reconcile(shuffled), strict=True))
    assert before == after
