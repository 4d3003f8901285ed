"""Code as hosts of source code set it; the markup is ours, in their manner."""

from __future__ import annotations

import pytest

from tests.udfs.html.rendering import LINES, fenced, rendered


def side_by_side(*sides: tuple[str, str, str]) -> str:
    line = '<td class="blob-num blob-num-{0}">1</td><td class="blob-code blob-code-{0}">'
    line += '<span class="blob-code-inner" data-code-marker="{1}">{2}</span></td>'
    return f"<tr>{''.join(line.format(*side) for side in sides)}</tr>"


REPOSITORIES = {
    "GitHub, both versions side by side": (
        '<table class="diff-table"><tr><td class="blob-num blob-num-expandable"></td>'
        '<td class="blob-code blob-code-inner blob-code-hunk" colspan="3">@@ -1,3 +1,4 @@</td></tr>'
        + side_by_side(("context", " ", "a"), ("context", " ", "a"))
        + side_by_side(("deletion", "-", "  b"), ("addition", "+", "  c"))
        + side_by_side(("deletion", "-", "  d"), ("addition", "+", "  e"))
        + side_by_side(("empty empty-cell", "", ""), ("addition", "+", "f"))
        + side_by_side(("context", " ", "g"), ("context", " ", "g"))
        + "</table>",
        fenced("@@ -1,3 +1,4 @@\n a\n-  b\n-  d\n+  c\n+  e\n+f\n g", "diff"),
    ),
    "GitLab, both versions side by side": (
        '<table class="code"><tr class="line_holder parallel"><td class="old_line diff-line-num">1</td>'
        '<td class="line_content parallel left-side"><span class="line">a</span></td>'
        '<td class="new_line diff-line-num">1</td><td class="line_content parallel right-side">'
        '<span class="line">a</span></td></tr><tr class="line_holder parallel">'
        '<td class="old_line diff-line-num old">2</td><td class="line_content parallel left-side old">'
        '<span class="line">  b</span></td><td class="new_line diff-line-num new">2</td>'
        '<td class="line_content parallel right-side new"><span class="line">  c</span></td></tr></table>',
        fenced(" a\n-  b\n+  c", "diff"),
    ),
    "Bitbucket, a difference": (
        '<div class="diff-content-container refract-container"><div class="refract-content-container">'
        '<div class="udiff-line common"><div class="gutter"><a class="line-numbers" data-fnum="1"></a></div>'
        '<pre class="source"> a</pre></div><div class="udiff-line deletion"><div class="gutter"></div>'
        '<pre class="source">-  b</pre></div><div class="udiff-line addition"><div class="gutter"></div>'
        '<pre class="source">+  c</pre></div><button>Show more</button></div></div>',
        fenced(" a\n-  b\n+  c", "diff"),
    ),
    "GitHub": (
        '<div class="react-code-file-contents"><div class="react-line-numbers">'
        '<div data-line-number="1" class="react-line-number react-code-text">1</div>'
        '<div class="react-line-number react-code-text">2</div>'
        '<div class="react-line-number react-code-text">3</div></div><div class="react-code-lines">'
        '<div class="react-code-text react-code-line-contents"><div>'
        '<div class="react-file-line html-div">a = 1</div></div></div>'
        '<div class="react-code-text react-code-line-contents"><div>'
        '<div class="react-file-line html-div">\n</div></div></div>'
        '<div class="react-code-text react-code-line-contents"><div>'
        '<div class="react-file-line html-div">  b = 2</div></div></div></div></div>',
        fenced(LINES),
    ),
    "GitHub, lines far from the screen": (
        '<div class="react-code-lines"><div class="react-code-text react-code-line-contents"><div>'
        '<div class="react-file-line html-div"><span class="pl-k" data-code-text="from"></span>'
        '<span data-code-text=" "></span><span data-code-text="x"></span></div></div></div>'
        '<div class="react-code-text"><div><div class="react-file-line"><span data-code-text="  y">'
        "</span></div></div></div></div>",
        fenced("from x\n  y"),
    ),
    "GitHub, a page of Markdown": (
        '<div class="highlight highlight-source-python notranslate position-relative overflow-auto">'
        '<pre>a = 1\n\n  b = 2</pre><div class="zeroclipboard-container">'
        '<clipboard-copy aria-label="Copy" value="x"><svg></svg></clipboard-copy></div></div>',
        fenced(LINES, "python"),
    ),
    "GitHub, a difference": (
        '<table class="diff-table tab-size"><tbody><tr class="js-expandable-line">'
        '<td class="blob-num blob-num-hunk" colspan="2"></td>'
        '<td class="blob-code blob-code-inner blob-code-hunk">@@ -1,2 +1,2 @@</td></tr><tr>'
        '<td class="blob-num js-linkable-line-number" data-line-number="1"></td>'
        '<td class="blob-num" data-line-number="1"></td><td class="blob-code blob-code-context">'
        '<span class="blob-code-inner blob-code-marker" data-code-marker=" ">a = 1</span></td></tr>\n'
        '<tr><td class="blob-num blob-num-deletion" data-line-number="2"></td>'
        '<td class="blob-num blob-num-deletion empty-cell"></td>'
        '<td class="blob-code blob-code-deletion">'
        '<span class="blob-code-inner blob-code-marker" data-code-marker="-">b = 1</span></td></tr><tr>'
        '<td class="blob-num empty-cell"></td>'
        '<td class="blob-num blob-num-addition" data-line-number="2"></td>'
        '<td class="blob-code blob-code-addition">'
        '<span class="blob-code-inner blob-code-marker" data-code-marker="+">b = 2</span></td></tr>'
        "</tbody></table>",
        fenced("@@ -1,2 +1,2 @@\n a = 1\n-b = 1\n+b = 2", "diff"),
    ),
    "GitHub, a difference with its marks as text": (
        '<table class="diff-table"><tr><td class="blob-num" data-line-number="1"></td>'
        '<td class="blob-num" data-line-number="1"></td><td class="blob-code blob-code-context">'
        '<span class="blob-code-inner"> a = 1</span></td></tr><tr><td class="blob-num"></td>'
        '<td class="blob-num" data-line-number="1"></td><td class="blob-code blob-code-addition">'
        '<button class="btn-link add-line-comment"></button><span class="blob-code-inner">+b = 1</span>'
        "</td></tr></table>",
        fenced(" a = 1\n+b = 1", "diff"),
    ),
    "a gist": (
        '<div class="gist"><div class="gist-file"><div class="gist-data">'
        '<div class="js-gist-file-update-container"><div class="file">'
        '<div class="Box-body p-0 blob-wrapper data type-python"><div class="js-check-bidi">'
        '<table data-hpc class="highlight tab-size js-file-line-container" data-tagsearch-lang="Python">'
        '<tr><td class="blob-num js-line-number" data-line-number="1"></td>'
        '<td class="blob-code blob-code-inner js-file-line">a = 1</td></tr><tr>'
        '<td class="blob-num js-line-number" data-line-number="2"></td>'
        '<td class="blob-code blob-code-inner js-file-line">\n</td></tr><tr><td class="blob-num"></td>'
        '<td class="blob-code">  b = 2</td></tr></table></div></div></div></div></div>'
        '<div class="gist-meta"><a href="x">view raw</a><a href="y">a.py</a> hosted with &#10084; by '
        '<a href="https://github.com">GitHub</a></div></div></div>',
        fenced(LINES, "python"),
    ),
    "GitLab": (
        '<div class="file-content code js-syntax-highlight"><div class="line-numbers">'
        '<a class="file-line-num diff-line-num" href="#L1">1</a>\n'
        '<a class="file-line-num diff-line-num" href="#L2">2</a>\n<a class="file-line-num" href="#L3">3'
        '</a></div><div class="blob-content"><pre class="code highlight"><code>'
        '<span class="line" lang="python">a = 1</span>\n<span class="line" lang="python"></span>\n'
        '<span class="line" lang="python">  b = 2</span></code></pre></div></div>',
        fenced(LINES),
    ),
    "cgit, a difference": (
        "<table summary='diff' class='diff'><tr><td><div class='head'>diff --git a/x b/x<br/>--- a/"
        "<a href='x'>x</a><br/>+++ b/<a href='x'>x</a></div><div class='hunk'>@@ -1,2 +1,2 @@</div>"
        "<div class='ctx'> a = 1</div><div class='del'>-b = 1</div><div class='add'>+  b = 2</div></td>"
        "</tr></table>",
        fenced("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a = 1\n-b = 1\n+  b = 2", "diff"),
    ),
    "gitweb": (
        '<div class="page_body"><div class="pre"><a href="#l1" class="linenr">   1</a> a = 1</div>\n'
        '<div class="pre"><a href="#l2" class="linenr">   2</a> </div>\n<div class="pre">'
        '<a href="#l3" class="linenr">   3</a>   b = 2</div>\n</div>',
        fenced(LINES),
    ),
    "gitweb, a difference": (
        '<div class="patchset"><div class="patch"><div class="diff header">diff --git <a>a/x</a> <a>b/x'
        '</a></div><div class="diff extended_header">index 1..2<br/></div><div class="diff from_file">'
        '--- a/x</div><div class="diff to_file">+++ b/x</div><div class="chunk_block ctx">'
        '<div class="diff chunk_header"><span class="chunk_info">@@ -1,2 +1,2 @@</span></div>'
        '<div class="diff ctx"> a = 1</div></div><div class="chunk_block chg"><div class="diff rem">'
        '-b = 1</div><div class="diff add">+b = 2</div></div></div></div>',
        fenced("diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a = 1\n-b = 1\n+b = 2", "diff"),
    ),
    "Mercurial": (
        '<pre class="sourcelines stripes4 wrap bottomline" data-logurl="x"><span>a = 1</span>'
        '<a href="#l1"></a>\n<span></span><a href="#l2"></a>\n<span>  b = 2</span><a href="#l3"></a>'
        "</pre>",
        fenced(LINES),
    ),
    "Gitiles": (
        '<table class="FileContents"><tr class="u-pre u-monospace FileContents-line"><td class="u-lineNum"'
        ' data-line-number="1"></td><td class="FileContents-lineContents" id="1">a = 1</td></tr><tr>'
        '<td class="u-lineNum"></td><td class="FileContents-lineContents"></td></tr><tr><td class="u-lineNum"></td>'
        '<td class="FileContents-lineContents">  b = 2</td></tr></table>',
        fenced(LINES),
    ),
    "Gitiles, with the authors": (
        '<table class="Blame"><tr><td class="Blame-author">One</td><td class="Blame-time">2015-11-19</td>'
        '<td class="Blame-regionLink">[<a href="#">diff</a>]</td><td class="Blame-lineNum"><a>1</a></td>'
        '<td class="u-pre Blame-lineContent">a = 1</td></tr><tr><td colspan="3"></td><td class="Blame-lineNum"><a>2</a>'
        '</td><td class="u-pre Blame-lineContent">  b = 2</td></tr></table>',
        fenced("a = 1\n  b = 2"),
    ),
    "ViewVC": (
        '<div><table><tr class="vc_row_even"><td class="vc_file_line_number">1</td>'
        '<td class="vc_file_line_text">a = 1</td></tr><tr class="vc_row_even">'
        '<td class="vc_file_line_number">2</td><td class="vc_file_line_text">&nbsp;&nbsp;b = 2</td>'
        "</tr></table></div>",
        fenced("a = 1\n  b = 2"),
    ),
    "OpenGrok": (
        '<div><pre><a class="l" href="#1">1</a>a = 1\n<a class="l" href="#2">2</a>\n'
        '<a class="l" href="#3">3</a>  b = 2\n<a class="l" href="#4">4</a></pre></div>',
        fenced(LINES),
    ),
    "Elixir Cross Referencer": (
        '<div><table class="lxrcode"><tr><td><div class="linenodiv"><pre><a href="#L1">1</a>\n<a>2</a>'
        '</pre></div></td><td class="code"><div><pre><span></span>a = 1\n  b = 2</pre></div></td></tr>'
        "</table></div>",
        fenced("a = 1\n  b = 2"),
    ),
    "Sourcegraph": (
        '<table><tbody><tr><td class="line" data-line="1"></td><td class="code"><div><span>a = 1\n'
        '</span></div></td></tr><tr><td class="line" data-line="2"></td><td class="code"><div>\n</div>'
        '</td></tr><tr><td class="line" data-line="3"></td><td class="code"><div>  b = 2\n</div></td>'
        "</tr></tbody></table>",
        fenced(LINES),
    ),
    "Gitea": (
        '<div class="file-view code-view"><table><tbody><tr><td class="lines-num">'
        '<span data-line-number="1"></span></td><td rel="L1" class="lines-code chroma">'
        '<code class="code-inner">a = 1\n</code></td></tr><tr><td class="lines-num">'
        '<span data-line-number="2"></span></td><td rel="L2" class="lines-code chroma">'
        '<code class="code-inner">\n</code></td></tr><tr><td class="lines-num">'
        '<span data-line-number="3"></span></td><td class="lines-code chroma"><code class="code-inner">'
        "  b = 2\n</code></td></tr></tbody></table></div>",
        fenced(LINES),
    ),
    "Phabricator": (
        '<table class="remarkup-code PhabricatorMonospaced phabricator-source-code"><tr>'
        '<th class="phabricator-source-line" data-n="1"><a data-n="1" href="#"></a></th>'
        '<td class="phabricator-source-code">a = 1\n</td></tr><tr><th class="phabricator-source-line">'
        '<a data-n="2"></a></th><td class="phabricator-source-code">  b = 2\n</td></tr></table>',
        fenced("a = 1\n  b = 2"),
    ),
}


@pytest.mark.parametrize("name", REPOSITORIES)
def test_repositories(name: str) -> None:
    markup, expected = REPOSITORIES[name]
    assert rendered(markup) == expected
