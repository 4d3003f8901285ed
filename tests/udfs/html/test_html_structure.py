"""Lists, tables, code and quotes as Markdown; title and language."""

from __future__ import annotations

import pytest
from lxml import etree

from udfs.html.code import code_text, fence, inline_code
from udfs.html.code_language import declared_language
from udfs.html.declarations import declarations
from udfs.html.metadata import page_language, page_title
from udfs.html.page_kind import declares_article, guess_kind
from udfs.html.render import render
from udfs.html.source import Source
from udfs.html.tree import limit_depth, parse_tree
from udfs.html.walker import page_flow


def rendered(markup: str) -> str:
    root = parse_tree(markup)
    assert root is not None
    flow = page_flow(root, "")
    return render(flow.blocks, flow.containers)


STRUCTURES = {
    "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>": "- a\n  1. b\n  2. c\n- d",
    "<ol start=9><li>a</li><li value=20>b</li><li>c</li></ol>": "9. a\n20. b\n21. c",
    "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>": "- a\n\n  b\n- c",
    "<ul><li>a<pre>x\n  y</pre></li></ul>": "- a\n\n  ```\n  x\n    y\n  ```",
    "<ol><li><span>1.</span><div><p>a</p></div></li><li>(2) b</li><li>3. c</li><li>6. d</li></ol>": (
        "1. a\n2. b\n3. c\n4. 6. d"
    ),
    "<ul><li>1. a</li></ul>": "- 1. a",
    "<ol><li>a<p>1. b</p></li></ol>": "1. a\n\n   1. b",
    "<p>a</p><a rel=prev href=x><div>Before</div></a><a rel=next href=y>After</a><p>b</p>": "a\n\nb",
    "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>": "> a\n>\n> b\n\nc",
    "<blockquote>a<blockquote>b</blockquote></blockquote>": "> a\n>\n> > b",
    "<h2>a <small>b</small></h2><h6>c</h6>": "## a b\n\n###### c",
    "<p>a<br>b<br><br>c</p>": "a\nb\n\nc",
    "<p>10<sup>9</sup> and H<sub>2</sub>O, the 5<sup>th</sup></p>": "10^9 and H2O, the 5th",
    "<p>x<sup>n+1</sup><sup><a href='#n1'>[1]</a></sup></p>": "x^{n+1}[1]",
    "<p><a href=a>one</a><a href=b>two</a></p>": "one two",
    "<h1>t<a class=headerlink href='#t'>¶</a></h1>": "# t",
    "<dl><dt>term</dt><dd>meaning</dd></dl>": "term\n\nmeaning",
    "<p>a<script>x</script>b<style>y</style>c<svg><title>z</title></svg></p>": "abc",
    "<p>soft\u00adhyphen and\u2003wide\u200b space</p>": "softhyphen and wide space",
    "<table><tr><td>a|b<td>c<tr><td>d<td><ul><li>e<li>f</ul></table>": "| a\\|b | c |\n| --- | --- |\n| d | e f |",
    "<table><caption>T</caption><tr><th colspan=2>a<tr><td>b<td>c</table>": "T\n\n| a |  |\n| --- | --- |\n| b | c |",
    "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "| a | b |\n| --- | --- |\n|  | c |",
    "<table role=presentation><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>": "a\n\nb\n\nc\n\nd",
    f"<table><tr><td>From:<td>A<tr><td colspan=2>b<br><br>c{' d' * 300}</table>": f"From:\n\nA\n\nb\n\nc{' d' * 300}",
    "<table><tr><td>a<td>b<tr><td colspan=2>c<br>d</table>": "| a | b |\n| --- | --- |\n| c d |  |",
    "<table><tr><td>1<td>b<tr><td>2<td>c<tr><td>3</table>": "| 1 | b |\n| --- | --- |\n| 2 | c |\n| 3 |  |",
    "<table><tr><td><table><tr><td>x</td></tr></table></td></tr></table>": "x",
    "<table><tr><th>a<th>cm<sup>-1</sup><tr><td>10<sup>3</sup><td><i>x</i><sup>2</sup></table>": (
        "| a | cm^{-1} |\n| --- | --- |\n| 10^3 | x^2 |"
    ),
    "<table><tr><td><code>f&#8203;(x)</code><td><tt>a|b</tt><tr><td><code>\n  static\n  int</code><td>c</table>": (
        "| `f(x)` | `a\\|b` |\n| --- | --- |\n| `static int` | c |"
    ),
    "<table><tr><th colspan=2><h3>Fields</h3><tr><td>int<td>a<tr><td>int<td>b</table>": (
        "| Fields |  |\n| --- | --- |\n| int | a |\n| int | b |"
    ),
    "<table><tr><td rowspan=2><img><th>Tip<tr><td>Oil it.</table>": "Tip\n\nOil it.",
    "<table><tr><td>a<td><td>b<tr><td>c<td><td>d</table>": "| a | b |\n| --- | --- |\n| c | d |",
    "<dt><strong>n</strong><span class=classifier>int, optional</span></dt>": "n : int, optional",
    "<dt>n <span class=classifier-delimiter>:</span> <span class=classifier>int</span></dt>": "n : int",
    "<table><tr><td><h3>News</h3><p>a<td>b<tr><td>c<td>d</table>": "### News\n\na\n\nb\n\nc\n\nd",
    "<p><code>\n   add(x)\n  </code> adds.</p>": "`add(x)` adds.",
    "<article><p>no body or head</p></article>": "no body or head",
}


@pytest.mark.parametrize("markup", STRUCTURES)
def test_structure(markup: str) -> None:
    assert rendered(markup) == STRUCTURES[markup]


LANGUAGES = {
    '<pre class="brush: java"><code>x</code></pre>': "java",
    '<pre class="language-c++">x</pre>': "c++",
    '<pre data-lang="Rust">x</pre>': "rust",
    '<div class="highlight-python3 notranslate"><div class="highlight"><pre>x</pre></div></div>': "python3",
    '<div class="highlight highlight-source-shell"><pre>x</pre></div>': "shell",
    '<div class="language-js highlighter-rouge"><pre>x</pre></div>': "js",
    '<pre class="sourceCode haskell"><code>x</code></pre>': "haskell",
    '<pre class="code-toolbar language-none">x</pre>': "",
    "<pre>x</pre>": "",
}


@pytest.mark.parametrize("markup", LANGUAGES)
def test_declared_language(markup: str) -> None:
    root = etree.fromstring(markup)
    pre = root if root.tag == "pre" else root.find(".//pre")
    assert declared_language(pre) == LANGUAGES[markup]


def test_code_keeps_its_white_space() -> None:
    source = "def f(x):\n\treturn  x\n\n    # end"
    assert code_text(etree.fromstring(f"<pre><code>\n{source}\n</code></pre>")) == source


def test_code_of_a_highlighter_with_line_numbers() -> None:
    markup = (
        '<table class="highlighttable"><tr><td class="linenos"><div><pre><span>1</span>\n<span>2</span>'
        '</pre></div></td><td class="code"><div><pre><span></span><code><span class="k">if</span> x:\n    y\n</code>'
        "</pre></div></td></tr></table>"
    )
    assert rendered(markup) == "```\nif x:\n    y\n```"


def test_code_of_a_div_a_line() -> None:
    """As SyntaxHighlighter writes it; the line ends between the elements are none of the code's."""
    lines = (
        "<div><span><code>if</code> <code>x:</code></span></div>\n"
        "<div><code>&nbsp;&nbsp;&nbsp;&nbsp;</code><span><code>go()</code></span></div>"
    )
    assert rendered(f"<div class=code>\n{lines}\n</div>") == "```\nif x:\n    go()\n```"


def test_line_ends_after_breaks_are_not_doubled() -> None:
    lines = ["SELECT", "&nbsp;locate('a needle', haystack),", "&nbsp;locate('another one', haystack),", "x FROM hay"]
    expected = "\n".join(lines).replace("&nbsp;", " ")
    code = "<br />\n".join(lines[:3]) + "\n" + lines[3]
    assert rendered(f"<div><code>\n{code}</code></div>") == f"```\n{expected}\n```"
    assert rendered("<pre>one<br>\ntwo</pre>") == "```\none\n\ntwo\n```"


def test_code_of_lines_deep_in_boxes() -> None:
    """As Telerik's forums nest it."""
    lines = "<div><span><code>a = 1;</code></span></div><div><span><code>b = 2;</code></span></div>"
    assert rendered(f"<div class=reditor><div><div>{lines}</div></div></div>") == "```\na = 1;\nb = 2;\n```"


def test_code_that_only_a_class_tells() -> None:
    """As LMFDB and phpBB write it; a box of that name with text of its own stays text."""
    assert rendered('<div class="codebox">f = 1<br>print(f)<div></div></div>') == "```\nf = 1\nprint(f)\n```"
    assert rendered('<div class="code">x = 1<br>y = 2</div>') == "```\nx = 1\ny = 2\n```"
    assert rendered('<div class="code">AB-1234</div>') == "AB-1234"
    assert rendered('<div class="code"><p>Our code</p><p>of conduct</p></div>') == "Our code\n\nof conduct"
    assert rendered('<div class="code">A <div>boxed</div> note</div>') == "A\n\nboxed\n\nnote"


def test_code_elements_with_breaks_are_blocks_where_they_are_long() -> None:
    """As the notes of php.net."""
    lines = ["function preg_grep_keys($pattern, $input) {", "    return array_flip(preg_grep($pattern, $input));", "}"]
    markup = "<br>".join(lines).replace(" ", "&nbsp;")
    assert rendered(f"<div><code><span>{markup}</span></code></div>") == "```\n" + "\n".join(lines) + "\n```"
    assert rendered("<p>Call <code>a<br>b</code> twice.</p>") == "Call `a b` twice."


def test_code_lines_in_elements_of_their_own() -> None:
    assert code_text(etree.fromstring("<pre><div>a</div><div>  b</div></pre>")) == "a\n  b"


def test_fences_are_longer_than_what_they_hold() -> None:
    assert fence("```\nx\n```", "md").startswith("````md\n")
    assert inline_code("a`b") == "``a`b``"


TITLES = {
    "<title>Soup - My Site</title><h1>Soup</h1>": "Soup",
    "<title>Soup | My Site</title>": "Soup",
    "<title>A - B</title>": "A - B",
    '<meta property="og:title" content="Soup of the day"><title>x</title>': "Soup of the day",
    "<h1>Only this</h1>": "Only this",
    "<h1>Logo</h1><title>How to cook a soup | Logo</title><h1>How to cook a soup</h1>": "How to cook a soup",
    "<title>Signs of C3</title><h1>Signs of C<sub>3</sub>, <a>a</a>::<wbr><a>b</a></h1>": "Signs of C3, a::b",
    "<title>Mills and rivers</title><h1>Mills<br>and<span>rivers</span></h1>": "Mills and rivers",
    "<title>&lt;p&gt;A wheel &lt;img src='a.png'&gt;turns&lt;/p&gt;</title>": "A wheel turns",
    "<title>What the &lt;b&gt;..&lt;/b&gt; tag does</title>": "What the <b>..</b> tag does",
    "<title>&lt;b&gt;: bold letters</title>": "<b>: bold letters",
    "<title>&lt;Mill&gt; (&lt;>...&lt;/>)</title>": "<Mill> (<>...</>)",
    "<title>Wheels, mills — River 1.3 Guide</title><h1>River 1.3 Guide</h1><h1>Wheels, mills</h1>": "Wheels, mills",
    "<title>Old mills by the sea — River</title><h1>Old mills by the sea</h1><h1>River</h1>": "Old mills by the sea",
    "<title>a.mill.turn — Guide</title><h1><a><code>a.mill</code></a>.<b>turn</b></h1>": "a.mill.turn",
    "<title>Two wheels - River Book</title><h1>River Book</h1><h2><a>Two wheels</a></h2>": "Two wheels",
    "<title>River Book - Two wheels</title><h1>Two wheels</h1><h2>Stones</h2>": "Two wheels",
    "<title>mill module</title><h1>mill module<a>\uf0c1</a></h1>": "mill module",
    "<p>nothing</p>": "",
}


@pytest.mark.parametrize("markup", TITLES)
def test_title(markup: str) -> None:
    root = parse_tree(
        f"<html><head></head><body>{markup}</body></html>" if "<title" not in markup else f"<html><head>{markup}"
    )
    assert root is not None
    assert page_title(declarations(root)) == TITLES[markup]


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ('<html lang="zh-Hans"><p>x', "zh"),
        ('<html lang=""><meta http-equiv="Content-Language" content="de, en"><p>x', "de"),
        ('<html xml:lang="JA"><p>x', "ja"),
        ('<meta property="og:locale" content="fr_CA"><p>x', "fr"),
        ("<html lang='english language'><p>x", None),
        ("<p>x", None),
    ],
)
def test_language(markup: str, language: str | None) -> None:
    root = parse_tree(markup)
    assert root is not None
    assert page_language(declarations(root)) == language


@pytest.mark.parametrize(
    ("markup", "uri", "kind"),
    [
        ("<p>x", "https://example.org/forum/viewtopic.php?t=1", "forum"),
        ('<meta name=generator content="Discourse 3.1"><p>x', "", "forum"),
        ('<meta name=generator content="mkdocs-1.5"><p>x', "", "documentation"),
        ('<meta name=generator content="rustdoc"><p>x', "", "documentation"),
        ("<script src=_static/documentation_options.js></script><p>x", "https://example.org/topic/a", "documentation"),
        ("<p>x", "https://docs.example.org/5.1/topics/models/", "documentation"),
        ("<p>x", "https://wiki.example.org/title/Boats", "documentation"),
        ("<p>x", "https://boat-developers.example.org/keel", "article"),
        ('<meta name=generator content="Discourse 3.1"><p>x', "https://docs.example.org/a", "forum"),
        ('<meta property="og:type" content="product"><p>x', "", "product"),
        ("<p>x", "https://example.org/category/soups/", "listing"),
        ("<p>x", "http://[bad", "article"),
    ],
)
def test_kind(markup: str, uri: str, kind: str) -> None:
    root = parse_tree(markup)
    assert root is not None
    assert guess_kind(declarations(root), uri, Source(markup.lower().encode())) == kind


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        ('<meta property="og:type" content="Article">', True),
        ('<meta property="article:published_time" content="2024-05-01">', True),
        ('<meta property="og:type" content="website"><meta name=author content=article>', False),
    ],
)
def test_page_that_declares_to_be_an_article(head: str, declared: bool) -> None:
    root = parse_tree(f"<head>{head}</head><p>x")
    assert root is not None
    assert declares_article(declarations(root)) == declared


def test_limit_depth_keeps_text_and_balance() -> None:
    nested = "<div>" * 50 + "x" + "</div>" * 50 + "<p>y</p>"
    limited = limit_depth(nested, limit=10)
    assert limited.count("<div>") == limited.count("</div>") == 10
    assert limited.endswith("<p>y</p>")
