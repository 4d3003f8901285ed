"""Parts of a page that are sent late stand where its script would put them."""

from __future__ import annotations

import time

from lxml import etree

from udfs.html.source import Source
from udfs.html.streamed import place_streamed
from udfs.html.tree import is_deep, parse_tree
from udfs.html.walker import page_flow


def placed(markup: str) -> etree._Element:
    root = parse_tree(markup)
    assert root is not None
    place_streamed(root, Source(markup.lower().encode()))
    return root


def lines(markup: str) -> list[str]:
    flow = page_flow(placed(markup), "")
    assert not any(frame.hidden and frame.last_block > frame.first_block for frame in flow.frames)
    return [block.plain for block in flow.blocks]


def test_late_parts_stand_at_their_place() -> None:
    late = '<div hidden id="S:0"><p>Mills.</p><template id="P:1"></template></div>'
    later = '<div hidden id="S:1"><p>Weirs.</p></div>'
    for parts in (late + later, later + late):
        page = f'<main><h1>Rivers</h1><template id="B:0"></template><p>End.</p></main>{parts}<script>x</script>'
        assert lines(page) == ["Rivers", "Mills.", "Weirs.", "End."]


def test_late_words_stay_in_their_line() -> None:
    page = '<p>It costs <template id="B:a"></template> a day.</p><div hidden id="S:a"><b>nine</b> coins</div>tail'
    assert lines(page) == ["It costs nine coins a day.", "tail"]


def test_part_without_a_place_stays() -> None:
    for markup in (
        '<p>Rivers</p><div hidden id="S:0"><p>Mills.</p></div>',
        '<p>Rivers</p><div hidden id="S:0"><p>Mills.</p><template id="B:0"></template></div>',
        '<div hidden id="S:0"><template id="B:1"></template></div>'
        '<div hidden id="S:1"><template id="B:0"></template></div>',
    ):
        root = placed(markup)
        assert len(root.findall(".//div[@hidden]")) == markup.count("<div hidden")


def test_chain_of_parts_is_neither_deep_nor_slow() -> None:
    count = 4_000
    inner = "<b>" * 30 + '<template id="B:{}"></template>'
    parts = [f'<div hidden id="S:{place:x}">{inner.format(f"{place + 1:x}")}</div>' for place in range(count)]
    start = time.process_time()
    for order in (parts, parts[::-1]):
        root = placed(f'<template id="B:0"></template>{"".join(order)}')
        assert not is_deep(root, 500)
    assert time.process_time() - start < 5
