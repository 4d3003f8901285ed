"""Which documents of a group of near-duplicates stay, and the plain partition into connected components.

The transitive closure of "shares a band" removes documents that resemble no survivor: of the disputed removals that
Marin reviewed, 63.6 % were wrong (marin-community/marin#7591). Here a document goes only when it was itself compared
with the one that stays.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Literal, NamedTuple

#: What makes one document the survivor of another; equal documents are told apart by the smaller id.
Survivor = Literal["longest", "earliest", "best_scored"]


class Document(NamedTuple):
    """What the choice of a representative may depend on.

    Parameters
    ----------
    doc_id : str
        The document's id.
    length : int
        Length of its text, in any one unit.
    captured_at : int or None
        Time of capture, such as microseconds since 1970; ``None``, unknown, is later than any time.
    score : float or None
        Quality, more is better; ``None`` or NaN is worse than any number.
    """

    doc_id: str
    length: int = 0
    captured_at: int | None = None
    score: float | None = None


class Pair(NamedTuple):
    """A candidate pair and the exact similarity that was found for it; ``None`` where nobody looked."""

    left: str
    right: str
    similarity: float | None


class Decision(NamedTuple):
    """What became of one document.

    Parameters
    ----------
    doc_id : str
        The document.
    representative_id : str
        The document that stays for it; itself where it stays.
    similarity : float
        Exact similarity to the representative; 1.0 where it stays.
    rule : str
        ``kept``, or ``admitted`` where an earlier run had kept it. Of a removed document: why the representative goes
        before it, ``admitted``, ``longest``, ``earliest``, ``best_scored`` or, all else equal, ``smallest_id``.
    """

    doc_id: str
    representative_id: str
    similarity: float
    rule: str

    @property
    def kept(self) -> bool:
        """Whether the document stays."""
        return self.doc_id == self.representative_id


def _negated_score(document: Document) -> float:
    score = document.score
    return math.inf if score is None or math.isnan(score) else -score


_MERIT: dict[str, Callable[[Document], float]] = {
    "longest": lambda document: -document.length,
    "earliest": lambda document: math.inf if document.captured_at is None else document.captured_at,
    "best_scored": _negated_score,
}


def assign_representatives(
    documents: Iterable[Document],
    pairs: Iterable[Pair],
    *,
    threshold: float,
    survivor: Survivor = "longest",
    admitted: Collection[str] = frozenset(),
) -> list[Decision]:
    """Choose the documents that stay, and a representative for each of the others.

    Documents are taken in order: those admitted by earlier runs, then the others by the survivor rule, then by id. One
    that was verified against a document already kept is removed in favour of the most similar of these; any other is
    kept. So every representative is kept, every removed document was compared with its own representative, and two kept
    documents are never a verified pair, unless both had been admitted before. The outcome depends neither on the order
    nor on the repetition of the input, and connected components of verified pairs may be decided apart from each other.

    A stricter threshold may keep a document's neighbour, and the neighbour then removes what it had to spare before: in
    A - B - C, with A best and B before C, losing the pair A - B keeps B, and B removes C. No rule that holds all of the
    above can avoid that. What holds: a document that goes at the stricter threshold goes at the looser one too, or else
    its representative does.

    Parameters
    ----------
    documents : iterable of Document
        All documents of one or several connected components; others that only appear in pairs are an error.
    pairs : iterable of Pair
        Candidates in either direction. Where one was given more than once the greatest similarity counts.
    threshold : float
        Least similarity, inclusive, of a verified pair.
    survivor : {"longest", "earliest", "best_scored"}
        Who stays among documents that are new.
    admitted : collection of str
        Ids that earlier runs kept. They stay whatever is found now, and go before every new document, so that ids of
        clusters never change.

    Returns
    -------
    list of Decision
        One a document, sorted by id.

    Raises
    ------
    ValueError
        When a document is given twice with different attributes, when a pair names a document that is not among
        ``documents``, or for an unknown survivor rule.

    Notes
    -----
    Time ``O((documents + pairs) log documents)``, memory linear in both; no recursion.

    Examples
    --------
    >>> chain = [Pair("a", "b", 0.9), Pair("b", "c", 0.9), Pair("a", "c", 0.5)]
    >>> found = assign_representatives([Document("a", 30), Document("b", 20), Document("c", 10)], chain, threshold=0.8)
    >>> [(decision.doc_id, decision.representative_id, decision.rule) for decision in found]
    [('a', 'a', 'kept'), ('b', 'a', 'longest'), ('c', 'c', 'kept')]
    """
    if survivor not in _MERIT:
        raise ValueError(f"unknown survivor rule {survivor!r}; there are: {', '.join(_MERIT)}")
    merit = _MERIT[survivor]
    known: dict[str, Document] = {}
    for document in documents:
        if known.setdefault(document.doc_id, document) != document:
            raise ValueError(f"document {document.doc_id!r} is given twice with different attributes")
    neighbours = _verified(pairs, threshold)
    if strange := sorted(neighbours.keys() - known.keys()):
        raise ValueError(f"pairs name {len(strange)} documents that were not given, such as {strange[0]!r}")

    def place(doc_id: str) -> tuple[bool, float, str]:
        return doc_id not in admitted, merit(known[doc_id]), doc_id

    decisions: dict[str, Decision] = {}
    kept: set[str] = set()
    for doc_id in sorted(known, key=place):
        if doc_id in admitted:
            kept.add(doc_id)
            decisions[doc_id] = Decision(doc_id, doc_id, 1.0, "admitted")
            continue
        found = [(-similarity, *place(other)) for other, similarity in neighbours[doc_id].items() if other in kept]
        if not found:
            kept.add(doc_id)
            decisions[doc_id] = Decision(doc_id, doc_id, 1.0, "kept")
            continue
        distance, is_new, other_merit, representative = min(found)
        rule = survivor if other_merit != merit(known[doc_id]) else "smallest_id"
        decisions[doc_id] = Decision(doc_id, representative, -distance, rule if is_new else "admitted")
    return [decisions[doc_id] for doc_id in sorted(decisions)]


def _verified(pairs: Iterable[Pair], threshold: float) -> dict[str, dict[str, float]]:
    neighbours: dict[str, dict[str, float]] = defaultdict(dict)
    for left, right, similarity in pairs:
        if left == right or similarity is None or not similarity >= threshold:
            continue
        best = max(similarity, neighbours[left].get(right, similarity))
        neighbours[left][right] = neighbours[right][left] = best
    return neighbours


def candidate_pairs(members: Iterable[tuple[str, int]], cap: int) -> list[tuple[str, str]]:
    """Pair the documents of one bucket without comparing all with all.

    Every member is paired with the ``cap`` first ones in survivor order, which are the likeliest representatives, and
    with the ``cap`` just before it: near-duplicates are close in length, so these find each other where a shared
    template fills one bucket with several groups (marin-community/marin#6851). A bucket of up to ``2 * cap + 1``
    members is paired in full, a greater one of n has at most ``2 * cap * n`` pairs.

    Parameters
    ----------
    members : iterable of (str, int)
        Id and length; for another survivor rule than ``longest``, any whole number that is greater for a better
        document. Repeated members count once.
    cap : int
        At least 1.

    Returns
    -------
    list of tuple of str
        ``(smaller id, greater id)``, sorted and unique, whatever the order of ``members``.

    Raises
    ------
    ValueError
        When ``cap`` is less than 1.

    Examples
    --------
    >>> candidate_pairs([("a", 5), ("b", 9), ("c", 7), ("d", 6)], cap=1)
    [('a', 'b'), ('a', 'd'), ('b', 'c'), ('b', 'd'), ('c', 'd')]
    """
    if cap < 1:
        raise ValueError(f"cap is {cap}, but a bucket needs at least 1")
    order = [doc_id for _, doc_id in sorted({(-length, doc_id) for doc_id, length in members})]
    found: set[tuple[str, str]] = set()
    for place, doc_id in enumerate(order):
        for other in (*order[: min(cap, place)], *order[max(place - cap, 0) : place]):
            if other != doc_id:
                found.add(_ordered(other, doc_id))
    return sorted(found)


def _ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def connected_components(pairs: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return for every document in a pair the smallest id of its connected component.

    This is the partition of datatrove's clustering, which chains. Compare partitions, never survivors: the reference
    keeps the root of a union-find, and its Rust version another document in each run.

    Parameters
    ----------
    pairs : iterable of sequence of str
        The first two items of each are ids, so :class:`Pair` will do; a pair of equal ids is a component of one.

    Returns
    -------
    dict of str to str
        Sorted by id.

    Notes
    -----
    Union-find with path halving and the smaller id as root: ``O(pairs * log documents)``, no recursion.

    Examples
    --------
    >>> connected_components([("c", "b"), ("b", "a"), ("y", "z")])
    {'a': 'a', 'b': 'a', 'c': 'a', 'y': 'y', 'z': 'y'}
    """
    parent: dict[str, str] = {}

    def root(doc_id: str) -> str:
        parent.setdefault(doc_id, doc_id)
        while parent[doc_id] != doc_id:
            parent[doc_id] = parent[parent[doc_id]]
            doc_id = parent[doc_id]
        return doc_id

    for pair in pairs:
        a, b = _ordered(root(pair[0]), root(pair[1]))
        parent[b] = a
    return {doc_id: root(doc_id) for doc_id in sorted(parent)}
