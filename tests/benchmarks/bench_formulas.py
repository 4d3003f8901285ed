"""Formulas and code blocks of web pages against the sources that the pages were made from: recall and precision.

Both sides are brought to one form: no white space and no braces that only group, each row of an aligned display by
itself, the page's own macros expanded. What is compared is what was written, not what it looks like.
Usage: ``python -m tests.benchmarks.bench_formulas [pages per set]``.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable

import lxml.html
from lxml import etree

from tests.benchmarks.latex_source import formula_rows, is_beyond_macros, read_macros
from tests.benchmarks.measuring import rows_of
from udfs.html import PageError, parse
from udfs.text.markup import code_spans, formula_spans

_FENCED = re.compile(r"^([ \t>]*)(`{3,}|~{3,})[^\n]*\n(.*?)^[ \t>]*\2[ \t]*$", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TITLES = re.compile(r"^\\pm[a-z]+\{.*", re.MULTILINE)
_TEX_COMMENT = re.compile(r"(?<!\\)%.*")
_MATH_ENVIRONMENT = r"(?:equation|displaymath|math|align|alignat|eqnarray|gather|multline|flalign)\*?"
_DOLLARS = r"(?<!\\)\$\$(?P<display>.+?)(?<!\\)\$\$|(?<!\\)\$(?P<inline>[^$]+?)(?<!\\)\$"
_MARKDOWN_FORMULA = re.compile(_DOLLARS, re.DOTALL)
_TEX_FORMULA = re.compile(
    _DOLLARS + r"|\\\[(?P<bracket>.+?)\\\]|\\\((?P<round>.+?)\\\)"
    rf"|\\begin\{{(?P<name>{_MATH_ENVIRONMENT})\}}(?P<environment>.+?)\\end\{{(?P=name)\}}",
    re.DOTALL,
)


def markdown_formulas(source: str) -> list[tuple[str, str]]:
    """Return (kind, formula) of a Markdown source, code left out."""
    prose = _INLINE_CODE.sub(" ", _FENCED.sub("\n", _COMMENT.sub("", source)))
    return _formulas(prose, _MARKDOWN_FORMULA)


def tex_formulas(source: str) -> list[tuple[str, str]]:
    """Return (kind, formula) of the body of a LaTeX source."""
    body = source.partition("\\begin{document}")[2].partition("\\end{document}")[0]
    body = re.sub(r"\\begin\{(verbatim|lstlisting)\}.*?\\end\{\1\}", " ", body, flags=re.DOTALL)
    return _formulas(_TEX_COMMENT.sub("", body), _TEX_FORMULA)


def tex_title_formulas(source: str) -> list[tuple[str, str]]:
    """Return (kind, formula) of the title and the keywords of an entry, which its page prints beside the body."""
    head = source.partition("\\begin{document}")[0]
    return [formula for line in _TITLES.findall(head) for formula in _formulas(line, _TEX_FORMULA)]


def _formulas(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    found = []
    for match in pattern.finditer(text):
        groups = {kind: body for kind, body in match.groupdict().items() if body is not None}
        kind = groups.pop("name", None) or next(iter(groups))
        found.append((kind, next(iter(groups.values()))))
    return found


def found_formulas(text: str) -> list[str]:
    """Return the formulas of a parsed page, code left out."""
    text = _INLINE_CODE.sub(" ", _FENCED.sub("\n", text))
    return [text[start:end].strip("$") for start, end in formula_spans(text)]


def compare_formulas(name: str, pages: list[dict[str, str]], source: Callable[[str], list[tuple[str, str]]]) -> None:
    """Print recall and precision over all pages, misses by kind, and some of what was missed and made up."""
    hits = wanted = made = left_out = 0
    missed: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()
    missing, inventions = [], []
    for page in pages:
        if is_beyond_macros(page["source"]):
            left_out += 1
            continue
        macros = read_macros(page["source"]) if "\\documentclass" in page["source"] else {}
        expected = [(kind, row) for kind, formula in source(page["source"]) for row in formula_rows(formula, macros)]
        found = Counter(row for formula in found_formulas(page["text"]) for row in formula_rows(formula, {}))
        wanted += len(expected)
        titles = {row for _, formula in tex_title_formulas(page["source"]) for row in formula_rows(formula, macros)}
        wanted_rows = Counter(row for _, row in expected)
        for row in titles:
            found[row] = min(found[row], wanted_rows[row])
        made += found.total()
        for kind, row in expected:
            of_kind[kind] += 1
            if found[row]:
                found[row] -= 1
                hits += 1
            else:
                missed[kind] += 1
                missing.append((page["id"], kind, row))
        inventions += [(page["id"], row) for row in found.elements()]
    print(
        f"{name}: {len(pages)} pages, {wanted} formulas by row; recall {hits / wanted:.4f}, precision {hits / made:.4f}"
    )
    print(
        "  missed by kind: " + ", ".join(f"{kind} {count} of {of_kind[kind]}" for kind, count in missed.most_common())
    )
    if left_out:
        print(f"  {left_out} pages left out: their sources draw, or use macros that are programs in TeX")
    chosen = random.Random(7)
    for label, examples in (("missed", missing), ("made up", inventions)):
        for example in chosen.sample(examples, min(_SHOWN, len(examples))):
            print(f"  {label}: {example}")


def compare_code(name: str, pages: list[dict[str, str]]) -> None:
    """Print how many code blocks of the sources are in the pages' texts, exactly.

    Of those that are not: how many the page does not hold in its elements of code, even over several in a row (sources
    made by a machine take quotes for code), and how many differ in white space alone.
    """
    wanted = hits = no_code = spaced = 0
    missing = []
    for page in pages:
        found = Counter(_code(page["text"][start:end]) for start, end in code_spans(page["text"]))
        # A page may set a single line of code as a span, where its source has a block.
        found.update(match[2].strip() for match in _INLINE_CODE.finditer(page["text"]))
        missed = []
        for match in _FENCED.finditer(page["source"]):
            code = _code(match.group(0))
            # What a snippet stands for is in another file.
            if not code.strip() or code.lstrip().startswith("--8<--"):
                continue
            wanted += 1
            if found[code]:
                found[code] -= 1
                hits += 1
            else:
                missed.append(code)
        if not missed:
            continue
        all_code = _all_code(page["html"])
        near = {_squeezed(code) for code in found}
        for code in missed:
            squeezed = _squeezed(code)
            is_code = squeezed in all_code
            no_code += not is_code
            spaced += is_code and squeezed in near
            missing.append((page["id"], "missed" if is_code else "not code in the page", code[:200]))
    print(f"{name}: {wanted} code blocks; recall of exact text {hits / max(wanted, 1):.4f}")
    print(
        f"  of {len(missing)} missed {no_code} are not code in the page, {spaced} differ in white space;"
        f" recall of those that are code in the page {hits / max(wanted - no_code, 1):.4f}"
    )
    for example in random.Random(7).sample(missing, min(_SHOWN, len(missing))):
        print(f"  {example[1]}: {example[::2]}")


def _all_code(html: str) -> str:
    """Return the text, without white space, of all elements in a row whose tag or class calls them code."""
    root = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    pieces, end = [], None
    for node in root.iter(etree.Element):
        if end is not None and end in node.iterancestors():
            continue
        if node.tag in _CODE_TAGS or _CODE_CLASS.search(node.get("class") or ""):
            pieces.append(_squeezed("".join(node.itertext())))
            end = node
    return "".join(pieces)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _code(block: str) -> str:
    """Return what stands between the fences, without the indentation that the fence itself has."""
    lines = block.strip("\n").expandtabs(4).split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    return "\n".join(
        line[indent:].rstrip() if line[:indent].isspace() else line.rstrip() for line in lines[1:-1]
    ).strip("\n")


def pages_of(name: str, label: str, sample: int) -> list[dict[str, str]]:
    """Return id, markup, source and parsed text of the pages of a set that have a source."""
    rows = [row for row in rows_of(name) or [] if row["label"].get(label)]
    pages = []
    for row in random.Random(7).sample(rows, min(sample, len(rows))):
        try:
            text = parse(row["html"].encode("utf-8", "replace"), row["url"]).text
        except PageError:
            text = ""
        pages.append({"id": row["id"], "html": row["html"], "source": row["label"][label], "text": text})
    return pages


_SHOWN = 12
_CODE_TAGS = ("pre", "code", "tt", "kbd", "samp", "xmp", "listing", "textarea")
_CODE_CLASS = re.compile(r"(?<![a-z])(?:source)?code(?![a-z])|code-?(?:box|block)|highlight", re.IGNORECASE)
SETS: tuple[tuple[str, str, Callable[[str], list[tuple[str, str]]] | None, bool], ...] = (
    ("html_planetmath", "tex", tex_formulas, False),
    ("html_oi_wiki_zh", "md", markdown_formulas, True),
    ("html_hello_algo", "md", markdown_formulas, False),
    ("html_math_code_table", "md", None, True),
)


def main(sample: int = 400) -> None:
    """Compare every set that is there."""
    for name, label, formulas, code in SETS:
        pages = pages_of(name, label, sample)
        if not pages:
            continue
        if formulas:
            compare_formulas(name, pages, formulas)
        if code:
            compare_code(name, pages)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
