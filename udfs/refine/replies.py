"""Reads the replies of language models: a structure, or the reason why there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

NO_OUTPUT = "no_output"
TRUNCATED = "truncated"
BAD_JSON = "bad_json"

_CODE_FENCE = re.compile(r"\A```[a-z]{0,10}\s*\n(.*)\n```\s*\Z", re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udfff]")


def parse_fields(
    output: str | None, finish_reason: str | None, names: Sequence[str]
) -> tuple[dict[str, str], str | None]:
    """Read a flat JSON object of strings.

    Parameters
    ----------
    output : str or None
        What the model wrote; one code fence around it is accepted.
    finish_reason : str or None
        ``"length"`` makes any reply ``truncated``: its last sentence cannot be trusted even where the JSON is whole.
    names : sequence of str
        Fields that must be there with text in them.

    Returns
    -------
    fields : dict of str to str
        Stripped texts; empty where there is a reason.
    reason : str or None
        ``no_output``, ``truncated``, ``bad_json``, or ``no_<name>`` for the first field that is absent or empty.

    Examples
    --------
    >>> parse_fields('{"title": "Rain", "body": " Drops. "}', "stop", ["title", "body"])
    ({'title': 'Rain', 'body': 'Drops.'}, None)
    >>> parse_fields('{"title": "Rain"}', "stop", ["title", "body"])
    ({}, 'no_body')
    """
    if output is None or not output.strip():
        return {}, NO_OUTPUT
    if finish_reason == "length":
        return {}, TRUNCATED
    text = output.strip()
    if fenced := _CODE_FENCE.match(text):
        text = fenced.group(1)
    try:
        values = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}, BAD_JSON
    if not isinstance(values, dict):
        return {}, BAD_JSON
    fields: dict[str, str] = {}
    for name in names:
        value = values.get(name)
        if not isinstance(value, str) or not value.strip():
            return {}, f"no_{name}"
        # An escape such as \ud800 passes the JSON reader and would break every UTF-8 writer after it.
        fields[name] = _SURROGATES.sub("\ufffd", value.strip())
    return fields, None
