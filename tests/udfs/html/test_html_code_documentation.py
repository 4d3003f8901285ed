"""Code as tools of documentation set it; the markup is ours, in their manner."""

from __future__ import annotations

import pytest

from tests.udfs.html.rendering import LINES, fenced, rendered

DOCUMENTATION = {
    "Asciidoctor, remarks": (
        '<pre class="highlight"><code class="language-ruby" data-lang="ruby">a = 1 <i class="conum" data-value="1"></i>'
        '<b>(1)</b>\n\n  b = 2 <i class="conum" data-value="2"></i><b>(2)</b></code></pre><div class="colist arabic">'
        '<table><tr><td><i class="conum" data-value="1"></i><b>1</b></td><td>First</td></tr><tr><td>'
        '<i class="conum" data-value="2"></i><b>2</b></td><td>Second</td></tr></table></div>',
        fenced(LINES, "ruby") + "\n\n| 1 | First |\n| --- | --- |\n| 2 | Second |",
    ),
    "Haddock, types under the mouse": (
        '<pre><a name="l-1"></a><span class="annot"><span class="annottext">Int\n</span><a class="hs-var">a</a></span>'
        '<span> = </span><span class="annot"><span class="annottext">Int</span>1</span>\n\n  b = 2\n</pre>',
        fenced(LINES),
    ),
    "fpdoc, a declaration": (
        '<table cellpadding="0"><tr><td><p><tt><span class="code"><span class="kw">function</span> turn('
        '</span></tt></p></td></tr><tr><td><p><tt><span class="code">&nbsp;&nbsp;a: <a>Word</a></span></tt></p>'
        '</td></tr><tr><td><p><tt><span class="code">);<br><br>begin</span></tt></p></td></tr></table>',
        fenced("function turn(\n  a: Word\n);\n\nbegin"),
    ),
    "Jupyter": (
        '<div class="cell border-box-sizing code_cell rendered"><div class="input">'
        '<div class="prompt input_prompt">In&nbsp;[1]:</div><div class="inner_cell">'
        '<div class="input_area"><div class=" highlight hl-ipython3"><pre><span></span>'
        'a = 1\n\n  b = 2\n</pre></div></div></div></div><div class="output_wrapper"><div class="output">'
        '<div class="output_area"><div class="prompt output_prompt">Out[1]:</div>'
        '<div class="output_text output_subarea output_execute_result"><pre>2</pre></div></div></div>'
        "</div></div>",
        fenced(LINES, "python") + "\n\n" + fenced("2"),
    ),
    "JupyterLab": (
        '<div class="jp-Cell jp-CodeCell jp-Notebook-cell"><div class="jp-Cell-inputWrapper">'
        '<div class="jp-Collapser"></div><div class="jp-InputArea jp-Cell-inputArea">'
        '<div class="jp-InputPrompt jp-InputArea-prompt">In&nbsp;[&nbsp;]:</div>'
        '<div class="jp-CodeMirrorEditor jp-Editor jp-InputArea-editor">'
        '<div class="cm-editor cm-s-jupyter"><div class=" highlight hl-ipython3"><pre><span></span>'
        'a = 1\n\n  b = 2\n</pre></div></div></div></div></div><div class="jp-Cell-outputWrapper">'
        '<div class="jp-OutputArea"><div class="jp-OutputArea-child">'
        '<div class="jp-OutputPrompt jp-OutputArea-prompt">Out[3]:</div>'
        '<div class="jp-RenderedText jp-OutputArea-output"><pre>2</pre></div></div></div></div></div>',
        fenced(LINES, "python") + "\n\n" + fenced("2"),
    ),
    "Sphinx": (
        '<div class="literal-block-wrapper docutils container"><div class="code-block-caption">'
        '<span class="caption-number">Listing 1 </span><span class="caption-text">a.py</span>'
        '<a class="headerlink" href="#id1">¶</a></div><div class="highlight-python notranslate">'
        '<div class="highlight"><pre><span></span><span class="linenos">1</span>a = 1\n'
        '<span class="linenos">2</span>\n<span class="linenos">3</span>  b = 2\n</pre>'
        '<button class="copybtn">Copy</button></div></div></div>',
        "Listing 1 a.py\n\n" + fenced(LINES, "python"),
    ),
    "Docusaurus": (
        '<div class="language-jsx codeBlockContainer_Ckt0 theme-code-block">'
        '<div class="codeBlockTitle_Ktv7">src/App.js</div><div class="codeBlockContent_biex">'
        '<pre class="prism-code language-jsx codeBlock_bY9V thin-scrollbar">'
        '<code class="codeBlockLines_e6Vv"><span class="token-line"><span class="token plain">a = 1'
        '</span><br></span><span class="token-line"><span class="token plain"></span><br></span>'
        '<span class="token-line theme-code-block-highlighted-line"><span class="token plain">  b = 2'
        '</span><br></span></code></pre><div class="buttonGroup__atx">'
        '<button aria-label="Copy code to clipboard" class="clean-btn">'
        '<span class="copyButtonIcons_eSgA"></span></button></div></div></div>',
        "src/App.js\n\n" + fenced(LINES, "jsx"),
    ),
    "Docusaurus, numbered": (
        '<pre class="prism-code language-js">'
        '<code class="codeBlockLines_e6Vv codeBlockLinesWithNumbering_o6Pm">'
        '<span class="token-line codeLine_lJS_"><span class="codeLineNumber_Tfdd"></span>'
        '<span class="codeLineContent_feaV"><span class="token plain">a = 1</span></span><br></span>'
        '<span class="token-line codeLine_lJS_"><span class="codeLineNumber_Tfdd"></span>'
        '<span class="codeLineContent_feaV"><span class="token plain"></span></span><br></span>'
        '<span class="token-line codeLine_lJS_"><span class="codeLineNumber_Tfdd"></span>'
        '<span class="codeLineContent_feaV"><span class="token plain">  b = 2</span></span><br></span>'
        "</code></pre>",
        fenced(LINES, "js"),
    ),
    "Docusaurus, tabs of languages": (
        '<div class="tabs-container"><ul role="tablist" class="tabs">'
        '<li role="tab" class="tabs__item tabs__item--active">Python</li>'
        '<li role="tab" class="tabs__item">C++</li></ul><div class="margin-top--md">'
        '<div role="tabpanel" class="tabItem_Ymn6"><pre><code>a = 1</code></pre></div>'
        '<div role="tabpanel" class="tabItem_Ymn6" hidden=""><pre><code>int a = 1;</code></pre></div>'
        "</div></div>",
        fenced("a = 1", "python") + "\n\n" + fenced("int a = 1;", "cpp"),
    ),
    "Docusaurus, tabs of tools": (
        '<div class="tabs-container"><ul role="tablist" class="tabs"><li role="tab" class="tabs__item">'
        'npm</li><li role="tab" class="tabs__item">Yarn</li></ul><div class="margin-top--md">'
        '<div role="tabpanel"><pre class="language-bash"><code>npm i</code></pre></div>'
        '<div role="tabpanel" hidden=""><pre class="language-bash"><code>yarn add</code></pre></div>'
        "</div></div>",
        "npm\n\n" + fenced("npm i", "bash") + "\n\nYarn\n\n" + fenced("yarn add", "bash"),
    ),
    "VitePress, a group": (
        '<div class="vp-code-group"><div class="tabs"><input checked>'
        '<label data-title="config.js" for="tab-1">config.js</label><input><label for="tab-2">config.ts'
        '</label></div><div class="blocks"><div class="language-js vp-adaptive-theme active">'
        '<button class="copy"></button><span class="lang">js</span><pre class="shiki"><code>'
        '<span class="line">a = 1</span></code></pre></div><div class="language-ts vp-adaptive-theme">'
        '<button class="copy"></button><span class="lang">ts</span><pre class="shiki"><code>'
        '<span class="line">let a = 1</span></code></pre></div></div></div>',
        "config.js\n\njs\n\n" + fenced("a = 1", "js") + "\n\nconfig.ts\n\nts\n\n" + fenced("let a = 1", "ts"),
    ),
    "Expressive Code": (
        '<div class="expressive-code"><figure class="frame is-terminal not-content">'
        '<figcaption class="header"><span class="title"></span><span class="sr-only">Terminal window'
        '</span></figcaption><pre data-language="bash"><code><div class="ec-line"><div class="gutter">'
        '<div class="ln">1</div></div><div class="code"><span>a</span><span> = 1</span></div></div>'
        '<div class="ec-line"><div class="gutter"><div class="ln">2</div></div><div class="code">\n'
        '</div></div><div class="ec-line"><div class="gutter"><div class="ln">3</div></div>'
        '<div class="code"><span class="indent">  </span><span>b = 2</span></div></div></code></pre>'
        '<div class="copy"><div></div><button title="Copy to clipboard" data-code="x"><div></div>'
        "</button></div></figure></div>",
        "Terminal window\n\n" + fenced(LINES, "bash"),
    ),
    "Confluence": (
        '<div class="code panel pdl conf-macro output-block"><div class="codeContent panelContent pdl">'
        '<pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="brush: java; gutter: false">'
        "a = 1\n\n  b = 2</pre></div></div>",
        fenced(LINES, "java"),
    ),
    "Confluence Cloud": (
        '<div class="code-block"><div class="css-x">'
        '<span data-ds--code--code-block="" data-code-lang="java" data-code-lang="">'
        '<code class="language-java" style="white-space: pre;">'
        '<span class="react-syntax-highlighter-line-number">1</span><span>a = 1\n</span>'
        '<span class="react-syntax-highlighter-line-number">2</span>\n'
        '<span class="react-syntax-highlighter-line-number">3</span><span>  b = 2</span></code></span>'
        "</div></div>",
        fenced(LINES, "java"),
    ),
    "Microsoft Learn": (
        '<div class="code-header"><span class="language">C#</span>'
        '<button class="action position-relative display-none-print">'
        '<span class="icon margin-right-xxs"></span><span>Copy</span></button></div>'
        '<pre class="has-inner-focus"><code class="lang-csharp"><span>a = 1\n\n  b = 2\n</span></code>'
        "</pre>",
        fenced(LINES, "csharp"),
    ),
    "Zola": (
        '<pre data-linenos data-lang="rust" class="language-rust">'
        '<code class="language-rust" data-lang="rust"><table><tbody><tr><td>1</td><td><span>a </span>'
        "= 1\n</td></tr><tr><td>2</td><td>\n</td></tr><tr><td>3</td><td>  b = 2\n</td></tr></tbody>"
        "</table></code></pre>",
        fenced(LINES, "rust"),
    ),
    "Antora": (
        '<div class="listingblock"><div class="content"><pre class="highlightjs highlight">'
        '<code class="language-ruby hljs" data-lang="ruby">a = 1 <b class="conum">(1)</b>\n\n  b = 2'
        '</code><div class="source-toolbox"><span class="source-lang">ruby</span>'
        '<button class="copy-button"><span class="copy-toast">Copied!</span></button></div></pre></div>'
        "</div>",
        fenced(LINES, "ruby"),
    ),
    "Doxygen, a signature": (
        '<div class="memproto"><table class="memname"><tr><td class="memname">int foo::bar </td><td>('
        '</td><td class="paramtype">const <a class="el">int</a> &amp;&#160;</td><td class="paramname">'
        '<em>a</em>, </td></tr><tr><td class="paramkey"></td><td></td><td class="paramtype">'
        'char *&#160;</td><td class="paramname"><em>b</em> = <code>nullptr</code>&#160;</td></tr><tr>'
        "<td></td><td>)</td><td></td><td></td></tr></table></div>",
        fenced("int foo::bar(const int & a, char * b = nullptr)"),
    ),
    "Doxygen, a signature with labels": (
        '<div class="memproto"><table class="mlabels"><tr><td class="mlabels-left">'
        '<table class="memname"><tr><td class="memname">int foo </td><td>(</td><td class="paramname">'
        '</td><td>)</td><td> const</td></tr></table></td><td class="mlabels-right">'
        '<span class="mlabels"><span class="mlabel">inline</span></span></td></tr></table></div>',
        fenced("int foo() const"),
    ),
    "Android": (
        "<devsite-selector><section><h3>Kotlin</h3><devsite-code>"
        '<pre class="devsite-click-to-copy" is-upgraded syntax="Kotlin">'
        '<span class="devsite-syntax-kd">a</span> = 1\n\n  b = 2</pre></devsite-code></section>'
        "</devsite-selector>",
        "### Kotlin\n\n" + fenced(LINES, "kotlin"),
    ),
    "rustdoc, a source file": (
        '<div class="example-wrap"><pre class="rust"><code><a href=#1 id=1 data-nosnippet>1</a>'
        '<span class="kw">a</span> = 1\n<a href=#2 id=2 data-nosnippet>2</a>\n'
        "<a href=#3 id=3 data-nosnippet>3</a>  b = 2\n</code></pre></div>",
        fenced(LINES, "rust"),
    ),
    "pkg.go.dev": (
        '<details class="Documentation-exampleDetails"><summary>Example</summary>'
        '<div class="Documentation-exampleDetailsBody"><p>Doc.</p>'
        '<textarea class="Documentation-exampleCode code">a = 1\n\n  b = 2\n</textarea><pre>'
        '<span class="Documentation-exampleOutputLabel">Output:</span>\n\n'
        '<span class="Documentation-exampleOutput">2\n</span></pre></div></details>',
        "Example\n\nDoc.\n\n" + fenced(LINES) + "\n\n" + fenced("Output:\n\n2"),
    ),
    "Material for MkDocs, tabs": (
        '<div class="tabbed-set tabbed-alternate" data-tabs="1:2"><input /><input />'
        '<div class="tabbed-labels"><label for="__tabbed_1_1">C++</label><label for="__tabbed_1_2">'
        'Python</label></div>\n<div class="tabbed-content">\n<div class="tabbed-block">\n'
        '<div class="highlight"><pre><span></span><code><a href="#__codelineno-0-1"></a>int a = 1;\n'
        '</code></pre></div>\n</div>\n<div class="tabbed-block">\n<div class="highlight"><pre><span>'
        "</span><code>a = 1\n</code></pre></div>\n</div>\n</div>\n</div>",
        fenced("int a = 1;", "cpp") + "\n\n" + fenced("a = 1", "python"),
    ),
    "MkDocs, tabs": (
        '<div class="tabbed-set" data-tabs="1:2"><input /><label for="__tabbed_1_1">C++</label>'
        '<div class="tabbed-content"><div class="codehilite"><pre><code>int a = 1;</code></pre></div>'
        '</div><input /><label for="__tabbed_1_2">Python</label><div class="tabbed-content">'
        '<div class="codehilite"><pre><code>a = 1</code></pre></div></div></div>',
        fenced("int a = 1;", "cpp") + "\n\n" + fenced("a = 1", "python"),
    ),
    "Sphinx Design, tabs": (
        '<div class="sd-tab-set docutils"><input><label class="sd-tab-label" for="sd-tab-item-0">Python'
        '</label><div class="sd-tab-content docutils"><div class="highlight-none notranslate">'
        '<div class="highlight"><pre><span></span>a = 1\n</pre></div></div></div><input>'
        '<label class="sd-tab-label" for="sd-tab-item-1">R</label><div class="sd-tab-content docutils">'
        '<div class="highlight"><pre>a &lt;- 1\n</pre></div></div></div>',
        fenced("a = 1", "python") + "\n\n" + fenced("a <- 1", "r"),
    ),
    "GeeksforGeeks": (
        '<gfg-tabs data-run-ide="true" data-mode="light"><gfg-tab slot="tab">C++</gfg-tab>\n'
        '<gfg-panel slot="panel" data-code-lang="cpp">\n  <code class="language-cpp">'
        '<div class=highlight><pre>a = 1\n  b = 2\n</pre></div></code></gfg-panel><gfg-tab slot="tab">'
        'Python</gfg-tab><gfg-panel slot="panel" data-code-lang="python3">'
        '<code class="language-python3">a = 1\n  b = 2</code></gfg-panel></gfg-tabs>',
        fenced("a = 1\n  b = 2", "cpp"),
    ),
    "LaTeXML": (
        '<div class="ltx_listing ltx_lst_language_Python ltx_lstlisting ltx_align_left">'
        '<div class="ltx_listing_data"><a download="" href="data:text/plain;base64,eA==">⬇</a></div>\n'
        '<div class="ltx_listingline"><span class="ltx_tag ltx_tag_listingline"><span>1</span></span>'
        '<span class="ltx_text ltx_lst_identifier">a</span><span class="ltx_text ltx_lst_space"> '
        '</span>=<span class="ltx_text ltx_lst_space"> </span>1\n</div>\n<div class="ltx_listingline">\n'
        '</div>\n<div class="ltx_listingline"><span class="ltx_text ltx_lst_space">  </span>'
        '<span class="ltx_text ltx_lst_identifier">b</span> = 2\n</div>\n</div>',
        fenced(LINES, "python"),
    ),
    "MATLAB": (
        '<div class="CodeBlock"><div class="inlineWrapper"><div class="S3">'
        '<span style="white-space: pre"><span >a = 1</span></span></div></div>'
        '<div class="inlineWrapper outputs"><div class="S4"><span style="white-space: pre">  b = 2'
        '</span></div><div class="S5"><div class="inlineElement eoOutputWrapper">'
        '<div class="eoOutputContent"><div class="variableElement">a = 1</div></div></div></div></div>'
        "</div>",
        fenced("a = 1\n  b = 2"),
    ),
    "Racket": (
        '<blockquote class="SCodeFlow"><table class="RktBlk"><tr><td><span class="RktPn">(</span>'
        '<span class="RktSym">a</span><span class="RktPn">)</span></td></tr><tr><td>'
        '<span class="hspace">&nbsp;&nbsp;</span><span class="RktSym">b</span></td></tr></table>'
        "</blockquote>",
        "> ```racket\n> (a)\n>   b\n> ```",
    ),
    "DocC": (
        '<div class="code-listing"><div class="container-general"><pre><code>'
        '<span class="code-line-container">'
        '<span class="code-number" data-line-number="1" style="display:none"></span>'
        '<span class="code-line"><span class="syntax-keyword">a</span> = 1</span></span>'
        '<span class="code-line-container"><span class="code-number"></span><span class="code-line">'
        '</span></span><span class="code-line-container"><span class="code-number"></span>'
        '<span class="code-line">  b = 2</span></span></code></pre></div></div>',
        fenced(LINES),
    ),
    "Writerside": (
        '<div class="code-block" data-lang="kotlin">\na = 1\n\n  b = 2\n</div>',
        fenced(LINES, "kotlin"),
    ),
    "Quarto": (
        '<div class="cell"><div class="sourceCode cell-code" id="cb1">'
        '<pre class="sourceCode r code-with-copy"><code class="sourceCode r"><span>a = 1</span></code>'
        '<button title="Copy to Clipboard" class="code-copy-button"><i class="bi"></i></button></pre>'
        '</div><div class="cell-output cell-output-stdout"><pre><code>[1] 1</code></pre></div></div>',
        fenced("a = 1", "r") + "\n\n" + fenced("[1] 1"),
    ),
    "Org mode": (
        '<div class="org-src-container"><label class="org-src-name">T</label>'
        '<pre class="src src-python"><span class="linenr">1: </span>a = 1\n<span class="linenr">2: '
        "</span>  b = 2\n</pre></div>",
        "T\n\n" + fenced("a = 1\n  b = 2", "python"),
    ),
    "Vim": (
        '<pre id=\'vimCodeElement\'>\n<span class="LineNr">1 </span>a = 1\n<span class="LineNr">2 </span>\n'
        '<span class="LineNr">3 </span>  b = 2\n</pre>',
        fenced(LINES),
    ),
    "AWS": (
        '<pre class="programlisting"><div class="code-btn-container">'
        '<div class="btn-copy-code" title="Copy"><awsui-icon></awsui-icon></div></div>'
        '<!--DEBUG: cli ()--><code class="python hljs">a = 1\n\n  b = 2</code></pre>',
        fenced(LINES, "python"),
    ),
    "DigitalOcean": (
        '<div class="code-label" title="a.py">a.py</div><div class="secondary-code-label">x</div>'
        '<pre class="code-pre command prefixed language-bash">'
        '<code class="code-highlight language-bash"><ul class="prefixed">'
        '<li class="line" data-prefix="$">a = 1\n</li><li class="line" data-prefix="$">  b = 2\n</li>'
        "</ul></code></pre>",
        "a.py\n\nx\n\n" + fenced("a = 1\n  b = 2", "bash"),
    ),
    "PHP": (
        '<div class="example-contents"><div class="phpcode"><code><span><span>&lt;?php<br />'
        "a&nbsp;=&nbsp;1<br /><br /></span>&nbsp;&nbsp;b = 2</span></code></div></div>",
        fenced("<?php\na = 1\n\n  b = 2"),
    ),
    "Torchlight": (
        '<pre><code data-lang="php" class="torchlight"><div class="line"><span class="line-number">1'
        '</span><span>a = 1</span></div><div class="line"><span class="line-number">2</span>&nbsp;'
        '</div><div class="line"><span class="line-number">3</span>  b = 2</div></code></pre>',
        fenced("a = 1\n \n  b = 2", "php"),
    ),
}


@pytest.mark.parametrize("name", DOCUMENTATION)
def test_documentation(name: str) -> None:
    markup, expected = DOCUMENTATION[name]
    assert rendered(markup) == expected
