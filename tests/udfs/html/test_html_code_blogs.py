"""Code as blogs, forums and their highlighters set it; the markup is ours, in their manner."""

from __future__ import annotations

import pytest

from tests.udfs.html.rendering import LINES, fenced, rendered

BLOGS = {
    "Windows Live Writer, numbered": (
        '<div id="codeSnippetWrapper"><div id="codeSnippet"><pre style="margin: 0em"><span id="lnum1" '
        'style="color: #606060">   1:</span> a = <span>1</span></pre><!--CRLF--><pre style="margin: 0em">'
        '<span id="lnum2">   2:</span>&nbsp;</pre><!--CRLF--><pre style="margin: 0em"><span id="lnum3">   3:</span>'
        "   b = 2</pre></div></div>",
        fenced(LINES),
    ),
    "highlight.js, a row a line": (
        '<pre><code class="hljs language-js"><table class="hljs-ln"><tbody><tr>'
        '<td class="hljs-ln-line hljs-ln-numbers" data-line-number="1">'
        '<div class="hljs-ln-n" data-line-number="1"></div></td>'
        '<td class="hljs-ln-line hljs-ln-code" data-line-number="1">a = 1</td></tr><tr>'
        '<td class="hljs-ln-line hljs-ln-numbers" data-line-number="2">'
        '<div class="hljs-ln-n" data-line-number="2"></div></td>'
        '<td class="hljs-ln-line hljs-ln-code" data-line-number="2">\n</td></tr><tr>'
        '<td class="hljs-ln-line hljs-ln-numbers"><div class="hljs-ln-n"></div></td>'
        '<td class="hljs-ln-line hljs-ln-code">  b = 2</td></tr></tbody></table></code></pre>',
        fenced(LINES, "js"),
    ),
    "CSDN, a list": (
        '<pre class="has"><code class="language-java hljs"><ol class="hljs-ln"><li>'
        '<div class="hljs-ln-numbers"><div class="hljs-ln-line hljs-ln-n" data-line-number="1"></div>'
        '</div><div class="hljs-ln-code"><div class="hljs-ln-line">a = <span class="hljs-number">1'
        '</span></div></div></li><li><div class="hljs-ln-numbers">'
        '<div class="hljs-ln-line hljs-ln-n" data-line-number="2"></div></div>'
        '<div class="hljs-ln-code"><div class="hljs-ln-line"> </div></div></li><li>'
        '<div class="hljs-ln-numbers"><div class="hljs-ln-line hljs-ln-n" data-line-number="3"></div>'
        '</div><div class="hljs-ln-code"><div class="hljs-ln-line">  b = 2</div></div></li></ol></code>'
        '<div class="hljs-button signin" data-title="登录后复制"></div></pre>',
        fenced("a = 1\n \n  b = 2", "java"),
    ),
    "Prism, numbers and a toolbar": (
        '<div class="code-toolbar"><pre class="line-numbers language-css"><code class="language-css">'
        'a = 1\n\n  b = 2<span class="line-numbers-rows"><span></span><span></span><span></span></span>'
        '</code></pre><div class="toolbar"><div class="toolbar-item"><span>CSS</span></div>'
        '<div class="toolbar-item"><button class="copy-to-clipboard-button"><span>Copy</span></button>'
        "</div></div></div>",
        fenced(LINES, "css"),
    ),
    "Prism, the code itself marked as numbered": (
        '<pre><code class="line-numbers language-js">a = 1\n\n  b = 2</code></pre>',
        fenced(LINES, "js"),
    ),
    "Enlighter, drawn and as it was": (
        '<div class="enlighter-default enlighter-v-standard enlighter-t-enlighter enlighter-l-js">'
        '<div class="enlighter-toolbar-top enlighter-toolbar">'
        '<div class="enlighter-btn enlighter-btn-raw" title="Plain text"></div></div>'
        '<div class="enlighter-code"><div class="enlighter"><div class=""><div>'
        '<span class="enlighter-k1">a</span><span class="enlighter-text"> = 1</span></div></div>'
        '<div class=""><div></div></div><div class=""><div><span class="enlighter-text">  b = 2</span>'
        '</div></div></div><pre class="enlighter-raw">a = 1\n\n  b = 2</pre></div></div>'
        '<pre class="EnlighterJSRAW" data-enlighter-language="js" style="display:none">a = 1\n\n  b = 2'
        "</pre>",
        fenced(LINES, "js"),
    ),
    "Gatsby, highlighted lines": (
        '<div class="gatsby-highlight" data-language="js"><pre class="language-js">'
        '<code class="language-js">a = 1\n<span class="gatsby-highlight-code-line">x = 1</span>'
        '<span class="gatsby-highlight-code-line">  y = 2</span>  b = 2</code></pre></div>',
        fenced("a = 1\nx = 1\n  y = 2\n  b = 2", "js"),
    ),
    "gatsby-remark-vscode": (
        '<pre class="grvsc-container dark-default-dark" data-language="js" data-index="0">'
        '<code class="grvsc-code"><span class="grvsc-line"><span class="grvsc-gutter-pad"></span>'
        '<span class="grvsc-gutter grvsc-line-number" data-content="1"></span>'
        '<span class="grvsc-source"><span class="mtk4">a</span> = 1</span></span>\n'
        '<span class="grvsc-line"><span class="grvsc-source"></span></span>\n<span class="grvsc-line">'
        '<span class="grvsc-source">  b = 2</span></span></code></pre>',
        fenced(LINES, "js"),
    ),
    "Hexo": (
        '<figure class="highlight js"><figcaption><span>a.js</span></figcaption><table><tr>'
        '<td class="gutter"><pre><span class="line">1</span><br><span class="line">2</span><br></pre>'
        '</td><td class="code"><pre><code class="hljs js"><span class="line">a = 1</span><br>'
        '<span class="line">  b = 2</span><br></code></pre></td></tr></table></figure>',
        "a.js\n\n" + fenced("a = 1\n  b = 2", "js"),
    ),
    "Chroma, a table": (
        '<div class="highlight"><div class="chroma">\n<table class="lntable"><tr><td class="lntd">\n'
        '<pre class="chroma"><code><span class="lnt">1\n</span><span class="lnt">2\n</span>'
        '<span class="lnt">3\n</span></code></pre></td>\n<td class="lntd">\n<pre class="chroma">'
        '<code class="language-go" data-lang="go"><span class="line"><span class="cl">a = 1\n</span>'
        '</span><span class="line"><span class="cl">\n</span></span><span class="line"><span class="cl">'
        "  b = 2\n</span></span></code></pre></td></tr></table>\n</div>\n</div>",
        fenced(LINES, "go"),
    ),
    "Chroma, numbers by style": (
        '<div class="highlight"><pre><code class="language-go" data-lang="go"><span>'
        '<span style="white-space:pre;user-select:none;margin-right:0.4em;padding:0 0.4em;color:#7f7f7f">'
        '1</span><span>a = 1\n</span></span><span><span style="white-space:pre;user-select:none;">2'
        "</span><span>\n</span></span><span><span>3</span><span>  b = 2\n</span></span></code></pre>"
        "</div>",
        fenced(LINES, "go"),
    ),
    "Rouge": (
        '<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight">'
        '<code><table class="rouge-table"><tbody><tr><td class="rouge-gutter gl"><pre class="lineno">'
        '1\n2\n3\n</pre></td><td class="rouge-code"><pre>a = 1\n\n  b = 2\n</pre></td></tr></tbody></table>'
        "</code></pre></div></div>",
        fenced(LINES, "ruby"),
    ),
    "Medium, a span a part": (
        '<pre class="iy iz"><span id="7a" class="jh">a = 1</span><span id="8b" class="jh">  b = 2<br>'
        "c = 3</span></pre>",
        fenced("a = 1\n  b = 2\nc = 3"),
    ),
    "Medium": (
        '<pre class="pa pb"><span id="2b36" class="pj" data-selectable-paragraph="">'
        '<span class="hljs-keyword">a</span> = 1<br><br>  b = 2</span></pre>',
        fenced(LINES),
    ),
    "WeChat": (
        '<section class="code-snippet__fix code-snippet__js">'
        '<ul class="code-snippet__line-index code-snippet__js"><li></li><li></li><li></li></ul>'
        '<pre class="code-snippet__js" data-lang="python"><code><span class="code-snippet_outer">a = '
        '<span class="code-snippet__number">1</span></span></code><code>'
        '<span class="code-snippet_outer"><br></span></code><code><span class="code-snippet_outer">'
        "&nbsp; b = 2</span></code></pre></section>",
        fenced(LINES, "python"),
    ),
    "mdnice": (
        '<pre class="custom" data-tool="mdnice"><span></span><code class="hljs"><span>a</span>'
        "&nbsp;=&nbsp;1<br><br>&nbsp;&nbsp;b&nbsp;=&nbsp;2<br></code></pre>",
        fenced(LINES),
    ),
    "Tencent Cloud": (
        '<div class="rno-markdown-code"><div class="rno-markdown-code-toolbar">'
        '<div class="rno-markdown-code-toolbar-info">'
        '<div class="rno-markdown-code-toolbar-item is-type"><span class="is-m-hidden">代码语言：</span>'
        'javascript</div></div><div class="rno-markdown-code-toolbar-opt">'
        '<div class="rno-markdown-code-toolbar-copy"><i class="icon-copy"></i>'
        '<span class="is-m-hidden">复制</span></div></div></div><div class="developer-code-block">'
        '<pre class="prism-token token line-numbers language-javascript">'
        '<code class="language-javascript">a = 1\n\n  b = 2</code></pre></div></div>',
        fenced(LINES, "javascript"),
    ),
    "Discuz": (
        '<div class="blockcode"><div><ol><li>a = 1<br /><li><br /><li>&nbsp;&nbsp;b = 2</ol></div><em>'
        "复制代码</em></div>",
        fenced(LINES),
    ),
    "W3Schools": (
        '<div class="w3-example"><h3>Example</h3><div class="w3-code notranslate pythonHigh">a = 1<br>'
        '<br>&nbsp; b = 2</div><a class="w3-btn" href="x">Try it</a></div>',
        "### Example\n\n" + fenced(LINES, "python") + "\n\nTry it",
    ),
    "phpBB 2": (
        '<table><tr><td><span class="genmed"><b>Code:</b></span></td></tr><tr><td class="code">a = 1'
        "<br />\n<br />\n&nbsp; b = 2</td></tr></table>",
        fenced(LINES),
    ),
    "vBulletin 3": (
        '<div><div class="smallfont">PHP Code:</div><div class="alt2"><code style="white-space:nowrap">'
        "<div><code><span><span>a&nbsp;=&nbsp;1<br /><br />&nbsp;&nbsp;b&nbsp;=&nbsp;2</span></span>"
        "</code></div></code></div></div>",
        "PHP Code:\n\n" + fenced(LINES),
    ),
    "Telerik": (
        '<div class="tFormatCodeBlock supportThreadCodeBlock"><table><colgroup><col></colgroup><tbody>\n <tr>\n'
        "  <td><span>a</span><span>&nbsp;=&nbsp;1 &nbsp;</span></td>\n </tr>\n <tr>\n"
        "  <td>&nbsp;&nbsp;b = 2&nbsp;</td>\n </tr></tbody></table></div>",
        fenced("a = 1\n  b = 2"),
    ),
    "IP.Board": (
        "<div class='codetop'>CODE</div><div class='codemain'>a = 1<br /><br />&nbsp;&nbsp;b = 2</div>",
        "CODE\n\n" + fenced(LINES),
    ),
    "csharpformat": (
        '<pre class="csharpcode"><span class="lnum">   1:  </span>a = 1\n<span class="lnum">   2:  '
        '</span>&nbsp;\n<span class="lnum">   3:  </span>  b = 2</pre>',
        fenced("a = 1\n \n  b = 2"),
    ),
    "dp.SyntaxHighlighter, not yet drawn": (
        '<div class="codeblock"><textarea name="code" class="java">\na = 1;\n  b &lt; 2;\n</textarea></div>',
        fenced("a = 1;\n  b < 2;", "java"),
    ),
    "Crayon": (
        '<div class="crayon-syntax crayon-theme-classic"><div class="crayon-toolbar">'
        '<span class="crayon-title">T</span><div class="crayon-tools">'
        '<div class="crayon-button crayon-nums-button" title="Toggle Line Numbers">'
        '<div class="crayon-button-icon"></div></div><span class="crayon-language">Python</span></div>'
        '</div><div class="crayon-info"></div><div class="crayon-plain-wrap">'
        '<textarea class="crayon-plain print-no" readonly>a = 1\n  b = 2</textarea></div>'
        '<div class="crayon-main"><table class="crayon-table"><tr class="crayon-row">'
        '<td class="crayon-nums "><div class="crayon-nums-content"><div class="crayon-num">1</div>'
        '<div class="crayon-num crayon-striped-num">2</div></div></td><td class="crayon-code">'
        '<div class="crayon-pre"><div class="crayon-line" id="c1"><span class="crayon-v">a</span>'
        '<span class="crayon-h"> </span>= 1</div><div class="crayon-line crayon-striped-line">&nbsp;'
        '</div><div class="crayon-line">  b = 2</div></div></td></tr></table></div></div>',
        "T\n\nPython\n\n" + fenced(LINES),
    ),
    "tabs and line ends of Windows": (
        "<pre>a\r\n\tb\t c \r\n\r\nd&nbsp;e<br>f\r\n</pre>",
        fenced("a\n\tb\t c \n\nd e\nf"),
    ),
    "breaks and line ends": (
        "<pre>a<br>\nb<br/>\nc</pre>",
        fenced("a\n\nb\n\nc"),
    ),
}


@pytest.mark.parametrize("name", BLOGS)
def test_blogs_and_forums(name: str) -> None:
    markup, expected = BLOGS[name]
    assert rendered(markup) == expected
