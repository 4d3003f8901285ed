"""Content MathML to LaTeX: the operators of MathML 3, chapter 4, that pages use."""

from __future__ import annotations

from lxml import etree

from udfs.html.math_symbols import local_name, symbol_tex
from udfs.html.tree import names

_CONSTANTS = {
    "infinity": r"\infty",
    "pi": r"\pi",
    "exponentiale": "e",
    "imaginaryi": "i",
    "emptyset": r"\emptyset",
    "eulergamma": r"\gamma",
    "true": r"\mathrm{true}",
    "false": r"\mathrm{false}",
    "integers": r"\mathbb{Z}",
    "reals": r"\mathbb{R}",
    "rationals": r"\mathbb{Q}",
    "naturalnumbers": r"\mathbb{N}",
    "complexes": r"\mathbb{C}",
    "primes": r"\mathbb{P}",
}
# Operator, precedence: an argument that binds less is put into parentheses.
_INFIX = {
    "implies": (r"\Rightarrow ", 1),
    "equivalent": (r"\equiv ", 1),
    "or": (r"\lor ", 2),
    "xor": (r"\oplus ", 2),
    "and": (r"\land ", 3),
    "eq": ("=", 4),
    "neq": (r"\ne ", 4),
    "lt": ("<", 4),
    "gt": (">", 4),
    "leq": (r"\le ", 4),
    "geq": (r"\ge ", 4),
    "approx": (r"\approx ", 4),
    "in": (r"\in ", 4),
    "notin": (r"\notin ", 4),
    "subset": (r"\subseteq ", 4),
    "prsubset": (r"\subset ", 4),
    "notsubset": (r"\nsubseteq ", 4),
    "tendsto": (r"\to ", 4),
    "factorof": (r"\mid ", 4),
    "union": (r"\cup ", 5),
    "setdiff": (r"\setminus ", 5),
    "plus": ("+", 5),
    "minus": ("-", 5),
    "intersect": (r"\cap ", 6),
    "cartesianproduct": (r"\times ", 6),
    "vectorproduct": (r"\times ", 6),
    "scalarproduct": (r"\cdot ", 6),
    "outerproduct": (r"\otimes ", 6),
    "rem": (r"\bmod ", 6),
    "times": (" ", 6),
    "compose": (r"\circ ", 7),
}
_NAMED = {
    name: "\\" + name
    for name in names("sin cos tan sec csc cot sinh cosh tanh coth exp ln max min gcd arcsin arccos arctan")
}
_NAMED |= {"determinant": r"\det", "arg": r"\arg", "lcm": r"\operatorname{lcm}", "real": r"\Re", "imaginary": r"\Im"}
_NAMED |= {"divergence": r"\nabla\cdot", "grad": r"\nabla", "curl": r"\nabla\times", "laplacian": r"\nabla^{2}"}
_AROUND = {
    "abs": ("|", "|"),
    "card": ("|", "|"),
    "floor": (r"\lfloor ", r"\rfloor "),
    "ceiling": (r"\lceil ", r"\rceil "),
}
_BIG = {"sum": r"\sum", "product": r"\prod", "int": r"\int", "limit": r"\lim"}
_QUALIFIERS = ("bvar", "lowlimit", "uplimit", "condition", "domainofapplication", "degree", "logbase", "interval")
CONTENT_TAGS = frozenset(_CONSTANTS) | names("apply ci cn csymbol matrix vector piecewise set list interval bind reln")

_ATOM = 9
_Term = tuple[str, int]


def _wrap(term: _Term, precedence: int) -> str:
    return term[0] if term[1] >= precedence else rf"\left({term[0]}\right)"


def _big_operator(name: str, terms: list[_Term], qualifiers: dict[str, list[str]]) -> _Term:
    variable = ",".join(qualifiers.get("bvar", []))
    low, high = "".join(qualifiers.get("lowlimit", [])), "".join(qualifiers.get("uplimit", []))
    condition = "".join(qualifiers.get("condition", []) or qualifiers.get("domainofapplication", []))
    if name == "limit":
        under = condition or rf"{variable}\to {low}"
        return rf"\lim_{{{under}}}" + _wrap(terms[0], 6) if terms else r"\lim", 5
    under = condition or (low if name == "int" or not variable else f"{variable}={low}" if low else variable)
    tex = _BIG[name] + (f"_{{{under}}}" if under else "") + (f"^{{{high}}}" if high else "")
    body = _wrap(terms[0], 6) if terms else ""
    space = "" if not body or body[0] in "{\\(" else " "
    return tex + space + body + (rf"\,d{variable}" if name == "int" and variable else ""), 5


def _derivative(name: str, terms: list[_Term], qualifiers: dict[str, list[str]]) -> _Term:
    sign = r"\partial " if name == "partialdiff" else "d"
    degree = "".join(qualifiers.get("degree", []))
    power = f"^{{{degree}}}" if degree else ""
    below = " ".join(f"{sign}{variable}{power}" for variable in qualifiers.get("bvar", []))
    body = _wrap(terms[0], 6) if terms else ""
    return (rf"\frac{{{sign.strip()}{power}}}{{{below}}}{body}" if below else body + "'"), 6


def _apply(name: str, terms: list[_Term], qualifiers: dict[str, list[str]]) -> _Term:
    if name in _BIG:
        return _big_operator(name, terms, qualifiers)
    if name in ("diff", "partialdiff"):
        return _derivative(name, terms, qualifiers)
    if name == "minus" and len(terms) == 1:
        return "-" + _wrap(terms[0], 6), 5
    if name in _INFIX:
        operator, precedence = _INFIX[name]
        tail = [_wrap(term, precedence + (name == "minus")) for term in terms[1:]]
        return operator.join([_wrap(term, precedence) for term in terms[:1]] + tail), precedence
    if name == "divide" and len(terms) == 2:
        return rf"\frac{{{terms[0][0]}}}{{{terms[1][0]}}}", 8
    if name == "power" and len(terms) == 2:
        return f"{_wrap(terms[0], _ATOM)}^{{{terms[1][0]}}}", 8
    if name == "root" and terms:
        degree = "".join(qualifiers.get("degree", []))
        return (rf"\sqrt[{degree}]" if degree not in ("", "2") else r"\sqrt") + f"{{{terms[0][0]}}}", 8
    if name == "log" and terms:
        base = "".join(qualifiers.get("logbase", []))
        return r"\log" + (f"_{{{base}}}" if base else "") + rf"\left({terms[0][0]}\right)", 7
    if name in _AROUND and terms:
        return terms[0][0].join(_AROUND[name]), _ATOM
    if name == "factorial" and terms:
        return _wrap(terms[0], _ATOM) + "!", 8
    if name == "not" and terms:
        return r"\lnot " + _wrap(terms[0], 4), 3
    if name in ("forall", "exists"):
        bound = ",".join(qualifiers.get("bvar", [])) + "".join(":" + text for text in qualifiers.get("condition", []))
        return rf"\{name} {bound}\; " + ",".join(term[0] for term in terms), 1
    if name in ("transpose", "inverse", "conjugate") and terms:
        if name == "conjugate":
            return rf"\overline{{{terms[0][0]}}}", _ATOM
        return _wrap(terms[0], _ATOM) + ("^{T}" if name == "transpose" else "^{-1}"), 8
    head = _NAMED.get(name, rf"\operatorname{{{name}}}" if name.isalpha() else name)
    return rf"{head}\left({','.join(term[0] for term in terms)}\right)", 8


def _number(node: etree._Element) -> _Term:
    kind = node.get("type") or ""
    pieces = [(piece or "").strip() for piece in node.itertext()]
    pieces = [piece for piece in pieces if piece]
    if kind == "rational" and len(pieces) == 2:
        return rf"\frac{{{pieces[0]}}}{{{pieces[1]}}}", 8
    if kind == "e-notation" and len(pieces) == 2:
        return rf"{pieces[0]}\times 10^{{{pieces[1]}}}", 6
    if kind.startswith("complex") and len(pieces) == 2:
        return f"{pieces[0]}+{pieces[1]}i", 5
    text = "".join(pieces)
    return text, 5 if text.startswith("-") else _ATOM


def _container(name: str, terms: list[_Term], node: etree._Element) -> _Term:
    items = [term[0] for term in terms]
    if name == "matrixrow":
        return " & ".join(items), 0
    if name == "matrix":
        return r"\begin{pmatrix}" + r" \\ ".join(items) + r"\end{pmatrix}", _ATOM
    if name == "vector":
        return r"\begin{pmatrix}" + r" \\ ".join(items) + r"\end{pmatrix}", _ATOM
    if name in ("piece", "otherwise"):
        return " & ".join(items) if name == "piece" else items[0] + r" & \text{otherwise}" if items else "", 0
    if name == "piecewise":
        return r"\begin{cases}" + r" \\ ".join(items) + r"\end{cases}", _ATOM
    if name == "set":
        return r"\{" + ",".join(items) + r"\}", _ATOM
    if name == "interval":
        closure = node.get("closure", "closed")
        left = "(" if closure in ("open", "open-closed") else "["
        right = ")" if closure in ("open", "closed-open") else "]"
        return left + ",".join(items) + right, _ATOM
    if name == "list":
        return "(" + ",".join(items) + ")", _ATOM
    return (items[0], terms[0][1]) if len(items) == 1 else (" ".join(items), 0)


def content_to_tex(root: etree._Element) -> str:
    r"""Convert content MathML to LaTeX without delimiters, iteratively.

    Examples
    --------
    >>> content_to_tex(etree.fromstring("<apply><plus/><apply><power/><ci>x</ci><cn>2</cn></apply><cn>1</cn></apply>"))
    'x^{2}+1'
    """
    results: list[list[tuple[str, _Term, bool]]] = [[]]
    stack: list[tuple[etree._Element, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        name = local_name(node.tag)
        if not name:
            continue
        if not done and name in ("cn", "ci", "csymbol"):
            text = "".join(node.itertext()).strip()
            term = _number(node) if name == "cn" else (symbol_tex(text), _ATOM)
            results[-1].append((name, term, True))
        elif not done:
            results.append([])
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
        else:
            children = results.pop()
            results[-1].append((name, _finish(name, children, node), bool(children)))
    return results[0][0][1][0] if results[0] else ""


def _finish(name: str, children: list[tuple[str, _Term, bool]], node: etree._Element) -> _Term:
    if name in _CONSTANTS and not children:
        return _CONSTANTS[name], _ATOM
    if name in ("apply", "reln", "bind") and children:
        head, rest = children[0], children[1:]
        qualifiers: dict[str, list[str]] = {}
        terms = []
        for child_name, term, _ in rest:
            if child_name in _QUALIFIERS[:-1]:
                qualifiers.setdefault(child_name, []).append(term[0])
            else:
                terms.append(term)
        # An empty element is an operator; anything else is a function applied to the terms.
        operator = head[1][0] if head[2] or head[0] in _CONSTANTS else head[0]
        if head[2]:
            return rf"{operator}\left({','.join(term[0] for term in terms)}\right)", 8
        return _apply(operator, terms, qualifiers)
    return _container(name, [term for _, term, _ in children], node)
