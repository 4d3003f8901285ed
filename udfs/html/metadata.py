"""What a page says about itself: title and language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from udfs.html.tree import names

_WHITE = re.compile(r"\s+")
_SEPARATORS = re.compile(r"\s+[|\-–—·»:•_]\s+|[|｜_]|\s*-{2,}\s*")
_TAG = re.compile(r"</?(?:p|b|i|u|a|em|strong|span|font|div|h[1-6]|img|br|su[bp])(?:\s[^<>]*)?/?>", re.IGNORECASE)
# Elements that begin and end inside of words.
_IN_WORDS = names("a abbr b code em i kbd mark s samp strong sub sup tt u var wbr")
_BETWEEN = " |-\u2013\u2014\u00b7\u00bb:\u2022_\uff5c"
# A link to the heading itself; themes draw it by a font of signs.
_PERMALINK = re.compile(r"\s*[¶#\ue000-\uf8ff]+\Z")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_,;\s]|$)")


def _clean(text: str | None) -> str:
    return _WHITE.sub(" ", text or "").strip()


def page_language(root: etree._Element) -> str | None:
    """Return the primary subtag of the language that the page declares, in lower case.

    Looked up in ``lang`` and ``xml:lang`` of the root and the body, then ``Content-Language``, then ``og:locale``.

    Examples
    --------
    >>> page_language(etree.fromstring('<html lang="pt-BR"/>'))
    'pt'
    """
    candidates: list[str | None] = []
    for node in (root, root.find("body")):
        if node is not None:
            candidates += [
                node.get("lang"),
                node.get("xml:lang"),
                node.get("{http://www.w3.org/XML/1998/namespace}lang"),
            ]
    locale = None
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "content-language" or (
            meta.get("name") or ""
        ).lower() == "language":
            candidates.append(meta.get("content"))
        elif meta.get("property") == "og:locale":
            locale = locale or meta.get("content")
    for value in (*candidates, locale):
        match = _LANGUAGE.match(value or "")
        if match:
            return match[1].lower()
    return None


def _words(text: str) -> set[str]:
    return (
        set(re.findall(r"\w", text.lower()))
        if re.search(r"[\u3040-\u9fff\uac00-\ud7af]", text)
        else set(re.findall(r"\w+", text.lower()))
    )


def _likeness(one: str, other: str) -> float:
    left, right = _words(one), _words(other)
    return len(left & right) / max(1, min(len(left), len(right))) if left and right else 0.0


def page_title(root: etree._Element) -> str:
    """Return the title: the ``h1`` that ``title`` repeats, else ``og:title``, else ``title`` without the site's name.

    Empty only where the page has none of the three.

    Examples
    --------
    >>> page_title(etree.fromstring("<html><head><title>Soup - My Site</title></head><h1>Soup</h1></html>"))
    'Soup'
    """
    # Every SVG picture may have a title as well.
    node = next(
        (node for node in root.iter("title") if node.getparent() is not None and _is_outer(node.getparent())), None
    )
    title = _clean(_without_tags("".join(node.itertext()))) if node is not None else ""
    social = ""
    for meta in root.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() in ("og:title", "twitter:title") and meta.get(
            "content"
        ):
            social = social or _clean(_without_tags(meta.get("content")))
    headings = []
    for heading in root.iter("h1"):
        text = _clean("".join(_heading_text(heading)))
        if text and len(text) < 300:
            headings.append(_PERMALINK.sub("", text))
    known = f"{title} {social}".strip()
    known_words = _words(known)
    alike = [text for text in headings if _likeness(text, known) >= 0.6]
    best = max(alike, key=lambda text: len(_words(text) & known_words), default="")
    # A site's name may be a heading as well, above that of the page.
    if best and not known.startswith(best):
        below = alike[alike.index(best) + 1 :]
        own = (text for text in below if _words(text) <= known_words and _words(text).isdisjoint(_words(best)))
        best = next(own, "") or _subheading(root, title.removesuffix(best)) or best
    if len(best) > 2:
        return best
    if social:
        return social
    if title:
        return _without_site(title)
    return headings[0] if headings else ""


def _subheading(root: etree._Element, before: str) -> str:
    """Return the heading that a title has before its end, which is the site's: mdBook and phpBB set it lower."""
    wanted = before.rstrip(_BETWEEN)
    if not wanted:
        return ""
    return next((wanted for node in root.iter("h2", "h3") if _clean("".join(_heading_text(node))) == wanted), "")


def _heading_text(heading: etree._Element) -> Iterator[str]:
    """Give the pieces of a heading's text, set apart where elements do it."""
    for event, node in etree.iterwalk(heading, events=("start", "end")):
        if event == "start":
            yield (node.text or "") if node.tag in _IN_WORDS else f" {node.text or ''}"
        elif node is not heading:
            yield (node.tail or "") if node.tag in _IN_WORDS else f" {node.tail or ''}"


def _without_tags(text: str) -> str:
    """Return a title without the mark-up that it begins with, and what follows of it; a tag alone may be meant."""
    return _TAG.sub("", text) if "</" in text and _TAG.match(text.lstrip()) else text


def _is_outer(node: etree._Element) -> bool:
    return node.tag in ("head", "html", "body")


def _without_site(title: str) -> str:
    parts = [part.strip() for part in _SEPARATORS.split(title) if part.strip()]
    if len(parts) < 2:
        return title
    first, longest = parts[0], max(parts, key=len)
    chosen = longest if len(longest) > 2 * len(first) else first
    return chosen if len(chosen) > 2 else title
