"""MathML and AsciiMath to LaTeX, known answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from udfs.html.asciimath import asciimath_to_tex
from udfs.html.content_mathml import content_to_tex
from udfs.html.mathml import presentation_to_tex

PRESENTATION = {
    "<mi mathvariant='normal'>d</mi><mi>x</mi>": r"\mathrm{d}x",
    "<mi mathvariant='normal'>Γ</mi>": r"\Gamma",
    "<msqrt><mi>x</mi></msqrt>": r"\sqrt{x}",
    "<mroot><mi>x</mi><mn>3</mn></mroot>": r"\sqrt[3]{x}",
    "<msubsup><mo>∫</mo><mn>0</mn><mi>∞</mi></msubsup>": r"\int_{0}^{\infty}",
    "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msub>"
    "<mi>a</mi><mi>i</mi></msub>": r"\sum_{i=1}^{n}a_{i}",
    "<mover><mi>x</mi><mo>¯</mo></mover>": r"\overline{x}",
    "<mover><mi>v</mi><mo>→</mo></mover>": r"\vec{v}",
    "<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>": r"\sin x",
    "<mi mathvariant='double-struck'>R</mi>": r"\mathbb{R}",
    "<mi>ℝ</mi>": r"\mathbb{R}",
    "<mi>𝒪</mi>": r"\mathcal{O}",
    "<mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac>": r"{n \atop k}",
    "<mrow><mo>(</mo><mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></mrow>": r"\binom{n}{k}",
    "<mrow><mo>{</mo><mtable><mtr><mtd><mi>x</mi></mtd></mtr></mtable><mo></mo></mrow>": (
        r"\left\{\begin{array}{c}x\end{array}\right."
    ),
    "<mroot></mroot>": r"\sqrt[]{}",
    "<mi>𝜕</mi>": r"\partial",
    "<mfenced><mi>a</mi><mi>b</mi></mfenced>": "(a,b)",
    "<mfenced open='[' close=''><mi>a</mi></mfenced>": r"\left[a\right.",
    "<mtext>for all </mtext><mi>x</mi>": r"\text{for all }x",
    "<mi>f</mi><mo>'</mo>": "f'",
    "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn>"
    "</mtd></mtr></mtable>": r"\begin{array}{cc}1 & 2 \\ 3 & 4\end{array}",
    "<mmultiscripts><mi>X</mi><mi>a</mi><none/><mprescripts/><mn>2</mn><mn>3</mn></mmultiscripts>": "{}_{2}^{3}X_{a}",
    "<mo>{</mo><mi>x</mi><mo>}</mo>": r"\{x\}",
    "<mi>α</mi><mi>x</mi>": r"\alpha x",
    "<mn>50</mn><mo>%</mo>": r"50\%",
    "<mrow><mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow>": r"\left(\frac{a}{b}\right)",
    "<semantics><mi>x</mi><annotation-xml><apply><plus/></apply></annotation-xml></semantics>": "x",
}


@pytest.mark.parametrize("markup", PRESENTATION)
def test_presentation(markup: str) -> None:
    assert presentation_to_tex(etree.fromstring(f"<math>{markup}</math>")) == PRESENTATION[markup]


CONTENT = {
    "<apply><times/><cn>2</cn><apply><plus/><ci>a</ci><ci>b</ci></apply></apply>": r"2 \left(a+b\right)",
    "<apply><divide/><ci>a</ci><ci>b</ci></apply>": r"\frac{a}{b}",
    "<apply><minus/><ci>x</ci></apply>": "-x",
    "<apply><eq/><ci>y</ci><apply><root/><degree><cn>3</cn></degree><ci>x</ci></apply></apply>": r"y=\sqrt[3]{x}",
    "<apply><sin/><ci>x</ci></apply>": r"\sin\left(x\right)",
    "<apply><int/><bvar><ci>x</ci></bvar><lowlimit><cn>0</cn></lowlimit><uplimit><cn>1</cn></uplimit>"
    "<ci>x</ci></apply>": r"\int_{0}^{1} x\,dx",
    "<apply><sum/><bvar><ci>i</ci></bvar><lowlimit><cn>1</cn></lowlimit><uplimit><ci>n</ci></uplimit>"
    "<ci>i</ci></apply>": r"\sum_{i=1}^{n} i",
    "<apply><power/><apply><plus/><ci>a</ci><cn>1</cn></apply><cn>2</cn></apply>": r"\left(a+1\right)^{2}",
    "<apply><ci>f</ci><ci>x</ci></apply>": r"f\left(x\right)",
    "<apply><in/><ci>x</ci><reals/></apply>": r"x\in \mathbb{R}",
    "<matrix><matrixrow><cn>1</cn><cn>0</cn></matrixrow></matrix>": r"\begin{pmatrix}1 & 0\end{pmatrix}",
    "<apply><diff/><bvar><ci>x</ci></bvar><ci>f</ci></apply>": r"\frac{d}{dx}f",
    "<cn type='rational'>1<sep/>2</cn>": r"\frac{1}{2}",
}


@pytest.mark.parametrize("markup", CONTENT)
def test_content(markup: str) -> None:
    assert content_to_tex(etree.fromstring(markup)) == CONTENT[markup]
    assert presentation_to_tex(etree.fromstring(f"<math>{markup}</math>")) == CONTENT[markup]


ASCII = {
    "x=(-b+-sqrt(b^2-4ac))/(2a)": r"x=\frac{-b\pm\sqrt{b^{2}-4ac}}{2a}",
    "f:RR->RR": r"f:\mathbb{R}\to\mathbb{R}",
    "((a,b),(c,d))": r"\begin{pmatrix}a & b \\ c & d\end{pmatrix}",
    "f(x,y)": "f(x,y)",
    "root 3 x": r"\sqrt[3]{x}",
    "text(hi) x": r"\text{hi}x",
    "lim_(x->oo) 1/x": r"\lim_{x\to\infty}\frac{1}{x}",
    "|x|": "|x|",
    "((": "((",
    "2 -: 3 != 1": r"2\div3\ne1",
}


@pytest.mark.parametrize("source", ASCII)
def test_asciimath(source: str) -> None:
    assert asciimath_to_tex(source) == ASCII[source]


@given(st.text(alphabet='()[]{}|/^_x1,+ sqrt:"<=>', max_size=60))
def test_asciimath_never_raises_and_leaves_no_mark(source: str) -> None:
    tex = asciimath_to_tex(source)
    assert "\0" not in tex
    assert "\1" not in tex


def test_deep_mathml_does_not_recurse() -> None:
    node = root = etree.Element("math")
    for _ in range(5_000):
        node = etree.SubElement(node, "msup")
        etree.SubElement(node, "mi").text = "x"
    assert presentation_to_tex(root).startswith("x^{x^{x")
