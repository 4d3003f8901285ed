"""Formulas of which a page holds only what MathJax or KaTeX drew; the markup is ours, in their manner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.udfs.html.rendering import rendered


def sign(code: str, font: str = "") -> str:
    return f'<mjx-c class="mjx-c{code} {font}"></mjx-c>'


def letter(code: str, font: str = "TEX-I") -> str:
    return f'<mjx-mi class="mjx-i">{sign(code, font)}</mjx-mi>'


def digit(value: int) -> str:
    return f'<mjx-mn class="mjx-n">{sign(f"3{value}")}</mjx-mn>'


def operator(code: str) -> str:
    return f'<mjx-mo class="mjx-n" space="4">{sign(code)}</mjx-mo>'


X, K, N = letter("1D465"), letter("1D458"), letter("1D45B")
START = f'<mjx-texatom size="s" texclass="ORD">{K}{operator("3D")}{digit(1)}</mjx-texatom>'
SUM = f'<mjx-mo class="mjx-lop">{sign("2211", "TEX-S2")}</mjx-mo>'
ROOT_SIGN = f'<mjx-surd><mjx-mo class="mjx-n">{sign("221A")}</mjx-mo></mjx-surd>'
BOXED_DENOMINATOR = (
    "<mjx-dbox><mjx-dtable><mjx-line></mjx-line><mjx-row><mjx-den><mjx-dstrut></mjx-dstrut>{}</mjx-den></mjx-row>"
    "</mjx-dtable></mjx-dbox>"
)
INNER_FRACTION = f"<mjx-mfrac><mjx-frac><mjx-num>{X}</mjx-num>{BOXED_DENOMINATOR.format(N)}</mjx-frac></mjx-mfrac>"


def limits(base: str, under: str) -> str:
    return (
        f"<mjx-munder><mjx-row><mjx-base>{base}</mjx-base></mjx-row><mjx-row><mjx-under>{under}</mjx-under></mjx-row>"
        "</mjx-munder>"
    )


COMMON_HTML = {
    "signs": (X + operator("3D") + digit(2) + letter("1D6FC"), r"x=2\alpha"),
    "power": (f"<mjx-msup>{X}<mjx-script>{digit(2)}</mjx-script></mjx-msup>", "x^{2}"),
    "index": (f"<mjx-msub>{X}<mjx-script>{START}</mjx-script></mjx-msub>", "x_{k=1}"),
    "power before index": (
        f"<mjx-msubsup>{X}<mjx-script>{N}<mjx-spacer></mjx-spacer>{K}</mjx-script></mjx-msubsup>",
        "x_{k}^{n}",
    ),
    "limits in the line": (
        f'<mjx-munderover limits="false">{SUM}<mjx-script>{N}<mjx-spacer></mjx-spacer>{START}</mjx-script>'
        f"</mjx-munderover>{K}",
        r"\sum_{k=1}^{n}k",
    ),
    "limits": (
        f"<mjx-munderover><mjx-over>{N}</mjx-over><mjx-box>{limits(SUM, START)}</mjx-box></mjx-munderover>{K}",
        r"\sum_{k=1}^{n}k",
    ),
    "lim": (limits(f'<mjx-mo class="mjx-n">{sign("6C")}{sign("69")}{sign("6D")}</mjx-mo>', X), r"\lim_{x}"),
    "a brace below": (
        limits(
            limits(X + operator("2B") + K, '<mjx-mo><mjx-stretchy-h class="mjx-c23DF"></mjx-stretchy-h></mjx-mo>'), N
        ),
        r"\underbrace{x+k}_{n}",
    ),
    "fraction": (
        f"<mjx-mfrac><mjx-frac><mjx-num><mjx-nstrut></mjx-nstrut>{INNER_FRACTION}</mjx-num>"
        f"{BOXED_DENOMINATOR.format(digit(3))}</mjx-frac></mjx-mfrac>",
        r"\frac{\frac{x}{n}}{3}",
    ),
    "binomial": (
        f'<mjx-mrow>{operator("28")}<mjx-mfrac><mjx-frac atop="true"><mjx-num>{N}</mjx-num><mjx-den>{K}</mjx-den>'
        f"</mjx-frac></mjx-mfrac>{operator('29')}</mjx-mrow>",
        r"\binom{n}{k}",
    ),
    "roots": (
        f"<mjx-msqrt><mjx-sqrt>{ROOT_SIGN}<mjx-box>{X}</mjx-box></mjx-sqrt></mjx-msqrt>"
        f"<mjx-mroot><mjx-root>{digit(3)}</mjx-root><mjx-sqrt>{ROOT_SIGN}<mjx-box>{X}</mjx-box></mjx-sqrt></mjx-mroot>",
        r"\sqrt{x}\sqrt[3]{x}",
    ),
    "accent": (
        f"<mjx-mover><mjx-over>{operator('5E')}</mjx-over><mjx-base>{X}</mjx-base></mjx-mover>",
        r"\hat{x}",
    ),
    "matrix": (
        f"<mjx-mrow>{operator('28')}<mjx-mtable><mjx-table><mjx-itable><mjx-mtr><mjx-mtd>{X}<mjx-tstrut></mjx-tstrut>"
        f"</mjx-mtd><mjx-mtd>{K}</mjx-mtd></mjx-mtr><mjx-mtr><mjx-mtd>{digit(0)}</mjx-mtd><mjx-mtd>{digit(1)}</mjx-mtd>"
        f"</mjx-mtr></mjx-itable></mjx-table></mjx-mtable>{operator('29')}</mjx-mrow>",
        r"\left(\begin{array}{cc}x & k \\ 0 & 1\end{array}\right)",
    ),
    "words": (
        f'<mjx-mtext class="mjx-n">{sign("69")}{sign("66")}{sign("A0")}</mjx-mtext>{X}<mjx-mtext class="mjx-n">'
        "<mjx-utext>是</mjx-utext></mjx-mtext>",
        r"\text{if }x\text{是}",
    ),
    "alphabets": (
        letter("211D", "TEX-A") + letter("4C", "TEX-C") + letter("1D431", "TEX-B"),
        r"\mathbb{R}\mathcal{L}\mathbf{x}",
    ),
    "an upright letter": (letter("64", "") + X + letter("221E", ""), r"\mathrm{d}x\infty"),
    "a delimiter of pieces": (
        f'<mjx-mo><mjx-stretchy-v class="mjx-c28"><mjx-beg>{sign("239B")}</mjx-beg></mjx-stretchy-v></mjx-mo>{X}',
        "(x",
    ),
}


@pytest.mark.parametrize("name", COMMON_HTML)
def test_common_html_of_mathjax(name: str) -> None:
    drawn, expected = COMMON_HTML[name]
    page = f'<p>a <mjx-container jax="CHTML"><mjx-math aria-hidden="true">{drawn}</mjx-math></mjx-container> b</p>'
    assert rendered(page) == f"a ${expected}$ b"


def group(name: str, *inside: str, at: float | None = None) -> str:
    moved = "" if at is None else f' transform="translate(605,{at}) scale(0.707)"'
    return f'<g data-mml-node="{name}"{moved}>{"".join(inside)}</g>'


def glyph(code: str, font: str = "TEX-I") -> str:
    return f'<use data-c="{code}" xlink:href="#MJX-1-{font}-{code}"></use>'


SVG_X, SVG_N, SVG_2 = (group("mi", glyph("1D465")), group("mi", glyph("1D45B")), group("mn", glyph("32")))
SVG = {
    "power": (group("msup", SVG_X, SVG_2), "x^{2}"),
    "power before index": (
        group("msubsup", SVG_X, group("mn", glyph("32"), at=363), group("mi", glyph("1D45B"), at=-292.2)),
        "x_{n}^{2}",
    ),
    "limits from below": (
        group(
            "munderover",
            group("mo", glyph("2211")),
            group("TeXAtom", SVG_X, at=-1087.9),
            group("mi", glyph("1D45B"), at=1150),
        ),
        r"\sum_{x}^{n}",
    ),
    "fraction": (group("mfrac", SVG_X, SVG_N, '<rect width="720"></rect>'), r"\frac{x}{n}"),
    "without a line": (group("mfrac", SVG_X, SVG_N), r"{x \atop n}"),
    "root": (group("msqrt", f"<g>{SVG_X}</g>", group("mo", glyph("221A")), "<rect></rect>"), r"\sqrt{x}"),
    "sign of pieces": (group("msup", SVG_X, group("mo", f'<g data-c="2033">{glyph("2032") * 2}</g>')), "x''"),
    "alphabet": (group("mi", glyph("4C", "TEX-C")), r"\mathcal{L}"),
    "an upright letter": (group("mi", glyph("64", "TEX-N")) + SVG_X, r"\mathrm{d}x"),
}


@pytest.mark.parametrize("name", SVG)
def test_svg_of_mathjax(name: str) -> None:
    drawn, expected = SVG[name]
    page = f'<p>a <mjx-container jax="SVG"><svg><defs></defs><g>{group("math", drawn)}</g></svg></mjx-container> b</p>'
    assert rendered(page) == f"a ${expected}$ b"


def span(classes: str, *inside: str) -> str:
    return f'<span class="{classes}">{"".join(inside)}</span>'


def stacked(*parts: tuple[float, str]) -> str:
    """Set parts over one another, each at its ``top``, as KaTeX does; the line of the text is at -3."""
    strut = '<span class="pstrut" style="height:3em;"></span>'
    inside = "".join(f'<span style="top:{top}em;margin-right:0.05em;">{strut}{part}</span>' for top, part in parts)
    return span("vlist-t vlist-t2", span("vlist-r", span("vlist", inside), span("vlist-s", "\u200b")))


K_X, K_N, K_2 = span("mord mathnormal", "x"), span("mord mathnormal", "n"), span("mord", "2")
LINE = (-3.23, span("frac-line"))
BRACE = span("svg-align", span("stretchy", span("brace-left", "<svg></svg>")))
KATEX = {
    "power": (span("mord", K_X, span("msupsub", stacked((-3.363, K_2)))), "x^{2}"),
    "index": (span("mord", K_X, span("msupsub", stacked((-2.55, K_2)))), "x_{2}"),
    "index below power": (span("mord", K_X, span("msupsub", stacked((-2.45, K_2), (-3.413, K_N)))), "x_{2}^{n}"),
    "fraction": (span("mord", span("mfrac", stacked((-2.314, K_N), LINE, (-3.677, K_2)))), r"\frac{2}{n}"),
    "binomial": (
        span("minner", span("mopen", "("), span("mfrac", stacked((-2.314, K_2), (-3.677, K_N))), span("mclose", ")")),
        r"\binom{n}{2}",
    ),
    "root": (
        span("mord sqrt", stacked((-3, span("mord", K_X)), (-2.8, span("hide-tail", "<svg></svg>")))),
        r"\sqrt{x}",
    ),
    "root with an index": (
        span("mord sqrt", span("root", stacked((-2.9, K_2))), stacked((-3, K_X))),
        r"\sqrt[2]{x}",
    ),
    "limits": (
        span("mop op-limits", stacked((-1.87, K_X), (-3.05, span("mop op-symbol", "∑")), (-4.3, K_N))) + K_2,
        r"\sum_{x}^{n}2",
    ),
    "function": (span("mop", "lo", span("", "g")) + span("mspace") + K_X, r"\log x"),
    "accent": (span("mord accent", stacked((-3, K_X), (-3, span("accent-body", span("mord", "^"))))), r"\hat{x}"),
    "arrow": (span("mord accent", stacked((-3, K_X), (-3, span("accent-body", "<svg></svg>")))), r"\vec{x}"),
    "line above": (span("mord overline", stacked((-3, K_X), (-3.6, span("overline-line")))), r"\overline{x}"),
    "brace below": (
        span("mord munder", stacked((-1.4, K_N), (-3, span("mord munder", stacked((-2.1, BRACE), (-3, K_X)))))),
        r"\underbrace{x}_{n}",
    ),
    "cases": (
        span(
            "minner",
            span("mopen delimcenter", span("delimsizing size1", "{")),
            span(
                "mtable",
                span("col-align-l", stacked((-3.6, K_2), (-2.4, K_N))),
                span("col-align-l", stacked((-3.6, K_X))),
            ),
            span("mclose nulldelimiter"),
        ),
        r"\left\{\begin{array}{cc}2 & x \\ n & \end{array}\right.",
    ),
    "not equal": (K_X + span("mrel", span("mrel", span("inner", "\ue020")), span("mrel", "=")) + K_2, r"x\ne2"),
    "upright letters": (
        span("mord mathrm", "d") + K_X + span("mop", span("mord mathrm", "rank")) + span("mord mathrm", "const"),
        r"\mathrm{d}x\operatorname{rank}\mathrm{const}",
    ),
    "words and alphabets": (span("mord text", span("mord", "if ")) + span("mord mathbb", "R"), r"\text{if }\mathbb{R}"),
}


@pytest.mark.parametrize("name", KATEX)
def test_html_of_katex(name: str) -> None:
    drawn, expected = KATEX[name]
    page = f"<p>a {span('katex', span('katex-html', span('base', span('strut'), drawn)))} b</p>"
    assert rendered(page) == f"a ${expected}$ b"


TAGS = (
    "msup",
    "msubsup",
    "munderover",
    "munder",
    "mover",
    "mfrac",
    "frac",
    "num",
    "den",
    "mroot",
    "sqrt",
    "mtable",
    "mi",
)
CLASSES = ("msupsub", "vlist", "mfrac", "sqrt", "root", "op-limits", "accent", "munder", "mtable", "col-align-c", "mop")


@given(st.lists(st.tuples(st.sampled_from(TAGS), st.booleans()), max_size=12))
def test_any_nesting_of_mathjax_is_read(elements: list[tuple[str, bool]]) -> None:
    drawn = "".join(f"<mjx-{tag}>" + (f"</mjx-{tag}>" if closed else "") for tag, closed in elements)
    assert rendered(f"<p>a</p><mjx-container><mjx-math>{drawn}").startswith("a")
    drawn = "".join(f'<g data-mml-node="{tag}">' + ("</g>" if closed else "") for tag, closed in elements)
    assert rendered(f'<p>a</p><mjx-container><svg><g data-mml-node="math">{drawn}').startswith("a")


@given(st.lists(st.tuples(st.sampled_from(CLASSES), st.booleans()), max_size=12))
def test_any_nesting_of_katex_is_read(elements: list[tuple[str, bool]]) -> None:
    drawn = "".join(f'<span class="{name}">x' + ("</span>" if closed else "") for name, closed in elements)
    assert rendered(f'<p>a</p><span class="katex"><span class="katex-html">{drawn}').startswith("a")


def test_a_formula_nested_without_end_is_read() -> None:
    assert rendered("<p>a</p><mjx-container><mjx-math>" + "<mjx-mrow>" * 390 + "x").startswith("a")
    assert rendered('<p>a</p><span class="katex"><span class="katex-html">' + '<span class="mord">' * 390 + "x") != ""
