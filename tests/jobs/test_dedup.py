"""Duplicates on small real tables, in two deliveries: a chain, the best scored, one address, shared passages."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jobs.dedup import check
from jobs.lake.store import Lake
from tests.whole_way import run, small_settings
from udfs.dedup.cluster import connected_components
from udfs.errors import SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_CHAIN = 30
_WORDS = """
    river mill harvest village miller grain water stone bridge winter summer market horse ribbon music letter window
    garden kitchen table bread butter honey orchard apple shepherd meadow valley mountain forest path lantern candle
    evening morning thunder rain snow wind harbour sailor island captain voyage compass anchor lighthouse teacher
"""
_TERMS = (
    "Whoever copies this page shall name the place from which it was taken and those who wrote it, and shall not "
    "remove this notice from any copy."
)


def words(seed: int, size: int) -> str:
    """Return English words in an order that no other seed gives; none is a stop word."""
    return " ".join(random.Random(seed).choices(_WORDS.split(), k=size))


def with_terms(seed: int) -> str:
    return f"{words(seed, 60)}\n\n{_TERMS}\n\nPage {seed}"


def first_delivery() -> dict[str, str]:
    """A chain, of which each page is a copy of the next but for its ends, and pages with the same terms."""
    stream = words(1, 240 + 20 * _CHAIN).split()
    found = {f"chain/{link:02d}": " ".join(stream[20 * link : 20 * link + 240]) for link in range(_CHAIN)}
    found |= {f"terms/{page}": with_terms(page) for page in (10, 11)}
    found["story/longer"] = f"{words(7, 200)} {words(8, 10)}"
    found["story/better"] = f"The end of it. {words(7, 200)}"
    return found


def second_delivery() -> dict[str, str]:
    """More pages with the terms, one of them with nothing else, and another text at an address of the first."""
    another = f"Another page. {words(20, 60)}"
    return {"terms/12": with_terms(12), "terms/only": f"{_TERMS}\n\nA page", "terms/10": another}


@pytest.fixture(scope="module")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("dedup")
    for number, delivery in enumerate((first_delivery(), second_delivery()), start=1):
        rows = [
            {"url": f"https://a.test/{page}", "text": text, "date": f"2026-01-0{number}T00:00:00Z"}
            for page, text in delivery.items()
        ]
        (folder / f"{number}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        settings = small_settings(
            folder / "lake",
            "ingest.time_field=date",
            "filter.rule_sets={prose: {'*': [gopher_quality]}}",
            "filter.thresholds={gopher_quality: {gopher_short_doc: 1, gopher_enough_stop_words: 0}}",
            "filter.min_language_score=0",
            "dedup.passages=paragraph",
            "dedup.survivor=best_scored",
            "dedup.score=distinct_stop_words",
            "dedup.same_address=true",
            inputs=(f"pages={folder / f'{number}.jsonl'}",),
        )
        run(spark, settings, "ingest", "parse", "filter", "dedup")
    run(spark, settings, "decontaminate")
    return Lake(spark, settings.lake)


def by_page(lake: Lake, table: str, where: str = "true") -> dict[str, Any]:
    """Return rows by page and day of delivery."""
    names = lake.read("l1_parsed").selectExpr(
        "doc_id", "replace(uri, 'https://a.test/', '') || '@' || day(captured_at) AS page"
    )
    return {row["page"]: row for row in lake.read(table).where(where).join(names, "doc_id").collect()}


@pytest.mark.spark
def test_a_chain_makes_no_giant_cluster(lake: Lake) -> None:
    """By neighbours alone all pages of the chain are one cluster, though the first has no word of the last."""
    neighbours = connected_components((f"{link:02d}", f"{link + 1:02d}") for link in range(_CHAIN - 1))
    assert set(neighbours.values()) == {"00"}
    pages = {row["doc_id"]: page for page, row in by_page(lake, "l1_parsed").items()}
    removed = {page: row for page, row in by_page(lake, "l1_duplicates").items() if page.startswith("chain/")}
    assert len(removed) >= _CHAIN / 3
    kept = by_page(lake, "l1_documents")
    for page, row in removed.items():
        representative = pages[row["representative_id"]]
        assert representative in kept
        # Two links on, 40 of 240 words are others: Jaccard 0.71.
        assert abs(int(page[6:8]) - int(representative[6:8])) == 1
        assert row["jaccard"] >= 0.75
    assert max(Counter(row["representative_id"] for row in removed.values()).values()) <= 2


@pytest.mark.spark
def test_the_best_scored_stays(lake: Lake) -> None:
    (row,) = (row for page, row in by_page(lake, "l1_duplicates").items() if page.startswith("story/"))
    assert row["doc_id"] == by_page(lake, "l1_parsed")["story/longer@1"]["doc_id"]
    assert row["jaccard"] > 0.9


@pytest.mark.spark
def test_of_the_captures_of_one_address_the_first_stays(lake: Lake) -> None:
    parsed = by_page(lake, "l1_parsed")
    duplicate = by_page(lake, "l1_duplicates")["terms/10@2"]
    assert (duplicate["rule"], duplicate["jaccard"], duplicate["bands"]) == ("address", 0.0, 0)
    assert duplicate["representative_id"] == parsed["terms/10@1"]["doc_id"]
    assert by_page(lake, "l1_verdicts", "stage = 'dedup'")["terms/10@2"]["reason"] == "same_address"


@pytest.mark.spark
def test_a_passage_stays_with_one_document_and_nothing_is_lost(lake: Lake) -> None:
    verdicts, parsed = by_page(lake, "l1_verdicts", "stage = 'dedup'"), by_page(lake, "l1_parsed")
    kept, held = by_page(lake, "l1_documents"), by_page(lake, "l1_passages", "first_id <> doc_id")
    (keeper,) = (page for page, row in kept.items() if _TERMS in row["text"])
    assert keeper in {"terms/10@1", "terms/11@1"}
    assert held.keys() == {"terms/10@1", "terms/11@1", "terms/12@2", "terms/only@2"} - {keeper}
    assert {row["first_id"] for row in held.values()} == {kept[keeper]["doc_id"]}
    assert all(_TERMS in parsed[page]["text"] for page in held), "l1_parsed is never rewritten"
    gone = verdicts["terms/only@2"]
    assert (gone["keep"], gone["reason"], gone["threshold"]) == (False, "repeated_passages", 0.8)
    assert (gone["evidence"], gone["value"]) == (kept[keeper]["doc_id"], gone["values"]["repeated"])
    for page in held.keys() - {"terms/only@2"}:
        text = with_terms(int(page[6:8])).replace(f"{_TERMS}\n\n", "")
        assert (kept[page]["text"], kept[page]["characters"]) == (text, len(text))
        assert kept[page]["tokens"] < parsed[page]["tokens"]
        assert 0 < verdicts[page]["values"]["repeated"] < 0.8
    assert kept.keys() == {page for page, row in verdicts.items() if row["keep"]}


def test_a_score_that_nobody_computes_is_refused(tmp_path: Path) -> None:
    chosen = "dedup.survivor=best_scored"
    check(small_settings(tmp_path, chosen))
    with pytest.raises(SettingsError, match=r"CONF_BAD_VALUE: dedup.score 'word' is no value of a rule set"):
        check(small_settings(tmp_path, chosen, "dedup.score=word"))
