"""Token counts with a tokenizer file made here."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors

from udfs.engine.tokens import TokenCounter
from udfs.errors import EngineError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a byte tokenizer that truncates, pads, adds a mark, and has a control token."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {character: index for index, character in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens([AddedToken("<end>", special=True)])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <end>", special_tokens=[("<end>", 256)])
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=4)
    target = tmp_path / "bytes"
    target.mkdir()
    tokenizer.save(str(target / "tokenizer.json"))
    return target


def test_counts_bytes_without_marks_truncation_or_padding(folder: Path) -> None:
    counter = TokenCounter(folder)
    assert counter.count(["", "abc", "水", "a" * 1000]) == [0, 3, 3, 1000]
    assert counter.count([]) == []


def test_spelled_control_tokens_are_text(folder: Path) -> None:
    assert TokenCounter(folder).count(["a<end>b"]) == [7]


def test_hostile_text(folder: Path) -> None:
    assert TokenCounter(folder).count(["\x00", "a\ud800b"]) == [1, 5]


def test_name_follows_the_file(folder: Path) -> None:
    first, by_file = TokenCounter(folder), TokenCounter(folder / "tokenizer.json")
    assert first.name() == by_file.name()
    assert first.name().startswith("bytes-")
    file = folder / "tokenizer.json"
    file.write_text(file.read_text() + "\n")
    assert TokenCounter(folder).name() != first.name()


@pytest.mark.parametrize("content", [None, "", "{}", "\x00"])
def test_no_tokenizer(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(EngineError, match="ENGINE_NO_TOKENIZER"):
        TokenCounter(tmp_path)
