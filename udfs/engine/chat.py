"""Turns messages into token ids with a model's chat template, without letting a document speak as the template."""

from __future__ import annotations

import re
from typing import Any

from udfs.errors import EngineError

# A mark begins and ends with characters of its own, so no text beside it can be taken for a part of it. They are from
# the Unicode private use area, so rare in documents; where a document has the mark, a longer one is taken.
_MARK_BEGIN, _MARK_FILL, _MARK_END = "\ue000", "\ue001", "\ue002"


class ChatPrompt:
    """Applies the chat template of a tokenizer.

    A document may spell a control token such as ``<|im_end|>``. Tokenised with the template it would end the user's
    turn and start one of its own, so such spellings are tokenised apart, as the plain characters they are.

    Parameters
    ----------
    tokenizer : transformers tokenizer
        With a chat template.

    Raises
    ------
    EngineError
        ``ENGINE_NO_CHAT_TEMPLATE`` where the tokenizer has none (a base model).
    """

    def __init__(self, tokenizer: Any) -> None:
        if not getattr(tokenizer, "chat_template", None):
            raise EngineError(
                "ENGINE_NO_CHAT_TEMPLATE", "the model's tokenizer has no chat template; take an instruction-tuned model"
            )
        self._tokenizer = tokenizer
        added = getattr(tokenizer, "added_tokens_decoder", {}).values()
        control = {str(token) for token in added if token.special} | set(tokenizer.all_special_tokens)
        spellings = sorted(control, key=lambda token: (-len(token), token))
        self._control = re.compile("|".join(map(re.escape, spellings)) or r"(?!)")

    def token_ids(self, messages: tuple[tuple[str, str], ...]) -> list[int]:
        """Return the token ids of a prompt, ending where the assistant's answer begins."""
        if not any(self._control.search(content) for _, content in messages):
            return self._encoded(self._rendered(messages))
        mark = _unused_mark(messages)
        spelled: list[str] = []

        def set_apart(match: re.Match[str]) -> str:
            spelled.append(match.group())
            return mark

        masked = tuple((role, self._control.sub(set_apart, content)) for role, content in messages)
        pieces = self._rendered(masked).split(mark)
        ids = self._encoded(pieces[0])
        # strict: a template that drops or repeats a message cannot be pieced together.
        for spelling, piece in zip(spelled, pieces[1:], strict=True):
            ids += self._encoded(spelling, split_special_tokens=True) + self._encoded(piece)
        return ids

    def _rendered(self, messages: tuple[tuple[str, str], ...]) -> str:
        conversation = [{"role": role, "content": content} for role, content in messages]
        return str(self._tokenizer.apply_chat_template(conversation, add_generation_prompt=True, tokenize=False))

    def _encoded(self, text: str, **options: bool) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False, **options)) if text else []


def _unused_mark(messages: tuple[tuple[str, str], ...]) -> str:
    runs = (run for _, content in messages for run in re.findall(f"{_MARK_FILL}+", content))
    longest = max(map(len, runs), default=0)
    return _MARK_BEGIN + _MARK_FILL * (longest + 1) + _MARK_END
