"""Of a text that a page holds twice one copy stays, unless both are the author's own words."""

from __future__ import annotations

import time

import pytest

from udfs.html import parse
from udfs.html.copies import without_copies
from udfs.html.flow import Block, Frame
from udfs.html.tree import parse_tree
from udfs.html.walker import page_flow

WINTER = "<p>Every winter the ferry stops for nine weeks, and the islanders mend their nets by the stove.</p>"
SUMMER = "<p>Every summer the ferry runs from dawn to dusk, and the islanders sell their nets at the pier.</p>"


def kept(markup: str) -> int:
    root = parse_tree(markup)
    assert root is not None
    flow = page_flow(root, "")
    return len(without_copies(flow.blocks, flow.frames))


@pytest.mark.parametrize(
    ("markup", "count"),
    [
        (f"<article>{WINTER}{SUMMER}<div>{WINTER}</div></article>", 2),
        (f"<div class=narrow>{WINTER}{SUMMER}</div><div class=wide>{WINTER}{SUMMER}</div>", 2),
        (f"<article>{WINTER}{SUMMER}{WINTER}</article>", 3),
        # Panels and cards of one template, whose names differ in a number only.
        (f"<div id=step-1 class=panel>{WINTER}</div><div id=step-12 class=panel>{WINTER}{SUMMER}</div>", 3),
        (f"<ul><li class=card>{WINTER}</li><li class=card>{WINTER}</li></ul>", 2),
        ("<div class=a><p>Short.</p></div><div class=b><p>Short.</p></div>", 2),
    ],
)
def test_second_copy_goes_unless_it_is_of_one_template(markup: str, count: int) -> None:
    assert kept(markup) == count


def test_documentation_keeps_what_it_repeats() -> None:
    step = "Open a second terminal, go to the folder of the boat, and start the engine with this command."
    tabs = "".join(
        f"<section class={name}><h2>{name.title()}</h2><p>{step}</p><pre>{name} start --engine 4</pre></section>"
        for name in ("python", "ruby")
    )
    page = f"<title>Boats</title><main><h1>Boats</h1><p>{step[:60]} first.</p>{tabs}</main>".encode()
    assert parse(page, "https://example.org/boats").text.count(step) == 1
    assert parse(page, "https://docs.example.org/boats").text.count(step) == 2


def test_deep_copies_take_linear_time() -> None:
    depth, count = 200, 20_000
    frames = [Frame("div", place - 1, place, f"level {place}", False, 0) for place in range(depth)]
    frames += [Frame("p", depth - 1 - place % 50, depth, "", False, 0) for place in range(count)]
    blocks = [Block("text", WINTER, WINTER, depth + place) for place in range(count)]
    start = time.process_time()
    without_copies(blocks, frames)
    assert time.process_time() - start < 2
