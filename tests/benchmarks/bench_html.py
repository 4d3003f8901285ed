"""Main text of web pages: word F1 and speed of ours beside rs-trafilatura, trafilatura and resiliparse, in one run.

Reads the labelled pages of the folder that the environment variable TIERLAKE_DATA names (default: ``../shared/data``
beside the repository). The packaged model was fitted to these very sets, so F1 here flatters ours; of models that had
not seen the pages, fitted to the other half of them, F1 was 0.879 on the first set and 0.845 on the second.
Usage: ``python tests/benchmarks/bench_html.py [pages per set]``.
"""

from __future__ import annotations

import json
import lzma
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import mean

from udfs.html import PageError, parse
from udfs.html.training import words

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PEERS = ("rs-trafilatura", "trafilatura", "resiliparse")
SETS = ("html_wcxb_dev", "html_magic_article")


def data_folder() -> Path:
    """Return the folder of the labelled pages, whether it exists or not."""
    return Path(os.environ.get("TIERLAKE_DATA", ROOT.parent / "shared" / "data"))


def labelled_pages(path: Path) -> list[tuple[str, str, str]]:
    """Return (html, url, main text) of every page that has a label."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        (row["html"], row["url"], row["label"]["content"])
        for row in rows
        if (row["label"].get("content") or "").strip()
    ]


def word_f1(found: str, expected: str) -> float:
    """Return F1 of two texts as bags of words."""
    ours, theirs = Counter(words(found)), Counter(words(expected))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def ours(html: str, url: str) -> str:
    """Extract with this package."""
    try:
        return parse(html.encode("utf-8", "replace"), url).text
    except PageError:
        return ""


def by_ours(pages: list[tuple[str, str, str]]) -> tuple[float, list[str]]:
    """Return CPU seconds and texts of this package."""
    ours(*pages[0][:2])
    start = time.process_time()
    texts = [ours(html, url) for html, url, _ in pages]
    return time.process_time() - start, texts


def by_peer(peer: str, pages: list[tuple[str, str, str]]) -> tuple[float, list[str]]:
    """Return CPU seconds and texts of a peer, in the peers' own environment."""
    rows = "".join(json.dumps({"html": html, "url": url}) + "\n" for html, url, _ in pages)
    command = [str(PEERS_PYTHON), str(Path(__file__).with_name("peer_html.py")), peer]
    done = subprocess.run(command, input=rows, capture_output=True, text=True, encoding="utf-8", check=True)
    seconds, *texts = map(json.loads, done.stdout.splitlines())
    return seconds, texts


def main(sample: int = 100) -> None:
    """Print a table for each set: F1, pages a second, and our speed as a ratio to each peer."""
    for name in SETS:
        path = data_folder() / f"{name}.jsonl.xz"
        if not path.is_file():
            print(f"skipped {name}: no {path.name} in {data_folder()}; set TIERLAKE_DATA to the folder that holds it")
            continue
        pages = labelled_pages(path)
        pages = random.Random(7).sample(pages, min(sample, len(pages)))
        found = {"tierlake": by_ours(pages)}
        if PEERS_PYTHON.exists():
            found |= {peer: by_peer(peer, pages) for peer in PEERS}
        else:
            print(f"no peers beside ours: {PEERS_PYTHON.parent.parent.name} is made by `make bench`")
        print(f"{name}, {len(pages)} pages")
        for extractor, (seconds, texts) in found.items():
            score = mean(word_f1(text, label) for text, (_, _, label) in zip(texts, pages, strict=True))
            ratio, pace = seconds / found["tierlake"][0], len(pages) / seconds
            print(f"  {extractor:15} F1 {score:.3f}  {pace:7.1f} pages/s  ours is {ratio:.2f}x as fast")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
