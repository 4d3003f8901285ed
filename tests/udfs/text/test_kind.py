"""Document kinds."""

import pytest

from udfs.text.kind import document_kind


@pytest.mark.parametrize(
    ("text", "media_type", "uri", "page_kind", "expected"),
    [
        ("Just words here.", "text/html; charset=utf-8", "https://a.test/index.php", None, "prose"),
        ("x = 1", "text/x-python", "", None, "code"),
        ("x = 1", None, "https://a.test/src/main.RS?raw=1", None, "code"),
        ("Words", None, "https://a.test/readme.md", None, "prose"),
        ("Words", None, "http://[broken/x.py", None, "prose"),
        ("Intro.\n```python\nfor i in range(10):\n    print(i)\n```\n", None, "", None, "code"),
        ("A long introduction in prose, then one line.\n```\nx\n```\n", None, "", None, "prose"),
        ("Let $x$ and $y$ be real. Then $$x+y=y+x$$ holds.", "text/html", "", None, "math"),
        ("Only $x$ here and nothing else.", None, "", None, "prose"),
        ("Prices: $5, $6 and $7 in all shops.", None, "", None, "prose"),
        ("Let $x$ and $y$ be real. Then $$x+y=y+x$$ holds.", "text/html", "", "forum", "forum"),
        ("", None, "", None, "prose"),
    ],
)
def test_kinds(text: str, media_type: str | None, uri: str, page_kind: str | None, expected: str) -> None:
    assert document_kind(text, media_type, uri, page_kind) == expected
