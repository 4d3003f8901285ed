"""Documents rewritten as a textbook section: the ``rewrite`` format of UltraData-Math L3 in its default style."""

from __future__ import annotations

import re
from dataclasses import dataclass

from udfs.prompts import Prompt, load_prompt
from udfs.refine.replies import parse_fields

PROMPT_ID = "refine_textbook"
TASK = "textbook"
_HEADING_MARKS = re.compile(r"\A#{1,6}\s+|\s+#{1,6}\Z")
_NO_TITLE_LINE = "title_has_lines"


@dataclass(frozen=True)
class Section:
    """A textbook section."""

    title: str
    body: str


def messages(document: str, prompt: Prompt | None = None) -> tuple[tuple[str, str], ...]:
    """Build the request for one document: (role, content) pairs."""
    return (prompt or load_prompt(PROMPT_ID)).messages(document)


def parse(output: str | None, finish_reason: str | None) -> tuple[Section | None, str | None]:
    """Read a reply.

    Returns
    -------
    section : Section or None
    reason : str or None
        Why there is none: ``no_output``, ``truncated``, ``bad_json``, ``no_title``, ``no_body`` or ``title_has_lines``.

    Examples
    --------
    >>> parse('{"title": "## Rain", "body": "Rain is water."}', "stop")
    (Section(title='Rain', body='Rain is water.'), None)
    """
    fields, reason = parse_fields(output, finish_reason, ("title", "body"))
    if reason is not None:
        return None, reason
    title = _HEADING_MARKS.sub("", fields["title"]).strip()
    if not title:
        return None, "no_title"
    if "\n" in title:
        return None, _NO_TITLE_LINE
    return Section(title, fields["body"]), None


def render(section: Section) -> str:
    """Return the text that is trained on, as Markdown.

    Examples
    --------
    >>> render(Section("Rain", "Rain is water."))
    '# Rain\\n\\nRain is water.'
    """
    return f"# {section.title}\n\n{section.body}"
