"""Main text of web pages by block models that saw no page of the site: word F1 of ours beside the peers.

The packaged model is fitted to the labelled sets; here each page is extracted by a model fitted, with the packaged
model's settings, to the pages of other registered domains: five folds of them, so that each model has four fifths of
the data. Usage: ``python -m tests.benchmarks.bench_html_unseen [divisions]``: into how many different fives to divide
(default 1); the last two columns are the lowest and the highest of them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from statistics import mean
from urllib.parse import urlsplit

from tests.benchmarks.bench_html import PEERS, by_peer, word_f1
from tests.benchmarks.html_training import LabelledFlow, labelled_example, labelled_flows, site_examples
from tests.benchmarks.measuring import has_peers
from udfs.html.boosted_trees import BoostedTrees
from udfs.html.page import PageError, extract
from udfs.html.training import Example, fit
from udfs.html.tree import names

FOLDS = 5
# Second levels under which the domains of a country are registered.
_SHARED = names("ac co com edu go gob gov gr ne net nom or org")


def registered_domain(url: str) -> str:
    """Return the part of a URL's host that is registered, by a rule that is enough to divide sites.

    Examples
    --------
    >>> [registered_domain(url) for url in ("https://news.example.com.cn/a", "https://blog.example.org/")]
    ['example.com.cn', 'example.org']
    """
    labels = (urlsplit(url).hostname or url).lower().split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    return ".".join(labels[-3 if country else -2 :])


def fold_of(url: str, division: int) -> int:
    """Return the fold of a page: the same for all pages of a registered domain."""
    key = f"{division} {registered_domain(url)}"
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") % FOLDS


def extracted_f1(labelled: LabelledFlow, trees: BoostedTrees) -> float:
    """Return the word F1 of a page's text as these trees choose it."""
    try:
        text = extract(labelled.flow, trees).text
    except PageError:
        text = ""
    return word_f1(text, labelled.page.content)


def unseen_f1(
    pages: Sequence[LabelledFlow], examples: Sequence[Example], sites: list[Example], division: int
) -> list[float]:
    """Return the F1 of every page by the model that saw no page of its domain."""
    folds = [fold_of(labelled.page.url, division) for labelled in pages]
    scores = [0.0] * len(pages)
    for fold in range(FOLDS):
        trees = fit([each for each, its in zip(examples, folds, strict=True) if its != fold] + sites)
        for place, labelled in enumerate(pages):
            if folds[place] == fold:
                scores[place] = extracted_f1(labelled, trees)
    return scores


def main(divisions: int = 1) -> None:
    """Print held-out F1 of each set and of each type of page in it, beside that of the peers."""
    pages = labelled_flows()
    if not pages:
        return
    examples, sites = [labelled_example(labelled) for labelled in pages], site_examples()
    runs = [unseen_f1(pages, examples, sites, division) for division in range(divisions)]
    peers = {
        peer: [
            word_f1(text, labelled.page.content)
            for text, labelled in zip(by_peer(peer, [each.page for each in pages])[1], pages, strict=True)
        ]
        for peer in (PEERS if has_peers() else ())
    }
    groups: dict[str, list[int]] = defaultdict(list)
    for place, labelled in enumerate(pages):
        groups[labelled.set].append(place)
        groups[f"  {labelled.set} {labelled.page.kind}"].append(place)
    for name, places in sorted(groups.items(), key=lambda group: group[0].split()):
        ours = [mean(run[place] for place in places) for run in runs]
        theirs = "  ".join(f"{peer} {mean(score[place] for place in places):.3f}" for peer, score in peers.items())
        print(f"{name} ({len(places)}): tierlake {mean(ours):.3f}  {theirs}  {min(ours):.3f} to {max(ours):.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
