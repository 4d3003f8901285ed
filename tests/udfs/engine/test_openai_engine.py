"""The HTTP engine against a server of our own on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyarrow as pa
import pytest

from udfs.engine import openai_engine
from udfs.engine.generation import refill
from udfs.engine.openai_engine import OpenAIEngine
from udfs.engine.protocol import Completion, EngineConfig, Request, Sampling
from udfs.errors import EngineError

Reply = tuple[int, bytes, dict[str, str]]


def answer(text: str | None = "fine", finish_reason: str = "stop", **usage: int) -> Reply:
    usage = usage or {"prompt_tokens": 7, "completion_tokens": 2}
    body = {"choices": [{"message": {"content": text}, "finish_reason": finish_reason}], "usage": usage}
    return 200, json.dumps(body).encode(), {}


def failure(status: int, message: str = "no", **headers: str) -> Reply:
    return status, json.dumps({"error": {"message": message}}).encode(), headers


@dataclass
class Endpoint:
    """A server whose replies come from `reply`, given a request's body and how often that prompt was asked before."""

    reply: Callable[[dict[str, Any], int], Reply] = lambda body, attempt: answer()
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    busy: int = 0
    most_busy: int = 0
    url: str = ""

    def config(self, **changes: Any) -> EngineConfig:
        base = EngineConfig(kind="openai", model="m", base_url=self.url, depth=4, retries=2, timeout_s=5.0)
        return replace(base, **changes)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setattr(openai_engine, "_BACKOFF_S", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with state.lock:
                attempt = sum(seen["messages"] == body["messages"] for seen in state.bodies)
                state.bodies.append(body)
                state.headers.append(dict(self.headers))
                state.paths.append(self.path)
                state.connections.add(self.client_address)
                state.busy += 1
                state.most_busy = max(state.most_busy, state.busy)
            try:
                status, data, headers = state.reply(body, attempt)
            finally:
                with state.lock:
                    state.busy -= 1
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def prompt(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"])


def ask(config: EngineConfig, prompts: list[str], sampling: Sampling | None = None) -> list[Completion]:
    engine = OpenAIEngine(config)
    try:
        for index, text in enumerate(prompts):
            engine.submit(Request(str(index), (("user", text),), sampling or Sampling(max_tokens=9)))
        done: list[Completion] = []
        while engine.in_flight:
            engine.step()
            done += engine.collect()
        return sorted(done, key=lambda completion: int(completion.request_id))
    finally:
        engine.close()


def test_question_and_answer(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "s3cret")
    config = endpoint.config(api_key_env="MY_KEY", extra=(("top_k", 20),))
    sampling = Sampling(max_tokens=9, temperature=0.5, top_p=0.9, stop=("END",), seed=4)
    assert ask(config, ["水 is wet?"], sampling) == [Completion("0", "fine", "stop", None, 7, 2)]
    assert endpoint.paths == ["/v1/chat/completions"]
    assert endpoint.headers[0]["Authorization"] == "Bearer s3cret"
    assert endpoint.bodies == [
        {
            "model": "m",
            "messages": [{"role": "user", "content": "水 is wet?"}],
            "max_tokens": 9,
            "temperature": 0.5,
            "top_p": 0.9,
            "seed": 4,
            "stop": ["END"],
            "top_k": 20,
        }
    ]


def test_no_key_is_sent_without_being_asked_for_and_a_missing_one_is_an_error(endpoint: Endpoint) -> None:
    ask(endpoint.config(), ["x"])
    assert "Authorization" not in endpoint.headers[0]
    with pytest.raises(EngineError, match=r"ENGINE_NO_KEY.*NOT_SET_ANYWHERE"):
        OpenAIEngine(endpoint.config(api_key_env="NOT_SET_ANYWHERE"))


@pytest.mark.parametrize(
    ("style", "field", "value"),
    [
        ("structured_outputs", "structured_outputs", {"choice": ["a", "b"]}),
        ("guided_choice", "guided_choice", ["a", "b"]),
    ],
)
def test_choices_travel_in_the_servers_way(endpoint: Endpoint, style: str, field: str, value: object) -> None:
    endpoint.reply = lambda body, attempt: answer(" b\n" if prompt(body) == "good" else "maybe")
    good, bad = ask(endpoint.config(extra=(("choice_style", style),)), ["good", "bad"], Sampling(3, choices=("a", "b")))
    assert (good.output, good.error) == ("b", None)
    assert (bad.output, bad.error) == ("maybe", "not_a_choice: maybe")
    assert endpoint.bodies[0][field] == value
    assert "choice_style" not in endpoint.bodies[0]


def test_choices_as_a_response_format(endpoint: Endpoint) -> None:
    endpoint.reply = lambda body, attempt: answer('{"choice": "b"}' if prompt(body) == "good" else "b")
    config = endpoint.config(extra=(("choice_style", "response_format"),))
    good, bad = ask(config, ["good", "bad"], Sampling(3, choices=("a", "b")))
    assert (good.output, good.error) == ("b", None)
    assert bad.error == "not_a_choice: b"
    schema = endpoint.bodies[0]["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["choice"]["enum"] == ["a", "b"]


def test_unknown_choice_style(endpoint: Endpoint) -> None:
    with pytest.raises(EngineError, match="ENGINE_EXTRA"):
        OpenAIEngine(endpoint.config(extra=(("choice_style", "guess"),)))


def test_schema_travels_as_a_response_format(endpoint: Endpoint) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    ask(endpoint.config(), ["x"], Sampling(3, json_schema=json.dumps(schema)))
    form = endpoint.bodies[0]["response_format"]
    assert (form["type"], form["json_schema"]["schema"]) == ("json_schema", schema)


def test_bad_schema_is_a_row_and_never_sent(endpoint: Endpoint) -> None:
    (completion,) = ask(endpoint.config(), ["x"], Sampling(3, json_schema="{"))
    assert str(completion.error).startswith("bad_request: json_schema")
    assert endpoint.bodies == []


FLAWS = {
    "rate limit": failure(429),
    "server error": failure(500),
    "no gateway": (502, b"<html>bad gateway</html>", {}),
    "no JSON": (200, b"{", {}),
    "deep JSON": (200, b"[" * 100_000, {}),
    "no choices": (200, b'{"choices": []}', {}),
    "a list": (200, b"[]", {}),
    "content is a number": (200, b'{"choices": [{"message": {"content": 3}, "finish_reason": "stop"}]}', {}),
    "closed connection": (0, b"", {}),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_passing_flaws_are_retried(endpoint: Endpoint, flaw: str) -> None:
    endpoint.reply = lambda body, attempt: FLAWS[flaw] if attempt < 2 else answer()
    (completion,) = ask(endpoint.config(), ["x"])
    assert (completion.output, completion.error) == ("fine", None)
    assert len(endpoint.bodies) == 3


@pytest.mark.parametrize("flaw", FLAWS)
def test_lasting_flaws_are_rows_beside_good_ones(endpoint: Endpoint, flaw: str) -> None:
    endpoint.reply = lambda body, attempt: FLAWS[flaw] if prompt(body) == "bad" else answer()
    bad, good = ask(endpoint.config(), ["bad", "good"])
    assert str(bad.error).startswith("endpoint_failed: ")
    assert bad.output is None
    assert good.error is None
    assert len(endpoint.bodies) == 4


def test_slow_replies_time_out(endpoint: Endpoint) -> None:
    def reply(body: dict[str, Any], attempt: int) -> Reply:
        if prompt(body) == "slow" and attempt == 0:
            time.sleep(0.6)
        return answer()

    endpoint.reply = reply
    (completion,) = ask(endpoint.config(timeout_s=0.2), ["slow"])
    assert completion.error is None
    assert len(endpoint.bodies) == 2
    (completion,) = ask(endpoint.config(timeout_s=0.2, retries=0), ["slow", "other"])[:1]
    assert completion.error is None


def test_retry_after_is_obeyed(endpoint: Endpoint) -> None:
    endpoint.reply = lambda body, attempt: failure(503, Retry_After="1") if attempt == 0 else answer()
    start = time.monotonic()
    (completion,) = ask(endpoint.config(), ["x"])
    assert completion.error is None
    assert time.monotonic() - start >= 1.0


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (failure(400, "maximum context length is 2048 tokens"), "prompt_too_long"),
        (failure(413), "prompt_too_long"),
        (failure(400, "temperature must be\npositive"), "bad_request: HTTP 400 temperature must be positive"),
        (failure(422), "bad_request: HTTP 422 no"),
        ((400, b"\xff plain", {}), "bad_request: HTTP 400 \ufffd plain"),
        (answer(None), "bad_request: the endpoint gave no answer: finish_reason stop"),
        (answer("x", "content_filter"), "bad_request: the endpoint gave no answer: finish_reason content_filter"),
    ],
)
def test_what_no_retry_can_mend_is_a_row_at_once(endpoint: Endpoint, reply: Reply, error: str) -> None:
    endpoint.reply = lambda body, attempt: reply
    (completion,) = ask(endpoint.config(), ["x"])
    assert (completion.output, completion.error) == (None, error)
    assert len(endpoint.bodies) == 1


def test_cut_answers_keep_their_finish_reason(endpoint: Endpoint) -> None:
    endpoint.reply = lambda body, attempt: answer("half a", "length", prompt_tokens=3, completion_tokens=9)
    assert ask(endpoint.config(), ["x"]) == [Completion("0", "half a", "length", None, 3, 9)]


def test_lone_surrogates_in_an_answer_are_replaced(endpoint: Endpoint) -> None:
    endpoint.reply = lambda body, attempt: answer("a\ud800b")
    assert ask(endpoint.config(), ["x"])[0].output == "a\ufffdb"


@pytest.mark.parametrize(
    ("status", "code"), [(401, "ENGINE_REFUSED"), (403, "ENGINE_REFUSED"), (404, "ENGINE_NO_MODEL")]
)
def test_wrong_settings_raise(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, status: int, code: str) -> None:
    monkeypatch.setenv("MY_KEY", "s3cret")
    endpoint.reply = lambda body, attempt: failure(status)
    with pytest.raises(EngineError, match=code) as caught:
        ask(endpoint.config(api_key_env="MY_KEY"), ["x"])
    assert "s3cret" not in str(caught.value)


def test_a_dead_endpoint_raises_instead_of_failing_every_row(endpoint: Endpoint) -> None:
    endpoint.reply = lambda body, attempt: failure(503)
    with pytest.raises(EngineError, match=r"ENGINE_UNREACHABLE.*HTTP 503"):
        ask(endpoint.config(retries=0), [f"p{index}" for index in range(40)])


def test_an_endpoint_that_does_not_exist(endpoint: Endpoint) -> None:
    (completion,) = ask(endpoint.config(base_url="http://127.0.0.1:9/v1", retries=1), ["x"])
    assert str(completion.error).startswith("endpoint_failed: NewConnectionError")


def test_depth_bounds_concurrency_and_connections_are_kept(endpoint: Endpoint) -> None:
    def reply(body: dict[str, Any], attempt: int) -> Reply:
        time.sleep(0.02)
        return answer(prompt(body))

    endpoint.reply = reply
    rows = [json.dumps([["user", f"p{index}"]]) for index in range(40)]
    ids = [f"r{index}" for index in range(40)]
    batch = pa.record_batch({"request_id": ids, "messages": rows, "sampling": ['{"max_tokens":9}'] * 40})
    engine = OpenAIEngine(endpoint.config())
    out = [row for part in refill(iter([batch]), lambda: engine, 4) for row in part.to_pylist()]
    engine.close()
    assert {row["request_id"]: row["output"] for row in out} == {f"r{index}": f"p{index}" for index in range(40)}
    assert 2 <= endpoint.most_busy <= 4
    assert len(endpoint.connections) <= 4


def test_answers_to_an_aborted_generation_are_dropped(endpoint: Endpoint) -> None:
    release = threading.Event()

    def reply(body: dict[str, Any], attempt: int) -> Reply:
        if prompt(body) == "old":
            release.wait(5)
        return answer(prompt(body))

    endpoint.reply = reply
    engine = OpenAIEngine(endpoint.config())
    try:
        engine.submit(Request("0", (("user", "old"),), Sampling(max_tokens=1)))
        engine.abort()
        assert engine.in_flight == 0
        engine.submit(Request("0", (("user", "new"),), Sampling(max_tokens=1)))
        release.set()
        engine.step()
        assert [completion.output for completion in engine.collect()] == ["new"]
        assert engine.in_flight == 0
    finally:
        release.set()
        engine.close()


def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:3128")
    monkeypatch.setenv("no_proxy", "inside.test")
    proxied = openai_engine._connection_pool("http://outside.test/v1", 2)
    assert str(getattr(proxied, "proxy", "")) == "http://127.0.0.1:3128"
    assert getattr(openai_engine._connection_pool("http://inside.test/v1", 2), "proxy", None) is None
