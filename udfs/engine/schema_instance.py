"""The smallest value that fits a JSON Schema, for the scripted engine."""

from __future__ import annotations

from typing import Any

_DEPTH = 32


def minimal_instance(schema: Any, text: str, number: int) -> Any:
    """Build a value that fits a JSON Schema, choosing among what it allows by `number`.

    Covers what prompts use: type, properties, required, items, enum, const, anyOf, oneOf, allOf of one, ``$ref`` into
    the schema itself, and the bounds of strings, numbers and arrays. Optional properties are left out, ``pattern`` and
    ``format`` are ignored.

    Parameters
    ----------
    schema : dict
        A parsed JSON Schema.
    text : str
        What strings are filled with, cut to ``maxLength`` and repeated up to ``minLength``.
    number : int
        Picks enum members and integers, so different prompts get different values.

    Raises
    ------
    ValueError
        Where the schema is malformed or recurses without end.

    Examples
    --------
    >>> schema = {"type": "object", "required": ["score"], "properties": {"score": {"type": "integer", "maximum": 5}}}
    >>> minimal_instance(schema, "a passage", 13)
    {'score': 1}
    """
    return _instance(schema, schema, text, number, 0)


def _instance(schema: Any, root: Any, text: str, number: int, depth: int) -> Any:
    if schema is True:
        return text
    if not isinstance(schema, dict) or depth > _DEPTH:
        raise ValueError("the JSON schema is malformed or recurses without end")
    if "$ref" in schema:
        return _instance(_referenced(schema["$ref"], root), root, text, number, depth + 1)
    if "const" in schema:
        return schema["const"]
    for keyword in ("enum", "anyOf", "oneOf", "allOf"):
        options = schema.get(keyword)
        if isinstance(options, list) and options:
            if keyword == "enum":
                return options[number % len(options)]
            return _instance(options[0], root, text, number, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list) and kind:
        kind = kind[0]
    if kind == "object":
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        return {name: _instance(properties.get(name, True), root, text, number, depth + 1) for name in required}
    if kind == "array":
        items = [schema.get("items", True)] * _bound(schema, "minItems", 0)
        return [_instance(item, root, text, number + index, depth + 1) for index, item in enumerate(items)]
    if kind == "string":
        return _string(schema, text)
    if kind in ("integer", "number"):
        return _integer(schema, number)
    if kind == "boolean":
        return number % 2 == 1
    if kind == "null":
        return None
    raise ValueError(f"the JSON schema has an unknown type {kind!r}")


def _referenced(pointer: Any, root: Any) -> Any:
    node = root
    for part in str(pointer).removeprefix("#").split("/"):
        if part:
            name = part.replace("~1", "/").replace("~0", "~")
            node = node.get(name) if isinstance(node, dict) else None
    if node is None:
        raise ValueError(f"the JSON schema has no {pointer}")
    return node


def _string(schema: dict[str, Any], text: str) -> str:
    shortest, longest = _bound(schema, "minLength", 0), schema.get("maxLength")
    if len(text) < shortest:
        text = ((text or "x") * shortest)[:shortest]
    return text if longest is None else text[: _bound(schema, "maxLength", 0)]


def _integer(schema: dict[str, Any], number: int) -> int:
    low = _bound(schema, "minimum", None)
    if low is None and "exclusiveMinimum" in schema:
        low = _bound(schema, "exclusiveMinimum", 0) + 1
    high = _bound(schema, "maximum", None)
    if high is None and "exclusiveMaximum" in schema:
        high = _bound(schema, "exclusiveMaximum", 0) - 1
    if low is None:
        low = 0 if high is None else min(0, high)
    return low if high is None or high <= low else low + number % (high - low + 1)


def _bound(schema: dict[str, Any], name: str, default: Any) -> Any:
    value = schema.get(name, default)
    if value is default:
        return default
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > 2**53:
        raise ValueError(f"the JSON schema's {name} is no usable number")
    return int(value)
