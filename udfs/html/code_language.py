"""The language that a page declares for a code block."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.tree import names

_LANGUAGE = re.compile(
    r"(?:^|\s)(?:(?:language|lang|highlight(?:-source|-text)?|mw-highlight-lang|source|sourceCode|hljs|hl|code-block|code|src"
    r"|prettyprint lang|syntaxhighlighter|enlighter-l|type|sp)[-\s]|brush:\s?|ltx_lst_language_)"
    r"([A-Za-z0-9+#_.]{1,20})(?=[\s;{]|$)"
)
# These name a language even where it is none that is known here.
_SURE = ("language-", "lang-", "highlight-", "mw-", "hl-", "enlighter-l-", "ltx_lst_language_")
# As W3Schools names its boxes.
_HIGH = re.compile(r"(?:^|\s)([a-z]{1,12})High(?=\s|$)")
_ATTRIBUTES = (
    "data-lang",
    "data-language",
    "data-code-language",
    "data-code-lang",
    "data-code-wrap",
    "data-canonical-lang",
    "data-tagsearch-lang",
    "data-enlighter-language",
    "syntax",
    "lang",
)
_BRUSH = "data-syntaxhighlighter-params"
_ALIASES = {"ipython": "python", "ipython2": "python", "ipython3": "python"}
# What people call a language, and its names in classes: one of them for all.
_COMMON = {
    "c++": "cpp",
    "c#": "csharp",
    "cs": "csharp",
    "f#": "fsharp",
    "golang": "go",
    "js": "javascript",
    "node.js": "javascript",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "sh": "bash",
    "ts": "typescript",
    "yml": "yaml",
}
_VALUE = re.compile(r"[a-z0-9+#_.-]{1,20}")
_NOT_LANGUAGES = names("""
    none text plain plaintext plain_text txt auto nohighlight default output highlight hljs code block wrapper
    container wrap line table copy linenums numbers source literal javascripts notranslate unknown undefined
    true false scroll prettyprinted generic
""")
_KNOWN = names("""
    python py python3 java javascript js typescript ts c cpp c++ csharp c# cs go golang rust ruby rb php swift kotlin
    scala perl lua r julia haskell bash sh shell console zsh powershell sql html xml css scss json yaml yml toml ini
    diff make makefile dockerfile matlab latex tex fortran pascal dart zig elixir erlang clojure lisp scheme ocaml
    fsharp f# vb vb.net asm objective-c objc groovy graphql jsx tsx vue nginx protobuf pycon
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
        if value and (attribute not in ("lang", "syntax") or value in _KNOWN) and _VALUE.fullmatch(value):
            return "" if value in _NOT_LANGUAGES else _ALIASES.get(value, value)
    return _marked(node.get(_BRUSH) or "") or None


def _marked(classes: str) -> str:
    for match in _LANGUAGE.finditer(classes):
        value = match[1].lower().rstrip(".;")
        before = match[0][: match.start(1) - match.start()].lstrip()
        # A blank, as in "highlight notranslate", may part two classes.
        sure = before.startswith("brush:") or (before.startswith(_SURE) and not before.endswith(" "))
        if value not in _NOT_LANGUAGES and (sure or value in _KNOWN):
            return _ALIASES.get(value, value)
    high = _HIGH.search(classes)
    return high[1] if high and high[1] in _KNOWN else ""


def _bare(classes: str) -> str:
    """Return a class that is the name of a language, as GeSHi and rustdoc write it."""
    return next((name for name in classes.lower().split() if name in _KNOWN), "")


def language_of_name(name: str) -> str:
    """Return the common name of a language that a tab or a class names; empty where it is none.

    Examples
    --------
    >>> language_of_name("C++"), language_of_name("py"), language_of_name("Windows")
    ('cpp', 'python', '')
    """
    lowered = name.lower()
    return _COMMON.get(lowered) or (lowered if lowered in _KNOWN else "")
