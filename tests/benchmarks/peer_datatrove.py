"""datatrove's filters and MinHash over texts, in the peers' own environment; the benchmarks start it.

Usage: ``.venv-peers/bin/python tests/benchmarks/peer_datatrove.py rules|minhash|clusters < texts.jsonl``, a JSON string
a line. The first line written is the CPU seconds of all texts, each other line what came of one.
"""

from __future__ import annotations

import contextlib
import json
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FILTERS = {
    "gopher_repetition": "GopherRepetitionFilter",
    "gopher_quality": "GopherQualityFilter",
    "c4_datatrove": "C4QualityFilter",
    "fineweb": "FineWebQualityFilter",
}


def rules() -> Callable[[str], Any]:
    """Return a function that judges a text by each filter: null where it is kept, else the reason."""
    from datatrove.data import Document
    from datatrove.pipeline import filters

    loaded = {name: getattr(filters, kind)() for name, kind in _FILTERS.items()}

    def judge(text: str) -> dict[str, str | None]:
        verdicts = {}
        for name, each in loaded.items():
            try:
                verdict = each.filter(Document(text=text, id="0"))
            except ZeroDivisionError:
                verdict = (False, "ZeroDivisionError")
            verdicts[name] = verdict[1] if isinstance(verdict, tuple) else None if verdict else "no reason"
        return verdicts

    return judge


def minhash() -> Callable[[str], Any]:
    """Return a function that gives the signature of a text under FineWeb's preset, null for one too short."""
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
    from datatrove.utils.hashing import HashConfig

    config = MinhashConfig(hash_config=HashConfig(precision=64, hash_fc="sha1"), num_buckets=14, hashes_per_bucket=8)
    signing = MinhashDedupSignature(output_folder="/dev/null", config=config, language="en")

    def sign(text: str) -> list[int] | None:
        shingles = signing.get_shingles(text)
        if shingles.size == 0:
            return None
        return [int(value) for band in signing.get_signature(shingles) for value in band]

    return sign


def clusters(texts: list[str]) -> list[int | None]:
    """Return the cluster of each text by datatrove's first three stages, null for one that shares no band."""
    from datatrove.data import Document
    from datatrove.pipeline.dedup import minhash as stages
    from datatrove.utils.hashing import HashConfig

    hashing = HashConfig(precision=64, hash_fc="sha1")
    config = stages.MinhashConfig(hash_config=hashing, num_buckets=14, hashes_per_bucket=8)
    found: list[int | None] = [None] * len(texts)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        signed, paired, grouped = (f"{folder}/{stage}" for stage in ("signatures", "pairs", "clusters"))
        documents = (Document(text=text, id=str(number)) for number, text in enumerate(texts))
        stages.MinhashDedupSignature(signed, config=config, language="en").run(documents)
        for bucket in range(config.num_buckets):
            stages.MinhashDedupBuckets(signed, paired, config=config).run(None, bucket, config.num_buckets)
        stages.MinhashDedupCluster(paired, grouped, config=config, save_cluster_id=True).run()
        for number, cluster in struct.iter_unpack("<II", (Path(grouped) / "000000.clusters").read_bytes()):
            found[number] = cluster
    return found


def main(what: str) -> None:
    """Go through every text of standard input."""
    texts = [json.loads(line) for line in sys.stdin]
    start = time.process_time()
    if what == "clusters":
        results = clusters(texts)
    else:
        work = {"rules": rules, "minhash": minhash}[what]()
        work(texts[0])
        start = time.process_time()
        results = [work(text) for text in texts]
    print(json.dumps(time.process_time() - start))
    for result in results:
        print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
