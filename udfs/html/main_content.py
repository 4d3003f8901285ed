"""Main text or furniture: which blocks of a page to keep."""

from __future__ import annotations

import re

from udfs.html.flow import Block, Flow

_FURNITURE = re.compile(r"\b(?:nav|navbar|menu|footer|sidebar|breadcrumbs?|cookie|share|social|comments?-form|respond|newsletter|subscribe|related|advert|promo|popup|modal|toc|pagination|banner)", re.I)  # fmt: skip


def choose_blocks(flow: Flow, title: str) -> list[Block]:
    """Return the blocks of the main text in their order."""
    verdicts: list[bool] = []
    for frame in flow.frames:
        bad = frame.tag in ("nav", "footer", "aside", "form", "button") or (
            frame.tag not in ("body", "html", "main", "article") and bool(_FURNITURE.search(frame.hints))
        )
        verdicts.append(bad or (frame.parent >= 0 and verdicts[frame.parent]))
    kept = [
        block
        for block in flow.blocks
        if not verdicts[block.frame] and block.link_characters < 0.6 * max(1, len(block.plain))
    ]
    return kept or flow.blocks
