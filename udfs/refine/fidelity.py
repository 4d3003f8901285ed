"""What a generated text shares with its source: words, numbers, names, verbatim runs; each function gives a number."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

_WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_WIDE}]|[^\\W_{_WIDE}]+")
_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")
_WIDE_RUN = re.compile(f"[{_WIDE}]+")
_WORD = re.compile(f"[^\\W\\d_{_WIDE}]{{4,}}")
_NAME = re.compile(r"(?<![.!?:\n\"'(\u201c\u2018#*-])[ \t]([A-Z][a-z]{2,})")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.,])\d{1,30}(?:,\d{3})*(?:\.\d{1,30})?")
_ENUMERATION = re.compile(
    r"^[ \t]{0,8}(?:[-*#]{1,6}[ \t]{1,4})?(?:step |question |example |\u7b2c|\u6b65\u9aa4)?"
    r"\d{1,2}(?:[.):\u3001\uff1a\u6b65](?!\d)|$)",
    re.IGNORECASE | re.MULTILINE,
)
_STEM_CHARACTERS = 5
_MOST_OPERANDS = 40
_MOST_MISSING = 50
_NUMBER_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBER_WORDS = {
    **{word: float(value) for value, word in enumerate(_NUMBER_NAMES.split(" "))},
    **{word: 10.0 * value for value, word in enumerate(_TENS.split(" "), 2)},
    **{char: float(value) for value, char in enumerate("零一二三四五六七八九十")},
    **{"hundred": 100.0, "thousand": 1000.0, "half": 0.5, "dozen": 12.0, "两": 2.0},
}
# Words that say nothing about a topic, and the vocabulary of exercises, which every question brings along.
_EMPTY_WORDS = (
    "about above after again against also although among another answer answers anything around away because been "
    "before being below between both calculate cannot come comes could describe determine does doing done down "
    "during each either else even ever every everything example examples exercise explain finally find first "
    "following follows from gives have having hence here however into itself just know known last least less like "
    "list made make makes many might more most much must name need needs never next nothing often once only other "
    "others otherwise over passage problem question rather same second section shall should show shows since "
    "solution solve some something state statement step steps still such suppose take takes text than that their "
    "them then there therefore these they thing things third this those though through thus together under until "
    "upon used uses using very want well were what when where whether which while whole whose will with within "
    "without would write your"
)
_FUNCTION_WORDS = frozenset(_EMPTY_WORDS.split(" "))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def words(text: str) -> list[str]:
    """Split a text into case-folded words and single wide characters, without punctuation.

    Examples
    --------
    >>> words("Rain, 雨水!")
    ['rain', '雨', '水']
    """
    return _TOKEN.findall(_normal(text).casefold())


def content_terms(text: str) -> set[str]:
    """Return the content words of a text, cut to five letters so that inflections agree, and pairs of wide letters."""
    folded = _normal(text).casefold()
    terms = {word.rstrip("s")[:_STEM_CHARACTERS] for word in _WORD.findall(folded) if word not in _FUNCTION_WORDS}
    for run in _WIDE_RUN.findall(folded):
        terms.update(run[index : index + 2] for index in range(len(run) - 1))
    return terms


def content_supported(candidate: str, source: str) -> float:
    """Return the share of the candidate's content terms that occur in the source; 1 where it has none.

    Examples
    --------
    >>> content_supported("Leaves absorb light.", "A leaf absorbs the light that leaves the sun.")
    1.0
    """
    terms = content_terms(candidate)
    return len(terms & content_terms(source)) / len(terms) if terms else 1.0


def names_supported(candidate: str, source: str) -> float:
    """Return the share of capitalised words inside the candidate's sentences that the source has; 1 where none is."""
    names = {name.casefold() for name in _NAME.findall(_normal(candidate))}
    return len(names & set(words(source))) / len(names) if names else 1.0


def _numbers(text: str) -> list[float]:
    return [float(match.replace(",", "")) for match in _NUMBER.findall(text)]


def _key(value: float) -> float:
    return float(f"{value:.9g}")


def unsupported_numbers(candidate: str, source: str, free: Iterable[float] = ()) -> list[float]:
    """List the candidate's numbers that neither the source nor a shown calculation accounts for.

    A number is accounted for where the source has it (in digits or as a word), where it is one of `free`, or where it
    is the sum, difference, product, quotient or percentage of two numbers that stand before it in the candidate and
    are themselves accounted for. Numbers that count list items are not looked at.

    Parameters
    ----------
    candidate, source : str
        Generated text and its source.
    free : iterable of float
        Numbers that need no support, such as 2 in a square.

    Returns
    -------
    list of float
        Distinct, in order of appearance, at most 50; the first 40 distinct numbers serve as operands.

    Examples
    --------
    >>> unsupported_numbers("3 boxes of 4 make 3 * 4 = 12, not 13.", "Three boxes hold four pens each.")
    [13.0]
    """
    source_text = _normal(source)
    known = {_key(value) for value in _numbers(source_text)} | {_key(float(value)) for value in free}
    known.update(_NUMBER_WORDS[word] for word in words(source) if word in _NUMBER_WORDS)
    operands: list[float] = []
    missing: list[float] = []
    for value in _numbers(_ENUMERATION.sub("", _normal(candidate))):
        key = _key(value)
        if key in operands or key in missing:
            continue
        if key in known or _is_computed(key, operands):
            if len(operands) < _MOST_OPERANDS:
                operands.append(key)
        else:
            missing.append(key)
            if len(missing) == _MOST_MISSING:
                break
    return missing


def _is_computed(value: float, operands: Sequence[float]) -> bool:
    for left in operands:
        for right in operands:
            results = [left + right, left - right, left * right, left * right / 100]
            if right:
                results += [left / right, 100 * left / right]
            if any(math.isclose(value, result, rel_tol=1e-3) for result in results):
                return True
    return False


def _runs(tokens: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[index : index + size]) for index in range(len(tokens) - size + 1)]


def verbatim_share(candidate: str, source: str, run_words: int = 8, run_wide: int = 16) -> float:
    """Return the share of the candidate's word runs that the source has too; 0 where it is shorter than one run.

    Parameters
    ----------
    candidate, source : str
        Generated text and its source.
    run_words, run_wide : int
        Words of a run; `run_wide` characters in a candidate that is mostly Chinese, Japanese or Korean.

    Examples
    --------
    >>> verbatim_share("a b c d e f g h i", "x a b c d e f g h y")
    0.5
    """
    left = words(candidate)
    size = run_wide if _is_wide(left) else run_words
    runs = _runs(left, size)
    found = set(_runs(words(source), size))
    return sum(run in found for run in runs) / len(runs) if runs else 0.0


def _is_wide(tokens: Sequence[str]) -> bool:
    return 2 * sum(1 for token in tokens if _WIDE_CHARACTER.match(token)) > len(tokens)


def repeated_share(text: str, run_words: int = 5) -> float:
    """Return the share of word runs that already occurred earlier in the text; a looping model comes near 1.

    Examples
    --------
    >>> repeated_share("a b c d e f a b c d e f a b")
    0.4
    """
    runs = Counter(_runs(words(text), run_words))
    total = sum(runs.values())
    return 1 - len(runs) / total if total else 0.0


def lines_from_source(candidate: str, source: str) -> float:
    """Return the share of the candidate's non-blank lines found in the source in the same order; 1 for only removals.

    Examples
    --------
    >>> lines_from_source("a\\nc", "a\\nb\\nc"), lines_from_source("c\\na", "a\\nb\\nc")
    (1.0, 0.5)
    """
    wanted = [line for line in candidate.split("\n") if line.strip()]
    places: dict[str, list[int]] = {}
    for index, line in enumerate(source.split("\n")):
        places.setdefault(line, []).append(index)
    found, position = 0, -1
    cursors = dict.fromkeys(places, 0)
    for line in wanted:
        spots = places.get(line, [])
        cursor = cursors.get(line, 0)
        while cursor < len(spots) and spots[cursor] <= position:
            cursor += 1
        if cursor < len(spots):
            position = spots[cursor]
            found += 1
        if spots:
            cursors[line] = cursor
    return found / len(wanted) if wanted else 1.0


def length_ratio(candidate: str, source: str) -> float:
    """Return words (or wide characters) of the candidate over those of the source; 0 where the source has none."""
    total = len(words(source))
    return len(words(candidate)) / total if total else 0.0


_SCRIPT_OF_LANGUAGE = {"zh": "wide", "ja": "wide", "ko": "wide", "ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC"}
_SCRIPT_OF_LANGUAGE |= {
    "ar": "ARABIC",
    "fa": "ARABIC",
    "ur": "ARABIC",
    "he": "HEBREW",
    "el": "GREEK",
    "hi": "DEVANAGARI",
}
_SCRIPT_SAMPLE = 2000


def script_match(text: str, language: str) -> float:
    """Return the share of letters in the script of a language (Latin where not known); 1 where there is no letter.

    A stand-in for language identification where the caller has measured none.

    Examples
    --------
    >>> script_match("雨水 rain", "zh"), script_match("pluie", "fr")
    (0.3333333333333333, 1.0)
    """
    wanted = _SCRIPT_OF_LANGUAGE.get(language.split("-")[0].split("_")[0].casefold(), "LATIN")
    letters = [char for char in text[:_SCRIPT_SAMPLE] if char.isalpha()]
    if not letters:
        return 1.0
    hits = sum(
        bool(_WIDE_CHARACTER.match(char)) if wanted == "wide" else unicodedata.name(char, "").startswith(wanted)
        for char in letters
    )
    return hits / len(letters)
