"""A site's own lists, and captures of one address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jobs.filter import check
from jobs.lake.store import Lake
from tests.whole_way import run, small_settings
from udfs.errors import InputError, SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_MILL = "The mill stood by the river and ground the grain of {} villages. The miller had {} sons who never agreed."
_PAGES = {
    "https://a.test/mill": [_MILL.format(3, 4), "It has been raining for nine days, and the roads are deep in mud."],
    "https://shop.casino.test/": ["Everything about the harvest of the year, told by those who brought it in."],
    "https://b.test/poker": ["A day at the fair: horses, ribbons, a brass band and a lost hat."],
    "https://c.test/rude": ["He said a word that he should not have said, and the word was drat."],
}


@pytest.fixture(scope="module")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lists")
    rows = [
        {"url": url, "text": text, "date": f"2026-01-0{day}T00:00:00Z"}
        for url, texts in _PAGES.items()
        for day, text in enumerate(texts, start=1)
    ]
    (folder / "pages.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (folder / "domains.txt").write_text("# not these\nCasino.test\n", encoding="utf-8")
    (folder / "words.txt").write_text("poker\n", encoding="utf-8")
    (folder / "rude.txt").write_text("drat\n", encoding="utf-8")
    settings = small_settings(
        folder / "lake",
        "filter.rule_sets={prose: {'*': [url, bad_words]}}",
        "filter.min_language_score=0",
        f"filter.url_lists.domains=[{folder / 'domains.txt'}]",
        f"filter.url_lists.words=[{folder / 'words.txt'}]",
        f"filter.bad_words={{en: [{folder / 'rude.txt'}]}}",
        "dedup.same_address=true",
        "ingest.time_field=date",
        inputs=(f"pages={folder / 'pages.jsonl'}",),
    )
    run(spark, settings, "ingest", "parse", "filter", "dedup")
    return Lake(spark, settings.lake)


def verdicts(lake: Lake, stage: str) -> dict[str, Any]:
    uris = lake.read("l1_parsed").select("doc_id", "uri", "captured_at")
    found = lake.read("l1_verdicts").where(f"stage = '{stage}'").join(uris, "doc_id").orderBy("uri", "captured_at")
    return {f"{row['uri']}@{row['captured_at'].day}": row for row in found.collect()}


@pytest.mark.spark
def test_lists_turn_documents_away_and_say_by_what(lake: Lake) -> None:
    found = {page: (row["reason"], row["evidence"]) for page, row in verdicts(lake, "filter").items()}
    assert found == {
        "https://a.test/mill@1": (None, None),
        "https://a.test/mill@2": (None, None),
        "https://shop.casino.test/@1": ("url_domain", "url_domains: casino.test"),
        "https://b.test/poker@1": ("url_word", "url_words: poker"),
        "https://c.test/rude@1": ("bad_words", "bad_words: drat"),
    }


@pytest.mark.spark
def test_of_the_captures_of_one_address_one_stays(lake: Lake) -> None:
    found = verdicts(lake, "dedup")
    assert {page: row["reason"] for page, row in found.items()} == {
        "https://a.test/mill@1": None,
        "https://a.test/mill@2": "same_address",
    }
    (duplicate,) = lake.read("l1_duplicates").collect()
    assert (duplicate["rule"], duplicate["jaccard"], duplicate["bands"]) == ("address", 0.0, 0)
    assert duplicate["representative_id"] == found["https://a.test/mill@1"]["doc_id"]


def test_lists_that_no_rule_looks_at_are_refused(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("poker\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"filter.rule_sets does not name 'url', which has lists"):
        check(small_settings(tmp_path, f"filter.url_lists.words=[{words}]"))
    with pytest.raises(InputError, match="INPUT_NO_SUCH_PATH"):
        check(small_settings(tmp_path, "filter.bad_words={en: [no-such.txt]}"))
