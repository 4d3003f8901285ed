"""Long documents in parts."""

from hypothesis import given
from hypothesis import strategies as st

from udfs.knowledge.annotation import from_spark_nlp
from udfs.knowledge.parts import join_spans, split_parts

TEXTS = st.text(alphabet="ab \n.𝒙中", max_size=200)


@given(TEXTS, st.integers(2, 50))
def test_the_parts_are_the_text(text, limit):
    parts = list(split_parts(text, limit))
    assert "".join(parts) == text
    assert all(len(part) <= limit for part in parts)
    assert all(parts[:-1])


@given(TEXTS, st.integers(2, 50))
def test_joined_spans_are_those_of_the_whole(text, limit):
    """A span for each character outside white space, found in the parts, names the same character of the text."""
    parts = []
    for part in split_parts(text, limit):
        spans, unit = [], 0
        for character in part:
            width = 2 if character > "\uffff" else 1
            spans.append({"begin": unit, "end": unit + width - 1})
            unit += width
        parts.append({"text": part, "sentences": spans})
    annotated = from_spark_nlp(text, join_spans(parts, "sentences"), [], [])
    assert [sentence.text for sentence in annotated.sentences] == [character for character in text if character.strip()]


def test_a_cut_falls_between_paragraphs_before_lines_before_words():
    assert list(split_parts("aa bb\n\ncc\ndd ee", 13)) == ["aa bb\n\n", "cc\ndd ee"]
    assert list(split_parts("aa bb\ncc dd", 9)) == ["aa bb\n", "cc dd"]
    assert list(split_parts("aa bb", 4)) == ["aa ", "bb"]
    assert list(split_parts("abcdef", 4)) == ["abcd", "ef"]


def test_where_no_annotator_ran_there_are_no_annotations():
    assert join_spans([{"text": "a", "words": None}], "words") is None
    assert join_spans([{"text": "a", "words": None}, {"text": "b", "words": []}], "words") == []
