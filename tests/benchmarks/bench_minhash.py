"""MinHash signatures beside datatrove's under FineWeb's preset: identical values, and the speed.

Usage: ``python -m tests.benchmarks.bench_minhash [documents]``.
"""

from __future__ import annotations

import random
import sys
import time

from tests.benchmarks.measuring import has_peers, rows_of, run_peer
from udfs.dedup.minhash import PRESETS, document_signature

SETS = ("text_nltk", "quality_clear", "text_stacks_math")


def main(documents: int = 2000) -> None:
    """Print how many signatures are equal, and both speeds."""
    texts = [row["text"] for name in SETS for row in rows_of(name) or []]
    if not texts or not has_peers():
        return
    texts = random.Random(7).sample(texts, min(documents, len(texts)))
    document_signature(texts[0], "en", PRESETS["fineweb"])
    started = time.process_time()
    ours = [document_signature(text, "en", PRESETS["fineweb"]).tolist() or None for text in texts]
    seconds = time.process_time() - started
    peer_seconds, *theirs = run_peer("peer_datatrove.py", ["minhash"], texts)
    equal = sum(own == other for own, other in zip(ours, theirs, strict=True))
    print(f"{equal} of {len(texts)} signatures are equal; {len(texts) / seconds:.1f} a second a core,")
    print(f"datatrove {len(texts) / peer_seconds:.1f}; ratio {peer_seconds / seconds:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
