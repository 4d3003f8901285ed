"""What the words of a block say of it."""

from __future__ import annotations

from udfs.html.flow import Block, Flow
from udfs.html.text_facts import text_facts


def facts_of(*texts: str, links: int = 0) -> list[list[float]]:
    flow = Flow(blocks=[Block("text", text, text, 0, link_characters=links) for text in texts])
    return [list(row) for row in text_facts(flow, "")]


def test_a_text_that_is_all_link_is_all_link_in_any_script() -> None:
    assert facts_of("返回首页", links=4)[0][2] == 1.0


def test_words_are_the_same_with_and_without_a_letter_beyond_ascii() -> None:
    plain, accented = facts_of("Nets 3 and a_b", "Nets 3 and a_é")
    assert plain[1] == accented[1] == 5
