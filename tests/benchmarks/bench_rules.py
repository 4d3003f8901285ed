"""Rules beside datatrove's four filters on the same real documents: the same decision and reason, and the speed.

datatrove stops at a filter's first failure; ours computes every value. So the sooner the documents of a set fail, the
lower its ratio: mails and LaTeX fail at once. CPU seconds are compared, not wall time, of a first pass over documents
that neither has seen; both remember words of the documents before. A first document, not measured, loads what either
needs. datatrove starts anew with each set, ours goes on from set to set.
Usage: ``python -m tests.benchmarks.bench_rules [documents a set]``.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from tests.benchmarks.measuring import has_peers, rows_of, run_peer
from udfs.rules import compute_values, load_rule_set

RULE_SETS = ("gopher_repetition", "gopher_quality", "c4_datatrove", "fineweb")
SETS = ("text_nltk", "quality_clear", "quality_spamassassin", "text_stacks_math", "quality_onestop")


def verdicts(text: str) -> dict[str, str | None]:
    """Return the reason of each rule set, None where it keeps the text, from one computation of all values."""
    values = compute_values(text, "en", RULE_SETS)
    return {
        name: next((rule.reason for rule in load_rule_set(name).rules if rule.rejects(values)), None)
        for name in RULE_SETS
    }


def _print_speeds(name: str, texts: list[str], seconds: float, peer_seconds: float) -> None:
    print(
        f"{name}: {len(texts)} documents of {sum(map(len, texts)) // len(texts)} characters;"
        f" {len(texts) / seconds:.1f} documents/s a core, all values; datatrove {len(texts) / peer_seconds:.1f};"
        f" ratio {peer_seconds / seconds:.1f}"
    )


def main(documents: int = 1500) -> None:
    """Print both speeds for each set and for all, agreement for each rule set over all sets, and what differs."""
    judged: list[tuple[str, dict[str, str | None], dict[str, str | None]]] = []
    all_seconds = all_peer_seconds = 0.0
    if not has_peers():
        return
    for name in SETS:
        texts = [row["text"] for row in rows_of(name) or [] if row["text"].strip()]
        if not texts:
            continue
        texts = random.Random(7).sample(texts, min(documents, len(texts)))
        verdicts(texts[0])
        started = time.process_time()
        ours = [verdicts(text) for text in texts]
        seconds = time.process_time() - started
        peer_seconds, *theirs = run_peer("peer_datatrove.py", ["rules"], texts)
        _print_speeds(name, texts, seconds, peer_seconds)
        all_seconds += seconds
        all_peer_seconds += peer_seconds
        judged += zip(texts, ours, theirs, strict=True)
    if judged:
        _print_speeds("all sets", [text for text, *_ in judged], all_seconds, all_peer_seconds)
    for rule_set in RULE_SETS:
        differing = [
            (text, own[rule_set], other[rule_set]) for text, own, other in judged if own[rule_set] != other[rule_set]
        ]
        agreement = 1 - len(differing) / max(len(judged), 1)
        print(f"{rule_set}: the same decision and reason for {agreement:.4%} of {len(judged)} documents")
        for (own, other), count in Counter(pair[1:] for pair in differing).most_common(8):
            example = next(text for text, *pair in differing if tuple(pair) == (own, other))
            print(f"  {count} x ours {own}, theirs {other}, such as {example[:70]!r}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
