"""The language that a page declares for a code block."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.tree import names

_LANGUAGE = re.compile(
    r"(?:^|\s)(?:(?:language|lang|highlight(?:-source|-text)?|mw-highlight-lang|source|sourceCode|hljs|code-block"
    r"|prettyprint lang|syntaxhighlighter)[-\s]|brush:\s?)([A-Za-z0-9+#_.]{1,20})(?=[\s;{]|$)"
)
_ATTRIBUTES = (
    "data-lang",
    "data-language",
    "data-code-language",
    "data-code-wrap",
    "data-tagsearch-lang",
    "data-enlighter-language",
    "lang",
)
_VALUE = re.compile(r"[a-z0-9+#_.-]{1,20}")
_NOT_LANGUAGES = names("""
    none text plain plaintext plain_text txt auto nohighlight default output highlight hljs code block wrapper
    container wrap line table copy linenums numbers source literal javascripts
""")
_KNOWN = names("""
    python py python3 java javascript js typescript ts c cpp c++ csharp cs go golang rust ruby rb php swift kotlin
    scala perl lua r julia haskell bash sh shell console zsh powershell sql html xml css scss json yaml yml toml ini
    diff make makefile dockerfile matlab latex tex fortran pascal dart zig elixir erlang clojure lisp scheme ocaml
    fsharp vb asm objective-c objc groovy graphql jsx tsx vue nginx protobuf pycon
""")
_PARENTS = 3
_TABLE_TAGS = ("td", "tr", "tbody", "table")


def declared_language(node: etree._Element) -> str:
    """Return the language of a code block, from the classes and data attributes of it, its child and three parents.

    Examples
    --------
    >>> declared_language(etree.fromstring('<pre><code class="language-python">x</code></pre>'))
    'python'
    """
    inner = node.find("code")
    own = [node] if inner is None else [node, inner]
    around: list[etree._Element] = []
    parent = node.getparent()
    while parent is not None and len(around) < _PARENTS and parent.tag not in ("body", "article", "main", "section"):
        if parent.tag not in _TABLE_TAGS:
            around.append(parent)
        parent = parent.getparent()
    for candidate in own + around:
        language = _attribute(candidate)
        if language is not None:
            return language
        classes = (candidate.get("class") or "")[:300]
        language = _marked(classes) or (_bare(classes) if candidate in own else "")
        if language:
            return language
    return ""


def _attribute(node: etree._Element) -> str | None:
    for attribute in _ATTRIBUTES:
        value = (node.get(attribute) or "").strip().lower()
        if value and (attribute != "lang" or value in _KNOWN) and _VALUE.fullmatch(value):
            return "" if value in _NOT_LANGUAGES else value
    return None


def _marked(classes: str) -> str:
    for match in _LANGUAGE.finditer(classes):
        value = match[1].lower().rstrip(".;")
        sure = match[0].lstrip().startswith(("language", "lang", "brush", "highlight-", "mw-"))
        if value not in _NOT_LANGUAGES and (sure or value in _KNOWN):
            return value
    return ""


def _bare(classes: str) -> str:
    """Return a class that is the name of a language, as GeSHi and rustdoc write it."""
    return next((name for name in classes.lower().split() if name in _KNOWN), "")
