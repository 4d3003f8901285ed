from udfs.text.remembered import Remembered


def test_a_short_text_is_computed_once_and_a_long_one_each_time() -> None:
    computed: list[str] = []
    remembered = Remembered(lambda text: computed.append(text) or len(text))
    long = "a" * 2000
    assert [remembered[text] for text in ("ab", "ab", long, long)] == [2, 2, 2000, 2000]
    assert computed == ["ab", long, long]


def test_full_by_characters_until_cleared() -> None:
    remembered = Remembered(len)
    for number in range(5000):
        remembered[f"{number:01000}"]
    assert remembered.is_full()
    remembered.clear()
    assert not remembered
    assert not remembered.is_full()
