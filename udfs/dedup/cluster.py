"""Plain connected components: what shares a band, directly or through others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def connected_components(pairs: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return for every document in a pair the smallest id of its connected component.

    This is the partition of datatrove's clustering, which chains. Compare partitions, never survivors: the reference
    keeps the root of a union-find, and its Rust version another document in each run.

    Parameters
    ----------
    pairs : iterable of sequence of str
        The first two items of each are ids; a pair of equal ids is a component of one.

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
        a, b = sorted((root(pair[0]), root(pair[1])))
        parent[b] = a
    return {doc_id: root(doc_id) for doc_id in sorted(parent)}
