"""The function that decides group by group, on Arrow batches as Spark cuts them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyspark.sql import functions as F

from jobs.near_duplicates import Deciding, shingled, within_reach
from udfs.dedup.representatives import EXACT_BAND, MatchRule

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_WORDS = [
    f"{first}{second}" for first in "bcdfgh" for second in ("a", "e", "i", "o", "u", "ab", "ec", "id", "of", "ug")
]
_TEXTS = {
    # Two groups: the second begins where the first has filled the file with more than it needs.
    "a/long": " ".join(_WORDS * 3),
    "a/nearly": " ".join([*_WORDS * 3][:-3]),
    "a/other": " ".join(reversed(_WORDS)),
    "b/old": " ".join(_WORDS[:20]),
    "b/part": " ".join(_WORDS[:12]),
    "b/copy": "one word",
    "b/kopy": "one word",
    "b/none": "",
}


def members() -> pa.RecordBatch:
    rows = []
    for doc_id, text in _TEXTS.items():
        copy = [EXACT_BAND] if text == "one word" else []
        row = {
            "group": doc_id[0],
            "doc_id": doc_id,
            "merit": float(len(text)),
            "old": doc_id == "b/old",
            "bands": [0, *copy],
            "keys": [7] * (1 + len(copy)),
            "language": "en",
            "text": text,
        }
        rows += [
            {name: value.tolist() if name.endswith("_set") else value for name, value in made.items()}
            for made in shingled(row)
        ]
    fields = {"bands": pa.list_(pa.int32()), "keys": pa.list_(pa.int64())}
    fields |= {"jaccard_set": pa.list_(pa.int64()), "containment_set": pa.list_(pa.int64())}
    return pa.record_batch({name: pa.array([row[name] for row in rows], fields.get(name)) for name in rows[0]})


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_groups_are_decided_however_batches_are_cut(size: int) -> None:
    whole = members()
    batches = [whole.slice(start, size) for start in range(0, whole.num_rows, size)]
    deciding = Deciding(MatchRule(min_similarity=0.75, min_containment=0.9), cap=10)
    found = {row["doc_id"]: row for batch in deciding(batches) for row in batch.to_pylist()}
    assert found.keys() == _TEXTS.keys() - {"b/old"}
    went = {doc_id: (row["representative_id"], row["rule"]) for doc_id, row in found.items() if row["rule"]}
    assert went == {
        "a/nearly": ("a/long", "jaccard"),
        "b/part": ("b/old", "containment"),
        "b/kopy": ("b/copy", "exact"),
    }
    assert found["a/long"]["compared"] == 0
    assert found["b/none"]["compared"] == 2, "not with what has gone"


def test_nothing_to_decide() -> None:
    assert list(Deciding(MatchRule(0.75, 0.9), 10)([])) == []


@pytest.mark.spark
@pytest.mark.parametrize("new", [0.0, 0.05, 0.5, 1.0])
def test_old_members_that_nobody_is_compared_with_are_left_out(spark: SparkSession, new: float) -> None:
    cap, chosen = 3, random.Random(7)
    buckets = [
        [(float(chosen.randint(0, 9)), f"{place:02d}", chosen.random() >= new) for place in range(size)]
        for size in (1, 2 * cap + 1, 2 * cap + 2, 40)
    ]
    frame = spark.createDataFrame(
        [(members,) for members in buckets], "members ARRAY<STRUCT<demerit: DOUBLE, doc_id: STRING, old: BOOLEAN>>"
    )
    found = {
        row["size"]: row["members"]
        for row in frame.select(F.size("members").alias("size"), within_reach(cap)).collect()
    }
    for members in buckets:
        best_first = sorted(members)
        needed = {
            best_first[stays]
            for stays in range(len(members))
            for goes in range(len(members))
            if not best_first[goes][2] and (stays < cap or abs(goes - stays) <= cap)
        } | {member for member in members if not member[2]}
        assert {tuple(member) for member in found[len(members)]} >= needed
        if len(members) > 2 * cap + 1:
            assert {tuple(member) for member in found[len(members)]} == needed | set(best_first[:cap])
