"""Which tokenizer the settings name, for every job that counts tokens."""

from __future__ import annotations

from pathlib import Path

from jobs.settings import Settings
from udfs.errors import SettingsError
from udfs.parsing import WORD_TOKENIZER


def tokenizer_path(settings: Settings) -> str:
    """Return what token counts are made with: a folder or file, or ``words``.

    Raises
    ------
    SettingsError
        ``CONF_NO_TOKENIZER`` where the named one does not exist.
    """
    named = settings.parse.tokenizer
    if named == WORD_TOKENIZER:
        return WORD_TOKENIZER
    if named is None:
        from udfs.engine.embedded import embedded_model_path

        return str(embedded_model_path())
    if not Path(named).exists():
        raise SettingsError(
            "CONF_NO_TOKENIZER", f"parse.tokenizer {named} does not exist; name a tokenizer.json, or words"
        )
    return named
