"""Claims: subject, predicate and object as one sentence of a document states them.

Sentences are read by patterns (`udfs.knowledge.english`, `udfs.knowledge.chinese_claims`). A sentence that has the
shape of a pattern is a candidate; it yields at least one claim or exactly one rejection with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from udfs.ids import stable_id
from udfs.knowledge import chinese_claims, english
from udfs.knowledge.annotation import Annotated, Sentence
from udfs.knowledge.drafts import Context, Draft, Refusal
from udfs.knowledge.entities import entity_id, names_inside_sentences, normalize_name
from udfs.knowledge.regions import Regions

# Share of a pattern's claims that are right and worth keeping, rounded: estimated from some 300 claims of web pages,
# school books, manuals and technical prose, English and Chinese, that were read by hand, and 540 claims that were
# compared with the triples of WebNLG. Patterns seen fewer than five times have the value of the most similar one.
PATTERN_PRECISION = {
    "is_a": 0.78, "apposition": 0.7, "kind_of": 0.9, "defined_as": 0.9, "called": 0.9, "also_called": 0.85,
    "short_form": 0.9,
    "refer": 0.85, "mean": 0.85, "denote": 0.85, "stands_for": 0.9, "consists_of": 0.85, "consist": 0.85,
    "comprise": 0.85,
    "part_of": 0.93, "belong": 0.9, "located": 0.9, "lie": 0.85, "passive": 0.9, "later_passive": 0.8, "maker": 0.8,
    "role": 0.85, "property": 0.85, "measure": 0.9, "count": 0.9, "returns": 0.95, "died": 0.9, "plays_for": 0.85,
    "played_for": 0.85, "comes_from": 0.9, "originates_from": 0.85,
}  # fmt: skip
_COMMON_SUBJECT = 0.9
_LONG_SENTENCE = 0.9
_LONG_SENTENCE_CHARACTERS = 160
_WRAPPED_LINE = {"zh": 20}
_LOOK_BACK = 400
_WRAPPED_LINE_ELSEWHERE = 40


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with the sentence that states it.

    `claim_id` depends on subject, predicate, object and polarity only, so the same claim of two documents has one id;
    ``text[begin:end] == quote`` in the document. `confidence` is the product given at `confidence_of`.
    """

    claim_id: str
    subject: str
    subject_entity_id: str
    subject_kind: str
    predicate: str
    object: str
    object_entity_id: str | None
    object_kind: str
    polarity: str
    pattern: str
    confidence: float
    language: str
    document_id: str
    begin: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A candidate sentence that gave no claim, and why."""

    candidate_id: str
    document_id: str
    reason: str
    begin: int
    end: int


def extract_claims(
    annotated: Annotated, regions: Regions, known: frozenset[str] = frozenset()
) -> tuple[list[Claim], list[Rejection]]:
    """Read the claims of a document.

    Parameters
    ----------
    annotated : Annotated
    regions : Regions
        Of the same text; sentences that touch code or display formulas are not read.
    known : frozenset of str
        Canonical names of entities that the document mentions; an object among them gets its entity id.

    Returns
    -------
    list of Claim, list of Rejection
        In document order.
    """
    reader = chinese_claims.read_sentence if annotated.language == "zh" else english.read_sentence
    phrases = frozenset(normalize_name(phrase.text) for phrase in annotated.key_phrases)
    context = Context(names_inside_sentences(annotated), phrases | known)
    claims: list[Claim] = []
    rejections: list[Rejection] = []
    seen: set[tuple[str, int]] = set()
    for sentence in annotated.sentences:
        if regions.blocked(sentence.begin, sentence.end):
            continue
        result = reader(sentence.text, context)
        if result is None:
            continue
        if not isinstance(result, Refusal) and _continues_a_line(annotated, sentence):
            result = Refusal("fragment")
        if isinstance(result, Refusal):
            candidate = stable_id("candidate", annotated.document_id, str(sentence.begin), str(sentence.end))
            rejections.append(Rejection(candidate, annotated.document_id, result.reason, sentence.begin, sentence.end))
            continue
        for draft in result:
            claim = _claim(draft, sentence, annotated, context, known)
            if (claim.claim_id, claim.begin) not in seen:
                seen.add((claim.claim_id, claim.begin))
                claims.append(claim)
    return claims, rejections


def confidence_of(draft: Draft, sentence: str, named: bool) -> float:
    """Return the confidence of a claim, in (0, 1].

    The pattern's precision (`PATTERN_PRECISION`), times 0.9 where the subject is neither a name nor a term of the
    document, times 0.9 where the sentence is longer than 160 characters. Rounded to three digits.
    """
    value = PATTERN_PRECISION[draft.pattern]
    if not named:
        value *= _COMMON_SUBJECT
    if len(sentence) > _LONG_SENTENCE_CHARACTERS:
        value *= _LONG_SENTENCE
    return round(value, 3)


def object_canonical(value: str, kind: str) -> str:
    """Return the form of an object that its claim's id is made of."""
    return normalize_name(value, "quantity" if kind == "quantity" else "term")


def _claim(draft: Draft, sentence: Sentence, annotated: Annotated, context: Context, known: frozenset[str]) -> Claim:
    language = annotated.language
    subject = " ".join(draft.subject.split())
    subject = subject.strip('*_"“” ') if draft.subject_kind == "term" else subject
    if subject.startswith("`") and subject.count("`") >= 2:
        subject_kind, subject = "code", subject.split("`")[1]
    else:
        subject_kind = draft.subject_kind
    canonical = normalize_name(subject, subject_kind)
    target = object_canonical(draft.object, draft.object_kind)
    object_id = None
    if draft.object_kind == "quantity":
        object_id = entity_id(target, "quantity", language)
    elif draft.object_kind == "name" or target in known:
        object_id = entity_id(target, "term", language)
    subject_id = entity_id(canonical, subject_kind, language)
    polarity = "negative" if draft.negative else "positive"
    named = subject_kind != "term" or canonical in context.terms or subject.split()[-1] in context.names
    return Claim(
        claim_id=stable_id("claim", subject_id, draft.predicate, target, polarity),
        subject=subject,
        subject_entity_id=subject_id,
        subject_kind=subject_kind,
        predicate=draft.predicate,
        object=draft.object,
        object_entity_id=object_id,
        object_kind=draft.object_kind,
        polarity=polarity,
        pattern=draft.pattern,
        confidence=confidence_of(draft, sentence.text, named),
        language=language,
        document_id=annotated.document_id,
        begin=sentence.begin,
        end=sentence.end,
        quote=sentence.text,
    )


def _continues_a_line(annotated: Annotated, sentence: Sentence) -> bool:
    """Tell whether a sentence is the rest of one that a hard-wrapped line began."""
    before = annotated.text[max(0, sentence.begin - _LOOK_BACK) : sentence.begin]
    if not before.endswith("\n") or before.endswith("\n\n"):
        return False
    line = before[:-1].rpartition("\n")[2].rstrip()
    least = _WRAPPED_LINE.get(annotated.language, _WRAPPED_LINE_ELSEWHERE)
    return len(line) > least and line[-1] not in '.!?:;。！？：；"”)*`|'


def claims_by_subject(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    """Group claims by the entity they are about, each group sorted by id, document and span."""
    groups: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: (claim.claim_id, claim.document_id, claim.begin)):
        groups.setdefault(claim.subject_entity_id, []).append(claim)
    return groups
