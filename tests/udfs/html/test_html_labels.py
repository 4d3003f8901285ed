"""Which blocks a known text holds."""

from __future__ import annotations

import time

from udfs.html.flow import Block
from udfs.html.labels import label_blocks, words

SENTENCE = "Every winter the ferry stops for nine weeks, and the islanders mend their nets by the stove."
OTHER = "In summer it sails four times a day, and nobody has time for a net with a hole in it."


def labels(content: str, *texts: str) -> list[float]:
    return label_blocks([Block("text", text, text, 0) for text in texts], content).tolist()


def test_labels_follow_the_known_text() -> None:
    call = "Subscribe to our newsletter today, it is free of charge"
    content = f"Ferries in winter\n{SENTENCE}"
    assert labels(content, "Home", "Ferries in winter", SENTENCE, call, SENTENCE) == [0, 1, 1, 0, 0]


def test_menu_that_names_a_heading_is_no_text() -> None:
    content = f"{SENTENCE}\nNets\n{OTHER}\nPrices\nNine crowns."
    found = labels(content, "Nets", "Prices", SENTENCE, "Nets", OTHER, "Share", "Prices", "Nine crowns.", "Nets")
    assert found == [0, 0, 1, 1, 1, 0, 1, 1, 0]


def test_half_of_the_words_are_enough() -> None:
    assert labels(SENTENCE, f"{SENTENCE} Photo: A. Fisher, The Island News", f"{SENTENCE[:20]} {OTHER}") == [1, 0]


def test_lines_that_come_again_and_again_count_each_time() -> None:
    entries = [text for number in range(30) for text in (f"Title {number}", "Subjects: nets", f"Author {number * 7}")]
    assert labels("\n".join(entries), "Subjects: nets", *entries, "Subjects: nets") == [0, *[1] * 90, 0]


def test_long_text_counts_at_another_place_too() -> None:
    assert labels(f"{OTHER}\n{SENTENCE}\nShort one", "Short one", SENTENCE, OTHER) == [0, 1, 1]


def test_nothing_in_common() -> None:
    assert labels("", SENTENCE, "") == [0, 0]
    assert labels(SENTENCE) == []


def test_repetitive_texts_are_aligned_in_little_time() -> None:
    start = time.process_time()
    labels("a b " * 20_000, *["b a " * 2_000] * 10)
    assert time.process_time() - start < 5


def test_words_split_chinese_by_character() -> None:
    assert words("Tier 3 数据_x") == ["tier", "3", "数", "据", "x"]
