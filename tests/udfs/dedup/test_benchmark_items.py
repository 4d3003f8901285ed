import json

import pytest

from udfs.dedup.benchmark_items import BenchmarkItem, read_items
from udfs.errors import InputError


def read(**row: object) -> BenchmarkItem:
    [item] = read_items([json.dumps(row)])
    return item


def test_fields_in_the_label() -> None:
    label = {"benchmark": "gsm8k", "split": "test", "answer": "18"}
    item = read(id="gsm8k/test/0", url="", text="How many eggs?", lang="en", label=label)
    assert item == BenchmarkItem("gsm8k/test/0", "gsm8k", "test", "How many eggs?", "18")


def test_fields_of_other_names() -> None:
    row = {"task_id": "HumanEval/0", "benchmark": "humaneval", "prompt": "def f():", "canonical_solution": "return 1"}
    assert read(**row) == BenchmarkItem("HumanEval/0", "humaneval", "", "def f():", "return 1")


def test_text_alone_is_enough() -> None:
    assert read_items(["", '{"text": "alone"}', " \n"]) == [BenchmarkItem("2", "", "", "alone", "")]


def test_context_comes_before_and_options_after_the_question() -> None:
    row = {"passage": "Rain fell.", "question": "What fell?", "choices": {"text": ["Rain", "Snow"]}, "answer": 0}
    item = read(**row)
    assert item.question == "Rain fell.\nWhat fell?\nA. Rain\nB. Snow"
    assert item.answer == "0"
    assert item.stem == "Rain fell.\nWhat fell?"


def test_several_answers_are_lines() -> None:
    assert read(question="When?", answer=["1972", "December 1972"]).answer == "1972\nDecember 1972"


@pytest.mark.parametrize(
    ("question", "stem"),
    [
        ("猪妊娠期平均为\nA. 114天\nB. 285天", "猪妊娠期平均为"),
        ("指的是\n(A)中华文明\n(B)埃及文明", "指的是"),
        ("指的是\n（A）中华文明\n（B）埃及文明", "指的是"),
        ("Name it.\nA. Einstein was right.", "Name it.\nA. Einstein was right."),
        ("no options", "no options"),
    ],
)
def test_stem(question: str, stem: str) -> None:
    assert read(text=question).stem == stem


def test_bytes_and_byte_order_mark() -> None:
    line = b'\xef\xbb\xbf{"text": "\xe5\x8c\x97"}'
    assert read_items([line])[0].question == "北"
    assert read_items(["\ufeff" + '{"text": "a"}'])[0].question == "a"


@pytest.mark.parametrize(
    "line", ["not json", "[1]", "7", "{}", '{"label": {"answer": "x"}}', '{"text": 0.1', "[" * 100_000, b"\xff\xfe"]
)
def test_a_bad_line_is_named(line: str | bytes) -> None:
    with pytest.raises(InputError, match="BENCHMARK_BAD_LINE: line 2 "):
        read_items(['{"text": "good"}', line])


def test_an_empty_file_is_an_error() -> None:
    with pytest.raises(InputError, match="BENCHMARK_NO_ITEMS"):
        read_items(["", "\n"])
