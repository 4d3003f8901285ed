"""What the names that a page gives its elements say of them: classes, ids, roles."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

# Alternatives without groups: letters, an optional hyphen, edges of words.
HINTS: dict[str, str] = {
    "navigation": r"nav|menu|breadcrumb|pagination|pager|jump|skip",
    "footer": r"foot|bottom|copyright|colophon|legal",
    "header": r"header|masthead|topbar|top-?bar|hero",
    "sidebar": r"side|aside|rail|widget|complementary|column-?right|col-?right",
    "comments": r"comment|respond|reply|replies|disqus",
    "share": r"share|sharing|social|follow|facebook|twitter|like-",
    "related": r"relat|recommend|trending|popular|also|similar|suggest|teaser|up-?next|prev|next|latest|recent|more-"
    r"|read-?more|see-?more|upsell|cross-?sell",
    "promotion": r"\bads?\b|\bad-|-ad\b|advert|promo|sponsor|banner|newsletter|subscri|sign-?up|\bcta\b|cta-"
    r"|call-to|optin|mailing|donat",
    "consent": r"cookie|consent|gdpr|ccpa|onetrust|privacy|didomi|cmp|truste|sp_message",
    "overlay": r"popup|pop-up|modal|overlay|dialog|notice|alert|toast|drawer|offcanvas|mega",
    "meta": r"meta|byline|author|date|time|publish|tags?\b|categor|\bbio\b|info|label|badge|avatar|user|profile"
    r"|signature|rank",
    "content": r"content|article|entry|post|body|story|text|main|prose|markdown|rich|wysiwyg|copy|paragraph|rte|editor",
    "title": r"title|headline|heading|subhead",
    "product": r"product|price|sku|cart|buy|stock|shipping|variant|swatch|quantity|wishlist",
    "review": r"review|rating|star|testimonial|feedback",
    "list": r"list|grid|item|card|tile|result|collection|loop|archive|feed|row",
    "forum": r"forum|thread|message|topic|answer|question|discussion|bbs|cooked|postbody|post-?content|bbwrapper",
    "media": r"caption|figure|image|img|gallery|photo|slide|carousel|swiper|slick|video|thumb|media|credit",
    "summary": r"descri|summary|abstract|excerpt|intro|lead|dek|standfirst|overview|detail|feature|benefit|spec",
    "form": r"login|search|form|input|filter|sort|select|dropdown|field|button|btn",
    "hidden": r"hidden|hide|sr-only|screen-reader|visually|collapse|print|mobile|noscript|no-js",
    "accordion": r"tab|accordion|faq|toggle|expand|collaps|panel",
    "contents": r"\btoc\b|toc-|-toc|table-of-contents|contents|on-this-page|outline|anchor",
    "section": r"section|block|container|wrap|module|component|region|layout|page|site",
}
_DIGITS = re.compile(r"\d+")


def _literals() -> dict[str, set[int]]:
    """Return the hints of every alternative that is plain letters, in each of its spellings."""
    literals: dict[str, set[int]] = defaultdict(set)
    for index, pattern in enumerate(HINTS.values()):
        for alternative in pattern.split("|"):
            if "\\b" not in alternative:
                for spelling in {alternative.replace("-?", "-"), alternative.replace("-?", "")}:
                    literals[spelling].add(index)
    return literals


def _scanner(literals: list[str]) -> re.Pattern[str]:
    """Return a pattern that finds the longest literal at every place of a name, by a choice of first letters."""
    endings: dict[str, list[str]] = defaultdict(list)
    for literal in sorted(literals, key=len, reverse=True):
        endings[literal[0]].append(re.escape(literal[1:]))
    return re.compile(
        "(?=(" + "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in endings.items()) + "))"
    )


_LITERALS = _literals()
_SCANNER = _scanner(list(_LITERALS))
# Where a literal is found, those that it begins with are too.
_FOUND = {
    literal: frozenset(index for other, its in _LITERALS.items() if literal.startswith(other) for index in its)
    for literal in _LITERALS
}
_EDGED = [
    (index, re.compile("|".join(alternative for alternative in pattern.split("|") if "\\b" in alternative)))
    for index, pattern in enumerate(HINTS.values())
    if "\\b" in pattern
]


@lru_cache(maxsize=1 << 15)
def hint_indices(names: str) -> frozenset[int]:
    """Return which of `HINTS` the names of an element give, by position.

    Examples
    --------
    >>> [list(HINTS)[index] for index in sorted(hint_indices("site-nav ad"))]
    ['navigation', 'promotion', 'section']
    """
    return frozenset().union(*map(_name_hints, _DIGITS.sub("0", names.lower()).split()))


# Class names come again on every page of a site, and no pattern looks beyond one name or at a digit.
@lru_cache(maxsize=1 << 16)
def _name_hints(name: str) -> frozenset[int]:
    found = frozenset().union(*(_FOUND[literal] for literal in _SCANNER.findall(name)))
    return found.union(index for index, pattern in _EDGED if pattern.search(name))
