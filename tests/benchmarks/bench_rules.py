"""Documents a second of all English rules, beside datatrove's four filters on the same documents.

The peer runs in its own environment: set ``TIERLAKE_PEERS_PYTHON`` to a Python that has datatrove 0.10.0 and spaCy.
The documents are written here from a seed, so both sides read the same; CPU seconds are compared, not wall time.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from udfs.rules import compute_values

RULE_SETS = ["gopher_repetition", "gopher_quality", "c4_datatrove", "fineweb"]
DOCUMENTS = 300
PEER = """
import json, sys, time
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter, FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter)
texts = json.load(open(sys.argv[1], encoding="utf-8"))
filters = [GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(), FineWebQualityFilter()]
for text in texts[:2]:
    [f.filter(Document(text=text, id="0")) for f in filters]
started = time.process_time()
for text in texts:
    [f.filter(Document(text=text, id="0")) for f in filters]
print(time.process_time() - started)
"""


def written_documents(seed: int = 7) -> list[str]:
    """Write documents of about 6,000 characters whose words are as unevenly frequent as those of prose."""
    rng = random.Random(seed)
    letters = "etaoinshrdlucmfwypvbgk"
    vocabulary = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(30_000)]
    vocabulary[:8] = ["the", "be", "to", "of", "and", "that", "have", "with"]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    documents = []
    for _ in range(DOCUMENTS):
        sentences = []
        for _ in range(rng.randint(40, 90)):
            chosen = rng.choices(vocabulary, weights, k=rng.randint(6, 28))
            if rng.random() < 0.4:
                chosen[rng.randrange(len(chosen))] += rng.choice(
                    [",", ";", "'s", "n't", "-based", ":", " (2019)", " $5.00"]
                )
            sentences.append(" ".join(chosen).capitalize() + rng.choice([".", ".", ".", "?", "!"]))
        breaks = [rng.choice([" ", " ", " ", "\n", "\n\n"]) for _ in sentences]
        documents.append("".join(part for pair in zip(sentences, breaks, strict=True) for part in pair).strip())
    return documents


def main() -> None:
    """Print both speeds and their ratio."""
    documents = written_documents()
    compute_values(documents[0], "en", RULE_SETS)
    started = time.process_time()
    for document in documents:
        compute_values(document, "en", RULE_SETS)
    ours = DOCUMENTS / (time.process_time() - started)
    length = sum(map(len, documents)) // DOCUMENTS
    print(f"rules: {ours:.1f} documents/s a core, {length} characters each, no words remembered at the start")
    peer = os.environ.get("TIERLAKE_PEERS_PYTHON")
    if not peer:
        print("rules: no ratio; set TIERLAKE_PEERS_PYTHON to an interpreter that has datatrove 0.10.0")
        return
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder, "texts.json")
        texts.write_text(json.dumps(documents), encoding="utf-8")
        done = subprocess.run([peer, "-c", PEER, str(texts)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"rules: the peer failed: {done.stderr.strip().splitlines()[-1]}")
    theirs = DOCUMENTS / float(done.stdout.split()[-1])
    print(f"rules: datatrove {theirs:.1f} documents/s a core; ratio {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
