"""Clusters of near-duplicates on real pages: datatrove's partition before verification, all pairs after it.

Usage: ``python -m tests.benchmarks.bench_clusters PAGES.jsonl [documents] [most characters]``, pages as rows with
``html`` and ``url``, such as the Debian documentation packages hold. Longer texts are left out: all pairs take long.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from jobs.settings import load_settings
from tests.benchmarks.measuring import has_peers, run_peer
from udfs.dedup.cluster import connected_components
from udfs.dedup.minhash import PRESETS, band_keys, signature
from udfs.dedup.representatives import Bucket, Match, Member, choose_representatives
from udfs.dedup.similarity import jaccard, shingle_hashes
from udfs.html import PageError, parse
from udfs.text.simplify import simplify_text
from udfs.text.words import words

PEER_PRESET = PRESETS["fineweb"]
SHINGLE_WORDS = 5
PAGES_AT_ONCE = 500

_sets: list[np.ndarray] = []


def main(path: str = "", documents: int = 20_000, most_characters: int = 20_000) -> None:
    """Print whether the partitions are equal, and recall and precision of what is removed."""
    if not path or not Path(path).is_file():
        print("skipped: name a JSONL file of pages (rows with html and url)")
        return
    with Pool() as pool, open(path, encoding="utf-8") as lines:
        texts: list[str] = []
        while len(texts) < documents and (pages := list(itertools.islice(lines, PAGES_AT_ONCE))):
            texts += [text for text in pool.map(_text, pages) if 0 < len(text) <= most_characters]
        del texts[documents:]
        started = time.monotonic()
        prints = pool.map(_prints, texts, chunksize=50)
    print(f"{len(texts)} texts of {sum(map(len, texts)) / 1e6:.0f} million characters")
    print(f"signatures and shingles in {time.monotonic() - started:.0f} s")
    peer_buckets, buckets = (_buckets([found[column] for found in prints]) for column in (0, 1))
    if has_peers():
        _compare_partitions(peer_buckets, run_peer("peer_datatrove.py", ["clusters"], texts)[1:])
    settings = load_settings().dedup
    _sets.extend(shingles for *_, shingles in prints)
    lengths = [len(text) for text in texts]
    ours, compared = _removed(lengths, buckets, settings.bucket_cap, settings.min_similarity)
    started = time.monotonic()
    everything = _similar(_all_candidates(_sets, settings.min_similarity), settings.min_similarity)
    brute, _ = _removed(lengths, list(everything), settings.bucket_cap, settings.min_similarity)
    print(f"all pairs by brute force in {time.monotonic() - started:.0f} s: {len(everything)} are similar")
    sizes = Counter(_component_of(everything).values())
    print(f"preset {settings.preset} compares {compared} pairs")
    print(f"removed {len(ours)}, by brute force {len(brute)}; largest component {max(sizes.values(), default=0)}")
    both = len(ours & brute)
    print(f"recall {both / (len(brute) or 1):.4f}, precision {both / (len(ours) or 1):.4f}")


def _text(line: str) -> str:
    page = json.loads(line)
    try:
        return parse(page["html"].encode("utf-8", "surrogatepass"), page["url"], "utf-8").text
    except PageError:
        return ""


def _prints(text: str) -> tuple[list[str], list[str], np.ndarray]:
    """Return the bands of datatrove's preset, those of the settings', and the shingles of a text."""
    split = words(simplify_text(text), "en")
    peer, own = (band_keys(signature(split, preset), preset) for preset in (PEER_PRESET, PRESETS[_preset()]))
    return peer, own, shingle_hashes(split, SHINGLE_WORDS)


@cache
def _preset() -> str:
    return load_settings().dedup.preset


def _buckets(bands: list[list[str]]) -> list[list[int]]:
    found: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for number, keys in enumerate(bands):
        for band, key in enumerate(keys):
            found[band, key].append(number)
    return [members for members in found.values() if len(members) > 1]


def _compare_partitions(buckets: list[list[int]], theirs: list[int | None]) -> None:
    """Say whether sharing a band gives the same groups as datatrove's second and third stage."""
    ours = _groups(_component_of((members[0], other) for members in buckets for other in members[1:]).items())
    groups = _groups((number, cluster) for number, cluster in enumerate(theirs) if cluster is not None)
    verdict = "equal" if ours == groups else "DIFFERENT"
    largest = max(map(len, groups), default=0)
    print(f"before verification: {len(ours)} clusters, datatrove {len(groups)}, {verdict}; the largest has {largest}")


def _groups(named: Iterable[tuple[int, int]]) -> set[frozenset[int]]:
    members: defaultdict[int, set[int]] = defaultdict(set)
    for number, name in named:
        members[name].add(number)
    return set(map(frozenset, members.values()))


def _component_of(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    named = connected_components((f"{a:08d}", f"{b:08d}") for a, b in pairs)
    return {int(node): int(component) for node, component in named.items()}


def _similar(candidates: Iterable[tuple[int, int]], threshold: float) -> set[tuple[int, int]]:
    with Pool() as pool:
        found = pool.imap_unordered(_similarity, candidates, chunksize=2000)
        return {pair for pair, similarity in found if similarity >= threshold}


def _similarity(pair: tuple[int, int]) -> tuple[tuple[int, int], float]:
    return pair, jaccard(_sets[pair[0]], _sets[pair[1]])


def _removed(lengths: list[int], buckets: Sequence[Sequence[int]], cap: int, threshold: float) -> tuple[set[str], int]:
    """Return which texts go when those of one bucket are compared, and how many pairs are compared for it."""
    inside: list[list[Bucket]] = [[] for _ in lengths]
    for key, members in enumerate(buckets):
        for member in members:
            inside[member].append((0, key))
    members = [Member(str(number), length, False, inside[number]) for number, length in enumerate(lengths)]

    def match(_: Sequence[Bucket], goes: int, stays: int) -> Match | None:
        similarity = jaccard(_sets[goes], _sets[stays])
        return Match("jaccard", similarity, 0.0, 0) if similarity >= threshold else None

    decisions = list(choose_representatives(members, cap, match))
    gone = {decision.doc_id for decision in decisions if decision.representative_id}
    return gone, sum(decision.compared for decision in decisions)


def _all_candidates(sets: list[np.ndarray], threshold: float) -> Iterator[tuple[int, int]]:
    """Yield every pair that can reach the threshold: sets of such a pair share one of their rarest members.

    With members in one order for all, here by frequency, two sets of Jaccard t share a member among the first
    ``n - ceil(t * n) + 1`` of each (Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", 2007).
    """
    values, counts = np.unique(np.concatenate(sets), return_counts=True)
    rank = np.empty(len(values), dtype=np.int64)
    rank[np.argsort(counts, kind="stable")] = np.arange(len(values))
    prefixes = []
    for members in sets:
        ranks = np.sort(rank[np.searchsorted(values, members)])
        prefixes.append(ranks[: len(ranks) - int(np.ceil(threshold * len(ranks))) + 1] if len(ranks) else ranks)
    member = np.concatenate(prefixes)
    owner = np.repeat(np.arange(len(sets)), [len(prefix) for prefix in prefixes])
    by_member = np.argsort(member, kind="stable")
    member, owner = member[by_member], owner[by_member]
    starts = np.flatnonzero(np.r_[True, member[1:] != member[:-1]])
    ends = np.r_[starts[1:], len(member)]
    size = np.array([len(members) for members in sets])
    seen = np.zeros((len(sets), len(sets)), dtype=bool)
    shared = ends - starts > 1
    for start, end in zip(starts[shared], ends[shared], strict=True):
        group = owner[start:end]
        seen[np.ix_(group, group)] = True
    for left in range(len(sets)):
        right = np.flatnonzero(seen[left, left + 1 :]) + left + 1
        low, high = np.minimum(size[left], size[right]), np.maximum(size[left], size[right])
        yield from ((left, int(other)) for other in right[low >= threshold * high])


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:4]))
