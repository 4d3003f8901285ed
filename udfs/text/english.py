"""English words and sentence counts equal to spaCy's rule-based tokenizer, at a multiple of its speed.

spaCy splits each whitespace-parted chunk by itself: special cases, affixes, URLs, infixes; a last pass matches special
cases whose affixes were split off. The rules and expressions are spaCy's own, read from the installed package; what is
done here is the walk over a chunk, in linear time, with every chunk's result remembered. spaCy pays for a lexeme of
each new word instead (its attributes, a hash, an entry in its vocabulary that is never freed).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, pairwise

import numpy as np

from udfs.text import english_ascii
from udfs.text.pieces import Pieces, TextPieces
from udfs.text.vocabulary import MORE_CLASSES, Integers, Words

Tokens = tuple[str, ...]

# Affixes are at most four characters long, and look two more back; only a run of full stops has no limit.
_AFFIX_WINDOW = 12
_DIGITS = frozenset("0123456789")
# spaCy's URL expression backtracks: quadratic in the number of colons. A longer chunk is not tried as a URL.
_LONGEST_URL = 4096

# Whitespace-parted chunks, and the whitespace that spaCy keeps as a token: all but the single space after a chunk.
_PIECE = re.compile(r"\S+|\A\s+|[^\S ]\s*|\s{2,}")
_GAP = re.compile(r"\s+")
_FULL_STOPS = re.compile(r"\.+")
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
        self._special_parts = {s[i:j] for s in self._special for i in range(len(s)) for j in range(i + 1, len(s) + 1)}
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
        # What such pairs have where they meet.
        self._pattern_edges = {left[-1] + right[0] for left, right in self._pattern_pairs}
        self._pieces = Pieces(self._chunk_tokens, self._class)
        self._texts = TextPieces(self._chunk_tokens)

    def words(self, text: str) -> Words:
        """Return the tokens that are not whitespace, in order."""
        chunks = text.split()
        numbers = self._numbers(chunks, lambda: _GAP.findall(text.strip()))
        return self._pieces.vocabulary.of(numbers, "".join(chunks))

    def texts(self, text: str) -> list[str]:
        """Return the same tokens as texts, without the price of numbering them."""
        if self._texts.is_full():
            self._texts = TextPieces(self._chunk_tokens)
        chunks = text.split()
        split = list(map(self._texts.__getitem__, chunks))
        if not self._texts.marked.isdisjoint(chunks):
            marked = [place for place, chunk in enumerate(chunks) if chunk in self._texts.marked]
            for place, tokens in self._changed(chunks, marked, lambda: _GAP.findall(text.strip())).items():
                split[place] = tokens
        return list(chain.from_iterable(split))

    def sentence_count(self, text: str) -> int:
        """Return the number of sentences; 0 for a text without tokens."""
        pieces = _PIECE.findall(text)
        return 1 + self._sentence_breaks(pieces) if pieces else 0

    def line_sentence_count(self, lines: Sequence[str]) -> int:
        """Return the number of sentences of lines, each a text of its own without line breaks."""
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
        classes = self._pieces.vocabulary.classes(self._numbers(pieces)) // MORE_CLASSES
        return len(_SENTENCE_BREAK.findall(classes.astype(np.uint8).tobytes()))

    def _numbers(self, pieces: list[str], gaps: Callable[[], list[str]] | None = None) -> Integers:
        """Number the tokens of successive pieces; `gaps` gives what stands between them, else a single space."""
        found = self._pieces.look_up(pieces)
        numbers = found.numbers
        if len(found.marked) and (changed := self._changed(pieces, found.marked.tolist(), gaps)):
            parts = []
            position = 0
            for place, tokens in changed.items():
                start = int(found.ends[place - 1]) if place else 0
                parts += [numbers[position:start], self._pieces.vocabulary.numbers(tokens)]
                position = int(found.ends[place])
            numbers = np.concatenate([*parts, numbers[position:]])
        return numbers

    def _chunk_tokens(self, chunk: str) -> tuple[Tokens, bool]:
        """Return the tokens of a chunk, and whether the last pass changed them.

        A match that runs into the next chunk may hide such a change.
        """
        if chunk.isalpha() and chunk.isascii():
            return self._special.get(chunk, (chunk,)), False
        if not chunk or chunk.isspace():
            return (chunk,), False
        tokens = self._split(chunk, self._special)
        passed = self._last_pass(tokens)
        return passed, passed != tokens

    def _class(self, token: str) -> int:
        if token.isalnum():
            return 0
        if token in self._end_marks:
            return 2 * MORE_CLASSES
        if not token:
            return 3 * MORE_CLASSES
        return all(unicodedata.category(c)[0] == "P" for c in token) * MORE_CLASSES

    def _split(self, chunk: str, special: Mapping[str, Tokens]) -> Tokens:
        """Split one chunk: special case, else affixes off both ends, then special case, URL or infixes."""
        if chunk in special:
            return special[chunk]
        if chunk.isascii():
            front, middle, back = english_ascii.split_affixes(chunk)
            # What is left after any of the affixes holds the middle: none of it is a special case.
            if middle and middle not in self._special_parts:
                return (*front, *self._split_middle(middle, special), *back)
        return self._split_step_by_step(chunk, special)

    def _split_step_by_step(self, chunk: str, special: Mapping[str, Tokens]) -> Tokens:
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
        if ascii_only:
            return english_ascii.split_infixes(middle)
        tokens: list[str] = []
        start = 0
        for found in self._infixes(middle):
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
        if len(tokens) == 1 or self._pattern_pairs.isdisjoint(pairwise(tokens)):
            return tokens
        replaced: dict[int, int] = {}
        seen: set[int] = set()
        # Longer ones first.
        for start, end in sorted(self._matches(tokens), key=lambda match: (match[0] - match[1], match[0])):
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

    def _matches(self, tokens: Tokens) -> list[tuple[int, int]]:
        return [
            (start, start + len(pattern))
            for start, token in enumerate(tokens)
            for pattern in self._patterns.get(token, ())
            if tokens[start : start + len(pattern)] == pattern
        ]

    def _changed(
        self, pieces: Sequence[str], marked: Sequence[int], gaps: Callable[[], list[str]] | None
    ) -> dict[int, Tokens]:
        """Return by place the tokens of pieces that matches over several of them change."""
        changed = self._matches_across(pieces, marked)
        # Over more than a single space there is no match.
        return self._matches_across(pieces, marked, gaps()) if changed and gaps else changed

    def _matches_across(
        self, pieces: Sequence[str], marked: Iterable[int], gaps: Sequence[str] | None = None
    ) -> dict[int, Tokens]:
        """Return by place the tokens of chunks from one of which into the next a match of the last pass runs.

        Only those matter that hide a match inside a chunk, and so undo what the last pass changed there.
        """

        def may_match_over(left: int) -> bool:
            before, after = pieces[left], pieces[left + 1]
            if (gaps and gaps[left] != " ") or before[-1:] + after[:1] not in self._pattern_edges:
                return False
            return (self._before_last_pass(before)[-1], self._before_last_pass(after)[0]) in self._pattern_pairs

        found: dict[int, Tokens] = {}
        end = 0
        for place in marked:
            if place < end:
                continue
            start, end = place, place + 1
            while start > 0 and may_match_over(start - 1):
                start -= 1
            while end < len(pieces) and may_match_over(end - 1):
                end += 1
            if end - start > 1:
                found.update(enumerate(self._pass_together(pieces[start:end]), start))
        return found

    def _before_last_pass(self, chunk: str) -> Tokens:
        return self._split(chunk, self._special)

    def _pass_together(self, chunks: Sequence[str]) -> Iterator[Tokens]:
        """Run the last pass over successive chunks, and return the tokens of each; of none where no match hides one."""
        split = [self._before_last_pass(chunk) for chunk in chunks]
        together = tuple(chain.from_iterable(split))
        chunk_of = [number for number, tokens in enumerate(split) for _ in tokens]
        inside: set[int] = set()
        across: set[int] = set()
        for start, end in self._matches(together):
            (inside if chunk_of[start] == chunk_of[end - 1] else across).update(range(start, end))
        if inside.isdisjoint(across):
            return
        passed = iter(self._last_pass(together, chunk_of))
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
