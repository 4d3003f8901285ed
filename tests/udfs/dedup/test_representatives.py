import random as plain_random
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.cluster import connected_components
from udfs.dedup.representatives import (
    ADDRESS_BAND,
    EXACT_BAND,
    Bucket,
    Decision,
    Match,
    MatchRule,
    Member,
    Shingles,
    choose_representatives,
)

THRESHOLD = 0.8
IDS = [f"doc{n:02}" for n in range(10)]
Pairs = dict[frozenset[str], float]


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[list[Member], Pairs, int]:
    """Members in a few buckets, how alike each two are, and a cap that cuts through the buckets."""
    buckets = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), max_size=4, unique=True)
    members = [
        Member(doc_id, float(draw(st.integers(1, 4))), draw(st.sampled_from([False, False, True])), draw(buckets))
        for doc_id in IDS[: draw(st.integers(1, len(IDS)))]
    ]
    alike = st.sampled_from([0.1, 0.5, 0.79, 0.8, 0.85, 0.9, 1.0])
    pairs = {frozenset((a.doc_id, b.doc_id)): draw(alike) for a, b in combinations(members, 2)}
    return members, pairs, draw(st.integers(1, 11))


def decide(members: Sequence[Member], pairs: Pairs, cap: int, threshold: float = THRESHOLD) -> dict[str, Decision]:
    asked = []

    def match(buckets: Sequence[Bucket], goes: int, stays: int) -> Match | None:
        pair = frozenset((members[goes].doc_id, members[stays].doc_id))
        asked.append(pair)
        similarity = pairs.get(pair, 0.0)
        return Match("jaccard", similarity, 0.0, len(buckets)) if similarity >= threshold else None

    found = {decision.doc_id: decision for decision in choose_representatives(members, cap, match)}
    assert len(asked) == len(set(asked)), "no two are compared twice"
    assert sum(decision.compared for decision in found.values()) == len(asked)
    return found


def going(found: dict[str, Decision]) -> dict[str, str]:
    return {decision.doc_id: decision.representative_id for decision in found.values() if decision.representative_id}


def candidates(members: Sequence[Member], cap: int) -> Counter[tuple[str, str]]:
    """What a document is compared with if that stays, by the rule as it is told, and in how many buckets."""
    found: Counter[tuple[str, str]] = Counter()
    for bucket in {bucket for member in members for bucket in member.buckets}:
        inside = sorted((-member.merit, member.doc_id) for member in members if bucket in member.buckets)
        for goes, stays in permutations(range(len(inside)), 2):
            if stays < cap or abs(goes - stays) <= cap:
                found[inside[goes][1], inside[stays][1]] += 1
    return found


def place(member: Member) -> tuple[bool, float, str]:
    return not member.admitted, -member.merit, member.doc_id


@given(cohorts())
def test_the_outcome_is_that_of_comparing_all_candidates_first(cohort: tuple[list[Member], Pairs, int]) -> None:
    members, pairs, cap = cohort
    proposed = candidates(members, cap)
    kept: list[Member] = []
    expected = {}
    for member in sorted(members, key=place):
        alike = [
            (-pairs[pair], place(other), other.doc_id)
            for other in kept
            if proposed[member.doc_id, other.doc_id]
            and pairs[pair := frozenset((member.doc_id, other.doc_id))] >= THRESHOLD
        ]
        if member.admitted or not alike:
            kept.append(member)
        else:
            expected[member.doc_id] = min(alike)[-1]
    found = decide(members, pairs, cap)
    assert going(found) == expected
    for doc_id, representative in expected.items():
        match = found[doc_id].match
        assert match is not None
        assert match.bands == proposed[doc_id, representative]


@given(cohorts())
def test_every_new_document_has_one_decision_and_no_representative_goes(
    cohort: tuple[list[Member], Pairs, int],
) -> None:
    members, pairs, cap = cohort
    found = decide(members, pairs, cap)
    assert set(found) == {member.doc_id for member in members if not member.admitted}
    removed = going(found)
    assert not set(removed) & set(removed.values())
    assert all((decision.match is None) == (decision.representative_id is None) for decision in found.values())


@given(cohorts(), st.randoms(use_true_random=False))
def test_order_does_not_matter(cohort: tuple[list[Member], Pairs, int], random: plain_random.Random) -> None:
    members, pairs, cap = cohort
    shuffled = [member._replace(buckets=random.sample(member.buckets, len(member.buckets))) for member in members]
    random.shuffle(shuffled)
    assert decide(shuffled, pairs, cap) == decide(members, pairs, cap)


@given(cohorts())
def test_a_second_run_over_what_was_kept_changes_nothing(cohort: tuple[list[Member], Pairs, int]) -> None:
    members, pairs, _ = cohort
    removed = going(decide(members, pairs, len(members)))
    kept = [member for member in members if member.doc_id not in removed]
    assert not going(decide(kept, pairs, len(members)))
    # A representative may change to a closer one that had not been decided yet; who stays may not.
    later = [member._replace(admitted=member.doc_id not in removed) for member in members]
    assert set(going(decide(later, pairs, len(members)))) == set(removed)


@given(cohorts())
def test_groups_may_be_decided_apart(cohort: tuple[list[Member], Pairs, int]) -> None:
    """New documents tie groups together; an admitted one is in each group that it shares a bucket with."""
    members, pairs, cap = cohort
    new = [member for member in members if not member.admitted]
    links = [(a.doc_id, b.doc_id) for a in new for b in new if set(a.buckets) & set(b.buckets) or a is b]
    component = connected_components(links)
    apart: dict[str, Decision] = {}
    for group in set(component.values()):
        inside = [member for member in new if component[member.doc_id] == group]
        held = {bucket for member in inside for bucket in member.buckets}
        old = [
            member._replace(buckets=[bucket for bucket in member.buckets if bucket in held])
            for member in members
            if member.admitted and held & set(member.buckets)
        ]
        apart |= decide([*inside, *old], pairs, cap)
    assert apart == decide(members, pairs, cap)


@given(cohorts())
def test_what_a_stricter_rule_removes_the_looser_one_removes_or_its_representative(
    cohort: tuple[list[Member], Pairs, int],
) -> None:
    members, pairs, cap = cohort
    loose, strict = (going(decide(members, pairs, cap, threshold)) for threshold in (0.8, 0.9))
    assert all(doc_id in loose or representative in loose for doc_id, representative in strict.items())


@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=10, unique=True))
def test_a_stricter_rule_removes_a_subset_where_similarity_is_transitive(ids: list[str]) -> None:
    # Blocks of three: alike within a block at 0.95, and the blocks to each other at 0.85.
    members = [Member(doc_id, int(doc_id[-2:]) * 7 % 5, False, [(0, 0)]) for doc_id in ids]
    pairs = {frozenset((a, b)): 0.95 if int(a[-2:]) // 3 == int(b[-2:]) // 3 else 0.85 for a, b in combinations(ids, 2)}
    removed = [set(going(decide(members, pairs, 10, threshold))) for threshold in (0.99, 0.9, 0.8)]
    assert removed[0] <= removed[1] <= removed[2]
    assert len(removed[0]) == 0
    assert len(removed[2]) == len(ids) - 1


def in_one_bucket(*merits: tuple[str, float]) -> list[Member]:
    return [Member(doc_id, merit, False, [(0, 0)]) for doc_id, merit in merits]


def alike(**pairs: float) -> Pairs:
    return {frozenset(name): similarity for name, similarity in pairs.items()}


def test_a_chain_does_not_delete_its_end_through_its_middle() -> None:
    members = in_one_bucket(("a", 30), ("b", 20), ("c", 10))
    assert going(decide(members, alike(ab=0.9, bc=0.9, ac=0.4), 9)) == {"b": "a"}
    assert going(decide(members, alike(ab=0.9, bc=0.9, ac=0.85), 9)) == {"b": "a", "c": "a"}


def test_equal_documents_are_told_apart_by_id() -> None:
    assert going(decide(in_one_bucket(("b", 1), ("a", 1)), alike(ab=1.0), 9)) == {"b": "a"}


def test_what_was_admitted_before_stays_and_wins() -> None:
    members = [*in_one_bucket(("n", 100)), Member("o", 1, True, [(0, 0)]), Member("p", 2, True, [(0, 0)])]
    assert going(decide(members, alike(no=0.95, np=0.85, op=0.99), 9)) == {"n": "o"}


def test_the_most_similar_representative_is_named() -> None:
    members = in_one_bucket(("a", 9), ("b", 8), ("c", 1))
    assert going(decide(members, alike(ac=0.81, bc=0.93), 9)) == {"c": "b"}


def test_copies_of_what_goes_are_not_compared_with_it() -> None:
    """One template that fills a bucket costs a comparison a document, not one a pair."""
    members = in_one_bucket(*[(doc_id, 1.0) for doc_id in IDS])
    found = decide(members, {frozenset(pair): 0.9 for pair in combinations(IDS, 2)}, 100)
    assert set(going(found).values()) == {"doc00"}
    assert sum(decision.compared for decision in found.values()) == len(IDS) - 1


def test_two_groups_in_one_template_bucket_find_each_other() -> None:
    members = in_one_bucket(*[(f"a{n:02}", 1000 - n) for n in range(50)], *[(f"b{n:02}", 500 - n) for n in range(50)])
    ids = [member.doc_id for member in members]
    pairs = {frozenset((a, b)): 0.9 if a[0] == b[0] == "b" else 0.0 for a, b in combinations(ids, 2)}
    removed = going(decide(members, pairs, 2))
    assert removed.keys() <= {f"b{n:02}" for n in range(50)}
    assert len(removed) > 30


@pytest.mark.parametrize(("similarity", "kept"), [(0.9, 1), (0.0, 20_000)])
def test_a_large_bucket_is_not_compared_in_full(similarity: float, kept: int) -> None:
    members = in_one_bucket(*[(f"doc{n:05}", float(n)) for n in range(20_000)])
    started = time.process_time()
    match = Match("jaccard", similarity, 0.0, 1) if similarity else None
    found = list(choose_representatives(members, 8, lambda buckets, goes, stays: match))
    assert time.process_time() - started < 20
    assert sum(decision.representative_id is None for decision in found) == kept
    assert sum(decision.compared for decision in found) < 2 * 8 * 20_000


def test_a_bucket_needs_a_cap() -> None:
    with pytest.raises(ValueError, match="cap is 0"):
        list(choose_representatives([], 0, lambda buckets, goes, stays: None))


def numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


def test_the_first_rule_that_holds_is_named_and_thresholds_are_inclusive() -> None:
    rule = MatchRule(min_similarity=0.5, min_containment=0.75)
    short, long, other = (
        Shingles(numbers(*range(*bounds)), numbers(*range(*bounds))) for bounds in ((0, 4), (0, 8), (1, 13))
    )
    hashed = [(0, 5), (3, 5)]
    assert rule.match([*hashed, (EXACT_BAND, 1)], short, other) == Match("exact", 1.0, 1.0, 2)
    assert rule.match(hashed, short, long) == Match("jaccard", 0.5, 1.0, 2)
    assert rule.match(hashed, short, other) == Match("containment", 3 / 13, 0.75, 2)
    assert rule.match(hashed, other, short) is None
    assert rule.match([(ADDRESS_BAND, 1)], other, short) == Match("address", 3 / 13, 0.25, 0)
    nothing = Shingles(numbers(), numbers())
    assert rule.match(hashed, nothing, nothing) is None
