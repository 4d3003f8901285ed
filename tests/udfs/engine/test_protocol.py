"""Requests, settings and keys of the engines."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.engine.canonical import messages_from_json, messages_to_json
from udfs.engine.protocol import (
    EMBEDDED_REVISION,
    EngineConfig,
    Request,
    Sampling,
    embedded_config,
    error_text,
    is_transient,
    request_key,
    sampling_seed,
)
from udfs.errors import SettingsError

samplings = st.builds(
    Sampling,
    max_tokens=st.integers(1, 10_000),
    temperature=st.floats(0, 2),
    top_p=st.floats(0.01, 1),
    seed=st.none() | st.integers(0, 2**63 - 1),
    choices=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    stop=st.lists(st.text(min_size=1), max_size=2).map(tuple),
)


@given(samplings)
def test_sampling_survives_json(sampling: Sampling) -> None:
    assert Sampling.from_json(sampling.to_json()) == sampling


def test_equal_samplings_give_equal_json() -> None:
    texts = {Sampling(max_tokens=1, temperature=zero).to_json() for zero in (0, 0.0, -0.0)}
    assert len(texts) == 1
    assert list(json.loads(texts.pop())) == sorted(field.name for field in dataclasses.fields(Sampling))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("[]", "expected a JSON object"),
        ("{}", "max_tokens is missing"),
        ('{"max_tokens": 0}', "max_tokens"),
        ('{"max_tokens": true}', "max_tokens"),
        ('{"max_tokens": "9"}', "max_tokens"),
        ('{"max_tokens": 1, "temperature": NaN}', "temperature"),
        ('{"max_tokens": 1, "temperature": 3}', "temperature"),
        ('{"max_tokens": 1, "top_p": 0}', "top_p"),
        ('{"max_tokens": 1, "seed": -1}', "seed"),
        ('{"max_tokens": 1, "choices": "ab"}', "choices"),
        ('{"max_tokens": 1, "choices": [""]}', "choices"),
        ('{"max_tokens": 1, "stop": [1]}', "stop"),
        ('{"max_tokens": 1, "json_schema": {}}', "json_schema"),
        ('{"max_tokens": 1, "json_schema": "{}", "choices": ["a"]}', "exclude"),
        ('{"max_tokens": 1, "temprature": 0}', "unknown field 'temprature'"),
        ('{"max_tokens": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"max_tokens": ' + "[" * 600 + "]" * 600 + "}", "max_tokens|nested"),
    ],
)
def test_bad_sampling_is_one_line(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        Sampling.from_json(text)
    assert len(str(caught.value)) < 300


def test_config_survives_json_and_is_hashable() -> None:
    config = EngineConfig(
        kind="openai", model="m", base_url="http://h/v1", api_key_env="KEY", extra=(("top_k", 5), ("a", "b"))
    )
    assert EngineConfig.from_json(config.to_json()) == config
    assert len({config, EngineConfig.from_json(config.to_json())}) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "magic", "model": "m"},
        {"kind": "vllm"},
        {"kind": "openai", "model": "m"},
        {"kind": "openai", "model": "m", "base_url": "ftp://x"},
        {"kind": "vllm", "model": "m", "script": "{}"},
        {"kind": "vllm", "model": "m", "depth": 0},
        {"kind": "vllm", "model": "m", "retries": -1},
        {"kind": "vllm", "model": "m", "timeout_s": 0},
        {"kind": "vllm", "model": "m", "gpu_memory_utilization": 1.5},
        {"kind": "vllm", "model": "m", "extra": [["a"]]},
        {"kind": "vllm", "model": "m", "extra": [["a", None]]},
        {"kind": "vllm", "model": "m", "speed": 11},
        {"model": "m"},
    ],
)
def test_bad_config_is_a_settings_error(values: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="CONF_ENGINE"):
        EngineConfig.from_json(json.dumps(values))


def _key(config: EngineConfig | None = None, sampling: Sampling | None = None, **changes: str) -> str:
    parts = {"document_text_hash": "00ff", "prompt_id": "quality", "prompt_version": "1", **changes}
    return request_key(**parts, config=config or embedded_config(), sampling=sampling or Sampling(max_tokens=4))


def test_key_is_fixed() -> None:
    assert _key() == "81a4c1f369e314be9f19fcbe90e89e38"


def test_key_depends_on_the_question_and_the_model() -> None:
    others = [
        _key(document_text_hash="00fe"),
        _key(prompt_id="other"),
        _key(prompt_version="2"),
        _key(embedded_config(model="org/other")),
        _key(embedded_config(revision="2")),
        _key(sampling=Sampling(max_tokens=5)),
        _key(sampling=Sampling(max_tokens=4, seed=1)),
    ]
    assert len({_key(), *others}) == len(others) + 1


def test_key_does_not_depend_on_how_the_engine_runs() -> None:
    config = EngineConfig(kind="openai", model="m", revision="1", base_url="http://a/v1")
    for same in (
        dataclasses.replace(config, base_url="https://b/v1", depth=7, timeout_s=1.0, retries=0, api_key_env="K"),
        EngineConfig(kind="vllm", model="m", revision="1", model_path="elsewhere", dtype="float16"),
    ):
        assert _key(same) == _key(config)


def test_key_of_the_embedded_model_has_its_revision() -> None:
    assert _key(embedded_config(revision="")) == _key(embedded_config(revision=EMBEDDED_REVISION))


def test_key_of_a_scripted_engine_has_its_script() -> None:
    assert _key(EngineConfig(kind="scripted", script='{"dies_after": 1}')) != _key(EngineConfig(kind="scripted"))


def test_seed_comes_from_the_request_where_sampling_needs_one() -> None:
    def seed(request_id: str, **sampling: float) -> int | None:
        return sampling_seed(Request(request_id, (("user", "x"),), Sampling(max_tokens=1, **sampling)))  # type: ignore[arg-type]

    assert seed("a") is None
    assert seed("a", temperature=1.0) == seed("a", temperature=0.5) != seed("b", temperature=1.0)
    assert seed("a", temperature=1.0, seed=3) == 3


@given(st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.text()), min_size=1).map(tuple))
def test_messages_survive_json(messages: tuple[tuple[str, str], ...]) -> None:
    assert messages_from_json(messages_to_json(messages)) == messages


def test_lone_surrogates_are_replaced_and_pairs_kept() -> None:
    assert messages_from_json(r'[["user", "a\ud800b \ud83d\ude00"]]') == (("user", "a\ufffdb \U0001f600"),)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '["user", "x"]', '[["user"]]', '[["user", 1]]', '[["tool", "x"]]', "[" * 100_000],
)
def test_bad_messages_are_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        messages_from_json(text)


def test_error_text_is_short_and_one_line() -> None:
    text = error_text("bad_request", "x \n\t y" * 1000 + "\ud800")
    assert len(text) < 330
    assert text.startswith("bad_request: x y")
    assert "\n" not in text
    error_text("bad_request", "\ud800").encode()


def test_only_endpoint_failures_are_transient() -> None:
    errors = ["endpoint_failed: HTTP 503", "bad_request: no", "prompt_too_long", "not_a_choice: x", None]
    assert [is_transient(error) for error in errors] == [True, False, False, False, False]
