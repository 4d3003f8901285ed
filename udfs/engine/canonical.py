"""Canonical JSON of requests and settings: equal values give equal text; bad text gives a one-line `ValueError`."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import Any

ROLES = ("system", "user", "assistant")


def messages_from_json(text: str) -> tuple[tuple[str, str], ...]:
    """Parse a JSON list of [role, content]; lone surrogates, which no tokenizer takes, become U+FFFD.

    Raises
    ------
    ValueError
        With one line that says what is wrong.

    Examples
    --------
    >>> messages_from_json('[["user", "Is water wet?"]]')
    (('user', 'Is water wet?'),)
    """
    pairs = parsed_json(text)
    shape = "messages must be a JSON list of [role, content]"
    if not isinstance(pairs, list) or not pairs:
        raise ValueError(shape)
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and is_strings(tuple(pair))):
            raise ValueError(shape)
        if pair[0] not in ROLES:
            raise ValueError(f"the role of a message must be one of {', '.join(ROLES)}")
    return tuple((role, without_surrogates(content)) for role, content in pairs)


def messages_to_json(messages: tuple[tuple[str, str], ...]) -> str:
    """Return the JSON that `messages_from_json` reads."""
    return json.dumps([[role, without_surrogates(content)] for role, content in messages], ensure_ascii=False)


def without_surrogates(text: str) -> str:
    """Replace lone surrogates by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys, no whitespace and ASCII only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def parsed_json(text: str) -> Any:
    """Parse JSON; nesting that exhausts the stack is a `ValueError` too."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("JSON is nested too deeply") from error


def parsed_fields(text: str, cls: type, required: str) -> dict[str, Any]:
    """Parse a JSON object into keyword arguments of a dataclass, lists becoming tuples.

    Raises
    ------
    ValueError
        Where it is no object, has a field the class lacks, or lacks the field `required`.
    """
    value = parsed_json(text)
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")
    known = {field.name for field in fields(cls)}
    if unknown := sorted(set(value) - known):
        raise ValueError(f"unknown field {unknown[0]!r}; known are {', '.join(sorted(known))}")
    if required not in value:
        raise ValueError(f"{required} is missing")
    try:
        return {name: _tuples(item) for name, item in value.items()}
    except RecursionError as error:
        raise ValueError("JSON is nested too deeply") from error


def is_integer(value: Any) -> bool:
    """Say whether a value is an integer and no truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Say whether a value is a finite number and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_strings(value: Any) -> bool:
    """Say whether a value is a tuple of strings."""
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
