import time
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.dedup.cluster import (
    Decision,
    Document,
    Pair,
    assign_representatives,
    candidate_pairs,
    connected_components,
)

THRESHOLD = 0.8
IDS = [f"doc{n:02}" for n in range(10)]
similarities = st.one_of(st.none(), st.sampled_from([0.1, 0.5, 0.79, 0.8, 0.85, 0.9, 1.0]))
survivors = st.sampled_from(["longest", "earliest", "best_scored"])


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[list[Document], list[Pair], frozenset[str]]:
    documents = [
        Document(
            doc_id,
            draw(st.integers(1, 4)),
            draw(st.one_of(st.none(), st.integers(0, 3))),
            draw(st.sampled_from([None, float("nan"), 0.1, 0.9])),
        )
        for doc_id in IDS[: draw(st.integers(1, len(IDS)))]
    ]
    # NaN differs from itself, so a document given twice keeps one and the same object.
    names = st.sampled_from([document.doc_id for document in documents])
    pairs = draw(st.lists(st.builds(Pair, names, names, similarities), max_size=25))
    return documents, pairs, draw(st.frozensets(names, max_size=3))


def verified(pairs: list[Pair], threshold: float = THRESHOLD) -> set[frozenset[str]]:
    return {
        frozenset((a, b)) for a, b, similarity in pairs if a != b and similarity is not None and similarity >= threshold
    }


@settings(deadline=None)
@given(cohorts(), survivors)
def test_every_document_has_one_decision_and_kept_plus_removed_is_all(cohort: tuple, survivor: str) -> None:
    documents, pairs, admitted = cohort
    found = assign_representatives(documents, pairs, threshold=THRESHOLD, survivor=survivor, admitted=admitted)
    assert [decision.doc_id for decision in found] == sorted(document.doc_id for document in documents)
    kept = {decision.doc_id for decision in found if decision.kept}
    assert {decision.representative_id for decision in found} == kept
    assert admitted <= kept


@settings(deadline=None)
@given(cohorts(), survivors)
def test_a_document_goes_only_for_a_kept_one_it_was_verified_against(cohort: tuple, survivor: str) -> None:
    documents, pairs, admitted = cohort
    found = assign_representatives(documents, pairs, threshold=THRESHOLD, survivor=survivor, admitted=admitted)
    edges = verified(pairs)
    for decision in found:
        if not decision.kept:
            assert frozenset((decision.doc_id, decision.representative_id)) in edges
            assert decision.similarity >= THRESHOLD
    kept = [decision.doc_id for decision in found if decision.kept]
    for a, b in combinations(kept, 2):
        assert frozenset((a, b)) not in edges or {a, b} <= admitted


@settings(deadline=None)
@given(cohorts(), survivors, st.randoms(use_true_random=False))
def test_order_direction_and_repetition_do_not_matter(cohort: tuple, survivor: str, random: object) -> None:
    documents, pairs, admitted = cohort

    def decide(documents: list[Document], pairs: list[Pair]) -> list[Decision]:
        return assign_representatives(documents, pairs, threshold=THRESHOLD, survivor=survivor, admitted=admitted)

    expected = decide(documents, pairs)
    turned = [Pair(pair.right, pair.left, pair.similarity) for pair in pairs] + pairs
    shuffled = list(documents)
    random.shuffle(turned)  # type: ignore[attr-defined]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(shuffled, turned) == expected


@settings(deadline=None)
@given(cohorts(), survivors)
def test_a_second_run_over_what_was_kept_changes_nothing(cohort: tuple, survivor: str) -> None:
    documents, pairs, admitted = cohort
    found = assign_representatives(documents, pairs, threshold=THRESHOLD, survivor=survivor, admitted=admitted)
    kept = {decision.doc_id for decision in found if decision.kept}
    again = assign_representatives(
        [document for document in documents if document.doc_id in kept],
        [pair for pair in pairs if {pair.left, pair.right} <= kept],
        threshold=THRESHOLD,
        survivor=survivor,
        admitted=admitted,
    )
    assert all(decision.kept for decision in again)
    later = assign_representatives(documents, pairs, threshold=THRESHOLD, survivor=survivor, admitted=kept)
    # A representative may change to a closer one that had not been decided yet; who stays may not.
    assert {decision.doc_id for decision in later if decision.kept} == kept


@settings(deadline=None)
@given(cohorts(), survivors)
def test_components_may_be_decided_apart(cohort: tuple, survivor: str) -> None:
    documents, pairs, admitted = cohort
    component = connected_components([tuple(edge) for edge in verified(pairs)])
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(component.get(document.doc_id, document.doc_id), []).append(document)
    apart = []
    for group in groups.values():
        ids = {document.doc_id for document in group}
        inside = [pair for pair in pairs if {pair.left, pair.right} <= ids]
        apart += assign_representatives(group, inside, threshold=THRESHOLD, survivor=survivor, admitted=admitted & ids)
    whole = assign_representatives(documents, pairs, threshold=THRESHOLD, survivor=survivor, admitted=admitted)
    assert sorted(apart) == whole


@settings(deadline=None)
@given(cohorts(), survivors)
def test_what_a_stricter_threshold_removes_the_looser_one_removes_or_its_representative(
    cohort: tuple, survivor: str
) -> None:
    documents, pairs, admitted = cohort
    loose, strict = (
        {
            decision.doc_id: decision
            for decision in assign_representatives(
                documents, pairs, threshold=threshold, survivor=survivor, admitted=admitted
            )
        }
        for threshold in (0.8, 0.9)
    )
    for doc_id, decision in strict.items():
        if not decision.kept:
            assert not loose[doc_id].kept or not loose[decision.representative_id].kept


@settings(deadline=None)
@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=10, unique=True), survivors)
def test_a_stricter_threshold_keeps_a_subset_of_the_removals_where_similarity_is_transitive(
    ids: list[str], survivor: str
) -> None:
    # Blocks of three: alike within a block at 0.95, and the blocks to each other at 0.85.
    documents = [Document(doc_id, length=int(doc_id[-2:]) * 7 % 5) for doc_id in ids]
    pairs = [Pair(a, b, 0.95 if int(a[-2:]) // 3 == int(b[-2:]) // 3 else 0.85) for a, b in combinations(ids, 2)]
    removed = [
        {
            decision.doc_id
            for decision in assign_representatives(documents, pairs, threshold=threshold, survivor=survivor)
            if not decision.kept
        }
        for threshold in (0.99, 0.9, 0.8)
    ]
    assert removed[0] <= removed[1] <= removed[2]
    assert len(removed[0]) == 0
    assert len(removed[2]) == len(ids) - 1


def test_a_chain_does_not_delete_its_end_through_its_middle() -> None:
    documents = [Document("a", 30), Document("b", 20), Document("c", 10)]
    for last in ([], [Pair("a", "c", 0.4)], [Pair("a", "c", None)]):
        found = assign_representatives(
            documents, [Pair("a", "b", 0.9), Pair("b", "c", 0.9), *last], threshold=THRESHOLD
        )
        assert [decision[:2] for decision in found] == [("a", "a"), ("b", "a"), ("c", "c")]
    found = assign_representatives(
        documents, [Pair("a", "b", 0.9), Pair("b", "c", 0.9), Pair("a", "c", 0.85)], threshold=THRESHOLD
    )
    assert found[2] == Decision("c", "a", 0.85, "longest")


@pytest.mark.parametrize(
    ("survivor", "kept", "rule"),
    [("longest", "b", "longest"), ("earliest", "c", "earliest"), ("best_scored", "d", "best_scored")],
)
def test_survivor_rules(survivor: str, kept: str, rule: str) -> None:
    documents = [
        Document("a", 1, None, None),
        Document("b", 9, 7, 0.1),
        Document("c", 2, 5, float("nan")),
        Document("d", 3, 6, 0.8),
    ]
    pairs = [Pair(a.doc_id, b.doc_id, 0.9) for a, b in combinations(documents, 2)]
    found = assign_representatives(documents, pairs, threshold=THRESHOLD, survivor=survivor)  # type: ignore[arg-type]
    assert {decision.representative_id for decision in found} == {kept}
    assert {decision.rule for decision in found} == {"kept", rule}


def test_equal_documents_are_told_apart_by_id() -> None:
    found = assign_representatives([Document("b"), Document("a")], [Pair("b", "a", 1.0)], threshold=THRESHOLD)
    assert found == [Decision("a", "a", 1.0, "kept"), Decision("b", "a", 1.0, "smallest_id")]


def test_what_was_admitted_before_stays_and_wins() -> None:
    documents = [Document("new", 100), Document("old1", 1), Document("old2", 2)]
    pairs = [Pair("new", "old1", 0.95), Pair("new", "old2", 0.85), Pair("old1", "old2", 0.99)]
    found = assign_representatives(documents, pairs, threshold=THRESHOLD, admitted={"old1", "old2"})
    assert found == [
        Decision("new", "old1", 0.95, "admitted"),
        Decision("old1", "old1", 1.0, "admitted"),
        Decision("old2", "old2", 1.0, "admitted"),
    ]


def test_the_most_similar_representative_is_named() -> None:
    documents = [Document("a", 9), Document("b", 8), Document("c", 1)]
    pairs = [Pair("a", "c", 0.81), Pair("b", "c", 0.93)]
    assert assign_representatives(documents, pairs, threshold=THRESHOLD)[2] == Decision("c", "b", 0.93, "longest")


def test_threshold_is_inclusive_and_unverified_pairs_remove_nothing() -> None:
    documents = [Document("a"), Document("b")]
    for similarity, kept in ((0.8, 1), (0.7999, 2), (None, 2), (float("nan"), 2)):
        found = assign_representatives(documents, [Pair("a", "b", similarity)], threshold=0.8)
        assert sum(decision.kept for decision in found) == kept


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="'ghost'"):
        assign_representatives([Document("a")], [Pair("a", "ghost", 0.9)], threshold=THRESHOLD)
    with pytest.raises(ValueError, match="twice"):
        assign_representatives([Document("a", 1), Document("a", 2)], [], threshold=THRESHOLD)
    with pytest.raises(ValueError, match="shortest"):
        assign_representatives([Document("a")], [], threshold=THRESHOLD, survivor="shortest")  # type: ignore[arg-type]


def test_empty_input() -> None:
    assert assign_representatives([], [], threshold=THRESHOLD) == []
    assert connected_components([]) == {}
    assert candidate_pairs([], cap=3) == []


def star(size: int) -> list[Pair]:
    return [Pair("hub", f"leaf{n:06}", 0.9) for n in range(size)]


def chain(size: int) -> list[Pair]:
    return [Pair(f"link{n:06}", f"link{n + 1:06}", 0.9) for n in range(size)]


@pytest.mark.parametrize("shape", [star, chain])
def test_a_hundred_thousand_documents_take_seconds(shape: Callable[[int], list[Pair]]) -> None:
    pairs = shape(100_000)
    ids = sorted({name for pair in pairs for name in pair[:2]})
    started = time.process_time()
    components = connected_components(reversed(pairs))
    assert list(components) == ids
    assert set(components.values()) == {ids[0]}
    hub_first = assign_representatives(map(Document, ids), pairs, threshold=THRESHOLD)
    hub_last = assign_representatives(
        (Document(doc_id, length=doc_id != "hub") for doc_id in ids), pairs, threshold=THRESHOLD
    )
    assert time.process_time() - started < 20
    kept = sum(decision.kept for decision in hub_first)
    if shape is star:
        assert kept == 1
        assert sum(not decision.kept for decision in hub_last) == 1
    else:
        # Every other link: its neighbours were compared with it, the one after them was not.
        assert kept == 50_001


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(IDS), st.integers(1, 3)), max_size=12, unique_by=lambda member: member[0]),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_candidate_pairs_are_deterministic_and_bounded(
    members: list[tuple[str, int]], cap: int, random: object
) -> None:
    pairs = candidate_pairs(members, cap)
    shuffled = [*members, *members[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert candidate_pairs(shuffled, cap) == pairs == sorted(set(pairs))
    assert all(a < b for a, b in pairs)
    assert len(pairs) <= 2 * cap * len(members)
    if len(members) <= 2 * cap + 1:
        assert len(pairs) == len(members) * (len(members) - 1) // 2
    best = sorted(members, key=lambda member: (-member[1], member[0]))[:1]
    paired = {name for pair in pairs if best and best[0][0] in pair for name in pair}
    assert len(paired) in (0, len(members))


def test_a_large_bucket_is_not_paired_in_full() -> None:
    members = [(f"doc{n:05}", n) for n in range(20_000)]
    assert len(candidate_pairs(members, cap=8)) < 2 * 8 * 20_000


def test_two_groups_in_one_template_bucket_find_each_other() -> None:
    members = [(f"a{n}", 1000 - n) for n in range(50)] + [(f"b{n}", 500 - n) for n in range(50)]
    pairs = candidate_pairs(members, cap=2)
    inside = connected_components([pair for pair in pairs if pair[0][0] == pair[1][0] == "b"])
    assert len(inside) == 50
    assert len(set(inside.values())) == 1


def test_a_bucket_needs_a_cap() -> None:
    with pytest.raises(ValueError, match="cap is 0"):
        candidate_pairs([("a", 1)], cap=0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=15))
def test_connected_components_agree_with_label_propagation(pairs: list[tuple[str, str]]) -> None:
    label = {name: name for pair in pairs for name in pair}
    for _ in label:
        for a, b in pairs:
            label[a] = label[b] = min(label[a], label[b])
    assert connected_components(pairs) == dict(sorted(label.items()))
