"""An endpoint that speaks OpenAI's chat completions: a vLLM server beside the executors, or a model serving service.

Uses urllib3: a thread-safe pool that keeps connections alive, which the standard library lacks, and already there with
every installation of mlflow. Concurrency is threads, at most `depth`; they wait for the network and need no cores.
"""

from __future__ import annotations

import json
import os
import ssl
import threading
import urllib.request
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import urllib3

from udfs.engine.canonical import without_surrogates
from udfs.engine.protocol import (
    BAD_REQUEST,
    ENDPOINT_FAILED,
    NOT_A_CHOICE,
    PROMPT_TOO_LONG,
    Completion,
    EngineConfig,
    Request,
    error_text,
    is_transient,
    sampling_seed,
)
from udfs.errors import EngineError
from udfs.ids import stable_id

CHOICE_STYLES = ("structured_outputs", "guided_choice", "response_format")
_CHOICE_STYLE = "choice_style"
_CONNECT_TIMEOUT_S = 10.0
_BACKOFF_S, _LONGEST_BACKOFF_S = 0.5, 30.0
_DEAD_AFTER = 16
_TOO_LONG_SIGNS = ("context length", "context_length", "maximum context", "too long", "max_model_len")


class _TryAgainError(Exception):
    """The endpoint failed in a way that may pass; `wait_s` is how long it asks to be left alone."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class OpenAIEngine:
    """Asks an HTTP endpoint, `depth` requests at a time.

    HTTP 408, 425, 429, 5xx, a broken connection, a timeout and a malformed answer are tried again, waiting 0.5 s, 1 s,
    2 s and so on, or as long as ``Retry-After`` says, at most 30 s. After `retries` attempts more, the request becomes
    an ``endpoint_failed`` row.

    Choices travel as vLLM's ``structured_outputs``. The pair ``("choice_style", ...)`` in `extra` selects another way:
    ``"guided_choice"`` for older vLLM servers, ``"response_format"`` for endpoints that know only JSON Schema. A schema
    travels as ``response_format``. Other pairs of `extra` become fields of the body.

    Parameters
    ----------
    config : EngineConfig
        Of kind ``"openai"``.

    Raises
    ------
    EngineError
        ``ENGINE_NO_KEY`` where the environment variable for the key is not set; ``ENGINE_EXTRA`` for an unknown style.
    """

    def __init__(self, config: EngineConfig) -> None:
        self._config = config
        self._url = config.base_url.rstrip("/") + "/chat/completions"
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", **_authorization(config)}
        body = dict(config.extra)
        self._choice_style = str(body.pop(_CHOICE_STYLE, CHOICE_STYLES[0]))
        if self._choice_style not in CHOICE_STYLES:
            raise EngineError("ENGINE_EXTRA", f"{_CHOICE_STYLE} must be one of {', '.join(CHOICE_STYLES)}")
        self._body = body
        self._pool = _connection_pool(self._url, config.depth)
        self._timeout = urllib3.Timeout(connect=min(_CONNECT_TIMEOUT_S, config.timeout_s), read=config.timeout_s)
        self._threads = ThreadPoolExecutor(config.depth, thread_name_prefix="openai-engine")
        self._stop = threading.Event()
        self._answers: SimpleQueue[Completion | EngineError] = SimpleQueue()
        self._futures: list[Future[None]] = []
        self._finished: list[Completion] = []
        self._asked = 0
        self._failed_in_a_row = 0

    def submit(self, request: Request) -> None:
        """Put a request in flight."""
        self._asked += 1
        self._futures = [future for future in self._futures if not future.done()]
        self._futures.append(self._threads.submit(self._ask, request, self._stop, self._answers))

    def step(self) -> None:
        """Wait until something has finished.

        Raises
        ------
        EngineError
            ``ENGINE_REFUSED`` where the endpoint refuses the key, ``ENGINE_NO_MODEL`` where it has no such model or
            path, ``ENGINE_UNREACHABLE`` after 16 requests in a row that no retry could save.
        """
        if self._finished or not self._asked:
            return
        self._take(self._answers.get())
        try:
            while True:
                self._take(self._answers.get_nowait())
        except Empty:
            return

    def collect(self) -> list[Completion]:
        """Take what has finished."""
        finished, self._finished = self._finished, []
        return finished

    @property
    def in_flight(self) -> int:
        """Requests submitted and not yet collected."""
        return self._asked + len(self._finished)

    def abort(self) -> None:
        """Forget everything in flight; requests on their way to the endpoint run out by themselves."""
        self._stop.set()
        for future in self._futures:
            future.cancel()
        # Late answers go to the old queue, which nobody reads.
        self._stop, self._answers, self._futures = threading.Event(), SimpleQueue(), []
        self._asked, self._finished, self._failed_in_a_row = 0, [], 0

    def close(self) -> None:
        """Stop retrying, end the threads and close the connections."""
        self.abort()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.clear()

    def _take(self, answer: Completion | EngineError) -> None:
        self._asked -= 1
        if isinstance(answer, EngineError):
            raise answer
        self._finished.append(answer)
        self._failed_in_a_row = self._failed_in_a_row + 1 if is_transient(answer.error) else 0
        if self._failed_in_a_row >= _DEAD_AFTER:
            raise EngineError(
                "ENGINE_UNREACHABLE",
                f"{_DEAD_AFTER} requests in a row failed at {self._config.base_url} ({answer.error}); "
                "check that the endpoint runs and takes this load",
            )

    def _ask(self, request: Request, stop: threading.Event, answers: SimpleQueue[Completion | EngineError]) -> None:
        answer: Completion | EngineError
        try:
            answer = self._completion(request, stop)
        except EngineError as error:
            answer = error
        except Exception as error:
            # A thread must always answer, or `step` would wait for ever.
            answer = EngineError("ENGINE_DIED", error_text(type(error).__name__, str(error)))
        answers.put(answer)

    def _completion(self, request: Request, stop: threading.Event) -> Completion:
        try:
            body = json.dumps(self._request_body(request)).encode("ascii")
        except ValueError as error:
            return Completion.failed(request.request_id, error_text(BAD_REQUEST, f"json_schema: {error}"))
        reason = ""
        for attempt in range(self._config.retries + 1):
            try:
                return self._attempt(request, body)
            except _TryAgainError as error:
                reason = str(error)
                wait_s = max(error.wait_s, _backoff(request.request_id, attempt))
            if attempt < self._config.retries and stop.wait(wait_s):
                break
        return Completion.failed(request.request_id, error_text(ENDPOINT_FAILED, reason))

    def _attempt(self, request: Request, body: bytes) -> Completion:
        try:
            response = self._pool.request(
                "POST",
                self._url,
                body=body,
                headers=self._headers,
                timeout=self._timeout,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise _TryAgainError(f"{type(error).__name__}: {error}") from error
        if response.status == 200:
            return self._parsed(request, response.data)
        message = f"HTTP {response.status} {_error_message(response.data)}"
        if response.status in (408, 425, 429) or response.status >= 500:
            raise _TryAgainError(message, _retry_after(response.headers))
        if response.status in (401, 403):
            raise EngineError("ENGINE_REFUSED", f"{self._url}: {message}; check the key that api_key_env names")
        if response.status in (404, 405) or 300 <= response.status < 400:
            raise EngineError("ENGINE_NO_MODEL", f"{self._url}: {message}; check base_url and model")
        if response.status == 413 or any(sign in message.lower() for sign in _TOO_LONG_SIGNS):
            return Completion.failed(request.request_id, PROMPT_TOO_LONG)
        return Completion.failed(request.request_id, error_text(BAD_REQUEST, message))

    def _request_body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self._config.model,
            "messages": [{"role": role, "content": content} for role, content in request.messages],
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
        }
        if (seed := sampling_seed(request)) is not None:
            body["seed"] = seed
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if sampling.json_schema is not None:
            body["response_format"] = _response_format(json.loads(sampling.json_schema))
        elif sampling.choices and self._choice_style == "response_format":
            body["response_format"] = _response_format(_choice_schema(sampling.choices))
        elif sampling.choices and self._choice_style == "guided_choice":
            body["guided_choice"] = list(sampling.choices)
        elif sampling.choices:
            body["structured_outputs"] = {"choice": list(sampling.choices)}
        return {**body, **self._body}

    def _parsed(self, request: Request, data: bytes) -> Completion:
        try:
            answer = json.loads(data)
            choice = answer["choices"][0]
            output, finish_reason = choice["message"].get("content"), choice.get("finish_reason")
            usage = answer.get("usage") or {}
            prompt_tokens, tokens = int(usage.get("prompt_tokens", 0)), int(usage.get("completion_tokens", 0))
            if not isinstance(output, str | None):
                raise TypeError("content is no text")
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise _TryAgainError(f"malformed answer: {type(error).__name__}: {error}") from error
        if finish_reason not in ("stop", "length") or (output is None and finish_reason == "stop"):
            failure = error_text(BAD_REQUEST, f"the endpoint gave no answer: finish_reason {finish_reason}")
            return Completion.failed(request.request_id, failure, prompt_tokens)
        text, failure_text = self._chosen(without_surrogates(output or ""), request.sampling.choices)
        return Completion(request.request_id, text, finish_reason, failure_text, prompt_tokens, tokens)

    def _chosen(self, output: str, choices: tuple[str, ...]) -> tuple[str, str | None]:
        """Return the choice made; an endpoint that ignores the constraint answers with something else."""
        if not choices:
            return output, None
        chosen = output.strip()
        if self._choice_style == "response_format":
            try:
                chosen = json.loads(output)["choice"]
            except (ValueError, KeyError, TypeError):
                return output, error_text(NOT_A_CHOICE, output)
        return (chosen, None) if chosen in choices else (output, error_text(NOT_A_CHOICE, output))


def _authorization(config: EngineConfig) -> dict[str, str]:
    if not config.api_key_env:
        return {}
    key = os.environ.get(config.api_key_env, "")
    if not key:
        raise EngineError("ENGINE_NO_KEY", f"the environment variable {config.api_key_env} (api_key_env) is not set")
    return {"Authorization": f"Bearer {key}"}


def _connection_pool(url: str, depth: int) -> urllib3.PoolManager:
    options: dict[str, Any] = {"maxsize": depth, "block": False, "ssl_context": ssl.create_default_context()}
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy, **options)
    return urllib3.PoolManager(**options)


def _backoff(request_id: str, attempt: int) -> float:
    """Return seconds to wait; half of it depends on the request, so that threads do not come back all at once."""
    share = int(stable_id(request_id, str(attempt)), 16) % 1000 / 1000
    return min(_BACKOFF_S * 2.0**attempt, _LONGEST_BACKOFF_S) * (0.5 + share / 2)


def _retry_after(headers: Mapping[str, str]) -> float:
    value = headers.get("Retry-After") or ""
    return min(float(value), _LONGEST_BACKOFF_S) if value.isdecimal() and value.isascii() else 0.0


def _error_message(data: bytes) -> str:
    """Return the message in an error's body, which servers wrap in several ways, else the body itself."""
    text = data[:10_000].decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(body, dict):
        inner = body.get("error", body)
        if isinstance(inner, dict) and isinstance(inner.get("message"), str):
            return str(inner["message"])
    return text


def _response_format(schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def _choice_schema(choices: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"choice": {"type": "string", "enum": list(choices)}},
        "required": ["choice"],
        "additionalProperties": False,
    }
