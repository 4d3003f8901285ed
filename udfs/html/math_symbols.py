"""Unicode characters of mathematics and the LaTeX commands for them (names as in amsmath and amssymb)."""

from __future__ import annotations

import re
import unicodedata

from udfs.html.tree import names

_GREEK = r"""
    α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota κ kappa ϰ
    varkappa λ lambda μ mu ν nu ξ xi π pi ϖ varpi ρ rho ϱ varrho σ sigma ς varsigma τ tau υ upsilon φ varphi ϕ phi
    χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega µ mu ∆
    Delta
"""
_RELATIONS = r"""
    ≤ le ≥ ge ≠ ne ≈ approx ≡ equiv ∼ sim ≃ simeq ≅ cong ∝ propto ≪ ll ≫ gg ⩽ leqslant ⩾ geqslant ≲ lesssim ≳
    gtrsim ≺ prec ≻ succ ⪯ preceq ⪰ succeq ∈ in ∉ notin ∋ ni ⊂ subset ⊃ supset ⊆ subseteq ⊇ supseteq ⊊ subsetneq ⊄
    not\subset ∣ mid ∤ nmid ∥ parallel ⊥ perp ⊢ vdash ⊨ models ⊩ Vdash ⊴ trianglelefteq ⊲ triangleleft ≐ doteq ≜
    triangleq ∦ nparallel ≰ nleq ≱ ngeq ≮ nless ≯ ngtr ≢ not\equiv
"""
_OPERATORS = r"""
    − - × times ÷ div ± pm ∓ mp ⋅ cdot · cdot ∗ ast ∘ circ ∙ bullet • bullet ⊕ oplus ⊖ ominus ⊗ otimes ⊙ odot ∩
    cap ∪ cup ⊎ uplus ∧ wedge ∨ vee ∖ setminus ⋆ star † dagger ‡ ddagger ⋊ rtimes ⋉ ltimes ⊔ sqcup ⊓ sqcap ≀ wr ∑
    sum ∏ prod ∐ coprod ∫ int ∬ iint ∭ iiint ∮ oint ⋂ bigcap ⋃ bigcup ⨁ bigoplus ⨂ bigotimes ⋁ bigvee ⋀ bigwedge ⨆
    bigsqcup √ surd
"""
_ARROWS = r"""
    → to ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow ⇔ Leftrightarrow ⟶ longrightarrow ⟵ longleftarrow ⟹
    Longrightarrow ⟸ Longleftarrow ⟺ Longleftrightarrow ↦ mapsto ⟼ longmapsto ↪ hookrightarrow ↩ hookleftarrow ↠
    twoheadrightarrow ↣ rightarrowtail ↑ uparrow ↓ downarrow ↗ nearrow ↘ searrow ⇌ rightleftharpoons ⇝ leadsto ⇀
    rightharpoonup ⇑ Uparrow ⇓ Downarrow
"""
_OTHERS = r"""
    ∞ infty ∂ partial ∇ nabla ∀ forall ∃ exists ∄ nexists ∅ emptyset ¬ neg ⊤ top ∠ angle △ triangle □ square ◻
    square ■ blacksquare ℵ aleph ℏ hbar ℓ ell ℘ wp ℜ Re ℑ Im … ldots ⋯ cdots ⋮ vdots ⋱ ddots ′ prime ″ prime\prime
    ∴ therefore ∵ because ° circ ♯ sharp ♭ flat ♮ natural ⟨ langle ⟩ rangle 〈 langle 〉 rangle ⌊ lfloor ⌋ rfloor ⌈
    lceil ⌉ rceil ‖ | ⟦ llbracket ⟧ rrbracket ı imath ȷ jmath ⋄ diamond ◇ diamond ℧ mho ∎ blacksquare ✓ checkmark
    ⏟ underbrace ⏞ overbrace § S ¶ P £ pounds
"""


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return {char: "-" if name == "-" else "\\" + name for char, name in zip(words[::2], words[1::2], strict=True)}


SYMBOLS: dict[str, str] = {
    **_pairs(_GREEK),
    **_pairs(_RELATIONS),
    **_pairs(_OPERATORS),
    **_pairs(_ARROWS),
    **_pairs(_OTHERS),
    "°": r"^{\circ}",
    "\u2003": r"\quad",
    "\u2002": r"\ ",
    "\u2009": r"\,",
    "\u2005": r"\:",
    "\u200a": "",
    "\u00a0": r"\ ",
    "‐": "-",
    "–": "-",
    "‑": "-",
}
FUNCTIONS = names("""
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max
    min Pr sec sin sinh sup tan tanh
""")
LARGE_OPERATORS = names(r"""
    \sum \prod \coprod \int \iint \iiint \oint \bigcap \bigcup \bigoplus \bigotimes \bigvee \bigwedge \bigsqcup
""")
ACCENTS = {
    r"\hat{}": r"\hat",
    "ˆ": r"\hat",
    "̂": r"\hat",
    "¯": r"\overline",
    "‾": r"\overline",
    "ˉ": r"\bar",
    "̅": r"\overline",
    "̄": r"\bar",
    r"\_": r"\overline",
    "-": r"\overline",
    "~": r"\tilde",
    r"\sim": r"\tilde",
    "˜": r"\tilde",
    "̃": r"\tilde",
    r"\to": r"\vec",
    r"\rightharpoonup": r"\vec",
    "⃗": r"\vec",
    r"\leftarrow": r"\overleftarrow",
    "˙": r"\dot",
    "̇": r"\dot",
    ".": r"\dot",
    "¨": r"\ddot",
    "̈": r"\ddot",
    "..": r"\ddot",
    "ˇ": r"\check",
    "˘": r"\breve",
    "´": r"\acute",
    "`": r"\grave",
    "⏞": r"\overbrace",
    "︷": r"\overbrace",
    r"\overbrace": r"\overbrace",
    "⌢": r"\widehat",
}
UNDER_ACCENTS = {
    r"\_": r"\underline",
    "¯": r"\underline",
    "‾": r"\underline",
    "̲": r"\underline",
    "-": r"\underline",
    "⏟": r"\underbrace",
    "︸": r"\underbrace",
    r"\underbrace": r"\underbrace",
}

_STYLE_WORDS = _pairs("""
    DOUBLE-STRUCK mathbb SCRIPT mathcal FRAKTUR mathfrak BLACK-LETTER mathfrak SANS-SERIF mathsf
    MONOSPACE mathtt BOLD mathbf
""")
_SPECIAL = {char: "\\" + char for char in "#$%&_{}"} | {"\\": r"\backslash", "~": r"\sim", "^": r"\hat{}"}
INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b\u200c\u200d\ufeff"))
_ENDS_IN_COMMAND = re.compile(r"\\[a-zA-Z]+$")


def local_name(tag: object) -> str:
    """Return the lower-case tag without its prefix or namespace; empty for what is not an element."""
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def join_tex(parts: list[str]) -> str:
    r"""Join pieces of LaTeX, with a space only where a command would swallow a letter.

    Examples
    --------
    >>> join_tex([r"\alpha", "x", "+", "1"])
    '\\alpha x+1'
    """
    out = ""
    for part in parts:
        if not part:
            continue
        if part[0].isalpha() and _ENDS_IN_COMMAND.search(out[-40:]):
            out += " "
        out += part
    return out


def _styled_letter(char: str) -> str | None:
    # Mathematical Alphanumeric Symbols and the older letter-like ones: the Unicode name tells the alphabet.
    name = unicodedata.name(char, "")
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1 or plain == char or not (plain.isalnum() or plain in SYMBOLS):
        return None
    symbol = SYMBOLS.get(plain, plain)
    for word, command in _STYLE_WORDS.items():
        if word in name:
            return rf"{command}{{{symbol}}}"
    return symbol


def symbol_tex(text: str) -> str:
    """Write characters of a token element as LaTeX."""
    pieces = []
    for char in text.translate(INVISIBLE):
        if char in _SPECIAL:
            pieces.append(_SPECIAL[char])
        elif char in SYMBOLS:
            pieces.append(SYMBOLS[char])
        elif ord(char) > 0x2000 and (styled := _styled_letter(char)):
            pieces.append(styled)
        elif char.isspace():
            pieces.append(" " if pieces and pieces[-1] != " " else "")
        else:
            pieces.append(char)
    return join_tex(pieces)
