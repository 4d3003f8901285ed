"""Verifies claims: against the text they cite, and against each other.

Nothing here asks a model. A claim may enter the knowledge tier when `evidence_fault` finds nothing and `reconcile` does
not call it contradicted.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from udfs.knowledge.claims import Claim
from udfs.knowledge.quantities import Quantity, parse_quantity

SUPPORTED = "supported"
SINGLE_SOURCE = "single_source"
CONTRADICTED = "contradicted"


def evidence_fault(text: str, begin: int, end: int, quote: str) -> str:
    """Return why a quote is not evidence in a text, or ``""``.

    Parameters
    ----------
    text : str
        The document.
    begin, end : int
        Half-open span.
    quote : str
        What the evidence row says stands there.

    Examples
    --------
    >>> evidence_fault("Rome is old.", 0, 4, "Rome"), evidence_fault("Rome is old.", 1, 5, "Rome")
    ('', 'quote_differs')
    """
    if not quote.strip():
        return "quote_empty"
    if not 0 <= begin < end <= len(text):
        return "span_outside_text"
    return "" if text[begin:end] == quote else "quote_differs"


def claim_fault(claim: Claim, text: str) -> str:
    """Return why a claim's evidence does not carry it, or ``""``.

    The quote must stand at the cited span, and hold the subject and the object, white space and case aside.
    """
    fault = evidence_fault(text, claim.begin, claim.end, claim.quote)
    if fault:
        return fault
    quote = _folded(claim.quote)
    if _folded(claim.subject) not in quote:
        return "subject_not_in_evidence"
    return "" if _folded(claim.object) in quote else "object_not_in_evidence"


def reconcile(claims: Sequence[Claim]) -> list[str]:
    """Compare the claims about one subject.

    Two claims oppose each other where they say the same with opposite polarity, or give one predicate numbers of one
    dimension that differ by more than rounding (see `Quantity.agrees`). A claim is

    - ``contradicted`` where the documents of the claims that oppose it are at least as many as its own,
    - ``supported`` where two documents or more state it, or a number that agrees with it,
    - ``single_source`` otherwise.

    Parameters
    ----------
    claims : sequence of Claim
        Of one ``subject_entity_id``, in any order; several rows may have one ``claim_id``.

    Returns
    -------
    list of str
        One status a claim, in the order given. It does not depend on that order.
    """
    documents: defaultdict[str, set[str]] = defaultdict(set)
    first: dict[str, Claim] = {}
    for claim in claims:
        documents[claim.claim_id].add(claim.document_id)
        first.setdefault(claim.claim_id, claim)
    by_predicate: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in first.values():
        by_predicate[claim.predicate].append(claim)
    status = {}
    for group in by_predicate.values():
        numbers = {claim.claim_id: _number(claim) for claim in group}
        for claim in group:
            backing, opposing = set(documents[claim.claim_id]), set()
            for other in group:
                relation = _relation(claim, other, numbers)
                if relation is True:
                    backing |= documents[other.claim_id]
                elif relation is False:
                    opposing |= documents[other.claim_id]
            if opposing and len(opposing) >= len(backing):
                status[claim.claim_id] = CONTRADICTED
            else:
                status[claim.claim_id] = SUPPORTED if len(backing) > 1 else SINGLE_SOURCE
    return [status[claim.claim_id] for claim in claims]


def _relation(claim: Claim, other: Claim, numbers: dict[str, Quantity | None]) -> bool | None:
    """Return True where two claims of one predicate agree, False where they oppose each other, None otherwise."""
    if claim.claim_id == other.claim_id:
        return True
    same_polarity = claim.polarity == other.polarity
    left, right = numbers[claim.claim_id], numbers[other.claim_id]
    if left and right:
        agree = left.agrees(right)
        if agree is None:
            return None
        if claim.polarity == other.polarity == "negative":
            return None
        return agree if same_polarity else (False if agree else None)
    if not same_polarity and _folded(claim.object) == _folded(other.object):
        return False
    return None


def _number(claim: Claim) -> Quantity | None:
    return parse_quantity(claim.object) if claim.object_kind == "quantity" else None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
