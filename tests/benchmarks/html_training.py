"""The pages that the block model of ``udfs.html.main_content`` is fitted to, as examples.

Usage: ``python -m tests.benchmarks.html_training`` fits the packaged model anew and writes ``udfs/html/blocks.npz``.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from tests.benchmarks.bench_html import SETS, Page, labelled_pages
from tests.benchmarks.measuring import ROOT, rows_of
from udfs.html.boosted_trees import pack
from udfs.html.labels import label_blocks
from udfs.html.page import PageError, PageFlow, read
from udfs.html.training import Example, example, fit

# Sites of documentation and formulas: the class of the element that holds the main text, the key under which the row's
# label has its source, and how many pages of the site are enough.
SITES = {
    "html_planetmath": ("ltx_document", "tex", 60),
    "html_oi_wiki_zh": ("md-content__inner", "md", 60),
    "html_hello_algo": ("md-content__inner", "md", 40),
}
# A site is one template, however many pages it has; the small set is the only one with news in Chinese.
_WEIGHTS = {"html_wcxb_dev": 1.0, "html_magic_article": 2.0, "sites": 0.3}


class LabelledFlow(NamedTuple):
    """A page whose main text is known, read as blocks."""

    set: str
    page: Page
    flow: PageFlow


def labelled_flows() -> list[LabelledFlow]:
    """Return the pages of the labelled sets."""
    flows = []
    for name in SETS:
        for page in labelled_pages(name):
            try:
                flow = read(page.html.encode("utf-8", "replace"), page.url)
            except PageError:
                continue
            flows.append(LabelledFlow(name, page, flow))
    return flows


def labelled_example(labelled: LabelledFlow) -> Example:
    """Return a page of the labelled sets as an example."""
    flow = labelled.flow.flow
    labels = label_blocks(flow.blocks, labelled.page.content)
    return example(flow, labelled.flow.metadata, labels, _WEIGHTS[labelled.set])


def site_examples() -> list[Example]:
    """Return pages of the sites; main text is what stands in their container, up to the last block of the source."""
    examples = []
    for name, (container, key, count) in SITES.items():
        rows = [row for row in rows_of(name) or [] if len(row["label"].get(key) or "") > 100]
        for row in random.Random(5).sample(rows, min(count, len(rows))):
            page = read(row["html"].encode("utf-8", "replace"), row["url"])
            frame = next((frame for frame in page.flow.frames if container in frame.hints.split()), None)
            if frame is None:
                continue
            labels = np.zeros(len(page.flow.blocks))
            found = np.flatnonzero(label_blocks(page.flow.blocks, row["label"][key])) + 1
            labels[frame.first_block : min(frame.last_block, max(found, default=0))] = 1.0
            examples.append(example(page.flow, page.metadata, labels, _WEIGHTS["sites"]))
    return examples


def main() -> None:
    """Fit the packaged model to all pages."""
    examples = [labelled_example(labelled) for labelled in labelled_flows()] + site_examples()
    data = pack(fit(examples))
    (ROOT / "udfs" / "html" / "blocks.npz").write_bytes(data)
    print(f"fitted to {len(examples)} pages: {len(data):,} bytes")


if __name__ == "__main__":
    main()
