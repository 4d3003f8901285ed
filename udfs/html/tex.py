"""LaTeX as pages carry it: delimiters, wrappers, and formulas left raw in the text."""

from __future__ import annotations

import re
from bisect import bisect_left

from udfs.html.asciimath import asciimath_to_tex

_DELIMITERS = (("$$", "$$", True), (r"\[", r"\]", True), (r"\(", r"\)", False), ("$", "$", False))
_TEXTCOLOR = re.compile(r"\\textcolor\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}\s*\{")
_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*%")
_EQUATION = re.compile(r"\\begin\{(equation\*?|displaymath|math)\}(.*?)\\end\{\1\}", re.S)
_ENVIRONMENT_NAMES = r"(?:equation|align|alignat|gather|multline|eqnarray|flalign|displaymath|CD)\*?"
_DISPLAY_ENVIRONMENT = re.compile(r"\\begin\{" + _ENVIRONMENT_NAMES + r"\}")
# What MathJax sites put around a post to keep its definitions apart.
_DEBRIS = (r"\begingroup", r"\endgroup")
# Names that LaTeXML gives to commands it redefines, and those it leaves of operators it did not know.
_INTERNAL = re.compile(r"\\lx@(?=[a-zA-Z])")
_LIMITS = re.compile(r"\\([a-z]+)@\s*\\slimits@+")
_WHITE = re.compile(r"[ \t\r\f\v\u00a0]+")


def closing_brace(text: str, start: int) -> int:
    r"""Return the index of the brace that closes the one at `start`, or -1.

    Examples
    --------
    >>> closing_brace(r"{a{b}\}}", 0)
    7
    """
    depth = 0
    at = start
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1


def _without_comments(tex: str) -> str:
    # A per cent sign with no line end behind it is a sign, not a comment.
    *lines, last = tex.split("\n")
    cut = [(_COMMENT.search(line), line) for line in lines]
    return "\n".join([line[: match.end() - 1] if match else line for match, line in cut] + [last])


def _without_textcolor(tex: str) -> str:
    # Each pass removes one command; a hostile formula may hold many, so the passes are bounded.
    for _ in range(100):
        match = _TEXTCOLOR.search(tex)
        if match is None:
            break
        end = closing_brace(tex, match.end() - 1)
        if end < 0:
            break
        tex = tex[: match.start()] + tex[match.end() : end] + tex[end + 1 :]
    return tex


def _without_displaystyle(tex: str) -> str:
    # MediaWiki and LaTeXML put the style of the whole formula into it; the delimiters already say that.
    wrapped = re.match(r"\{\s*\\(?:display|text)style(?![a-zA-Z])", tex)
    if wrapped and closing_brace(tex, 0) == len(tex) - 1:
        return tex[wrapped.end() : -1].strip()
    bare = re.match(r"\\displaystyle(?![a-zA-Z])\s*", tex)
    return tex[bare.end() :] if bare else tex


def strip_delimiters(tex: str) -> tuple[str, bool | None]:
    r"""Take one pair of math delimiters off, and tell what they said: display, inline, or nothing (None).

    Examples
    --------
    >>> strip_delimiters(r"\[ x \]"), strip_delimiters("$y$"), strip_delimiters("z")
    (('x', True), ('y', False), ('z', None))
    >>> strip_delimiters(r"\documentclass{minimal} \begin{document}$$x$$\end{document}")
    ('x', True)
    """
    tex = tex.strip()
    # Publishers give a whole document for each formula.
    if "\\begin{document}" in tex:
        tex = tex.partition("\\begin{document}")[2].partition("\\end{document}")[0].strip()
    for opening, closing, display in _DELIMITERS:
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) >= len(opening) + len(closing):
            inner = tex[len(opening) : -len(closing)]
            if opening.startswith("$") and re.search(r"(?<!\\)" + re.escape(opening), inner):
                continue
            return inner.strip(), display
    return tex, None


def clean_tex(tex: str, display: bool = False) -> tuple[str, bool]:
    r"""Bring one formula into the form the text keeps: no delimiters, no colour, no comment, no empty line.

    Parameters
    ----------
    tex : str
        LaTeX with or without delimiters.
    display : bool
        What the surroundings say; delimiters and environments inside the formula overrule it.

    Returns
    -------
    tuple of str and bool
        The LaTeX (empty where nothing is left), and whether it is a display formula.

    Examples
    --------
    >>> clean_tex(r"{\displaystyle x^{2}}")
    ('x^{2}', False)
    >>> clean_tex(r"\begin{equation*} a = \textcolor{red}{b} \end{equation*}")
    ('a = b', True)
    >>> clean_tex(r"a\lx@stackrel{f}{\to}\sum@\slimits@@@_{i}b")
    ('a\\stackrel{f}{\\to}\\sum_{i}b', False)
    """
    tex, told = strip_delimiters(tex)
    display = display if told is None else told
    if "%" in tex:
        tex = _without_comments(tex)
    if "@" in tex:
        tex = _LIMITS.sub(r"\\\1", _INTERNAL.sub(r"\\", tex))
    tex = _without_displaystyle(_without_textcolor(tex).strip())
    whole = _EQUATION.fullmatch(tex)
    if whole:
        tex, display = whole[2].strip(), whole[1] != "math"
    elif _DISPLAY_ENVIRONMENT.match(tex):
        display = True
    lines = [_WHITE.sub(" ", line).strip() for line in tex.split("\n")]
    tex = ("\n" if display else " ").join(line for line in lines if line)
    # A lone dollar inside would end the formula early.
    tex = re.sub(r"(?<!\\)\$", r"\\$", tex) if "$" in tex and not re.search(r"\\(?:text|mbox|hbox)", tex) else tex
    if tex in _DEBRIS:
        return "", False
    if tex.endswith("\\") and not tex.endswith("\\\\"):
        tex += " "
    return tex, display


# Among the marks of a page: between its dollars is AsciiMath, but for what has commands of LaTeX.
ASCII_DOLLARS = "A"
_TEX_COMMAND = re.compile(r"\\[a-zA-Z]|[_^]\{")
_TAGS = "i?tex|latex|[di]?math"
_WORDPRESS_OPTION = re.compile(r"&(?:s|fg|bg)=[0-9a-zA-Z-]{0,12}\Z")
_WORDPRESS_OPTIONS = 3
_INLINE = ("inline", "three", "latex", "tagged")
_RAW = re.compile(
    r"\\\((?P<inline>(?:[^\\]|\\(?![()]).)++)\\\)"
    r"|\\\[(?P<bracket>(?:[^\\]|\\(?![\[\]]).)++)\\\]"
    r"|(?<![\\$])\$\$(?P<dollars>(?:[^$\\]|\\.)++)\$\$(?!\$)"
    # As Codeforces has it; three dollars with blanks inside are prices.
    r"|(?<![\\$])\${6}(?P<six>(?:[^$\\]|\\.)++)\${6}(?!\$)"
    r"|(?<![\\$])\${3}(?P<three>(?![\s$])(?:[^$\\]|\\.)++(?<!\s))\${3}(?!\$)"
    # WordPress, with colours and sizes behind the formula; forums.
    r"|(?<![\\$\w])\$latex\s(?P<latex>(?:[^$\\]|\\.)++)(?<!\s)\$(?!\d)"
    r"|\[(?P<tag>" + _TAGS + r")\](?P<tagged>(?:[^\[\\]|\\.|\[(?!/?(?:" + _TAGS + r")\]))++)\[/(?P=tag)\]"
    r"|\\begin\{(?P<name>" + _ENVIRONMENT_NAMES + r")\}(?:[^\\]|\\(?!(?:begin|end)\{(?P=name)\}).)*+\\end\{(?P=name)\}",
    re.S,
)
_SINGLE = re.compile(r"(?<![\\$\w])\$(?P<single>(?![\s$])(?:[^$\\]|\\.){0,400}?(?<![\s\\]))\$(?![\d$])", re.S)
_BACKTICKS = re.compile(r"`([^`\n]{1,400})`")
_MATH_SIGNS = re.compile(
    r"[\\^_{}=<>+*/|]|^[A-Za-z]('|\([^)]*\))?$|^-?\d+(\.\d+)?$|^\(?[A-Za-z0-9]+(,\s?[A-Za-z0-9]+)+\)?$"
)


def may_hold_formulas(text: str, single_marks: str) -> bool:
    """Tell, by a few signs, whether it is worth while to look for formulas in a text."""
    return "$" in text or "\\" in text or "[/" in text or "`" in single_marks


def raw_formulas(text: str, single_marks: str) -> list[tuple[int, int, str, bool]]:
    r"""Find the formulas that a page leaves to its script: ``\(..\)``, ``\[..\]``, ``$$..$$``, environments, ``$..$``.

    Parameters
    ----------
    text : str
        Text of one block.
    single_marks : str
        Which of ``$`` and the backtick (AsciiMath) quote a formula: on pages that load a script for it, for
        elsewhere a dollar is money. `ASCII_DOLLARS` among them: dollars quote AsciiMath too.

    Returns
    -------
    list of tuple
        Start, end, cleaned LaTeX, display; in order and without overlap.

    Examples
    --------
    >>> raw_formulas(r"let \(a<b\) cost $5", single_marks="")
    [(4, 11, 'a<b', False)]
    """
    found: list[tuple[int, int, str, bool]] = []
    if "\\" in text or "$$" in text or "$latex" in text or "[/" in text:
        for match in _RAW.finditer(text):
            kind = match.lastgroup or "name"
            source = match[0] if kind == "name" else match[kind]
            # Guides rate prices by dollars: "$$ to $$".
            if kind == "dollars" and "$" not in single_marks and not _MATH_SIGNS.search(source.strip()):
                continue
            if kind == "latex":
                for _ in range(_WORDPRESS_OPTIONS):
                    source = _WORDPRESS_OPTION.sub("", source.rstrip())
            tex, display = clean_tex(source, kind not in _INLINE or match["tag"] == "dmath")
            found.append((match.start(), match.end(), tex, display))
    if "$" in single_marks and text.count("$") > 1:
        taken = sorted((start, end) for start, end, _, _ in found)
        for match in _SINGLE.finditer(text):
            source = match["single"]
            if _MATH_SIGNS.search(source) and not _overlaps(taken, *match.span()):
                is_ascii = ASCII_DOLLARS in single_marks and _TEX_COMMAND.search(source) is None
                tex = asciimath_to_tex(source) if is_ascii else clean_tex(source)[0]
                found.append((match.start(), match.end(), tex, False))
    if "`" in single_marks and (not found or ASCII_DOLLARS in single_marks):
        taken = sorted((start, end) for start, end, _, _ in found)
        for match in _BACKTICKS.finditer(text):
            if not _overlaps(taken, *match.span()):
                found.append((match.start(), match.end(), asciimath_to_tex(match[1]), False))
    return sorted(found)


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether a stretch overlaps one of many, which are in order."""
    before = bisect_left(taken, (end, 0)) - 1
    return before >= 0 and taken[before][1] > start
