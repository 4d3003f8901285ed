"""The text that a page states as JSON-LD: for pages whose visible text is drawn by a script."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

from udfs.html.declarations import Declarations
from udfs.html.tree import FORBIDDEN, names, parse_tree

# schema.org properties that hold a whole text; `text` only of the types that are posts.
_BODIES = names("articleBody reviewBody recipeInstructions")
_POSTS = names("DiscussionForumPosting SocialMediaPosting Comment Question Answer BlogPosting Message")
_MOST_CHARACTERS = 4_000_000


def _is_post(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    return not _POSTS.isdisjoint(
        [kinds] if isinstance(kinds, str) else [kind for kind in kinds or [] if isinstance(kind, str)]
    )


def _plain(text: str) -> str:
    text = FORBIDDEN.sub("", unescape(text))
    if "<" in text and ">" in text:
        root = parse_tree(text)
        text = "\n\n".join(piece.strip() for piece in root.itertext() if piece.strip()) if root is not None else ""
    return text.strip()


def linked_text(page: Declarations) -> str:
    """Return the article or the posts that a page states as JSON-LD, in their order; empty where it states none.

    Examples
    --------
    >>> from lxml import etree
    >>> from udfs.html.declarations import declarations
    >>> script = '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "Once."}</script>'
    >>> linked_text(declarations(etree.fromstring(f"<html>{script}</html>")))
    'Once.'
    """
    texts: list[str] = []
    for script in page.scripts:
        source = script.text or ""
        if (script.get("type") or "").strip().lower() != "application/ld+json" or len(source) > _MOST_CHARACTERS:
            continue
        try:
            stack = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        while stack:
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(reversed(item))
            elif isinstance(item, dict):
                post = _is_post(item)
                for key, value in item.items():
                    if isinstance(value, str) and (key in _BODIES or (key == "text" and post)):
                        texts.append(_plain(value))
                stack.extend(value for value in reversed(item.values()) if isinstance(value, (dict, list)))
    return "\n\n".join(dict.fromkeys(text for text in texts if text))
