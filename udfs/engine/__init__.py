"""Language model engines behind one protocol, and the process-wide cache of those that are loaded.

The cache is a module-level dictionary on purpose: a Spark Python worker is reused by later tasks, and this module is
imported there rather than pickled with a closure, so they find the loaded model.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace

from udfs.engine.protocol import (
    EMBEDDED,
    Completion,
    Engine,
    EngineConfig,
    Request,
    Sampling,
    embedded_config,
    is_transient,
    request_key,
)

__all__ = [
    "EMBEDDED",
    "Completion",
    "Engine",
    "EngineConfig",
    "Request",
    "Sampling",
    "close_engines",
    "discard_engine",
    "embedded_config",
    "is_transient",
    "make_engine",
    "request_key",
]

# A process forked from one that has an engine must not use it, hence the process id.
_ENGINES: dict[tuple[int, EngineConfig], Engine] = {}


def make_engine(config: EngineConfig) -> Engine:
    """Return the engine for these settings, loading it where this process has none yet.

    A process holds one vLLM engine: asking for another closes the first, since both cannot have the device.

    Raises
    ------
    EngineError
        Where it cannot be loaded; the code and the message say what to do.

    Examples
    --------
    >>> config = EngineConfig(kind="scripted", model="dry-run")
    >>> make_engine(config) is make_engine(config)
    True
    """
    key = (os.getpid(), _cache_key(config))
    if key in _ENGINES:
        return _ENGINES[key]
    if config.kind == "vllm":
        for (process, other), engine in list(_ENGINES.items()):
            if process == key[0] and other.kind == "vllm":
                discard_engine(engine)
    _ENGINES[key] = _load(config)
    return _ENGINES[key]


def discard_engine(engine: Engine) -> None:
    """Close an engine and forget it; what closing a dead engine raises is ignored."""
    for key, known in list(_ENGINES.items()):
        if known is engine:
            del _ENGINES[key]
    with contextlib.suppress(Exception):
        engine.close()


def close_engines() -> None:
    """Close every engine of this process."""
    for (process, _), engine in list(_ENGINES.items()):
        if process == os.getpid():
            discard_engine(engine)


def _cache_key(config: EngineConfig) -> EngineConfig:
    # The depth of a vLLM engine is the caller's affair: changing it must not reload the weights.
    return replace(config, depth=1) if config.kind == "vllm" else config


def _load(config: EngineConfig) -> Engine:
    if config.kind == "vllm":
        from udfs.engine.vllm_engine import VllmEngine

        return VllmEngine(config)
    if config.kind == "openai":
        from udfs.engine.openai_engine import OpenAIEngine

        return OpenAIEngine(config)
    from udfs.engine.scripted_engine import ScriptedEngine

    return ScriptedEngine(config)
