import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.minhash import (
    PRESETS,
    Preset,
    band_keys,
    document_signature,
    hash_shingles,
    shingles,
    signature,
    signature_of_hashes,
)

TEXT = "the quick brown fox jumps over the lazy dog near the river bank today"
PRIME = (1 << 61) - 1


def in_python(hashes: list[int], preset: Preset) -> list[int]:
    """The definition of dedup/minhash.py in datatrove 0.10.0, in whole numbers and without numpy arithmetic."""
    generator = np.random.RandomState(preset.seed)
    size = preset.bands * preset.rows
    factors = generator.randint(1, PRIME, dtype=np.uint64, size=size).tolist()
    offsets = generator.randint(0, PRIME, dtype=np.uint64, size=size).tolist()
    return [min((value * a + b) % (1 << 64) % PRIME for value in hashes) for a, b in zip(factors, offsets, strict=True)]


def test_golden_values_of_the_reference_with_sha1() -> None:
    preset = PRESETS["fineweb"]
    assert len(shingles(TEXT.split(), 5)) == 10
    assert int(hash_shingles(shingles(TEXT.split(), 5), "sha1")[0]) == 12313522834835307089
    values = document_signature(TEXT, "en", preset)
    assert values.dtype == np.uint64
    assert values.shape == (112,)
    assert values[:2].tolist() == [197166454002902972, 284080765670708113]
    assert int(values[-1]) == 459059667290475394


def test_golden_values_of_the_reference_with_xxh64() -> None:
    preset = PRESETS["library"]
    assert int(hash_shingles(shingles(TEXT.split(), 5), "xxh64")[0]) == 7797000677988824208
    assert document_signature(TEXT, "en", preset)[:2].tolist() == [85330943174081874, 5684921751207494]


def test_signature_is_that_of_the_simplified_text() -> None:
    assert (
        document_signature(
            "The QUICK, brown fox jumps over the lazy dog near the river bank; today!", "en", PRESETS["fineweb"]
        )
        == document_signature(TEXT, "en", PRESETS["fineweb"])
    ).all()


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40), st.integers(0, 5))
def test_equals_the_definition_in_whole_numbers(hashes: list[int], seed: int) -> None:
    preset = Preset("any", 5, 3, 2, "sha1", seed, "test")
    assert signature_of_hashes(np.array(hashes, dtype=np.uint64), preset).tolist() == in_python(hashes, preset)


@pytest.mark.parametrize("value", [0, 1, PRIME - 1, PRIME, PRIME + 1, 2**64 - 1])
def test_reduction_at_its_edges(value: int) -> None:
    preset = Preset("any", 5, 14, 8, "sha1", 1, "test")
    assert signature_of_hashes(np.array([value], dtype=np.uint64), preset).tolist() == in_python([value], preset)


def test_long_documents_are_taken_block_by_block() -> None:
    hashes = np.random.RandomState(0).randint(0, 2**64 - 1, dtype=np.uint64, size=1000)
    preset = PRESETS["redpajama_0.9"]
    assert signature_of_hashes(hashes, preset).tolist() == in_python(hashes.tolist(), preset)
    shuffled = np.random.RandomState(1).permutation(hashes)
    assert (signature_of_hashes(shuffled, preset) == signature_of_hashes(hashes, preset)).all()


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_document_of_fewer_than_five_words_has_no_signature(count: int) -> None:
    values = signature(["word"] * count, PRESETS["fineweb"])
    assert values.shape == (0,)
    assert band_keys(values, PRESETS["fineweb"]) == []


def test_repeats_do_not_change_a_signature() -> None:
    words = TEXT.split()
    once = signature_of_hashes(hash_shingles(shingles(words, 5), "sha1"), PRESETS["fineweb"])
    twice = signature_of_hashes(hash_shingles(shingles(words, 5) * 2, "sha1"), PRESETS["fineweb"])
    assert (once == twice).all()


@pytest.mark.parametrize(
    ("name", "bands", "rows", "threshold"),
    [
        ("verified", 20, 6, 0.61),
        ("fineweb", 14, 8, 0.72),
        ("library", 14, 8, 0.72),
        ("redpajama_0.7", 14, 9, 0.75),
        ("redpajama_0.8", 9, 13, 0.84),
        ("redpajama_0.9", 5, 25, 0.94),
    ],
)
def test_presets(name: str, bands: int, rows: int, threshold: float) -> None:
    preset = PRESETS[name]
    assert (preset.name, preset.bands, preset.rows) == (name, bands, rows)
    assert preset.threshold == pytest.approx(threshold, abs=0.006)
    assert preset.source


def test_band_keys_are_stable_and_those_of_their_own_rows() -> None:
    preset = Preset("two", 5, 2, 2, "sha1", 1, "test")
    keys = band_keys(np.array([1, 2, 3, 4], dtype=np.uint64), preset)
    assert keys == ["96a3cf72d606b6a4", "130b99590f3ef4bc"]
    assert band_keys(np.array([1, 2, 3, 5], dtype=np.uint64), preset)[0] == keys[0]
    assert band_keys(np.array([1, 2, 3, 5], dtype=np.uint64), preset)[1] != keys[1]


def test_a_signature_of_another_preset_is_refused() -> None:
    with pytest.raises(ValueError, match=r"112 values.*redpajama_0.7 has 14 bands of 9 rows"):
        band_keys(signature(TEXT.split(), PRESETS["fineweb"]), PRESETS["redpajama_0.7"])


def test_an_unknown_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="md5"):
        hash_shingles(["a"], "md5")


@given(st.text())
def test_any_text_has_a_signature_or_none(text: str) -> None:
    values = document_signature(text, "fr", PRESETS["library"])
    assert values.shape in ((112,), (0,))


def test_lone_surrogates_and_nul_are_hashed() -> None:
    words = ["\ud800", "\x00", "a", "b", "c"]
    for name in ("fineweb", "library"):
        assert signature(words, PRESETS[name]).shape == (112,)
    assert hash_shingles(["\ud800"], "sha1")[0] != hash_shingles(["\udfff"], "sha1")[0]


def test_estimate_follows_the_similarity() -> None:
    a = [f"w{i}" for i in range(2000)]
    b = a[:1600] + [f"v{i}" for i in range(400)]
    equal = signature(a, PRESETS["fineweb"]) == signature(b, PRESETS["fineweb"])
    # 1596 of 2396 distinct shingles are shared; three standard errors of 112 permutations are 0.134.
    assert abs(equal.mean() - 1596 / 2396) < 0.134
