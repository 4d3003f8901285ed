"""The cache of indexed benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs import benchmark_index as module
from jobs.benchmark_index import BenchmarkIndex, benchmark_index
from jobs.settings import DecontaminateSettings
from udfs.dedup.contamination import ContaminationIndex

_QUESTIONS = (
    "Natalia sold 48 clips to her friends in April and half as many in May; how many did she sell?",
    "A robe takes 2 bolts of blue fibre and half that much white fibre; how many bolts does it take?",
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIERLAKE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "benchmarks"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the indexes that were built."""
    sizes: list[int] = []
    build = module.build_index

    def counted(*args: object) -> ContaminationIndex:
        index = build(*args)  # type: ignore[arg-type]
        sizes.append(len(index.items))
        return index

    monkeypatch.setattr(module, "build_index", counted)
    return sizes


def indexed(folder: Path, questions: tuple[str, ...] = _QUESTIONS, ngram: int = 13) -> BenchmarkIndex:
    file = folder / "items.jsonl"
    rows = [{"id": f"g/{n}", "benchmark": "g", "question": question} for n, question in enumerate(questions)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return benchmark_index(None, DecontaminateSettings(benchmarks=[str(file)], ngram=ngram))


def test_the_same_files_are_indexed_once(tmp_path: Path, cache: Path, built: list[int]) -> None:
    first = indexed(tmp_path)
    assert indexed(tmp_path) == first
    assert built == [2]
    assert first.version.startswith("2 items@")
    assert [leak.item_id for leak in first.find(f"Quiz: {_QUESTIONS[1]}")] == ["g/1"]


def test_other_items_or_another_rule_are_another_index(tmp_path: Path, cache: Path, built: list[int]) -> None:
    versions = [indexed(tmp_path).version, indexed(tmp_path, _QUESTIONS[:1]).version]
    assert len(set(versions)) == 2
    indexed(tmp_path, _QUESTIONS[:1], ngram=8)
    assert built == [2, 1, 1]


def test_few_indexes_are_kept(tmp_path: Path, cache: Path, built: list[int]) -> None:
    for ngram in range(8, 13):
        indexed(tmp_path, ngram=ngram)
    assert len(list(cache.iterdir())) == 3
    indexed(tmp_path, ngram=12)
    assert len(built) == 5


@pytest.mark.parametrize("left", [0, 100])
def test_a_damaged_index_is_built_again(tmp_path: Path, cache: Path, built: list[int], left: int) -> None:
    first = indexed(tmp_path)
    [file] = cache.iterdir()
    file.write_bytes(file.read_bytes()[:left])
    assert indexed(tmp_path) == first
    assert indexed(tmp_path) == first
    assert built == [2, 2]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, cache: Path, built: list[int]) -> None:
    cache.parent.write_text("a file where the folder should be")
    assert indexed(tmp_path) == indexed(tmp_path)
    assert built == [2, 2]
