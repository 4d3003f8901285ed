"""What a page puts into a block of code, or beside one, that is none of the code: line numbers, prompts, buttons."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.tree import names

_NUMBERS_AND_BUTTONS = names("""
    linenos lineno linenodiv line-numbers line-numbers-rows line-numbers-wrapper linenumber line-number linenums-num
    gutter rouge-gutter hljs-ln-numbers hljs-ln-line-number react-syntax-highlighter-line-number blob-num crayon-nums
    crayon-num code-line-number ln-num ln lnt LineNumber linenr lineNumbers line_numbers pre-numbering lnum LineNr
    CodeMirror-gutters CodeMirror-gutter-wrapper CodeMirror-linenumber cm-gutters ace_gutter src-line-numbers
    react-line-numbers react-line-number grvsc-line-number lines-num code-number ltx_tag_listingline ltx_listing_data
    example-line-numbers copybtn copy-button copy-code-btn btn-copy clipboard-copy code-copy codetool widget-codetool
    toolbar-item md-clipboard hljs-button cnblogs_code_toolbar code-block-extension-header codeoperation
    codeblock-button-wrapper input_prompt output_prompt jp-InputPrompt jp-OutputPrompt copy-success
""")
_TOOLBARS = names("""
    rno-markdown-code-toolbar codeSnippetToolBar source-toolbox gist-meta enlighter-toolbar inlineElement
    code-block-extension-header example-header code-copy__message hideme annottext
""")
_ALL = _NUMBERS_AND_BUTTONS | _TOOLBARS | {"code-header"}
_TOOLS = names("toolbar tools bar ttc")
_SKIPPED_TAGS = names("script style button svg template noscript textarea")
# What a button says; pages call their prose "copy" too, so classes count only in full.
_COPY = re.compile(r"(?:copy|copied)(?:\s+(?:code|snippet|text|to\b)|!?\Z)|(?:复制|複製)", re.IGNORECASE)
_COPY_CLASS = re.compile(r"clipboard|copy-?(?:btn|button|code)", re.IGNORECASE)
_LONGEST_BUTTON = 16
_LONGEST_CALLOUT = 4
_LONGEST_COPY = 30
_LONGEST_TOOLBAR = 120


def is_no_code(node: etree._Element) -> bool:
    """Tell whether an element inside a block of code holds line numbers or buttons.

    Examples
    --------
    >>> is_no_code(etree.fromstring('<span class="lineno">1</span>'))
    True
    >>> is_no_code(etree.fromstring('<code class="line-numbers language-js">x = 1</code>'))
    False
    """
    if not isinstance(node.tag, str) or node.tag in _SKIPPED_TAGS:
        return True
    value = node.get("class")
    if value is None:
        # Windows Live Writer's number of a line; the number of a remark that Asciidoctor writes behind its mark.
        return (node.get("id") or "").startswith("lnum") or _has_remark_before(node)
    classes = value.split()
    if "conum" in classes or ("callout" in classes and len("".join(node.itertext())) <= _LONGEST_CALLOUT):
        return True
    if not _NUMBERS_AND_BUTTONS.isdisjoint(classes):
        # Prism marks the code itself as numbered.
        return not (node.tag in ("code", "pre") and any(map(str.isalpha, "".join(node.itertext()))))
    return not _TOOLBARS.isdisjoint(classes) or (node.tag == "div" and not _TOOLS.isdisjoint(classes))


def _has_remark_before(node: etree._Element) -> bool:
    before = node.getprevious()
    return node.tag == "b" and before is not None and before.tag == "i" and before.get("class") == "conum"


def stands_beside_code(node: etree._Element) -> bool:
    """Tell whether an element is a column of line numbers, a prompt or a button beside a block of code.

    Examples
    --------
    >>> stands_beside_code(etree.fromstring('<ul class="pre-numbering"><li>1</li><li>2</li></ul>'))
    True
    >>> stands_beside_code(etree.fromstring('<div class="gutter">A column of text in a grid.</div>'))
    False
    >>> stands_beside_code(etree.fromstring('<button title="Copy to clipboard">Copy</button>'))
    True
    """
    value = node.get("class")
    if node.tag == "button" and _copies(node, value or ""):
        return True
    if value is None:
        return False
    classes = value.split()
    if _ALL.isdisjoint(classes):
        return False
    text = "".join(node.itertext()).strip()
    # Microsoft's pages set the language and a button above the code.
    if "code-header" in classes:
        return len(text) <= _LONGEST_TOOLBAR and node.find("./span[@class='language']") is not None
    longest = _LONGEST_BUTTON if _TOOLBARS.isdisjoint(classes) else _LONGEST_TOOLBAR
    return len(text) <= longest or not any(map(str.isalpha, text))


def _copies(button: etree._Element, classes: str) -> bool:
    said = "".join(button.itertext()).strip()
    if len(said) > _LONGEST_COPY:
        return False
    labels = (said, button.get("title") or "", button.get("aria-label") or "")
    return any(_COPY.match(label.strip()) for label in labels) or _COPY_CLASS.search(classes) is not None
