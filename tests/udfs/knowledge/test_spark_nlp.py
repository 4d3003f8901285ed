from __future__ import annotations

from typing import Any

import pytest

from udfs.knowledge.annotation import Annotated, from_spark_nlp
from udfs.knowledge.organize import organize
from udfs.knowledge.plain import annotate

pytestmark = [pytest.mark.spark, pytest.mark.sparknlp]

ENGLISH = {
    "prose": "Dr. Smith met J. K. Rowling in Washington, D.C. there. Python is a programming language. It runs fast!",
    "astral": "𝒙 is a letter 😀. Rome is a city. The 𝔘nicode Consortium is an organization 😀.",
    "markup": "# Heading\n\nUse `f(x)` and **bold** (see [1]).\n1. First item.\n2. Second item\nwrapped on. Next.",
    "repeats": "Machine learning is a field. We like machine learning. They do machine learning, too.",
    "empty": "",
    "blank": " \n\n ",
    "dots": "... !!!",
    "nul": "a\x00b is a test. Rome is a city.",
}
CHINESE = {
    "prose": "人工智能是计算机科学的一个分支。他说：“好！”然后走了；北京位于中国北部。",
    "mixed": "# 标题\n\nPython（1991）是一种语言。`Array.map()`方法返回一个数组！𝒙是字母。",
    "none": "，",
}


def annotated(spark: Any, documents: dict[str, str], language: str, yake: bool = True) -> dict[str, Annotated]:
    from udfs.knowledge.spark_nlp import annotations_columns, build_pipeline

    frame = spark.createDataFrame(list(documents.items()), "id string, text string").coalesce(1)
    output = build_pipeline(language, yake=yake).fit(frame).transform(frame)
    rows = output.select("id", "text", *annotations_columns(language, yake)).collect()
    return {
        row.id: from_spark_nlp(
            row.text, row.sentences, row.tokens, row.key_phrases, document_id=row.id, language=language
        )
        for row in rows
    }


def claim_ids(document: Annotated) -> list[str]:
    return [claim.claim_id for claim in organize(document).claims]


@pytest.fixture(scope="module")
def english(spark: Any) -> dict[str, Annotated]:
    return annotated(spark, ENGLISH, "en")


@pytest.fixture(scope="module")
def chinese(spark: Any) -> dict[str, Annotated]:
    return annotated(spark, CHINESE, "zh")


@pytest.mark.parametrize("name", ENGLISH)
def test_english_sentences_are_those_of_the_plain_annotator(english: dict[str, Annotated], name: str) -> None:
    if name != "dots":
        assert english[name].sentences == annotate(ENGLISH[name]).sentences


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_sentences_and_words_are_those_of_the_plain_annotator(chinese: dict[str, Annotated], name: str) -> None:
    plain = annotate(CHINESE[name], name, "zh")
    assert chinese[name].sentences == plain.sentences
    if name == "prose":
        words = [token for token in chinese[name].tokens if token.text[0].isalnum()]
        assert words == [token for token in plain.tokens if token.text[0].isalnum()]
        assert chinese[name].key_phrases == plain.key_phrases


@pytest.mark.parametrize("name", ENGLISH)
def test_spans_quote_the_text(english: dict[str, Annotated], name: str) -> None:
    document = english[name]
    for item in (*document.sentences, *document.tokens, *document.key_phrases):
        assert ENGLISH[name][item.begin : item.end] == item.text
        assert item.text.strip()


def test_claims_are_those_of_the_plain_annotator(english: dict[str, Annotated], chinese: dict[str, Annotated]) -> None:
    for name, text in ENGLISH.items():
        assert claim_ids(english[name]) == claim_ids(annotate(text, name))
    for name, text in CHINESE.items():
        assert claim_ids(chinese[name]) == claim_ids(annotate(text, name, "zh"))
    assert {claim.subject for claim in organize(english["astral"]).claims} >= {"Rome"}
    assert {claim.predicate for claim in organize(chinese["prose"]).claims} == {"是", "位于"}


def test_documents_without_words(english: dict[str, Annotated]) -> None:
    for name in ("empty", "blank"):
        assert (english[name].sentences, english[name].tokens, english[name].key_phrases) == ((), (), ())
    assert english["dots"].key_phrases == ()


def test_yake_phrases_come_once_and_best_first_means_most_repeated(english: dict[str, Annotated]) -> None:
    phrases = english["repeats"].key_phrases
    names = [phrase.text.lower() for phrase in phrases]
    assert len(names) == len(set(names))
    assert max(phrases, key=lambda phrase: phrase.score).text.lower() in {"machine", "learning", "machine learning"}


def test_without_yake_the_phrases_are_computed_here(spark: Any) -> None:
    document = annotated(spark, {"repeats": ENGLISH["repeats"]}, "en", yake=False)["repeats"]
    assert document.key_phrases == annotate(ENGLISH["repeats"]).key_phrases


def test_null_text_gives_empty_arrays(spark: Any) -> None:
    from udfs.knowledge.spark_nlp import annotations_columns, build_pipeline

    frame = spark.createDataFrame([("n", None)], "id string, text string")
    (row,) = build_pipeline("en").fit(frame).transform(frame).select(*annotations_columns("en")).collect()
    assert (row.sentences, row.tokens, row.key_phrases) == ([], [], [])


def test_search_terms(spark: Any) -> None:
    from udfs.knowledge.spark_nlp import build_pipeline, terms_column

    frame = spark.createDataFrame([("d", "A **Nice** city!")], "id string, text string")
    (row,) = build_pipeline("en").fit(frame).transform(frame).select(terms_column()).collect()
    assert row.terms == ["a", "nice", "city", "a nice", "nice city"]
