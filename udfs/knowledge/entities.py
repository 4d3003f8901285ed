"""Entities: what a document speaks of, found by what its text shows.

A kind other than ``term`` is given only where the text says so: an honorific, a word of the name itself, or a claim
such as "X is a river" (see `kind_from_definition`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from udfs.ids import stable_id
from udfs.knowledge.annotation import Annotated, Token
from udfs.knowledge.chinese import HAN_RUN, tagged
from udfs.knowledge.quantities import parse_quantity
from udfs.knowledge.regions import Regions, Spans
from udfs.knowledge.words import (
    CALENDAR,
    ENGLISH_STOP_WORDS,
    HONORIFICS,
    ORGANIZATION_NOUNS,
    ORGANIZATION_WORDS,
    PERSON_NOUNS,
    PLACE_NOUNS,
    PLACE_WORDS,
)

# In this order: where two documents disagree, the earlier kind wins.
KINDS = ("code", "formula", "quantity", "person", "organization", "place", "term")
_OWN_NAMES = frozenset({"code", "formula", "quantity"})

# 1 / (1 + s) of a YAKE score s of one: Campos et al. give scores well below one to phrases that matter.
LEAST_PHRASE_SCORE = 0.5
# A Chinese word of two characters is often a general one.
LEAST_SHORT_WORD_COUNT = 4
_LONGEST_NAME = 8

_CHINESE_KINDS = (
    ("organization", re.compile(r"(?:大学|学院|公司|集团|研究所|研究院|委员会|协会|基金会|银行|出版社)\Z")),
    ("place", re.compile(r"(?:国家|城市|省份?|县|首都|岛屿?|河流|湖泊|山脉|省会|直辖市)\Z")),
    ("person", re.compile(r"(?:人|家|学者|教授|演员|作家|歌手|工程师|科学家|数学家|物理学家)\Z")),
)

_CONNECTORS = frozenset({"of", "de", "von", "van", "la", "du", "da", "del", "al"})
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+(?:\(\))?|[A-Za-z_]\w*\(\)|[A-Za-z]\w+_\w{2,}|[a-z]+[a-z0-9]*[A-Z]\w*")
_INLINE_CODE = re.compile(r"(?<!`)`([^`\n]{1,60})`(?!`)")
_INLINE_FORMULA = re.compile(r"(?<![\\$\w])\$(?![\s$\d])([^$\n]{1,80})(?<![\s\\])\$(?![\w$])")
_BOLD = re.compile(r"\*\*([^*\n:：]{2,40})\*\*(?!\*)")
_TITLE_MARKS = re.compile(r"《([^《》\n]{2,30})》")
_DETERMINER = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
_EDGES = " \t\r\n\"'`*_“”‘’「」『』《》.,;:!?。，；：！？、()（）[]"
_UNCOUNTABLE = ("ss", "us", "is", "ics", "ies", "news", "ous")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a document names an entity."""

    begin: int
    end: int
    text: str
    kind: str
    canonical: str


def normalize_name(name: str, kind: str = "term") -> str:
    """Return the canonical form of a name.

    Names of code keep their case and lose back ticks; formulas lose dollars and white space; quantities become base
    units; all others lose determiners, quotes, edge punctuation and case, and a lower-case last word its plural s.

    Examples
    --------
    >>> normalize_name("The  Neural networks"), normalize_name("Los Angeles"), normalize_name("`Foo.bar`", "code")
    ('neural network', 'los angeles', 'Foo.bar')
    >>> normalize_name("12 km", "quantity"), normalize_name("$a + b$", "formula")
    ('12000 length', 'a+b')
    """
    name = unicodedata.normalize("NFKC", name)
    if kind == "code":
        return "".join(name.split()).strip("`")
    if kind == "formula":
        return "".join(name.split()).strip("$")
    if kind == "quantity":
        quantity = parse_quantity(name.strip())
        return quantity.canonical if quantity else " ".join(name.split()).casefold()
    name = " ".join(name.split()).strip(_EDGES)
    name = _DETERMINER.sub("", name, count=1) if _DETERMINER.match(name) else name
    name = re.sub(r"['’]s\Z", "", name)
    last = name.rpartition(" ")[2]
    if last.islower() and last.isascii() and len(last) > 3 and last.endswith("s") and not last.endswith(_UNCOUNTABLE):
        name = name[:-1]
    return name.casefold()


def entity_id(canonical: str, kind: str, language: str) -> str:
    """Return the id of an entity.

    A change of kind between person, place, organization and term does not change the id: it is evidence that grows.
    Code, formulas and quantities are named apart from words, and alike in all languages.
    """
    if kind in _OWN_NAMES:
        return stable_id("entity", kind, None, canonical)
    return stable_id("entity", "name", language, canonical)


def find_mentions(annotated: Annotated, regions: Regions) -> list[Mention]:
    """Find the entity mentions of a document.

    Parameters
    ----------
    annotated : Annotated
    regions : Regions
        Of the same text; fenced code and display formulas hold no names.

    Returns
    -------
    list of Mention
        Sorted by span; several may overlap.
    """
    text = annotated.text
    found: dict[tuple[int, int], Mention] = {}

    formulas = list(_INLINE_FORMULA.finditer(text))
    codes = list(_INLINE_CODE.finditer(text))
    quoted = Spans([match.span() for match in (*formulas, *codes)])

    def add(begin: int, end: int, kind: str, whole: bool = False) -> None:
        surface = text[begin:end]
        canonical = normalize_name(surface, kind)
        if len(canonical) > 1 and not regions.blocked(begin, end) and (whole or not quoted.blocked(begin, end)):
            found.setdefault((begin, end), Mention(begin, end, surface, kind, canonical))

    for match in codes:
        if looks_like_code(match[1]) and text[match.start() - 1 : match.start()] != ":":
            add(match.start(1), match.end(1), "code", whole=True)
    for match in formulas:
        if any(character in match[1] for character in "\\^_=<>+{}"):
            add(match.start(), match.end(), "formula", whole=True)
    for match in _BOLD.finditer(text):
        if len(match[1].strip()) > 1 and len(match[1].split()) <= 4 and match[1][-1] not in ".!?。！？":
            add(match.start(1), match.end(1), "term")
    for match in _TITLE_MARKS.finditer(text):
        add(match.start(1), match.end(1), "term")
    for begin, end in _identifiers(text):
        add(begin, end, "code")
    for run in capitalised_runs(annotated):
        end = run[-1].end - 2 if run[-1].text.endswith(("'s", "’s")) else run[-1].end
        add(run[0].begin, end, _kind_of_name(text, run))
    for begin, end in _recurring_phrases(annotated):
        add(begin, end, "term")
    return [found[span] for span in sorted(found)]


def capitalised_runs(annotated: Annotated) -> Iterator[list[Token]]:
    """Yield runs of capitalised words, such as ``Prime Minister`` or ``University of Aarhus``.

    The first word of a sentence counts only where it goes on capitalised or is written so elsewhere inside a sentence.
    Sentences in title case or capitals, such as headings, give none.
    """
    sentences = _by_sentence(annotated.tokens)
    inside = names_inside_sentences(annotated)
    for words in sentences:
        if _in_title_case(words):
            continue
        run: list[Token] = []
        opens = False
        for index, word in enumerate(words):
            if _continues(run, word, annotated.text):
                run.append(word)
                continue
            yield from _finished(run, opens, inside)
            run = [word] if _is_capitalised(word.text) else []
            opens = _opens(words, index)
        yield from _finished(run, opens, inside)


def names_inside_sentences(annotated: Annotated) -> frozenset[str]:
    """Return the words that are capitalised somewhere other than at the start of a sentence."""
    return frozenset(
        word.text
        for words in _by_sentence(annotated.tokens)
        if not _in_title_case(words)
        for index, word in enumerate(words)
        if _is_capitalised(word.text) and not _opens(words, index)
    )


def kind_from_definition(definition: str, language: str) -> str | None:
    """Return the kind that a definition's head noun gives: ``"a river in France"`` is a place.

    Examples
    --------
    >>> kind_from_definition("a French river in Brittany", "en"), kind_from_definition("一座城市", "zh")
    ('place', 'place')
    >>> kind_from_definition("a river that feeds a company", "en")
    'place'
    """
    if language == "zh":
        return next((kind for kind, pattern in _CHINESE_KINDS if pattern.search(definition)), None)
    head = ""
    for word in definition.split()[:8]:
        bare = word.strip(_EDGES).lower()
        if bare in {
            "of",
            "in",
            "that",
            "which",
            "who",
            "from",
            "for",
            "by",
            "at",
            "on",
            "with",
            "and",
            "or",
            "to",
            "near",
        }:
            break
        head = bare
        if word.endswith(","):
            break
    singular = head if head in PERSON_NOUNS | PLACE_NOUNS else head.removesuffix("s")
    for kind, nouns in (("person", PERSON_NOUNS), ("organization", ORGANIZATION_NOUNS), ("place", PLACE_NOUNS)):
        if head in nouns or singular in nouns:
            return kind
    return None


def strongest_kind(kinds: Iterable[str]) -> str:
    """Return the kind that wins where the evidence differs, whatever its order."""
    return min(kinds, key=KINDS.index)


def looks_like_code(text: str) -> bool:
    """Tell whether the text between back ticks is a name, perhaps with arguments, and not a command or a number."""
    return bool(re.fullmatch(r"[A-Za-z_$@][\w.$:@<>\[\]-]*(?:\([^()]{0,40}\))?", text))


def _identifiers(text: str) -> Iterator[tuple[int, int]]:
    """Yield snake_case, camelCase, dotted and called names that stand free in the text."""
    for match in re.finditer(r"(?<![\w`/@$\\.:-])[A-Za-z_][\w.]{2,60}(?:\(\))?(?![\w`/@$-])", text):
        word = match.group().rstrip(".")
        if _IDENTIFIER.fullmatch(word) and not re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]?", word):
            if "." in word and not word.endswith("()") and re.search(r"\.(?:com|org|net|io|edu|gov|cn|uk)\b", word):
                continue
            if "." in word and not re.fullmatch(r"[a-z_]\w*(?:\.[A-Za-z_]\w*)+(?:\(\))?", word):
                continue
            yield match.start(), match.start() + len(word)


def _by_sentence(tokens: Sequence[Token]) -> list[list[Token]]:
    groups: dict[int, list[Token]] = {}
    for token in tokens:
        groups.setdefault(token.sentence, []).append(token)
    return list(groups.values())


def _in_title_case(words: Sequence[Token]) -> bool:
    letters = [word.text for word in words if word.text[:1].isalpha()]
    if words[-1].text in {".", "!", "?"} and any(word.islower() for word in letters):
        return False
    return len(letters) > 1 and sum(word[:1].isupper() for word in letters) > 0.6 * len(letters)


def _recurring_phrases(annotated: Annotated) -> list[tuple[int, int]]:
    """Return the key phrases that are terms: they occur twice, and not only inside a longer one that is kept too."""
    folded = annotated.text.lower()
    kept: list[tuple[str, int]] = []
    spans = []
    candidates = [phrase for phrase in annotated.key_phrases if phrase.score >= LEAST_PHRASE_SCORE]
    for phrase in sorted(candidates, key=lambda phrase: (-len(phrase.text), phrase.begin)):
        name = phrase.text.lower()
        count = folded.count(name)
        least = 2 if len(name) > 2 else LEAST_SHORT_WORD_COUNT
        if count < least or not _is_term(phrase.text, annotated.language):
            continue
        if any(name in longer and count <= times for longer, times in kept):
            continue
        kept.append((name, count))
        spans.append((phrase.begin, phrase.end))
    return spans


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and len(word) > 1 and word != "I" and "'" not in word[:2]


def _continues(run: list[Token], word: Token, text: str) -> bool:
    if not run or len(run) >= _LONGEST_NAME or text[run[-1].end : word.begin] not in (" ", ""):
        return False
    if run[-1].end == word.begin:
        return False
    return _is_capitalised(word.text) or word.text in _CONNECTORS or word.text.isdigit()


def _opens(words: Sequence[Token], index: int) -> bool:
    """Tell whether a word begins a sentence, a list item, a quotation or what follows a colon."""
    return index == 0 or not (words[index - 1].text[-1].isalpha() or words[index - 1].text in {",", ".", "&"})


def _finished(run: list[Token], opens: bool, inside: frozenset[str]) -> Iterator[list[Token]]:
    while run and run[-1].text in _CONNECTORS:
        run = run[:-1]
    first = run[0] if run else None
    while run and (run[0].text.lower() in ENGLISH_STOP_WORDS or run[0].text.lower() in HONORIFICS):
        run = run[1:]
    while run and run[0].text in _CONNECTORS:
        run = run[1:]
    if not run or all(word.text.lower() in CALENDAR or word.text.isdigit() for word in run):
        return
    if len(run) == 1 and opens and run[0] is first and run[0].text not in inside:
        return
    yield run


def _kind_of_name(text: str, run: Sequence[Token]) -> str:
    before = text[max(0, run[0].begin - 12) : run[0].begin].split()
    if before and before[-1].rstrip(".").lower() in HONORIFICS:
        return "person"
    words = {word.text.lower() for word in (run[0], run[-1])}
    if words & ORGANIZATION_WORDS:
        return "organization"
    return "place" if len(run) > 1 and words & PLACE_WORDS else "term"


def _is_term(phrase: str, language: str) -> bool:
    if language == "zh" or HAN_RUN.search(phrase):
        words = tagged(phrase)
        return words[-1][1].startswith(("n", "eng", "l")) and not any(flag[:1] in "rdcpuv" for _, flag in words[:-1])
    words_of = phrase.split()
    if len(words_of) == 1:
        return phrase.isupper() and len(phrase) > 1 and phrase.isalpha()
    return not any(word.lower() in ENGLISH_STOP_WORDS for word in words_of) and not phrase.endswith(("ing", "ed", "ly"))
