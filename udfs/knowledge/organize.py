"""Turns one annotated document into rows of the knowledge tier (L4): entities, claims, evidence and rejections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from udfs.ids import stable_id
from udfs.knowledge.annotation import Annotated
from udfs.knowledge.claims import Claim, Rejection, extract_claims
from udfs.knowledge.entities import (
    Mention,
    entity_id,
    find_mentions,
    kind_from_definition,
    normalize_name,
    strongest_kind,
)
from udfs.knowledge.regions import Regions
from udfs.knowledge.verify import claim_fault

_DEFINITIONS = frozenset({"is a", "是"})
_PERSON_PREDICATES = frozenset({"born in", "born on", "born at", "died in", "出生于", "plays for"})
_PLACE_PREDICATES = frozenset({"capital", "首都", "省会"})


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as one document knows it; documents may differ in `name` and `kind`."""

    entity_id: str
    name: str
    canonical: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a document shows an entity or states a claim: ``text[begin:end] == quote``."""

    evidence_id: str
    target_id: str
    target_kind: str
    document_id: str
    begin: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Organized:
    """What one document gives to the knowledge tier.

    ``candidates`` sentences had the shape of a pattern: each is the evidence of a claim or has one rejection.
    """

    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    rejected: tuple[Rejection, ...]
    candidates: int


def organize(annotated: Annotated) -> Organized:
    """Find the entities and claims of one document, with the evidence for each.

    An entity has one evidence row a document, its first mention; a claim has one for every sentence that states it.
    Entities that only a claim names get the claim's sentence. Claims whose evidence does not carry them are rejected.

    Parameters
    ----------
    annotated : Annotated

    Returns
    -------
    Organized
        Rows sorted by id or span; nothing in it depends on anything but the document.

    Examples
    --------
    >>> from udfs.knowledge.plain import annotate
    >>> result = organize(annotate("Rome is a city in Italy.", "d1"))
    >>> [(claim.subject, claim.predicate, claim.object) for claim in result.claims]
    [('Rome', 'is a', 'a city in Italy')]
    >>> sorted((entity.name, entity.kind) for entity in result.entities)
    [('Italy', 'term'), ('Rome', 'place')]
    """
    regions = Regions(annotated.text)
    mentions = find_mentions(annotated, regions)
    known = frozenset(mention.canonical for mention in mentions if mention.kind not in {"code", "formula", "quantity"})
    stated, rejected = extract_claims(annotated, regions, known)
    claims: list[Claim] = []
    refused: dict[tuple[int, int], str] = {}
    for claim in stated:
        fault = claim_fault(claim, annotated.text)
        if fault:
            refused.setdefault((claim.begin, claim.end), fault)
        else:
            claims.append(claim)
    carried = {(claim.begin, claim.end) for claim in claims}
    rejections = [
        *rejected,
        *(_rejection(annotated, span, why) for span, why in refused.items() if span not in carried),
    ]
    rejections.sort(key=lambda rejection: (rejection.begin, rejection.end))
    entities, evidence = _entities(annotated, mentions, claims)
    evidence += [_evidence(annotated, claim.claim_id, "claim", claim.begin, claim.end) for claim in claims]
    unique = {row.evidence_id: row for row in evidence}
    return Organized(
        entities=tuple(sorted(entities, key=lambda entity: entity.entity_id)),
        claims=tuple(claims),
        evidence=tuple(sorted(unique.values(), key=lambda row: (row.begin, row.end, row.target_id))),
        rejected=tuple(rejections),
        candidates=len(carried) + len(rejections),
    )


def _entities(
    annotated: Annotated, mentions: list[Mention], claims: list[Claim]
) -> tuple[list[Entity], list[Evidence]]:
    language = annotated.language
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    first: dict[str, tuple[str, str, int, int]] = {}

    def add(name: str, canonical: str, kind: str, begin: int, end: int) -> None:
        identifier = entity_id(canonical, kind, language)
        kinds[identifier].append(kind)
        first.setdefault(identifier, (name, canonical, begin, end))

    for mention in mentions:
        add(mention.text, mention.canonical, mention.kind, mention.begin, mention.end)
    for claim in claims:
        name = normalize_name(claim.subject, claim.subject_kind)
        add(claim.subject, name, _kind_from_claim(claim), claim.begin, claim.end)
        if claim.object_entity_id:
            kind = "quantity" if claim.object_kind == "quantity" else "term"
            if claim.predicate in _PLACE_PREDICATES and kind == "term":
                kind = "place"
            add(claim.object, normalize_name(claim.object, kind), kind, claim.begin, claim.end)
    entities, evidence = [], []
    for identifier, (name, canonical, begin, end) in first.items():
        kind = strongest_kind(kinds[identifier])
        entities.append(Entity(identifier, name, canonical, kind, language))
        evidence.append(_evidence(annotated, identifier, "entity", begin, end))
    return entities, evidence


def _kind_from_claim(claim: Claim) -> str:
    if claim.subject_kind != "term":
        return claim.subject_kind
    if claim.predicate in _PERSON_PREDICATES and claim.polarity == "positive":
        return "person"
    if claim.predicate in _PLACE_PREDICATES:
        return "place"
    if (
        claim.predicate in _DEFINITIONS
        and claim.polarity == "positive"
        and not claim.subject.lower().startswith(("a ", "an "))
    ):
        named = claim.language == "zh" or claim.subject.split()[-1][:1].isupper()
        return (kind_from_definition(claim.object, claim.language) if named else None) or "term"
    return "term"


def _evidence(annotated: Annotated, target: str, target_kind: str, begin: int, end: int) -> Evidence:
    identifier = stable_id("evidence", target, annotated.document_id, str(begin), str(end))
    quote = annotated.text[begin:end]
    return Evidence(identifier, target, target_kind, annotated.document_id, begin, end, quote)


def _rejection(annotated: Annotated, span: tuple[int, int], reason: str) -> Rejection:
    candidate = stable_id("candidate", annotated.document_id, str(span[0]), str(span[1]))
    return Rejection(candidate, annotated.document_id, reason, *span)
