"""vLLM inside the calling process, fed while it generates: ``add_request`` and ``step`` instead of whole batches.

Settings for a CPU were measured on two cores with the embedded model; see `_arguments`.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

from udfs.engine.chat import ChatPrompt
from udfs.engine.device import Device, DeviceLease, find_device, set_environment
from udfs.engine.embedded import embedded_model_path
from udfs.engine.protocol import (
    BAD_REQUEST,
    EMBEDDED,
    PROMPT_TOO_LONG,
    Completion,
    EngineConfig,
    Request,
    error_text,
    sampling_seed,
)
from udfs.errors import EngineError

_GIB = 2**30
_LEAST_BATCHED_TOKENS = 2048


class VllmEngine:
    """A model in vLLM's own engine, in this process.

    Greedy decoding, or a seed per request: see `udfs.engine.protocol.sampling_seed`. Equal prompts may still give
    answers that differ in rare near-ties, since the shape of a batch changes floating-point sums.

    Parameters
    ----------
    config : EngineConfig
        Of kind ``"vllm"``.

    Raises
    ------
    EngineError
        ``ENGINE_NOT_INSTALLED``, ``ENGINE_NO_MODEL``, ``ENGINE_GPU_BUSY``, ``ENGINE_TOO_FEW_GPUS``,
        ``ENGINE_NO_CHAT_TEMPLATE``, or ``ENGINE_LOAD`` with vLLM's own reason.
    """

    def __init__(self, config: EngineConfig) -> None:
        device = find_device(config)
        model, local = model_source(config)
        set_environment(device, local)
        self._lease = DeviceLease(device)
        self._lease.acquire(config.timeout_s)
        try:
            self._llm: Any = _loaded(config, device, model, local)
            if config.tensor_parallel_size > 1:
                self._lease.record_children()
            self._prompt = ChatPrompt(self._llm.get_tokenizer())
        except BaseException:
            self._lease.release()
            raise
        self._max_model_len: int = self._llm.model_config.max_model_len
        self._running: dict[str, int] = {}
        self._finished: list[Completion] = []

    def submit(self, request: Request) -> None:
        """Put a request in flight; a prompt that leaves no room for `max_tokens` is a completion at once."""
        from vllm.exceptions import VLLMValidationError
        from vllm.inputs import tokens_input

        ids: list[int] = []
        try:
            ids = self._token_ids(request)
            if len(ids) + request.sampling.max_tokens > self._max_model_len:
                self._finished.append(Completion.failed(request.request_id, PROMPT_TOO_LONG, len(ids)))
                return
            self._llm.llm_engine.add_request(request.request_id, tokens_input(ids), _sampling_params(request))
        except (ValueError, TypeError, VLLMValidationError) as error:
            failure = error_text(BAD_REQUEST, str(error))
            self._finished.append(Completion.failed(request.request_id, failure, len(ids)))
            return
        self._running[request.request_id] = len(ids)

    def step(self) -> None:
        """Generate one more token of every running request.

        Raises
        ------
        EngineError
            ``ENGINE_DIED`` where vLLM fails; this engine is then of no more use.
        """
        if not self._running:
            return
        try:
            outputs = self._llm.llm_engine.step()
        except Exception as error:
            raise EngineError("ENGINE_DIED", error_text(type(error).__name__, str(error))) from error
        self._finished.extend(self._completion(output) for output in outputs if output.finished)

    def collect(self) -> list[Completion]:
        """Take what has finished."""
        finished, self._finished = self._finished, []
        return finished

    @property
    def in_flight(self) -> int:
        """Requests submitted and not yet collected."""
        return len(self._running) + len(self._finished)

    def abort(self) -> None:
        """Forget everything in flight; what vLLM keeps cached of the prompts stays."""
        self._llm.llm_engine.abort_request(list(self._running))
        self._running, self._finished = {}, []

    def close(self) -> None:
        """Unload the model and give the GPU back."""
        if self._llm is None:
            return
        from vllm.distributed.parallel_state import cleanup_dist_env_and_memory

        try:
            self._llm.llm_engine.engine_core.shutdown()
            self._llm = None
            gc.collect()
            cleanup_dist_env_and_memory()
        finally:
            self._lease.release()

    def _token_ids(self, request: Request) -> list[int]:
        try:
            return self._prompt.token_ids(request.messages)
        except Exception as error:
            # A template refuses what it does not know (such as a system message) by exceptions of its own.
            raise ValueError(f"the chat template refuses the messages: {error}") from error

    def _completion(self, output: Any) -> Completion:
        prompt_tokens = self._running.pop(output.request_id)
        answer = output.outputs[0]
        if answer.finish_reason not in ("stop", "length"):
            failure = error_text(BAD_REQUEST, f"vLLM ended the request: {answer.finish_reason}")
            return Completion.failed(output.request_id, failure, prompt_tokens)
        tokens = len(answer.token_ids)
        return Completion(output.request_id, answer.text, answer.finish_reason, None, prompt_tokens, tokens)


def model_source(config: EngineConfig) -> tuple[str, bool]:
    """Return where vLLM finds the weights, and whether that is a local folder.

    Raises
    ------
    EngineError
        ``ENGINE_NO_MODEL`` where the setting names a folder that holds no model.
    """
    if config.model == EMBEDDED and not config.model_path:
        return str(embedded_model_path()), True
    source = config.model_path or config.model
    folder = Path(source).expanduser()
    if (folder / "config.json").is_file():
        return str(folder), True
    is_hub_id = not config.model_path and source.count("/") == 1 and source[0] not in "/.~" and not folder.exists()
    if is_hub_id or "://" in source:
        return source, False
    raise EngineError(
        "ENGINE_NO_MODEL",
        f"there is no model in {folder} (no config.json); put the weights there on every node, "
        f"correct the engine's model or model_path, or use the model '{EMBEDDED}'",
    )


def _loaded(config: EngineConfig, device: Device, model: str, local: bool) -> Any:
    try:
        from vllm import LLM
    except ImportError as error:
        raise EngineError("ENGINE_NOT_INSTALLED", f"vLLM cannot be imported: {error}") from error
    arguments = _arguments(config, device)
    if not local and config.revision:
        arguments["revision"] = config.revision
    try:
        return LLM(model=model, **arguments)
    except Exception as error:
        raise EngineError(
            "ENGINE_LOAD", f"vLLM cannot load {model}: {error_text(type(error).__name__, str(error))}"
        ) from error


def _arguments(config: EngineConfig, device: Device) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "max_model_len": config.max_model_len,
        "dtype": config.dtype,
        "enforce_eager": config.enforce_eager,
        "tensor_parallel_size": config.tensor_parallel_size,
        "seed": 0,
        "disable_log_stats": True,
        "use_tqdm_on_load": False,
        "generation_config": "vllm",
        # Free white space lets a small model emit it without end. vLLM hears this only here, not in a request.
        "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
    }
    if device.kind == "gpu":
        arguments["gpu_memory_utilization"] = config.gpu_memory_utilization
    else:
        arguments["enforce_eager"] = True
        arguments["max_num_seqs"] = 32
        # The least a CPU takes, so the cache serves more of a prompt's beginning: an eighth less time for labels.
        arguments["block_size"] = 32
        # A prompt read in several steps makes vLLM rewind the generator of a seeded request, which a CPU's cannot.
        arguments["enable_chunked_prefill"] = False
        arguments["max_num_batched_tokens"] = max(config.max_model_len, _LEAST_BATCHED_TOKENS)
        if config.dtype == "auto":
            arguments["dtype"] = "float32"
        if "VLLM_CPU_KVCACHE_SPACE" not in os.environ:
            arguments["kv_cache_memory_bytes"] = _GIB
    return arguments | dict(config.extra)


def _sampling_params(request: Request) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

    sampling = request.sampling
    constraint = None
    if sampling.choices:
        constraint = StructuredOutputsParams(choice=list(sampling.choices))
    elif sampling.json_schema is not None:
        constraint = StructuredOutputsParams(json=sampling.json_schema)
    return SamplingParams(
        max_tokens=sampling.max_tokens,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        seed=sampling_seed(request),
        stop=list(sampling.stop),
        structured_outputs=constraint,
        output_kind=RequestOutputKind.FINAL_ONLY,
    )
