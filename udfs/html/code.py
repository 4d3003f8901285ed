"""Code blocks: their exact text and the language the page declares."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.tree import names

_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight(?:-source|-text)?|brush:|sourceCode|hljs|code-block-|prettyprint lang)"
    r"[-\s]?([A-Za-z0-9+#_.]{1,20})(?=[\s;{]|$)"
)
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
_GUTTER = names("""
    linenos lineno linenodiv line-numbers line-numbers-rows linenumber line-number gutter rouge-gutter
    hljs-ln-numbers hljs-ln-line-number react-syntax-highlighter-line-number blob-num crayon-nums crayon-num
    code-line-number ln-num copybtn copy-button btn-copy clipboard-copy code-copy toolbar-item md-clipboard lnt
""")
_LINE_TAGS = names("div li tr p")
_FEWEST_LINES = 2
_DEEPEST_LINE = 4
_CODE_BOXES = names("""
    codebox codeblock code-block code_block codesnippet code-snippet sourcecode source-code phpcode
""")
_CODE_INLINE = names("a b br code em font i kbd mark samp span strong tt u var")
_AFTER_BREAK = re.compile(r"\A[ \t]*\r?\n")
_SKIPPED = names("script style button svg template noscript")


def declared_language(node: etree._Element) -> str:
    """Return the language of a code block, from the classes and data attributes of it, its child and three parents.

    Examples
    --------
    >>> declared_language(etree.fromstring('<pre><code class="language-python">x</code></pre>'))
    'python'
    """
    candidates = [node]
    child = node.find("code")
    if child is not None:
        candidates.append(child)
    parent = node.getparent()
    for _ in range(3):
        if parent is None or parent.tag in ("body", "article", "main", "section"):
            break
        candidates.append(parent)
        parent = parent.getparent()
    for candidate in candidates:
        for attribute in ("data-lang", "data-language", "data-code-language", "lang"):
            value = (candidate.get(attribute) or "").strip().lower()
            if value and (attribute != "lang" or value in _KNOWN) and re.fullmatch(r"[a-z0-9+#_.-]{1,20}", value):
                return "" if value in _NOT_LANGUAGES else value
        names = candidate.get("class") or ""
        for match in _LANGUAGE.finditer(names[:300]):
            value = match[1].lower().rstrip(".;")
            if value in _NOT_LANGUAGES:
                continue
            if match[0].lstrip().startswith(("language", "lang", "brush", "highlight-")) or value in _KNOWN:
                return value
    return ""


def is_code_block(node: etree._Element) -> bool:
    """Tell whether a ``div`` is a block of code: its class says so and it holds only lines, or a ``div`` a line.

    Examples
    --------
    >>> is_code_block(etree.fromstring("<div><div><code>a</code> <code>=1</code></div><div><code>b</code></div></div>"))
    True
    >>> is_code_block(etree.fromstring("<div><div><code>a</code> is set</div><div><code>b</code> is not</div></div>"))
    False
    >>> is_code_block(etree.fromstring('<div class="codebox">f = 1<br/>print(f)</div>'))
    True
    >>> is_code_block(etree.fromstring('<div class="code"><p>Our code of conduct.</p></div>'))
    False
    """
    return _is_named_code(node) or _is_code_lines(node)


def has_lines(node: etree._Element) -> bool:
    """Tell whether an element of code has more than one line, by line ends or ``br``."""
    return "\n" in "".join(node.itertext()).strip("\n") or node.find(".//br") is not None


def _is_named_code(node: etree._Element) -> bool:
    classes = (node.get("class") or "").lower().split()
    # A single line called code may be a product's.
    if _CODE_BOXES.isdisjoint(classes) and not ("code" in classes and has_lines(node)):
        return False
    text = False
    stack = list(node)
    while stack:
        current = stack.pop()
        if isinstance(current.tag, str):
            if current.tag == "div":
                if len(current) or (current.text or "").strip():
                    return False
            elif current.tag not in _CODE_INLINE:
                return False
            stack.extend(current)
            text = text or bool((current.text or "").strip())
        text = text or bool((current.tail or "").strip())
    return text or bool((node.text or "").strip())


def _is_code_lines(node: etree._Element) -> bool:
    lines = _lines(node)
    if len(lines) < _FEWEST_LINES or any(line.tag != "div" for line in lines):
        return False
    first = next(iter(lines[0]), None)
    if first is not None and first.tag == "span":
        first = next(iter(first), None)
    if first is None or first.tag != "code":
        return False
    stack = [node]
    while stack:
        current = stack.pop()
        if (current is not node and (current.tail or "").strip()) or not isinstance(current.tag, str):
            return False
        if current.tag != "code":
            if (current.text or "").strip():
                return False
            stack.extend(current)
    return True


def _lines(node: etree._Element) -> etree._Element:
    """Go down from a box to the element whose children are the lines."""
    for _ in range(_DEEPEST_LINE):
        if len(node) != 1 or node[0].tag != "div":
            break
        node = node[0]
    return node


def code_text(node: etree._Element) -> str:
    """Return the text of a code block: white space exact, line numbers and copy buttons gone.

    Outside ``pre``, a line end in the source that only follows another element or ``br`` is none of the code.

    Examples
    --------
    >>> code_text(etree.fromstring('<pre><span class="lineno">1</span>a  b<br/>c</pre>'))
    'a  b\\nc'
    """
    pieces: list[str] = []
    flowing = node.tag in ("code", "div")
    stack: list[tuple[etree._Element, bool]] = [(node, False)]
    while stack:
        current, done = stack.pop()
        tag = current.tag
        if done:
            if tag in _LINE_TAGS and current is not node and pieces and not _ends_line(pieces):
                pieces.append("\n")
            if current is not node and current.tail and not (flowing and _is_layout(current.tail)):
                pieces.append(current.tail)
            continue
        skipped = (
            not isinstance(tag, str) or tag in _SKIPPED or not _GUTTER.isdisjoint((current.get("class") or "").split())
        )
        if skipped and current is not node:
            if current.tail:
                pieces.append(current.tail)
            continue
        if tag == "br":
            tail = current.tail or ""
            pieces.append("\n" + (_AFTER_BREAK.sub("", tail) if flowing else tail))
            continue
        if tag in _LINE_TAGS and current is not node and pieces and not _ends_line(pieces):
            pieces.append("\n")
        if tag == "formula":
            pieces.append(f"${current.get('tex', '')}$")
        if current.text and not (flowing and current.tag == "div" and _is_layout(current.text)):
            pieces.append(current.text)
        stack.append((current, True))
        stack.extend((child, False) for child in reversed(current))
    text = "".join(pieces).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")
    return re.sub(r"\A(?:[ \t]*\n)+|\s+\Z", "", text)


def _is_layout(text: str) -> bool:
    return "\n" in text and not text.strip()


def _ends_line(pieces: list[str]) -> bool:
    for piece in reversed(pieces):
        if piece:
            return piece.endswith("\n")
    return True


def fence(code: str, language: str) -> str:
    """Fence a code block with more backticks than it holds."""
    ticks = max((len(run) for run in re.findall(r"`{3,}", code)), default=2) + 1
    return f"{'`' * max(ticks, 3)}{language}\n{code}\n{'`' * max(ticks, 3)}"


def inline_code(text: str) -> str:
    """Quote a code span, whatever backticks it holds."""
    text = re.sub(r"\s+", " ", text).strip()
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"
