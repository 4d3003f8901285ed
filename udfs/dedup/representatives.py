"""Which documents of a group stay: each is compared with those kept before it, never with those that have gone.

The transitive closure of "shares a band" removes documents that resemble no survivor: of the disputed removals that
Marin reviewed, 63.6 % were wrong (marin-community/marin#7591). Here a document goes only when it was itself compared
with the one that stays. To compare all pairs of a bucket first is quadratic in what one template has filled; most of
these are pairs of two documents that both go.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from udfs.dedup.similarity import containment, jaccard

#: The bands beside MinHash's: the key of exact copies is the hash of the text, that of captures of a page its address.
EXACT_BAND = -1
ADDRESS_BAND = -2

#: A band and the key in it.
Bucket = tuple[int, int]


class Member(NamedTuple):
    """A document of a group.

    Parameters
    ----------
    doc_id : str
        The document's id.
    merit : float
        The greater it is, the sooner the document stays for others; equal ones are told apart by the smaller id.
    admitted : bool
        Whether an earlier run has kept it: it stays whatever is found now, and goes before every new document, so that
        ids of clusters never change.
    buckets : sequence of tuple of int
        Where it is, each once.
    """

    doc_id: str
    merit: float
    admitted: bool
    buckets: Sequence[Bucket]


class Shingles(NamedTuple):
    """Two shingle sets of a document, as `udfs.dedup.similarity.shingle_hashes` gives them."""

    jaccard: np.ndarray
    containment: np.ndarray


class Match(NamedTuple):
    """Why one document is a duplicate of another: by which rule, how alike they are, bands of MinHash they share."""

    rule: str
    jaccard: float
    containment: float
    bands: int

    @property
    def similarity(self) -> float:
        """The greater of the two measures."""
        return max(self.jaccard, self.containment)


class Decision(NamedTuple):
    """What became of a new document.

    Parameters
    ----------
    doc_id : str
        The document.
    representative_id : str or None
        The document that stays for it; ``None`` where it stays itself.
    match : Match or None
        What the two have in common.
    compared, matched : int
        Documents it was compared with, and how many of these it matches.
    """

    doc_id: str
    representative_id: str | None
    match: Match | None
    compared: int
    matched: int


@dataclass(frozen=True)
class MatchRule:
    """When two documents that share buckets are duplicates.

    Parameters
    ----------
    min_similarity : float
        Least Jaccard similarity, inclusive.
    min_containment : float
        Least share of the one that goes, inclusive, that is found in the one that stays.

    Examples
    --------
    >>> short, long = (Shingles(*[np.arange(size, dtype=np.uint64)] * 2) for size in (6, 10))
    >>> MatchRule(0.8, 0.9).match([(3, 7), (5, 1)], short, long)
    Match(rule='containment', jaccard=0.6, containment=1.0, bands=2)
    """

    min_similarity: float
    min_containment: float

    def match(self, buckets: Sequence[Bucket], goes: Shingles, stays: Shingles) -> Match | None:
        """Return why one document is a duplicate of another that shares these buckets; ``None`` if it is not."""
        bands = {band for band, _ in buckets}
        hashed = sum(band >= 0 for band in bands)
        if EXACT_BAND in bands:
            return Match("exact", 1.0, 1.0, hashed)
        similar = jaccard(goes.jaccard, stays.jaccard)
        contained = containment(goes.containment, stays.containment)
        if similar >= self.min_similarity:
            return Match("jaccard", similar, contained, hashed)
        if contained >= self.min_containment:
            return Match("containment", similar, contained, hashed)
        if ADDRESS_BAND in bands:
            return Match("address", similar, contained, hashed)
        return None


def choose_representatives(
    members: Sequence[Member], cap: int, match: Callable[[Sequence[Bucket], int, int], Match | None]
) -> Iterator[Decision]:
    """Decide about the new documents of a group: in order of merit, each against those kept before it.

    A document that matches one already kept is removed in favour of the most similar of these; any other is kept. So
    every representative is kept, every removed document was compared with its own representative, and two kept
    documents that share a bucket do not match, unless both had been admitted before. Members that share no bucket,
    directly or through others, may be decided apart from each other.

    In a bucket each member meets the ``cap`` best ones, which are the likeliest representatives, and the ``cap`` just
    before and behind it: near-duplicates are close in length, so these find each other where a shared template fills
    one bucket with several groups (marin-community/marin#6851). Behind it are only admitted ones, kept before it.

    A stricter rule may keep a document's neighbour, and the neighbour then removes what it had to spare before: in
    A - B - C, with A best and B before C, losing the match A - B keeps B, and B removes C. No choice that holds all of
    the above can avoid that. What holds: a document that goes by the stricter rule goes by the looser one too, or else
    its representative does.

    Parameters
    ----------
    members : sequence of Member
        In any order, each once.
    cap : int
        At least 1.
    match : callable
        Given the buckets that two members share and the places of both, the one that goes first, says why they match.

    Yields
    ------
    Decision
        One a member that is not admitted, best first.

    Raises
    ------
    ValueError
        When ``cap`` is less than 1.

    Examples
    --------
    >>> shared = {"a": [(0, 1)], "b": [(0, 1), (1, 5)], "c": [(1, 5)]}
    >>> chain = [Member(doc_id, -ord(doc_id), False, buckets) for doc_id, buckets in shared.items()]
    >>> alike = lambda buckets, goes, stays: Match("jaccard", 0.9, 0.9, len(buckets))
    >>> [(decision.doc_id, decision.representative_id) for decision in choose_representatives(chain, 10, alike)]
    [('a', None), ('b', 'a'), ('c', None)]
    """
    if cap < 1:
        raise ValueError(f"cap is {cap}, but a bucket needs at least 1")
    by_merit = sorted(range(len(members)), key=lambda place: (-members[place].merit, members[place].doc_id))
    filled: defaultdict[Bucket, list[int]] = defaultdict(list)
    ranks: list[list[int]] = [[] for _ in members]
    for place in by_merit:
        for bucket in members[place].buckets:
            ranks[place].append(len(filled[bucket]))
            filled[bucket].append(place)
    kept: defaultdict[Bucket, list[int]] = defaultdict(list)

    def keep(place: int) -> None:
        for bucket, rank in zip(members[place].buckets, ranks[place], strict=True):
            insort(kept[bucket], rank)

    def goes_before(place: int) -> tuple[bool, float, str]:
        member = members[place]
        return not member.admitted, -member.merit, member.doc_id

    for place in by_merit:
        if members[place].admitted:
            keep(place)
    for place in by_merit:
        member = members[place]
        if member.admitted:
            continue
        met: defaultdict[int, list[Bucket]] = defaultdict(list)
        for bucket, rank in zip(member.buckets, ranks[place], strict=True):
            for other in _within_reach(kept[bucket], rank, cap):
                met[filled[bucket][other]].append(bucket)
        found = [(other, match(buckets, place, other)) for other, buckets in met.items()]
        matches = [(other, why) for other, why in found if why is not None]
        if matches:
            other, why = min(matches, key=lambda pair: (-pair[1].similarity, goes_before(pair[0])))
            yield Decision(member.doc_id, members[other].doc_id, why, len(met), len(matches))
        else:
            keep(place)
            yield Decision(member.doc_id, None, None, len(met), 0)


def _within_reach(kept: list[int], rank: int, cap: int) -> Sequence[int]:
    """Return those of sorted ranks that a rank of the same bucket is compared with."""
    near = slice(bisect_left(kept, max(rank - cap, cap)), bisect_right(kept, rank + cap))
    return kept[: bisect_left(kept, cap)] + kept[near]
