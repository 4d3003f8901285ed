"""Main text of web pages: word F1 and speed of ours beside rs-trafilatura, trafilatura and resiliparse, in one run.

The packaged model was fitted to these very sets, so F1 here flatters ours: ``bench_html_unseen`` measures models that
saw no page of the site.
Usage: ``python -m tests.benchmarks.bench_html [pages per set]``.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from statistics import mean
from typing import NamedTuple

from tests.benchmarks.measuring import has_peers, rows_of, run_peer
from udfs.html import PageError, parse
from udfs.html.labels import words

PEERS = ("rs-trafilatura", "trafilatura", "resiliparse")
SETS = ("html_wcxb_dev", "html_magic_article")


class Page(NamedTuple):
    """A page whose main text is known."""

    html: str
    url: str
    content: str
    kind: str


def labelled_pages(name: str) -> list[Page]:
    """Return the pages of a set that have a label."""
    return [
        Page(row["html"], row["url"], row["label"]["content"], row["label"].get("page_type", "page"))
        for row in rows_of(name) or []
        if (row["label"].get("content") or "").strip()
    ]


def word_f1(found: str, expected: str) -> float:
    """Return F1 of two texts as bags of words."""
    ours, theirs = Counter(words(found)), Counter(words(expected))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def ours(page: Page) -> str:
    """Extract with this package."""
    try:
        return parse(page.html.encode("utf-8", "replace"), page.url).text
    except PageError:
        return ""


def by_ours(pages: list[Page]) -> tuple[float, list[str]]:
    """Return CPU seconds and texts of this package."""
    ours(pages[0])
    start = time.process_time()
    texts = [ours(page) for page in pages]
    return time.process_time() - start, texts


def by_peer(peer: str, pages: list[Page]) -> tuple[float, list[str]]:
    """Return CPU seconds and texts of a peer, in the peers' own environment."""
    seconds, *texts = run_peer("peer_html.py", [peer], ({"html": page.html, "url": page.url} for page in pages))
    return seconds, texts


def main(sample: int = 100) -> None:
    """Print a table for each set: F1, pages a second, our speed as a ratio to each peer, F1 by type of page."""
    peers = PEERS if has_peers() else ()
    for name in SETS:
        pages = labelled_pages(name)
        if not pages:
            continue
        pages = random.Random(7).sample(pages, min(sample, len(pages)))
        found = {"tierlake": by_ours(pages)} | {peer: by_peer(peer, pages) for peer in peers}
        print(f"{name}, {len(pages)} pages")
        scores = {}
        for extractor, (seconds, texts) in found.items():
            scores[extractor] = [word_f1(text, page.content) for text, page in zip(texts, pages, strict=True)]
            ratio, pace = seconds / found["tierlake"][0], len(pages) / seconds
            print(
                f"  {extractor:15} F1 {mean(scores[extractor]):.3f}  {pace:7.1f} pages/s  ours is {ratio:.2f}x as fast"
            )
        for kind in sorted({page.kind for page in pages}):
            places = [place for place, page in enumerate(pages) if page.kind == kind]
            row = "  ".join(f"{name} {mean(each[place] for place in places):.3f}" for name, each in scores.items())
            print(f"    {kind} ({len(places)}): {row}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
