"""LaTeX formulas in the form that a benchmark compares, and the macros of a LaTeX source.

White space goes, and so do braces that only group and commands that only change the looks; of two names of one sign one
is kept. Macros that programs in TeX define are beyond it.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Macro(NamedTuple):
    """A macro of a LaTeX source; ``default`` is what stands for the first argument where no ``[..]`` gives it."""

    arguments: int
    body: str
    default: str | None = None


_DEEPEST_MACRO = 6
_LONGEST_MACRO = 2000
_ALIASES = {
    "le": "leq", "ge": "geq", "ne": "neq", "to": "rightarrow", "gets": "leftarrow", "land": "wedge", "lor": "vee",
    "lnot": "neg", "dfrac": "frac", "tfrac": "frac", "dots": "ldots", "dotsc": "ldots", "dotsb": "cdots",
    "lbrace": "\\{", "rbrace": "\\}", "vert": "|", "lvert": "|", "rvert": "|", "mid": "|", "Vert": "\\|", "colon": ":",
    "lbrack": "[", "rbrack": "]", "lt": "<", "gt": ">", "iff": "Longleftrightarrow", "owns": "ni", "hslash": "hbar",
    "bold": "mathbf", "bf": "mathbf", "rm": "mathrm", "cal": "mathcal", "it": "mathit", "operatorname": "mathop",
    "text": "mbox", "textrm": "mbox", "textit": "mbox", "hbox": "mbox", "mathrm": "mbox", "limits": "", "nolimits": "",
    "displaystyle": "", "textstyle": "", "scriptstyle": "", "left": "", "right": "", "middle": "", "big": "",
    "Big": "", "bigg": "", "Bigg": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "", "biggl": "", "biggr": "",
    "quad": "", "qquad": "", "ensuremath": "", "xspace": "",
    "Bbb": "mathbb", "dotsm": "cdots", "sp": "^", "sb": "_", "slash": "/",
    "nonumber": "", "notag": "", "hfill": "", "allowbreak": "", "thinspace": "",
}  # fmt: skip
_SPACING = re.compile(r"\\[,;:!> ]|~|\\hspace\*?\{[^}]*\}|\\vspace\*?\{[^}]*\}|\\(?:label|tag\*?|ref)\{[^}]*\}")
_ROWS = re.compile(r"\\\\\*?(?:\[[^\]]*\])?|\\cr\b")
_LAYOUT = re.compile(
    r"\\(?:begin|end)\{(?:aligned|align|alignat|split|gathered|array|gather|cases|multline|eqnarray|equation)\*?\}"
    r"(?:\[[a-z]?\])?(?:\{[lcr|@{}!<>. \d]*\})?"
)
_COMMAND = re.compile(r"\\([a-zA-Z]+)\s*")
_BRACES = re.compile(r"(?<!\\)[{}]")


def formula_rows(formula: str, macros: dict[str, Macro]) -> list[str]:
    """Return the rows of a formula in the form that is compared; rows without any sign are left out."""
    text = _LAYOUT.sub("", expand(formula, macros))
    rows = []
    for row in _ROWS.split(text):
        plain = _COMMAND.sub(lambda found: _named(found.group(1)), _SPACING.sub("", row))
        plain = re.sub(r"\^?\\prime", "'", re.sub(r"\s+|(?<!\\)&", "", _BRACES.sub("", plain))).strip(
            ".,;:\u3002\uff0c"
        )
        if plain:
            rows.append(plain)
    return rows


def _named(command: str) -> str:
    alias = _ALIASES.get(command, command)
    return f"\\{alias}" if alias.isalpha() else alias


_DRAWINGS = ("\\psfrag", "\\xymatrix", "\\begin{pspicture}")
_PROGRAM = re.compile(r"\\def\s*\\([a-zA-Z]+)(?![a-zA-Z@])[^\n]*\\@ifnextchar")


def is_beyond_macros(tex: str) -> bool:
    r"""Tell whether the body of a LaTeX source draws, or uses a macro that looks at what follows it.

    Examples
    --------
    >>> program = r"\def\f#1{\@ifnextchar\bgroup{a}{b}}" + "\n"
    >>> [is_beyond_macros(program + rf"\begin{{document}}{body}") for body in (r"$\f{x}$", r"$\frac{1}{2}$")]
    [True, False]
    """
    head, _, body = tex.partition("\\begin{document}")
    programs = _PROGRAM.findall(head)
    return any(drawing in body for drawing in _DRAWINGS) or any(
        re.search(rf"\\{name}(?![a-zA-Z])", body) is not None for name in programs
    )


_OPENING = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand)\*?\s*\{?\\(?P<new>[a-zA-Z]+)\}?\s*"
    r"(?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\]]*)\])?\s*\{"
    r"|\\def\s*\\(?P<def>[a-zA-Z]+)\s*(?P<marks>(?:#\d)*)\s*\{"
    r"|\\DeclareMathOperator\*?\s*\{?\\(?P<operator>[a-zA-Z]+)\}?\s*\{"
    r"|\\let\s*\\(?P<let>[a-zA-Z]+)\s*=?\s*(?P<other>\\[a-zA-Z]+)"
)
_TEX_COMMENT = re.compile(r"(?<!\\)%.*\n?")


def read_macros(tex: str) -> dict[str, Macro]:
    r"""Return the macros that a LaTeX source defines by a plain command.

    Examples
    --------
    >>> read_macros("\\newcommand{\\id}[2][A]%\n{#1:#2}\n\\let\\one=\\id")
    {'id': Macro(arguments=2, body='#1:#2', default='A'), 'one': Macro(arguments=0, body='\\id', default=None)}
    """
    tex = _TEX_COMMENT.sub("", tex)
    macros: dict[str, Macro] = {}
    for found in _OPENING.finditer(tex):
        if found["let"]:
            macros[found["let"]] = Macro(0, found["other"])
            continue
        body = _group(tex, found.end() - 1)
        if body is None:
            continue
        if found["operator"]:
            macros[found["operator"]] = Macro(0, rf"\operatorname{{{body}}}")
        elif found["def"]:
            macros[found["def"]] = Macro(len(found["marks"]) // 2, body)
        else:
            macros[found["new"]] = Macro(int(found["count"] or 0), body, found["default"])
    return macros


def _group(text: str, start: int) -> str | None:
    depth = 0
    for place in range(start, min(len(text), start + _LONGEST_MACRO)):
        if text[place] in "{}" and text[place - 1] != "\\":
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return text[start + 1 : place]
    return None


def expand(formula: str, macros: dict[str, Macro]) -> str:
    """Replace macros by their bodies, those inside bodies too."""
    if not macros:
        return formula
    call = re.compile(r"\\(" + "|".join(sorted(map(re.escape, macros), key=len, reverse=True)) + r")(?![a-zA-Z])")
    for _ in range(_DEEPEST_MACRO):
        expanded = _expand_once(formula, call, macros)
        if expanded == formula:
            break
        formula = expanded
    return formula


def _expand_once(formula: str, call: re.Pattern[str], macros: dict[str, Macro]) -> str:
    pieces, place = [], 0
    while (found := call.search(formula, place)) is not None:
        macro = macros[found[1]]
        body, end = macro.body, found.end()
        for number in range(1, macro.arguments + 1):
            given = _OPTIONAL.match(formula, end) if number == 1 and macro.default is not None else None
            if given is not None:
                argument, end = given[1], given.end()
            elif number == 1 and macro.default is not None:
                argument = macro.default
            else:
                argument, end = _argument(formula, end)
            body = body.replace(f"#{number}", argument)
        # What follows a bare command is still its argument, so no group is put around it.
        bare = re.fullmatch(r"\\[a-zA-Z]+", body) is not None
        pieces.append(formula[place : found.start()] + (body if bare else f"{{{body}}}"))
        place = end
    return "".join([*pieces, formula[place:]])


_OPTIONAL = re.compile(r"\s*\[([^\]]*)\]")


def _argument(formula: str, place: int) -> tuple[str, int]:
    """Return the argument that begins at a place, a group or one sign, and where it ends."""
    while place < len(formula) and formula[place].isspace():
        place += 1
    group = _group(formula, place) if formula[place : place + 1] == "{" else None
    return (formula[place : place + 1], place + 1) if group is None else (group, place + len(group) + 2)
