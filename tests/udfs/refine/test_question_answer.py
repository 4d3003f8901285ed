import json

import pytest

from udfs.prompts import load_prompt
from udfs.refine.question_answer import LEVELS, PROMPT_ID, QuestionAnswer, messages, parse, render


def reply(**fields):
    return json.dumps(fields)


@pytest.mark.parametrize("level", LEVELS)
def test_the_request_names_the_reader_and_ends_with_the_document(level):
    content = messages("Rain falls.", level)[-1][1]
    assert LEVELS[level] in content
    assert content.endswith("<document>\nRain falls.\n</document>")


def test_the_answer_is_held_to_a_schema():
    schema = json.loads(load_prompt(PROMPT_ID).sampling().json_schema)
    assert schema["required"] == ["problem", "solution"]


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (reply(solution="Four."), "no_question"),
        (reply(problem="", solution="Four."), "no_question"),
        (reply(problem="How many?"), "no_solution"),
        (reply(problem="How many?", solution="how MANY? "), "solution_repeats_question"),
        (reply(problem="The tides of the bay", solution="Two a day."), "not_a_question"),
        (reply(problem="The moon orbits the earth.", solution="Two a day."), "not_a_question"),
    ],
)
def test_incomplete_pairs(output, reason):
    assert parse(output, "stop") == (None, reason)


def test_rendering_in_two_languages():
    pair = QuestionAnswer("2 + 3?", "5")
    assert render(pair, "en") == "Question: 2 + 3?\n\nAnswer: 5"
    assert render(pair, "zh") == "问题：2 + 3?\n\n解答：5"


@pytest.mark.parametrize(
    "problem",
    [
        "How many tides are there?",
        "Find the area of the square.",
        "A wheel turns twice a second. Calculate its speed.",
        "If x = 3, find x + 1.",
        "一个轮子每秒转两圈，求它的速度。",
        "赵州桥有多少年的历史？",
    ],
)
def test_what_asks_is_a_question(problem: str) -> None:
    assert parse(reply(problem=problem, solution="Four of them."), "stop")[1] is None
