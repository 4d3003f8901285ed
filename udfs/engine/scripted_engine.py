"""An engine that follows rules instead of a model: for unit tests, and for dry runs of a pipeline's wiring.

Its answers say nothing about any document. What it answers depends on the prompt alone, so results are equal in every
order and partitioning. Without a script it takes one of the choices by the prompt's hash, or the smallest JSON that
fits the schema (strings repeat a part of the prompt's end, where templates put the passage), or echoes that part.

The script is a JSON object; every field is optional:

``rules``
    List of ``{"pattern": ..., "output": ..., "finish_reason": ..., "error": ...}``. The first whose pattern (a Python
    regular expression) is found in the prompt answers. A rule with only a pattern leaves the default answer.
``latency``
    ``[low, high]``: steps a request takes, by the prompt's hash. Default ``[1, 1]``.
``dies_after``
    The engine raises ``ENGINE_DIED`` instead of giving more than this many completions.
"""

from __future__ import annotations

import json
import re
from typing import Any

from udfs.engine.canonical import is_integer, parsed_json
from udfs.engine.protocol import (
    BAD_REQUEST,
    PROMPT_TOO_LONG,
    Completion,
    EngineConfig,
    Request,
    error_text,
    sampling_seed,
)
from udfs.engine.schema_instance import minimal_instance
from udfs.errors import EngineError, SettingsError
from udfs.ids import stable_id

_FIELDS = {"rules", "latency", "dies_after"}
_RULE_FIELDS = {"pattern", "output", "finish_reason", "error"}
_ECHO_WORDS = 24


class ScriptedEngine:
    """Answers by rule; see the module's text.

    Parameters
    ----------
    config : EngineConfig
        Uses `script` and `max_model_len`; a token is a whitespace-separated word here.

    Raises
    ------
    SettingsError
        ``CONF_ENGINE_SCRIPT`` where the script is malformed.

    Examples
    --------
    >>> from udfs.engine.protocol import Sampling
    >>> engine = ScriptedEngine(EngineConfig(kind="scripted"))
    >>> engine.submit(Request("a", (("user", "Is water wet?"),), Sampling(4, choices=("yes", "no"))))
    >>> engine.step()
    >>> engine.collect()[0].output in ("yes", "no")
    True
    """

    def __init__(self, config: EngineConfig) -> None:
        self._max_model_len = config.max_model_len
        self._rules, self._latency, self._dies_after = _parsed_script(config.script)
        self._waiting: list[tuple[int, Request]] = []
        self._finished: list[Completion] = []
        self._steps = 0
        self._given = 0

    def submit(self, request: Request) -> None:
        """Put a request in flight."""
        low, high = self._latency
        steps = low + _number(request, "latency") % (high - low + 1)
        self._waiting.append((self._steps + steps, request))

    def step(self) -> None:
        """Let one tick pass; requests whose latency is over finish."""
        self._steps += 1
        due = [request for tick, request in self._waiting if tick <= self._steps]
        self._waiting = [(tick, request) for tick, request in self._waiting if tick > self._steps]
        for request in due:
            if self._dies_after is not None and self._given >= self._dies_after:
                raise EngineError("ENGINE_DIED", f"the script ends the engine after {self._dies_after} completions")
            self._given += 1
            self._finished.append(self._answer(request))

    def collect(self) -> list[Completion]:
        """Take what has finished."""
        finished, self._finished = self._finished, []
        return finished

    @property
    def in_flight(self) -> int:
        """Requests submitted and not yet collected."""
        return len(self._waiting) + len(self._finished)

    def abort(self) -> None:
        """Forget everything in flight."""
        self._waiting, self._finished = [], []

    def close(self) -> None:
        """Forget everything in flight; there is nothing else to free."""
        self.abort()

    def _answer(self, request: Request) -> Completion:
        prompt = _prompt(request)
        prompt_tokens = len(prompt.split())
        if prompt_tokens + request.sampling.max_tokens > self._max_model_len:
            return Completion.failed(request.request_id, PROMPT_TOO_LONG, prompt_tokens)
        rule = next((rule for pattern, rule in self._rules if pattern.search(prompt)), {})
        if error := rule.get("error"):
            return Completion.failed(request.request_id, error, prompt_tokens)
        try:
            output = rule["output"] if "output" in rule else _default_answer(request)
        except ValueError as error:
            return Completion.failed(request.request_id, error_text(BAD_REQUEST, str(error)), prompt_tokens)
        finish_reason = rule.get("finish_reason", "stop")
        return Completion(request.request_id, output, finish_reason, None, prompt_tokens, len(output.split()))


def _default_answer(request: Request) -> str:
    sampling = request.sampling
    if sampling.choices:
        return sampling.choices[_number(request, "choice") % len(sampling.choices)]
    echo = _passage_part(request.messages[-1][1])
    if sampling.json_schema is not None:
        schema = parsed_json(sampling.json_schema)
        return json.dumps(minimal_instance(schema, echo, _number(request, "schema")), ensure_ascii=False)
    return " ".join(echo.split()[: sampling.max_tokens])


def _passage_part(text: str) -> str:
    """Return the first words of the last paragraph, exactly as written, so that they can be found in the passage."""
    paragraph = text.rstrip().rpartition("\n\n")[2].strip()
    words = list(re.finditer(r"\S+", paragraph))[:_ECHO_WORDS]
    return paragraph[: words[-1].end()] if words else ""


def _prompt(request: Request) -> str:
    return "\n".join(content for _, content in request.messages)


def _number(request: Request, purpose: str) -> int:
    seed = sampling_seed(request)
    return int(stable_id(purpose, _prompt(request), None if seed is None else str(seed)), 16)


def _parsed_script(text: str) -> tuple[list[tuple[re.Pattern[str], dict[str, str]]], tuple[int, int], int | None]:
    def fail(message: str) -> SettingsError:
        return SettingsError("CONF_ENGINE_SCRIPT", message)

    try:
        script: Any = parsed_json(text or "{}")
    except ValueError as error:
        raise fail(f"the script is no JSON: {error}") from error
    if not isinstance(script, dict) or set(script) - _FIELDS:
        raise fail(f"the script must be an object with no fields but {', '.join(sorted(_FIELDS))}")
    latency = script.get("latency", [1, 1])
    if not (isinstance(latency, list) and len(latency) == 2 and all(map(is_integer, latency))):
        raise fail("latency must be [low, high]")
    if not 1 <= latency[0] <= latency[1]:
        raise fail("latency needs 1 <= low <= high")
    dies_after = script.get("dies_after")
    if dies_after is not None and not is_integer(dies_after):
        raise fail("dies_after must be an integer")
    rules = []
    for rule in script.get("rules", []):
        if not isinstance(rule, dict) or set(rule) - _RULE_FIELDS or not all(isinstance(v, str) for v in rule.values()):
            raise fail(f"a rule must be an object of strings with no fields but {', '.join(sorted(_RULE_FIELDS))}")
        try:
            rules.append((re.compile(rule.get("pattern", "")), rule))
        except re.error as error:
            raise fail(f"pattern {rule['pattern']!r}: {error}") from error
    return rules, (latency[0], latency[1]), dies_after
