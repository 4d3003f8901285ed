"""What the words of a block say of it."""

from __future__ import annotations

import pytest

from udfs.html.flow import Block, Flow, Metadata
from udfs.html.text_facts import text_facts


def facts_of(*texts: str, links: int = 0, metadata: Metadata | None = None) -> list[list[float]]:
    flow = Flow(blocks=[Block("text", text, text, 0, link_characters=links) for text in texts])
    return [list(row) for row in text_facts(flow, metadata or Metadata())]


def test_a_text_that_is_all_link_is_all_link_in_any_script() -> None:
    assert facts_of("返回首页", links=4)[0][2] == 1.0


def test_words_are_the_same_with_and_without_a_letter_beyond_ascii() -> None:
    plain, accented = facts_of("Nets 3 and a_b", "Nets 3 and a_é")
    assert plain[1] == accented[1] == 5


@pytest.mark.parametrize(
    "text",
    ["Read more", "Baca juga: harga jala", "Czytaj także", "Lire aussi", "Читайте также", "熱門文章", "관련 기사"],
)
def test_calls_to_other_pages_are_known_in_many_languages(text: str) -> None:
    assert facts_of(text)[0][14] == 1


def test_words_of_consent_are_counted_in_many_languages() -> None:
    texts = [
        "Zgoda na przetwarzanie danych",
        "Wir und unsere Partner bitten um Ihre Einwilligung",
        "쿠키 안내",
        "Jaring",
    ]
    assert [row[25] for row in facts_of(*texts)] == [3, 1, 1, 0]


def test_text_that_the_page_states_is_found_again() -> None:
    sentence = "Every winter the ferry stops for nine weeks, and the islanders mend their nets."
    stated = Metadata(text=f"Ferry. {sentence}")
    assert [row[26] for row in facts_of(f"\u201c{sentence.upper()}", "Winter ferr", metadata=stated)] == [1, 0]
    assert facts_of(sentence)[0][26] == -1


def test_text_that_the_description_repeats_is_found_again() -> None:
    sentence = "Every winter the ferry stops for nine weeks, and the islanders mend their nets."
    described = Metadata(description=f"{sentence[:60]}...")
    assert [row[27] for row in facts_of(f"HARBOUR (News) {sentence}", "The ferry", metadata=described)] == [1, 0]
    assert facts_of(sentence)[0][27] == 0


def test_long_statement_is_not_searched_to_its_end_for_each_block() -> None:
    sentence = "Every winter the ferry stops for nine weeks, and the islanders mend their nets."
    assert facts_of(sentence, metadata=Metadata(text="nets " * 10_000 + sentence))[0][26] == 0
