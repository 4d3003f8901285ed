"""A site's own lists of URLs and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.rules import compute_values, evaluate, load_rule_set
from udfs.rules.lists import LIST_VALUES, Lists, UrlLists, WordList, read_entries

LISTS = UrlLists.of(
    {
        "domains": ["Casino.example", "co.test."],
        "addresses": ["https://news.example/ads/", "plain.example/page?id=1"],
        "words": ["poker"],
        "soft_words": ["win", "free", "cash"],
        "substrings": ["bet-365"],
    }
)


@pytest.mark.parametrize(
    ("url", "values"),
    [
        ("https://casino.example/", {"url_domains"}),
        ("http://WWW.Casino.Example:8080/x", {"url_domains"}),
        ("https://notcasino.example/", set()),
        ("https://a.b.co.test", {"url_domains"}),
        ("https://co.test.example", set()),
        ("http://news.example/ads", {"url_addresses"}),
        ("https://news.example/ads/more", set()),
        ("https://plain.example/page?id=1", {"url_addresses"}),
        ("https://play.example/online-poker_rooms", {"url_words"}),
        ("https://play.example/pokers", set()),
        ("https://play.example/bet/365", {"url_substrings"}),
        ("https://[broken/poker", {"url_words"}),
        ("", set()),
    ],
)
def test_urls(url: str, values: set[str]) -> None:
    assert LISTS.matches(url).keys() == values


@pytest.mark.parametrize(
    ("path", "reason"), [("win", None), ("win-win", None), ("win-cash", "url_soft_words"), ("poker", "url_word")]
)
def test_one_soft_word_is_no_reason_and_two_are(path: str, reason: str | None) -> None:
    given, _ = Lists(LISTS).values("text", "en", f"https://a.test/{path}")
    values = compute_values("text", "en", ["url"], given)
    failed = [rule.reason for rule in load_rule_set("url").rules if rule.rejects(values)]
    assert failed == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Oh darn.", "en", ["darn"]),
        ("DARN, darn-it, darned, undarn", "en", ["darn", "darn"]),
        ("what the heck is this", "en", ["the heck"]),
        ("the\nheck", "en", ["the heck"]),
        ("the great heck", "en", []),
        ("这里有坏话和坏话", "zh", ["坏话", "坏话"]),
        ("", "en", []),
    ],
)
def test_bad_words(text: str, language: str, found: list[str]) -> None:
    entries = {"en": ["darn", "the heck"], "zh": ["坏话"]}
    assert WordList.of(entries[language], language).matches(text) == found


def test_a_document_is_judged_by_the_list_of_its_language() -> None:
    lists = Lists(LISTS, {"en": WordList.of(["darn"], "en")})
    assert lists.values("darn darn", "en", "https://a.test")[0]["bad_words"] == 2
    assert lists.values("darn darn", "fr", "https://a.test")[0]["bad_words"] == 0
    values, evidence = lists.values("darn", "en", "https://casino.example/free")
    assert evidence == "url_domains: casino.example; url_soft_words: free; bad_words: darn"
    assert values.keys() == set(LIST_VALUES)


def test_without_lists_everything_is_kept() -> None:
    assert Lists().values("any", "en", "https://a.test")[1] is None
    assert evaluate("Any text.", "url").keep
    assert evaluate("Any text.", "bad_words").keep


def test_entries_of_a_file() -> None:
    assert read_entries([b"# a list", b"one  # remark", b"", b"  two words ", b"\xe4\xb8\xad"]) == [
        "one",
        "two words",
        "中",
    ]


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=5))
def test_any_url_and_any_entry(url: str, entries: list[str]) -> None:
    lists = UrlLists.of(dict.fromkeys(("domains", "addresses", "words", "soft_words", "substrings"), entries))
    assert all(found for found in lists.matches(url).values())
    assert all(isinstance(entry, str) for entry in WordList.of(entries, "en").matches(url))
