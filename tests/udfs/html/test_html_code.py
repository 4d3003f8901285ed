"""Code as highlighters, editors, forums and documentation tools set it; the markup is ours, in their manner."""

from __future__ import annotations

import pytest

from tests.udfs.html.rendering import fenced, rendered
from udfs.html import parse
from udfs.html.code_language import declared_language
from udfs.html.tree import parse_tree

TWO = fenced("a = 1\n  b = 2")
BLOCKS = {
    "GitHub, a row a line": (
        '<table class="highlight js-file-line-container" data-tagsearch-lang="Go"><tr><td class="blob-num"></td>'
        '<td class="blob-code">a = 1</td></tr><tr><td class="blob-num"></td><td class="blob-code">\n</td></tr>'
        '<tr><td class="blob-num"></td><td class="blob-code">\tb = 2</td></tr></table>',
        fenced("a = 1\n\n\tb = 2", "go"),
    ),
    "GitHub, a div a line": (
        '<div class="react-code-lines"><div><div class="react-file-line">a = 1</div></div>'
        '<div><div class="react-file-line">  b = 2</div></div></div>',
        TWO,
    ),
    "Trac, a row a line": (
        '<table class="code"><thead><tr><th class="lineno">Line</th><th></th></tr></thead><tr>'
        '<th><a href="#1">1</a></th><td>a = 1</td></tr><tr><th><a href="#2">2</a></th><td>  b = 2</td></tr></table>',
        TWO,
    ),
    "a table with a pre a line": (
        "<table><tr><td>1</td><td><pre>a = 1</pre></td></tr><tr><td>2</td><td><pre>  b = 2</pre></td></tr></table>",
        TWO,
    ),
    "a table cut off behind the number of a line": (
        '<table class="filecontent syntaxhl"><tr><th>1</th><td class="line-code"><pre>a = 1\n</pre></td></tr>'
        '<tr><th>2</th><td class="line-code"><pre>  b = 2\n</pre></td></tr><tr><th>3</th></tr></table>',
        TWO,
    ),
    "phpBB": ("<dl><dt>Box</dt><dd><code>a = 1<br />&nbsp; b = 2</code></dd></dl>", f"Box\n\n{TWO}"),
    "vBulletin": (
        '<div class="bbcode_code"><code><code><span>a&nbsp;=&nbsp;1<br /></span><span>&nbsp;&nbsp;b = 2<br /></span>'
        "</code></code></div>",
        TWO,
    ),
    "SMF": ('Look: <code class="bbc_code">a = 1<br />&nbsp; b = 2</code>', f"Look:\n\n{TWO}"),
    "MyBB": ('<div class="body" dir="ltr"><code>a = 1<br />&nbsp; b = 2</code></div>', TWO),
    "Doxygen": (
        '<div class="fragment"><div class="line"><span class="lineno">    1</span>&#160;a = 1</div>\n'
        '<div class="line"><span class="lineno">    2</span>&#160;</div>\n<div class="line">  b = 2</div>\n'
        '<div class="ttc"><div class="ttname">hint</div></div></div>',
        fenced("a = 1\n\n  b = 2"),
    ),
    "javadoc": (
        '<div class="member-signature"><span>public</span>&nbsp;<span>int</span>&nbsp;<span>get</span>'
        "<span>(int&nbsp;i,\n int&nbsp;j)</span></div>",
        fenced("public int get(int i,\n int j)"),
    ),
    "Android": (
        "<p>\n<code>\n  public\n\n  class A\n</code>\n<br />\n\n<code>\n extends B</code>\n"
        "<code>\n implements C\n</code></p>",
        fenced("public class A\nextends B implements C"),
    ),
    "Chroma, numbers in the lines": (
        '<pre class="chroma"><code><span class="line"><span class="ln">1</span>a = 1\n</span>'
        '<span class="line"><span class="ln">2</span>  b = 2\n</span></code></pre>',
        TWO,
    ),
    "Shiki without line ends": (
        '<pre><code><span class="line">a = 1</span><span class="line">  b = 2</span></code></pre>',
        TWO,
    ),
    "highlight.js with buttons and numbers": (
        '<pre><code>a = 1\n  b = 2<button class="hljs-button"></button><div class="hljs-button"></div>'
        '<ul class="pre-numbering"><li>1</li><li>2</li></ul></code></pre>',
        TWO,
    ),
    "CSDN, numbers below the code": (
        '<pre><code>a = 1\n  b = 2</code></pre><ul class="pre-numbering"><li>1</li><li>2</li></ul>',
        TWO,
    ),
    "cnblogs, numbers without a class": (
        '<pre><span style="color: #088">1</span> a = 1\n<span style="color: #088">2</span>   b = 2</pre>',
        TWO,
    ),
    "Juejin": (
        '<pre><div class="code-block-extension-header"><span>js</span><div>复制代码</div></div>'
        '<code><span data-line-num="1">a = 1</span>\n<span>  b = 2</span>\n'
        '<span class="copy-code-btn">复制代码</span></code></pre>',
        TWO,
    ),
    "SyntaxHighlighter with a gutter": (
        '<div class="syntaxhighlighter java"><div class="toolbar"><a href="#">?</a></div><table><tr><td class="gutter">'
        '<div class="line">1</div><div class="line">2</div></td><td class="code"><div class="container">'
        '<div class="line"><code>a</code> <code>= 1</code></div><div class="line"><code>&nbsp;&nbsp;</code>'
        "<code>b = 2</code></div></div></td></tr></table></div>",
        fenced("a = 1\n  b = 2", "java"),
    ),
    "SyntaxHighlighter as a list": (
        '<div class="dp-highlighter"><div class="bar"><div class="tools">Java <a href="#">copy</a></div></div>'
        '<ol class="dp-j"><li class="alt"><span>a&nbsp;=&nbsp;1&nbsp;&nbsp;</span></li><li>'
        "<span>&nbsp;&nbsp;b = 2</span></li></ol></div>",
        TWO,
    ),
    "google-code-prettify": (
        '<pre class="linenums"><ol class="linenums"><li class="L0">a = 1</li>\n<li class="L1"></li>\n'
        '<li class="L2">  b = 2</li>\n</ol></pre>',
        fenced("a = 1\n\n  b = 2"),
    ),
    "GeSHi as a list": (
        '<div class="source python"><ol><li class="li1"><div class="de1">a = 1</div></li>'
        '<li class="li1"><div class="de1">&nbsp; b = 2</div></li></ol></div>',
        fenced("a = 1\n  b = 2", "python"),
    ),
    "Crayon": (
        '<table class="crayon-table"><tr><td class="crayon-nums"><div class="crayon-num">1</div>'
        '<div class="crayon-num">2</div></td><td class="crayon-code"><div class="crayon-pre">'
        '<div class="crayon-line">a = 1</div><div class="crayon-line">  b = 2</div></div></td></tr></table>',
        TWO,
    ),
    "CodeMirror 5": (
        '<div class="CodeMirror-code"><div><div class="CodeMirror-gutter-wrapper"><div>1</div></div>'
        '<pre>a = 1</pre></div><div><div class="CodeMirror-gutter-wrapper"><div>2</div></div>'
        "<pre>  b = 2</pre></div></div>",
        TWO,
    ),
    "CodeMirror 6": (
        '<div class="cm-gutters"><div>1</div></div><div class="cm-content"><div class="cm-line">a = 1</div>'
        '<div class="cm-line"><br></div><div class="cm-line">  b = 2</div></div>',
        fenced("a = 1\n\n  b = 2"),
    ),
    "Monaco": (
        '<div class="view-lines"><div class="view-line"><span>a&nbsp;=&nbsp;1</span></div>'
        '<div class="view-line"><span><span></span></span></div><div class="view-line">&nbsp;&nbsp;b = 2</div></div>',
        fenced("a = 1\n\n  b = 2"),
    ),
    "pasted from an editor": (
        '<div style="font-family: Consolas, monospace; white-space: pre"><div>a = 1</div><br><div>  b = 2</div></div>',
        fenced("a = 1\n\n  b = 2"),
    ),
    "W3Schools": ('<div class="w3-code notranslate">a = 1<br>&nbsp; b = 2<br></div>', TWO),
    "VitePress": (
        '<pre><code>a = 1\n  b = 2</code></pre><div class="line-numbers-wrapper"><span>1</span><br>'
        "<span>2</span></div>",
        TWO,
    ),
    "rustdoc": (
        '<pre class="src-line-numbers"><a href="#1">1</a>\n<a href="#2">2</a></pre><pre class="rust">'
        "<code>a = 1\n  b = 2</code></pre>",
        fenced("a = 1\n  b = 2", "rust"),
    ),
    "a paragraph a line": (
        "<p><code>a = 1</code></p><p><code>b = 2</code></p><p><code>c = 3</code></p><p>So <code>d</code></p>",
        fenced("a = 1\nb = 2\nc = 3") + "\n\nSo `d`",
    ),
    "a pre a line": ("<pre>a = 1</pre>\n<pre>  b = 2</pre>\n<pre>c = 3</pre>", fenced("a = 1\n  b = 2\nc = 3")),
    "tt with breaks": ("<p><tt>a = 1<br>&nbsp; b = 2</tt></p>", TWO),
    "MediaWiki, a span": ('<p>It is <span class="mw-geshi cpp">int  a;</span> here.</p>', "It is `int a;` here."),
    "a box in a cell": (
        '<table><tr><th>x</th><td>1</td></tr><tr><th>y</th><td><div class="codebox">a | b<br></div></td></tr></table>',
        "| x | 1 |\n| --- | --- |\n| y | `a \\| b` |",
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_code_blocks(name: str) -> None:
    markup, expected = BLOCKS[name]
    assert rendered(markup) == expected


TEXTS = {
    "a column of a grid": ('<div class="gutter"><p>A column of some text.</p></div>', "A column of some text."),
    "two code spans a paragraph each": ("<p><code>a</code></p><p><code>b</code></p>", "`a`\n\n`b`"),
    "slides": ('<div class="fragment"><p>First.</p></div>', "First."),
    "a poem": ('<div style="white-space: pre-wrap">One\nTwo</div>', "One Two"),
    "a list of functions": ("<ol><li><code>f</code></li><li><code>g</code></li></ol>", "1. `f`\n2. `g`"),
    "code and words": ("<p><code>a</code> or<br><code>b</code></p>", "`a` or\n`b`"),
    "a comment in tt": (f"<p><tt>{'Many words. ' * 11}<br>End.</tt></p>", f"`{'Many words. ' * 11}End.`"),
    "the page before this one": ('<div class="pre">上一篇：<a href="x">标题</a></div>', "上一篇：标题"),
    "tabs over words": (
        '<div role="tablist"><b role="tab">Python</b></div><div role="tabpanel">A snake. <pre>s</pre>'
        f"<p>{'It eats. ' * 12}</p></div>",
        f"Python\n\nA snake.\n\n{fenced('s')}\n\n{('It eats. ' * 12).strip()}",
    ),
    "a button that opens an answer": (
        '<button class="body-copy">Is it free?</button><p>Yes.</p>',
        "Is it free?\n\nYes.",
    ),
    "a button that names a copy": ("<button>Copy editing services</button>", "Copy editing services"),
    "a span over two lines of the source": (
        '<p>Use <code class="language-text">a\nb</code> here.</p>',
        "Use `a b` here.",
    ),
    "a box of files": (
        '<div class="page_body"><div class="pre">One.</div><div class="pre">Two.</div></div>',
        "One.\n\nTwo.",
    ),
    "a table of numbers": (
        "<table><tr><td>1</td><td>one</td></tr><tr><td>2</td><td>two</td></tr></table>",
        "| 1 | one |\n| --- | --- |\n| 2 | two |",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_code_block(name: str) -> None:
    markup, expected = TEXTS[name]
    assert rendered(markup) == expected


def test_numbers_that_are_the_code_stay() -> None:
    assert rendered("<pre>1 one\n2 two</pre>") == fenced("1 one\n2 two")
    assert rendered("<pre><b>1</b> one\n<b>3</b> three</pre>") == fenced("1 one\n3 three")
    assert rendered("<pre><i>1</i> one\ntwo</pre>") == fenced("1 one\ntwo")


LANGUAGES = {
    '<pre class="highlightjs highlight"><code class="language-java">x</code></pre>': "java",
    '<pre class="rust rust-example-rendered"><code>x</code></pre>': "rust",
    '<pre class="brush:csharp;gutter:true;">x</pre>': "csharp",
    '<div class="mw-highlight mw-highlight-lang-cpp"><pre>x</pre></div>': "cpp",
    '<figure class="highlight java"><table><tr><td><pre>x</pre></td></tr></table></figure>': "java",
    '<pre data-enlighter-language="sql">x</pre>': "sql",
    '<pre data-code-wrap="rust"><code>x</code></pre>': "rust",
    '<div class="go"><pre>x</pre></div>': "",
    '<div class="highlight-text notranslate"><pre>x</pre></div>': "",
    '<div class="highlight hl-ipython3"><pre>x</pre></div>': "python",
    '<div class="type-post code-box"><pre>x</pre></div>': "",
    '<pre class="src src-python">x</pre>': "python",
    '<pre class="code-java">x</pre>': "java",
    '<pre lang="C#">x</pre>': "c#",
    '<pre lang="en">x</pre>': "",
}


@pytest.mark.parametrize("markup", LANGUAGES)
def test_languages(markup: str) -> None:
    root = parse_tree(markup)
    assert root is not None
    assert declared_language(next(root.iter("pre"))) == LANGUAGES[markup]


WORDS = "The loop below adds all numbers of the list, one after another, and prints what it has so far. "


@pytest.mark.parametrize("label", ["Code:", "PHP Code:", "Code: Select all", "Copy", "复制代码", "Python"])
def test_labels_of_code_boxes_go(label: str) -> None:
    code = '<pre><code class="language-python">total = 0\nfor number in numbers:\n    total += number</code></pre>'
    page = f"<title>Sums</title><article><p>{WORDS * 3}</p><div>{label}</div>{code}<p>{WORDS * 2}</p></article>"
    text = parse(page.encode(), "").text
    assert "total += number" in text
    assert label not in text.replace("```python", "")


LINE = "<tr><td>{}</td><td><pre>total += {}</pre></td></tr>"


def test_the_head_of_a_numbered_table_is_no_code() -> None:
    lines = "".join(LINE.format(number, number) for number in range(1, 4))
    for head in ("<tr></tr>", "<tr><th>line</th><th>code</th></tr>"):
        table = f'<table class="highlight"><thead>{head}</thead><tbody>{lines}</tbody></table>'
        text = parse(
            f"<title>Sums</title><article><p>{WORDS * 3}</p>{table}<p>{WORDS * 2}</p></article>".encode(), ""
        ).text
        assert "```\ntotal += 1\ntotal += 2\ntotal += 3\n```" in text


def test_a_table_of_heads_alone_is_no_code() -> None:
    rows = "<tr><th>1</th><th>A mill that grinds grain into flour</th></tr>" * 2
    text = rendered(f'<table class="source"><thead>{rows}</thead></table>')
    assert "A mill that grinds" in text
    assert "```" not in text
