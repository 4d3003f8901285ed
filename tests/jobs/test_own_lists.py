"""A site's own lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.filter import check
from jobs.lake.store import Lake
from tests.whole_way import run, small_settings
from udfs.errors import InputError, SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PAGES = {
    "https://a.test/mill": "The mill stood by the river and ground the grain of three villages.",
    "https://shop.casino.test/": "Everything about the harvest of the year, told by those who brought it in.",
    "https://b.test/poker": "A day at the fair: horses, ribbons, a brass band and a lost hat.",
    "https://c.test/rude": "He said a word that he should not have said, and the word was drat.",
}


@pytest.fixture(scope="module")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lists")
    rows = [{"url": url, "text": text} for url, text in _PAGES.items()]
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
        inputs=(f"pages={folder / 'pages.jsonl'}",),
    )
    run(spark, settings, "ingest", "parse", "filter")
    return Lake(spark, settings.lake)


@pytest.mark.spark
def test_lists_turn_documents_away_and_say_by_what(lake: Lake) -> None:
    rows = lake.read("l1_verdicts").join(lake.read("l1_parsed").select("doc_id", "uri"), "doc_id").collect()
    found = {row["uri"]: (row["reason"], row["evidence"]) for row in rows}
    assert found == {
        "https://a.test/mill": (None, None),
        "https://shop.casino.test/": ("url_domain", "url_domains: casino.test"),
        "https://b.test/poker": ("url_word", "url_words: poker"),
        "https://c.test/rude": ("bad_words", "bad_words: drat"),
    }


def test_lists_that_no_rule_looks_at_are_refused(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("poker\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"filter.rule_sets does not name 'url', which has lists"):
        check(small_settings(tmp_path, f"filter.url_lists.words=[{words}]"))
    with pytest.raises(InputError, match="INPUT_NO_SUCH_PATH"):
        check(small_settings(tmp_path, "filter.bad_words={en: [no-such.txt]}"))
