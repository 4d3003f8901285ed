"""Text stated as JSON-LD."""

from __future__ import annotations

import json

from udfs.html import parse
from udfs.html.declarations import declarations
from udfs.html.linked_data import linked_text
from udfs.html.tree import parse_tree


def stated(*items: object) -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(item)}</script>' for item in items)
    root = parse_tree(f"<html><head>{scripts}</head><body><p>x</p></body></html>")
    assert root is not None
    return linked_text(declarations(root))


def test_posts_stay_in_order_and_once() -> None:
    thread = {
        "@graph": [
            {"@type": "DiscussionForumPosting", "text": "first", "comment": [{"@type": "Comment", "text": "second"}]},
            {"@type": ["Comment"], "text": "third"},
            {"@type": "Comment", "text": "second"},
            {"@type": "ImageObject", "text": "no post"},
        ]
    }
    assert stated(thread) == "first\n\nsecond\n\nthird"


def test_markup_inside_is_undone() -> None:
    assert stated({"@type": "Article", "articleBody": "&lt;p&gt;one&lt;/p&gt;<p>two</p>"}) == "one\n\ntwo"


def test_broken_and_deep_statements_are_ignored() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    markup = f'<script type="application/ld+json">{deep}</script><script type="application/ld+json">{{"a":</script>'
    root = parse_tree(f"<html><head>{markup}</head></html>")
    assert root is not None
    assert linked_text(declarations(root)) == ""


def test_page_drawn_by_a_script() -> None:
    body = "The ferry stops for nine weeks every winter. " * 10
    script = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "articleBody": body})}</script>'
    page = f"<html><head><title>Ferry</title>{script}</head><body><div id=root></div></body></html>"
    assert parse(page.encode(), "").text == body.strip()
