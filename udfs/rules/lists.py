"""Values that come from a site's own lists: URLs and words that it does not want.

The URL rules are those of datatrove 0.10.0 ``filters/url_filter.py``, after RefinedWeb (arXiv 2306.01116, appendix
G.1), but for one: a listed domain stands for all below it, so no list of public suffixes is needed. The word rule is
C4's (arXiv 1910.10683, section 2.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from udfs.urls import address, domains

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"\w+")
# Written without spaces, so that an entry may stand anywhere.
_UNSPACED = frozenset({"zh", "ja", "th"})

URL_VALUES = ("url_domains", "url_addresses", "url_words", "url_soft_words", "url_substrings")
LIST_VALUES = (*URL_VALUES, "bad_words")


@dataclass(frozen=True)
class UrlLists:
    """What URLs are compared with; everything in lower case.

    Attributes
    ----------
    domains : frozenset of str
        Hosts; what is below them is meant too.
    addresses : frozenset of str
        URLs as `udfs.urls.address` gives them.
    words, soft_words : frozenset of str
        Of letters and digits; they are looked for among the words of a URL.
    substrings : tuple of str
        Looked for in the letters and digits of a URL.
    """

    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    soft_words: frozenset[str] = frozenset()
    substrings: tuple[str, ...] = ()

    @classmethod
    def of(cls, entries: Mapping[str, Iterable[str]]) -> UrlLists:
        """Make the lists of their entries as people write them: any case, URLs with or without scheme."""
        lowered = {name: [entry.lower() for entry in each] for name, each in entries.items()}
        return cls(
            domains=frozenset(entry.strip(".") for entry in lowered.get("domains", ())),
            addresses=frozenset(map(address, lowered.get("addresses", ()))),
            words=frozenset(lowered.get("words", ())),
            soft_words=frozenset(lowered.get("soft_words", ())),
            substrings=tuple(sorted({_NOT_WORD.sub("", entry) for entry in lowered.get("substrings", ())} - {""})),
        )

    def matches(self, url: str) -> dict[str, list[str]]:
        """Return the entries that a URL meets, by name of the value.

        Examples
        --------
        >>> lists = UrlLists.of({"domains": ["Spam.example"], "soft_words": ["win", "free"], "substrings": ["bet365"]})
        >>> lists.matches("https://shop.spam.example/win-bet-365")
        {'url_domains': ['spam.example'], 'url_soft_words': ['win'], 'url_substrings': ['bet365']}
        """
        lowered = url.lower()
        words = set(_NOT_WORD.split(lowered))
        solid = _NOT_WORD.sub("", lowered)
        plain = address(lowered)
        found = {
            "url_domains": [domain for domain in domains(lowered) if domain in self.domains],
            "url_addresses": [plain] if plain in self.addresses else [],
            "url_words": sorted(words & self.words),
            "url_soft_words": sorted(words & self.soft_words),
            "url_substrings": [part for part in self.substrings if part in solid],
        }
        return {name: entries for name, entries in found.items() if entries}


@dataclass(frozen=True)
class WordList:
    """Words and phrases of one language.

    Attributes
    ----------
    phrases : dict of str to frozenset of tuple of str
        By first word: the words of each entry. For languages without spaces between words: the whole entry alone.
    unspaced : bool
    """

    phrases: Mapping[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    unspaced: bool = False

    @classmethod
    def of(cls, entries: Iterable[str], language: str) -> WordList:
        """Make the list of its entries; case and the marks between words do not matter."""
        unspaced = language in _UNSPACED
        phrases: dict[str, set[tuple[str, ...]]] = {}
        for entry in entries:
            words = (entry.strip().lower(),) if unspaced else tuple(_WORD.findall(entry.lower()))
            if words and words[0]:
                phrases.setdefault(words[0], set()).add(words)
        return cls({first: frozenset(each) for first, each in phrases.items()}, unspaced)

    def matches(self, text: str) -> list[str]:
        """Return the entries that stand in a text, once for each time.

        Examples
        --------
        >>> WordList.of(["darn", "heck of"], "en").matches("Darn! A heck-of a day, darned.")
        ['darn', 'heck of']
        """
        lowered = text.lower()
        if self.unspaced:
            return [entry for entry in sorted(self.phrases) for _ in range(lowered.count(entry))]
        words = _WORD.findall(lowered)
        return [
            " ".join(phrase)
            for place, word in enumerate(words)
            if word in self.phrases
            for phrase in sorted(self.phrases[word])
            if tuple(words[place : place + len(phrase)]) == phrase
        ]


@dataclass(frozen=True)
class Lists:
    """All lists of a site."""

    urls: UrlLists = UrlLists()
    bad_words: Mapping[str, WordList] = field(default_factory=dict)

    def values(self, text: str, language: str, uri: str) -> tuple[dict[str, float], str | None]:
        """Return how many entries of each list a document meets, and which they are.

        Returns
        -------
        dict of str to float
            A number for each of `LIST_VALUES`.
        str or None
            Names of values with the first entry met; None where there is none.
        """
        found = self.urls.matches(uri)
        if language in self.bad_words and (words := self.bad_words[language].matches(text)):
            found["bad_words"] = words
        values = {name: float(len(found.get(name, ()))) for name in LIST_VALUES}
        return values, "; ".join(f"{name}: {entries[0]}" for name, entries in found.items()) or None


def read_entries(lines: Iterable[bytes]) -> list[str]:
    """Return the entries of a list file: one a line, ``#`` before remarks, blank lines ignored."""
    texts = (line.decode("utf-8", "replace").partition("#")[0].strip() for line in lines)
    return [text for text in texts if text]
