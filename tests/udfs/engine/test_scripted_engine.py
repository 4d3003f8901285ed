"""The scripted engine and the values it builds from JSON schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest

from udfs.engine.protocol import Completion, EngineConfig, Request, Sampling
from udfs.engine.schema_instance import minimal_instance
from udfs.engine.scripted_engine import ScriptedEngine
from udfs.errors import EngineError, SettingsError


def ask(prompts: list[str], sampling: Sampling, script: dict[str, Any] | None = None) -> list[Completion]:
    engine = ScriptedEngine(
        EngineConfig(kind="scripted", script=json.dumps(script) if script else "", max_model_len=50)
    )
    for index, prompt in enumerate(prompts):
        engine.submit(Request(str(index), (("user", prompt),), sampling))
    done: list[Completion] = []
    while engine.in_flight:
        engine.step()
        done += engine.collect()
    return sorted(done, key=lambda completion: int(completion.request_id))


def test_choices_depend_on_the_prompt_alone() -> None:
    prompts = [f"prompt {index}" for index in range(40)]
    sampling = Sampling(max_tokens=1, choices=("a", "b", "c"))
    answers = [completion.output for completion in ask(prompts, sampling)]
    assert set(answers) == {"a", "b", "c"}
    assert [completion.output for completion in ask(prompts[::-1], sampling)] == answers[::-1]


def test_echo_is_found_in_the_passage() -> None:
    (completion,) = ask(["Rewrite this.\n\nWater  boils\nat 100 degrees."], Sampling(max_tokens=3))
    assert completion.output == "Water boils at"
    assert (completion.prompt_tokens, completion.output_tokens, completion.finish_reason) == (7, 3, "stop")


def test_json_fits_its_schema_and_quotes_the_passage() -> None:
    schema = {
        "type": "object",
        "required": ["quote", "score"],
        "properties": {"quote": {"type": "string"}, "score": {"type": "integer", "minimum": 1, "maximum": 5}},
    }
    (completion,) = ask(["Find it.\n\nIron  rusts."], Sampling(max_tokens=9, json_schema=json.dumps(schema)))
    assert completion.output is not None
    value = json.loads(completion.output)
    assert value["quote"] == "Iron  rusts."
    assert value["score"] in range(1, 6)


def test_rules_answer_fail_and_cut() -> None:
    script = {
        "rules": [
            {"pattern": "refuse", "error": "bad_request: refused"},
            {"pattern": "cut", "output": '{"a": ', "finish_reason": "length"},
            {"pattern": "fixed", "output": "always"},
        ]
    }
    refused, cut, fixed, other = ask(["refuse it", "cut it", "a fixed one", "other"], Sampling(max_tokens=5), script)
    assert (refused.output, refused.error) == (None, "bad_request: refused")
    assert (cut.output, cut.finish_reason, cut.error) == ('{"a": ', "length", None)
    assert (fixed.output, other.output) == ("always", "other")


def test_too_long_prompt_and_bad_schema_are_errors() -> None:
    (long,) = ask(["word " * 46], Sampling(max_tokens=5))
    (bad,) = ask(["x"], Sampling(max_tokens=5, json_schema='{"type": "nonsense"}'))
    assert (long.error, long.prompt_tokens) == ("prompt_too_long", 46)
    assert bad.error is not None
    assert bad.error.startswith("bad_request: the JSON schema has an unknown type")


def test_latency_lets_later_requests_overtake() -> None:
    engine = ScriptedEngine(EngineConfig(kind="scripted", script='{"latency": [1, 9]}'))
    for index in range(20):
        engine.submit(Request(str(index), (("user", f"p{index}"),), Sampling(max_tokens=1)))
    per_step, order = [], []
    while engine.in_flight:
        engine.step()
        done = [completion.request_id for completion in engine.collect()]
        per_step.append(len(done))
        order += done
    assert len(per_step) <= 9
    assert max(per_step) < 20
    assert order != sorted(order, key=int)


def test_death_after_some_completions() -> None:
    engine = ScriptedEngine(EngineConfig(kind="scripted", script='{"dies_after": 2}'))
    for index in range(3):
        engine.submit(Request(str(index), (("user", "x"),), Sampling(max_tokens=1)))
    with pytest.raises(EngineError, match="ENGINE_DIED"):
        engine.step()


@pytest.mark.parametrize(
    "script",
    [
        "nonsense",
        "[]",
        '{"rule": []}',
        '{"rules": ["x"]}',
        '{"rules": [{"output": 1}]}',
        '{"rules": [{"pattern": "("}]}',
        '{"latency": 3}',
        '{"latency": [0, 1]}',
        '{"latency": [2, 1]}',
        '{"dies_after": "x"}',
    ],
)
def test_bad_script_is_a_settings_error(script: str) -> None:
    with pytest.raises(SettingsError, match="CONF_ENGINE_SCRIPT"):
        ScriptedEngine(EngineConfig(kind="scripted", script=script))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 0),
        ({"type": "integer", "maximum": -3}, -3),
        ({"type": "integer", "minimum": 2, "maximum": 4}, 4),
        ({"type": "integer", "exclusiveMinimum": 2}, 3),
        ({"type": "number", "minimum": 0.0, "exclusiveMaximum": 3}, 2),
        ({"type": "string"}, "some text"),
        ({"type": "string", "maxLength": 4}, "some"),
        ({"type": "string", "minLength": 12}, "some textsom"),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["string", "null"]}, "some text"),
        ({"const": {"a": 1}}, {"a": 1}),
        ({"enum": ["x", "y", "z"]}, "z"),
        ({"type": "array", "items": {"enum": ["x", "y", "z"]}, "minItems": 2}, ["z", "x"]),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"properties": {"a": {"type": "null"}, "b": {"type": "null"}}, "required": ["b"]}, {"b": None}),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"const": 7}}}, 7),
    ],
)
def test_minimal_instance_known_answers(schema: dict[str, Any], value: object) -> None:
    assert minimal_instance(schema, "some text", 5) == value


@pytest.mark.parametrize(
    "schema",
    [
        [],
        False,
        {"type": "nonsense"},
        {"type": 3},
        {"$ref": "#/$defs/none"},
        {"$ref": "#"},
        {"type": "string", "minLength": "3"},
        {"type": "array", "minItems": 1e300},
    ],
)
def test_bad_schema_is_a_value_error(schema: object) -> None:
    with pytest.raises(ValueError, match="JSON schema"):
        minimal_instance(schema, "some text", 5)
