"""Counts tokens with a tokenizer file; by default the embedded model's."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Any

from udfs.engine.canonical import without_surrogates
from udfs.engine.embedded import EMBEDDED_NAME, embedded_model_path
from udfs.errors import EngineError

_DIGEST_BYTES = 4


class TokenCounter:
    """Counts the tokens of texts.

    Parameters
    ----------
    path : Path, optional
        A ``tokenizer.json`` or a folder that holds one; the embedded model's where absent (converted on first use).

    Raises
    ------
    EngineError
        ``ENGINE_NO_TOKENIZER`` where there is no such file or it cannot be read.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        from tokenizers import Tokenizer

        folder = Path(path) if path is not None else embedded_model_path()
        file = folder / "tokenizer.json" if folder.is_dir() else folder
        try:
            data = file.read_bytes()
            self._tokenizer: Any = Tokenizer.from_buffer(data)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise EngineError("ENGINE_NO_TOKENIZER", f"cannot read the tokenizer {file}: {reason}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # A document that spells a control token, such as "<|im_end|>", holds those characters and no such token.
        self._tokenizer.encode_special_tokens = True
        label = EMBEDDED_NAME if path is None else file.parent.name
        self._name = f"{label}-{blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()}"

    def name(self) -> str:
        """Return the tokenizer's name: its folder's and a hash of the file, so equal names mean equal counts."""
        return self._name

    def count(self, texts: list[str]) -> list[int]:
        """Return the number of tokens of each text, without the marks a model puts around a text.

        Parameters
        ----------
        texts : list of str
            Lone surrogates count as U+FFFD.

        Returns
        -------
        list of int
            As long as `texts`.
        """
        clean = [without_surrogates(text) for text in texts]
        return [len(item) for item in self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)]
