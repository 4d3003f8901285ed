"""Every source of formulas that pages use, one at a time."""

from __future__ import annotations

import pytest

from tests.udfs.html.rendering import rendered
from udfs.html.tex import ASCII_DOLLARS

TEX = '<annotation encoding="application/x-tex">{}</annotation>'
SOURCES = {
    "plain_mathml": ("<p>a <math><mfrac><mn>1</mn><mi>n</mi></mfrac></math> b</p>", r"a $\frac{1}{n}$ b"),
    "annotation": (f"<p>a <math><semantics><mi>x</mi>{TEX.format('y_1')}</semantics></math> b</p>", "a $y_1$ b"),
    "alttext": ('<p>a <math alttext="z^3"><mi>q</mi></math> b</p>', "a $z^3$ b"),
    "katex": (
        f'<p>a <span class="katex"><span class="katex-mathml"><math><semantics>'
        f"<mi>x</mi>{TEX.format('x^2')}</semantics></math></span>"
        '<span class="katex-html" aria-hidden="true"><span>x2</span></span></span> b</p>',
        "a $x^2$ b",
    ),
    "katex_without_tags": (
        '<p>a <span class="katex"><span class="katex-mathml">\n x\n 2\n x^2\n</span><span class="katex-html">x2</span>'
        "</span> b</p>",
        "a $x^2$ b",
    ),
    "pandoc_katex": ('<p>a <span class="math inline">x^2</span> b</p>', "a $x^2$ b"),
    "pandoc_html": ('<p>a <span class="math inline"><em>x</em><sup>2</sup></span> b</p>', "a x^2 b"),
    "gitlab": ('<p>a <code data-math-style="inline">x^2</code> b</p>', "a $x^2$ b"),
    "gitlab_display": (
        '<p>a</p><pre data-math-style="display" class="code math"><code>x^2</code></pre><p>b</p>',
        "a\n\n$$x^2$$\n\nb",
    ),
    "latex_listing": ('<pre class="latex">$x^2$</pre>', "```latex\n$x^2$\n```"),
    "amp": ('<p>a</p><amp-mathml data-formula="\\[x^2\\]"></amp-mathml><p>b</p>', "a\n\n$$x^2$$\n\nb"),
    "amp_inline": ('<p>a <amp-mathml inline data-formula="x^2"></amp-mathml> b</p>', "a $x^2$ b"),
    "image_title": ('<p>a <img class="latex" src="a.png" title="x^2"> b</p>', "a $x^2$ b"),
    "mathworld": ('<p>a <img class="inlineformula" src="Inline1.svg" alt="x^2"> b</p>', "a $x^2$ b"),
    "jats": (
        "<p>a <tex-math>\\documentclass{minimal}\\begin{document}$x^2$\\end{document}</tex-math> b</p>",
        "a $x^2$ b",
    ),
    "codeforces": ("<p>a $$$x^2$$$ b</p><p>$$$$$$y^2$$$$$$</p>", "a $x^2$ b\n\n$$y^2$$"),
    "prices": ("<p>$$$ or less, $$ to $$$</p>", "$$$ or less, $$ to $$$"),
    "katex_display": (
        f'<p>a</p><span class="katex-display"><span class="katex"><span class="katex-mathml">'
        f'<math display="block"><semantics><mi>x</mi>{TEX.format("x^2")}'
        '</semantics></math></span><span class="katex-html">x2</span></span></span><p>b</p>',
        "a\n\n$$x^2$$\n\nb",
    ),
    "mathjax2": (
        '<p>a <span class="MathJax_Preview">[x]</span><span class="MathJax" id="MathJax-Element-1-Frame">'
        "<nobr>x</nobr></span>"
        '<script type="math/tex" id="MathJax-Element-1">x_1</script> b</p>',
        "a $x_1$ b",
    ),
    "mathjax2_display": (
        '<div class="MathJax_Display"><span class="MathJax">x</span></div>'
        '<script type="math/tex; mode=display">x_1</script><p>b</p>',
        "$$x_1$$\n\nb",
    ),
    "mathjax2_data": (
        '<p>a <span class="MathJax" data-mathml="&lt;math&gt;&lt;mi&gt;k&lt;/mi&gt;&lt;/math&gt;">'
        "<span>k</span></span> b</p>",
        "a $k$ b",
    ),
    "mathjax3_assistive": (
        '<p>a <mjx-container class="MathJax" jax="CHTML"><mjx-math aria-hidden="true"><mjx-mi>'
        '<mjx-c class="mjx-c1D465"></mjx-c></mjx-mi></mjx-math>'
        '<mjx-assistive-mml display="inline"><math><msup><mi>x</mi><mn>2</mn></msup></math>'
        "</mjx-assistive-mml></mjx-container> b</p>",
        "a $x^{2}$ b",
    ),
    "mathjax3_display": (
        '<mjx-container class="MathJax" display="true"><mjx-math></mjx-math>'
        '<mjx-assistive-mml display="block"><math display="block"><mi>x</mi></math>'
        "</mjx-assistive-mml></mjx-container>",
        "$$x$$",
    ),
    "mathjax4": (
        '<p>a <mjx-container class="MathJax"><mjx-math data-latex="x\\ge 0"><mjx-mi data-latex="x">'
        "<mjx-c>𝑥</mjx-c></mjx-mi></mjx-math>"
        '<mjx-assistive-mml><math data-latex="x\\ge 0"><mi>x</mi></math></mjx-assistive-mml></mjx-container> b</p>',
        r"a $x\ge 0$ b",
    ),
    "mathml_script": ('<p>a <script type="math/mml"><math><mi>w</mi></math></script> b</p>', "a $w$ b"),
    "asciimath_script": ('<p>a <script type="math/asciimath">sum_(i=1)^n i</script> b</p>', r"a $\sum_{i=1}^{n}i$ b"),
    "latexml": (
        '<p>a <math class="ltx_Math" alttext="\\mathcal{O}" display="inline"><mi>O</mi></math> b</p>',
        r"a $\mathcal{O}$ b",
    ),
    "latexml_equation": (
        '<table class="ltx_equation ltx_eqn_table"><tr class="ltx_equation"><td class="ltx_eqn_cell"></td>'
        '<td class="ltx_eqn_cell">'
        '<math class="ltx_Math" alttext="a=b" display="block"><mi>a</mi></math></td>'
        '<td class="ltx_eqn_cell"><span class="ltx_tag">(1)</span></td></tr></table>',
        "$$a=b$$",
    ),
    "codecogs": ('<p>a <img src="https://latex.codecogs.com/gif.latex?x%5E2"> b</p>', "a $x^2$ b"),
    "codecogs_alt": (
        '<p>a <img src="https://latex.codecogs.com/svg.latex?x" alt="\\frac{1}{2}"> b</p>',
        r"a $\frac{1}{2}$ b",
    ),
    "wordpress": (
        '<p>a <img src="https://s0.wp.com/latex.php?latex=%5Ckappa&bg=ffffff" alt="\\kappa" class="latex"> b</p>',
        r"a $\kappa$ b",
    ),
    "mimetex": ('<p>a <img src="/cgi-bin/mimetex.cgi?x_1"> b</p>', "a $x_1$ b"),
    "mathtex": ('<p>a <img src="/cgi-bin/mathtex.cgi?\\alpha"> b</p>', r"a $\alpha$ b"),
    "zhihu": ('<p>a <img src="https://www.zhihu.com/equation?tex=y%3D2" alt="y=2" eeimg="1"> b</p>', "a $y=2$ b"),
    "class_tex_image": ('<p>a <img class="tex" alt="x+1" src="x.png"> b</p>', "a $x+1$ b"),
    "delimited_alt": ('<p>a <img alt="$n!$" src="x.png"> b</p>', "a $n!$ b"),
    "arithmatex": ('<p>a <span class="arithmatex">\\(O(n)\\)</span> b</p>', "a $O(n)$ b"),
    "stackexchange": ('<p>a <span class="math-container">$x<1$</span> b</p>', "a $x<1$ b"),
    "data_tex": ('<p>a <span class="ztext-math" data-tex="v^2">v2</span> b</p>', "a $v^2$ b"),
    "raw_inline": (r"<p>a \(x&lt;y\) b</p>", "a $x<y$ b"),
    "raw_display": (r"<p>a \[x \\[2pt] y\] b</p>", "a\n\n$$x \\\\[2pt] y$$\n\nb"),
    "raw_dollars": ("<p>a $$x$$ b</p>", "a\n\n$$x$$\n\nb"),
    "several_in_one_span": (r'<p><span class="math-tex">\(a_1\) and \(b_1\)</span></p>', "$a_1$ and $b_1$"),
    "paragraph_of_tex2jax": (
        r'<p class="tex2jax_process">Let \(\alpha\) be small, for all we know.</p>',
        r"Let $\alpha$ be small, for all we know.",
    ),
    "glyphs_without_source": ('<p>a <span class="MathJax"><span>x+1</span></span> b</p>', "a $x+1$ b"),
    "wordpress_raw": ("<p>a $latex x^2+1$ b $latex \\alpha &amp;s=2&amp;bg=ffffff$ c</p>", r"a $x^2+1$ b $\alpha$ c"),
    "tags_of_forums": (
        "<p>a [tex]x^2[/tex] b [math]\\frac12[/math] c [itex]y_1[/itex] d [latex]z[1][/latex]</p>",
        r"a $x^2$ b $\frac12$ c $y_1$ d $z[1]$",
    ),
    "display_tag_of_forums": ("<p>a [dmath]x^2[/dmath] b</p>", "a\n\n$$x^2$$\n\nb"),
    "mathquill": (
        '<p>a <span class="mq-math-mode"><span class="mq-selectable">$x^2$</span><span class="mq-root-block">'
        "<var>x</var><span>2</span></span></span> b</p>",
        "a $x^2$ b",
    ),
    "mathquill_source": ('<p>a <span class="mathquill-static-math">x^2+1</span> b</p>', "a $x^2+1$ b"),
    "discourse": ('<p>a <span class="math">y^2</span> b</p><div class="math">\nz_1\n</div>', "a $y^2$ b\n\n$$z_1$$"),
    "github": (
        '<p>a <math-renderer class="js-inline-math"><mjx-container><mjx-assistive-mml><math><mi>x</mi></math>'
        "</mjx-assistive-mml></mjx-container></math-renderer> b</p>",
        "a $x$ b",
    ),
    "kramdown": (
        '<script type="math/tex; mode=display">% <![CDATA[\ny < 2 %]]></script><p>b</p>',
        "$$y < 2$$\n\nb",
    ),
    "codecogs_size_and_ground": (
        '<p>a <img src="https://latex.codecogs.com/png.latex?\\dpi{150}&space;\\bg_white&space;y^2"> b</p>',
        "a $y^2$ b",
    ),
    "text_colour": ('<p>a <script type="math/tex">\\textcolor[rgb]{1,0,0}{x}+y</script> b</p>', "a $x+y$ b"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_source(name: str) -> None:
    markup, expected = SOURCES[name]
    assert rendered(markup) == expected


def test_single_dollars_only_where_a_script_reads_them() -> None:
    assert rendered("<p>from $5 to $x_1$ now</p>", single_marks="$") == r"from \$5 to $x_1$ now"
    assert rendered("<p>from $5 to $6 now</p>") == "from $5 to $6 now"


NO_FORMULAS = {
    "a tag that another closes": "a [math]x[/tex] b",
    "a tag of other things": "a [b]x^2[/b] b",
    "a range of prices": "Mills: $$ to $$, ferries $$ - $$$",
    "a price of latex": "$latex gloves, $5",
    "a class of lessons": '<span class="math">Mathematics, year_1 and on</span>',
}


@pytest.mark.parametrize("name", NO_FORMULAS)
def test_what_is_no_formula(name: str) -> None:
    text = NO_FORMULAS[name]
    assert rendered(f"<p>{text}</p>") == text.removeprefix('<span class="math">').removesuffix("</span>")


def test_formula_in_code_is_code() -> None:
    assert rendered(r"<p>write <code>\(x\)</code> here</p>") == r"write `\(x\)` here"


NOT_FORMULAS = [
    "my_photo.png",
    "a diagram of {sets}",
    "C:\\temp",
    "price_list",
    "$5 bill",
    "IMG_2031",
    "team photo, 2021_05",
]


@pytest.mark.parametrize("alternate", NOT_FORMULAS)
def test_images_that_are_no_formulas(alternate: str) -> None:
    assert rendered(f'<p>a <img src="p.png" alt="{alternate}"> b</p>') == "a b"


def test_backticks_of_asciimath() -> None:
    assert rendered("<p>see `x/2` and <code>a`b</code></p>", single_marks="`") == r"see $\frac{x}{2}$ and ``a`b``"


def test_dollars_of_asciimath() -> None:
    marks = "$`" + ASCII_DOLLARS
    assert rendered("<p>see `x/2`, $x/2$ and $\\alpha_{1}$ for $5 or $10</p>", single_marks=marks) == (
        r"see $\frac{x}{2}$, $\frac{x}{2}$ and $\alpha_{1}$ for \$5 or \$10"
    )
    assert rendered("<p>see $x/2$ and `a`</p>", single_marks="$") == "see $x/2$ and `a`"


def test_class_of_a_container_does_not_make_it_a_formula() -> None:
    markup = '<div class="left tex"><h2>$$x^3$$</h2><p>Solve this equation for me, please.</p></div>'
    assert rendered(markup) == "## $$x^3$$\n\nSolve this equation for me, please."


def test_markers_of_stackexchange_vanish() -> None:
    assert rendered("<div>$\\begingroup$</div><p>Let $x_1$ be.</p>", single_marks="$") == "Let $x_1$ be."
