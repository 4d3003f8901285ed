"""LaTeX formulas in the form that a benchmark compares, and the macros of a LaTeX source.

White space goes, and so do braces that only group and commands that only change the looks; of two names of one sign one
is kept. Macros that programs in TeX define are beyond it.
"""

from __future__ import annotations

import re

# Number of arguments, and body.
Macro = tuple[int, str]

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


def read_macros(tex: str) -> dict[str, Macro]:
    """Return number of arguments and body of each macro that a LaTeX source defines by a plain command."""
    macros: dict[str, Macro] = {}
    opening = re.compile(
        r"\\(?:(?:re|provide)?newcommand|providecommand)\*?\s*\{?\\([a-zA-Z]+)\}?\s*(?:\[(\d)\])?\s*\{"
        r"|\\def\s*\\([a-zA-Z]+)\s*((?:#\d)*)\s*\{|\\DeclareMathOperator\*?\s*\{?\\([a-zA-Z]+)\}?\s*\{"
    )
    for found in opening.finditer(tex):
        body = _group(tex, found.end() - 1)
        if body is None:
            continue
        if found.group(5):
            macros[found.group(5)] = (0, rf"\operatorname{{{body}}}")
        else:
            name = found.group(1) or found.group(3)
            macros[name] = (int(found.group(2) or len(found.group(4) or "") // 2), body)
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
        count, body = macros[found[1]]
        end = found.end()
        for number in range(1, count + 1):
            argument, end = _argument(formula, end)
            body = body.replace(f"#{number}", argument)
        pieces.append(f"{formula[place : found.start()]}{{{body}}}")
        place = end
    return "".join([*pieces, formula[place:]])


def _argument(formula: str, place: int) -> tuple[str, int]:
    """Return the argument that begins at a place, a group or one sign, and where it ends."""
    while place < len(formula) and formula[place].isspace():
        place += 1
    group = _group(formula, place) if formula[place : place + 1] == "{" else None
    return (formula[place : place + 1], place + 1) if group is None else (group, place + len(group) + 2)
