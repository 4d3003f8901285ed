"""Benchmark items planted in real documents, as they are and changed: how many are found, how many clean ones flagged.

Usage: ``python -m tests.benchmarks.bench_leaks [planted items]``. Items are cut by length: a question of a few words is
no evidence of itself (`udfs.dedup.leaks.LeakRule` says from where on it counts), and so is reported apart.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable

from tests.benchmarks.measuring import rows_of
from udfs.dedup.contamination import build_index, read_items
from udfs.dedup.leaks import LeakRule
from udfs.dedup.tokens import WORD_UNITS, tokenize

CARRIERS = ("text_nltk", "quality_clear", "text_d2l_zh", "text_ruanyf_weekly")
CLEAN = ("text_nltk", "quality_clear", "quality_onestop", "text_d2l_zh", "text_ddia_zh", "text_ruanyf_weekly")
CARRIER_CHARACTERS = 8000
LONG_WORDS = LeakRule.ngram_words
SHORT_WORDS = LeakRule.whole_words
_FULL_WIDTH = str.maketrans(",.()?:;", "，。（）？：；")


def main(planted: int = 1000) -> None:
    """Print the share found for each change and length, then which clean documents are flagged, with the evidence."""
    carriers = [row["text"][:CARRIER_CHARACTERS] for name in CARRIERS for row in rows_of(name) or []]
    rows = rows_of("decontamination_benchmarks")
    if not rows or not carriers:
        return
    items = read_items(map(json.dumps, rows))
    started = time.process_time()
    index = build_index(items)
    print(f"{len(items)} items indexed in {time.process_time() - started:.0f} s")
    chosen = random.Random(7)
    sample = chosen.sample(items, min(planted, len(items)))
    found: Counter[tuple[str, str]] = Counter()
    of: Counter[str] = Counter()
    searched, started = 0, time.process_time()
    for item in sample:
        length = _length(item.question)
        of[length] += 1
        carrier = chosen.choice(carriers)
        place = chosen.randrange(len(carrier) + 1)
        for name, change in CHANGES.items():
            text = f"{carrier[:place]}\n\n{change(item.question, chosen)}\n\n{carrier[place:]}"
            searched += len(text)
            found[name, length] += item.item_id in {leak.item_id for leak in index.find(text)}
    seconds = time.process_time() - started
    for name in CHANGES:
        shares = "  ".join(f"{length} {found[name, length] / of[length]:.4f} of {of[length]}" for length in sorted(of))
        every = sum(found[name, length] for length in of) / len(sample)
        print(f"{name:22} all {every:.4f}  {shares}")
    print(f"searched {searched / seconds / 1e6:.2f} million characters a second a core")
    clean = [row["text"] for name in CLEAN for row in rows_of(name) or []]
    flagged = [(text, leaks) for text in clean if (leaks := index.find(text))]
    print(f"documents nobody planted anything in: {len(flagged)} of {len(clean)} flagged")
    for text, leaks in flagged:
        print(f"  {leaks[0].item_id}, {leaks[0].rule}: {text[leaks[0].start : leaks[0].end][:200]!r}")


def _length(question: str) -> str:
    words = int(tokenize(question).units.sum()) / WORD_UNITS
    if words >= LONG_WORDS:
        return f"from {LONG_WORDS} words"
    return f"{SHORT_WORDS} to {LONG_WORDS} words" if words >= SHORT_WORDS else f"below {SHORT_WORDS} words"


def _white_space(text: str, chosen: random.Random) -> str:
    return re.sub(r"\s+", lambda match: chosen.choice(["  ", "\n", "\t ", "\xa0", "\u3000"]), text)


def _number_format(text: str, chosen: random.Random) -> str:
    def written(match: re.Match[str]) -> str:
        return f"{int(match.group()):,}" if chosen.random() < 0.5 else f"{match.group()}.0"

    return re.sub(r"(?<![\d.,\w])\d{1,6}(?![\d.,\w])", written, text)


CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "verbatim": lambda text, _: text,
    "upper case": lambda text, _: text.upper(),
    "lower case": lambda text, _: text.lower(),
    "no punctuation": lambda text, _: re.sub(r"[^\w\s]", " ", text),
    "full-width punctuation": lambda text, _: text.translate(_FULL_WIDTH),
    "white space": _white_space,
    "number format": _number_format,
}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
