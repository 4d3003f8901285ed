"""One peer's main text of pages, in the peers' own environment; ``bench_html`` starts it.

Usage: ``.venv-peers/bin/python tests/benchmarks/peer_html.py PEER < pages.jsonl > texts.jsonl``, a page being
``{"html": ..., "url": ...}``. The first line written is the CPU seconds of all pages, each other line a text.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable


def rs_trafilatura() -> Callable[[str, str], str]:
    """Return rs-trafilatura's extractor."""
    import rs_trafilatura as peer

    return lambda html, url: peer.extract(html, url=url).main_content or ""


def trafilatura() -> Callable[[str, str], str]:
    """Return trafilatura's extractor."""
    import trafilatura as peer

    return lambda html, url: peer.extract(html, url=url) or ""


def resiliparse() -> Callable[[str, str], str]:
    """Return resiliparse's extractor."""
    from resiliparse.extract.html2text import extract_plain_text

    return lambda html, url: extract_plain_text(html, main_content=True)


PEERS = {"rs-trafilatura": rs_trafilatura, "trafilatura": trafilatura, "resiliparse": resiliparse}


def main(peer: str) -> None:
    """Extract every page of standard input."""
    extract = PEERS[peer]()
    pages = [json.loads(line) for line in sys.stdin]
    extract(pages[0]["html"], pages[0]["url"])
    start = time.process_time()
    texts = [extract(page["html"], page["url"]) for page in pages]
    print(json.dumps(time.process_time() - start))
    for text in texts:
        print(json.dumps(text))


if __name__ == "__main__":
    main(sys.argv[1])
