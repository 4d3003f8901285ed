"""English words and sentence counts equal to spaCy's rule-based tokenizer, at a multiple of its speed.

spaCy splits each whitespace-parted chunk by itself: special cases, affixes, URLs, infixes; a last pass matches special
cases whose affixes were split off. The rules and expressions are spaCy's own, read from the installed package; what is
done here is the walk over a chunk, by index and so in linear time, with every chunk's result remembered. spaCy pays for
a lexeme of each new word instead (its attributes, a hash, an entry in its vocabulary that is never freed).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, pairwise

from udfs.text import english_ascii
from udfs.text.remembered import Remembered

Tokens = tuple[str, ...]

# Affixes are at most four characters long, and look two more back; only a run of full stops has no limit.
_AFFIX_WINDOW = 12
_DIGITS = frozenset("0123456789")
# spaCy's URL expression backtracks: quadratic in the number of colons. A longer chunk is not tried as a URL.
_LONGEST_URL = 4096

# Whitespace-parted chunks, and the whitespace that spaCy keeps as a token: all but the single space after a chunk.
_PIECE = re.compile(r"\S+|\A\s+|[^\S ]\s*|\s{2,}")
_FULL_STOPS = re.compile(r"\.+")
# A word of at least four letters between single marks: spaCy's last pass has nothing that fits it.
_PLAIN_WORD = re.compile(r"""([("\[]?)([A-Za-z]{4,})([,;:!?)"\]]|(?<=[a-z])\.)?""")
# Classes of tokens: 0 anything, 1 punctuation, 2 an end mark, 3 none, between lines. A sentence starts at the first 0
# after a 2.
_SENTENCE_BREAK = re.compile(rb"\x02[\x01\x02]*\x00")


@contextmanager
def _no_torch() -> Iterator[None]:
    """Let spaCy be imported without torch, which it takes where it finds it: 400 MB and seconds in every worker."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]


class EnglishTokenizer:
    """The tokenizer of ``spacy.blank("en")`` and the end marks of its ``sentencizer``.

    Use `english` to get the process-wide instance: what it remembers is what makes it fast.
    """

    def __init__(self) -> None:
        with _no_torch():
            from spacy.lang.en import English
            from spacy.pipeline.sentencizer import Sentencizer
            from spacy.symbols import ORTH
            from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

        defaults = English.Defaults
        self._prefix = compile_prefix_regex(defaults.prefixes or ()).match
        self._suffix = compile_suffix_regex(defaults.suffixes or ()).search
        self._infixes = compile_infix_regex(defaults.infixes or ()).finditer
        self._url = defaults.url_match
        self._end_marks = frozenset(Sentencizer.default_punct_chars)
        exceptions = defaults.tokenizer_exceptions
        self._special: dict[str, Tokens] = {s: tuple(t[ORTH] for t in exceptions[s]) for s in exceptions}
        self._longest_special = max(map(len, self._special))
        # First token -> the special cases that the last pass looks for, as the tokens they have without special cases.
        self._patterns: dict[str, list[Tokens]] = {}
        for special in sorted(self._special):
            if self._prefix(special) or self._suffix(special) or any(self._infixes(special)):
                pattern = self._split(special, {})
                # One of a single token replaces it by itself, and is too short to hide another.
                if len(pattern) > 1:
                    self._patterns.setdefault(pattern[0], []).append(pattern)
        self._pattern_pairs = {
            pair for patterns in self._patterns.values() for pattern in patterns for pair in pairwise(pattern)
        }
        # Chunks that the last pass changed, before it: a match that runs into the next chunk may hide that change.
        self._unpassed: dict[str, Tokens] = {}
        self._chunks = Remembered(self._chunk_tokens)
        self._classes = Remembered(self._chunk_classes)

    def words(self, text: str) -> list[str]:
        """Return the tokens that are not whitespace, in order."""
        self._forget()
        chunks = text.split()
        tokens = list(chain.from_iterable(map(self._chunks.__getitem__, chunks)))
        # Over more than a single space there is no match, but that shows only in the pieces.
        if self._matches_across(chunks) and (changed := self._matches_across(pieces := _PIECE.findall(text))):
            split = list(map(self._chunks.__getitem__, pieces))
            for place, changed_tokens in changed.items():
                split[place] = changed_tokens
            return list(chain.from_iterable(split))
        return tokens

    def sentence_count(self, text: str) -> int:
        """Return the number of sentences; 0 for a text without tokens."""
        self._forget()
        pieces = _PIECE.findall(text)
        return 1 + self._sentence_breaks(pieces) if pieces else 0

    def line_sentence_count(self, lines: Sequence[str]) -> int:
        """Return the number of sentences of lines, each a text of its own without line breaks."""
        self._forget()
        plain = []
        count = 0
        for line in lines:
            # Whitespace other than single spaces between chunks is a token.
            if line and line.isprintable() and "  " not in line and line == line.strip(" "):
                plain.append(line)
            else:
                count += self.sentence_count(line)
        # The empty piece between two spaces parts the lines.
        return count + len(plain) + self._sentence_breaks("  ".join(plain).split(" "))

    def _sentence_breaks(self, pieces: list[str]) -> int:
        classes = list(map(self._classes.__getitem__, pieces))
        for place, tokens in self._matches_across(pieces).items():
            classes[place] = bytes(map(self._class, tokens))
        return len(_SENTENCE_BREAK.findall(b"".join(classes)))

    def _forget(self) -> None:
        if self._chunks.is_full() or self._classes.is_full():
            self._chunks.clear()
            self._classes.clear()
            self._unpassed.clear()

    def _chunk_tokens(self, chunk: str) -> Tokens:
        if chunk.isascii() and chunk.isalpha():
            return self._special.get(chunk, (chunk,))
        if plain := _PLAIN_WORD.fullmatch(chunk):
            front, word, back = plain.group(1, 2, 3)
            back = back or ""
            if self._special.keys().isdisjoint((word, front + word, word + back, chunk)):
                return tuple(filter(None, (front, word, back)))
        if chunk.isspace():
            return ()
        tokens = self._split(chunk, self._special)
        passed = self._last_pass(tokens)
        if passed != tokens:
            self._unpassed[chunk] = tokens
            self._chunks.characters += len(chunk)
        return passed

    def _chunk_classes(self, piece: str) -> bytes:
        if not piece:
            return b"\3"
        tokens = self._chunks[piece]
        # A single token is the piece itself.
        if len(tokens) == 1 and piece.isalnum():
            return b"\0"
        return bytes(map(self._class, tokens)) or b"\0"

    def _class(self, token: str) -> int:
        if token.isalnum():
            return 0
        if token in self._end_marks:
            return 2
        return int(all(unicodedata.category(c)[0] == "P" for c in token))

    def _split(self, chunk: str, special: Mapping[str, Tokens]) -> Tokens:
        """Split one chunk: special case, else affixes off both ends, then special case, URL or infixes."""
        if chunk in special:
            return special[chunk]
        low, high = 0, len(chunk)
        front: list[str] = []
        back: list[str] = []
        while low < high and not self._is_special(chunk, low, high, special):
            prefix = self._prefix_length(chunk, low, high)
            if prefix and self._is_special(chunk, low + prefix, high, special):
                front.append(chunk[low : low + prefix])
                low += prefix
                break
            suffix = self._suffix_length(chunk, low + prefix, high)
            if suffix and self._is_special(chunk, low, high - suffix, special):
                back.append(chunk[high - suffix : high])
                high -= suffix
                break
            if not prefix and not suffix:
                break
            if prefix:
                front.append(chunk[low : low + prefix])
                low += prefix
            if suffix:
                back.append(chunk[high - suffix : high])
                high -= suffix
        return (*front, *self._split_middle(chunk[low:high], special), *reversed(back))

    def _is_special(self, chunk: str, low: int, high: int, special: Mapping[str, Tokens]) -> bool:
        return high - low <= self._longest_special and chunk[low:high] in special

    def _prefix_length(self, chunk: str, low: int, high: int) -> int:
        if chunk.isascii():
            found = english_ascii.match_prefix(chunk, low, high)
            return found.end() - low if found else 0
        found = self._prefix(chunk[low : min(high, low + _AFFIX_WINDOW)])
        if not found:
            return 0
        if found.end() < _AFFIX_WINDOW:
            return found.end()
        stops = _FULL_STOPS.match(chunk, low, high)
        return len(stops.group()) if stops else found.end()

    def _suffix_length(self, chunk: str, low: int, high: int) -> int:
        if chunk.isascii():
            return english_ascii.suffix_length(chunk, low, high)
        # No suffix ends in a digit.
        if high - low > 5 and chunk[high - 1] in _DIGITS:
            return 0
        start = max(low, high - _AFFIX_WINDOW)
        found = self._suffix(chunk[start:high])
        if not found:
            return 0
        if start > low and found.start() < _AFFIX_WINDOW // 2:
            return high - low - len(chunk[low:high].rstrip("."))
        return high - start - found.start()

    def _split_middle(self, middle: str, special: Mapping[str, Tokens]) -> Iterable[str]:
        if not middle:
            return ()
        if middle in special:
            return special[middle]
        ascii_only = middle.isascii()
        if ascii_only and middle.isalnum():
            return (middle,)
        # Every URL has a full stop.
        if "." in middle and len(middle) <= _LONGEST_URL and self._url and self._url(middle):
            return (middle,)
        tokens: list[str] = []
        start = 0
        for found in english_ascii.find_infixes(middle) if ascii_only else self._infixes(middle):
            if found.start() == 0:
                continue
            if found.start() > start:
                tokens.append(middle[start : found.start()])
            if found.group():
                tokens.append(found.group())
            start = found.end()
        if start < len(middle):
            tokens.append(middle[start:])
        return tokens

    def _last_pass(self, tokens: Tokens, chunk_of: Sequence[int] | None = None) -> Tokens:
        """Put special cases back together where their affixes were split off.

        `chunk_of` numbers the chunk of each token, for a match that runs from one chunk into the next: it replaces
        nothing, but hides matches that it overlaps.
        """
        if self._pattern_pairs.isdisjoint(pairwise(tokens)):
            return tokens
        matches = [
            (-len(pattern), start)
            for start, token in enumerate(tokens)
            for pattern in self._patterns.get(token, ())
            if tokens[start : start + len(pattern)] == pattern
        ]
        replaced: dict[int, int] = {}
        seen: set[int] = set()
        for length, start in sorted(matches):
            end = start - length
            if start not in seen and end - 1 not in seen and (not chunk_of or chunk_of[start] == chunk_of[end - 1]):
                replaced[start] = end
            # A match that was refused still covers its tokens, as in spaCy.
            seen.update(range(start, end))
        result: list[str] = []
        position = 0
        while position < len(tokens):
            end = replaced.get(position, position + 1)
            if position in replaced:
                result.extend(self._special["".join(tokens[position:end])])
            else:
                result.append(tokens[position])
            position = end
        return tuple(result)

    def _matches_across(self, pieces: Sequence[str]) -> dict[int, Tokens]:
        """Return by place the tokens of chunks from one of which into the next a match of the last pass may run.

        Only those matter that may hide a match inside a chunk, and so undo what the last pass changed there.
        """
        found: dict[int, Tokens] = {}
        if not self._unpassed or self._unpassed.keys().isdisjoint(pieces):
            return found
        end = 0
        for place, piece in enumerate(pieces):
            if place < end or piece not in self._unpassed:
                continue
            start, end = place, place + 1
            while start > 0 and self._may_match_over(pieces[start - 1], pieces[start]):
                start -= 1
            while end < len(pieces) and self._may_match_over(pieces[end - 1], pieces[end]):
                end += 1
            if end - start > 1:
                found.update(enumerate(self._pass_together(pieces[start:end]), start))
        return found

    def _may_match_over(self, left: str, right: str) -> bool:
        if not left.strip() or not right.strip():
            return False
        return (self._before_last_pass(left)[-1], self._before_last_pass(right)[0]) in self._pattern_pairs

    def _before_last_pass(self, chunk: str) -> Tokens:
        return self._unpassed.get(chunk) or self._chunks[chunk]

    def _pass_together(self, chunks: Sequence[str]) -> Iterator[Tokens]:
        """Run the last pass over successive chunks, and return the tokens of each."""
        split = [self._before_last_pass(chunk) for chunk in chunks]
        chunk_of = [number for number, tokens in enumerate(split) for _ in tokens]
        passed = iter(self._last_pass(tuple(chain.from_iterable(split)), chunk_of))
        for chunk in chunks:
            tokens: list[str] = []
            # The tokens of a chunk make up all of it.
            left = len(chunk)
            while left:
                tokens.append(next(passed))
                left -= len(tokens[-1])
            yield tuple(tokens)


@cache
def english() -> EnglishTokenizer:
    """Return the tokenizer of this process."""
    return EnglishTokenizer()
