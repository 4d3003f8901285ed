"""Charsets: what is claimed, what is true."""

from __future__ import annotations

import codecs

import pytest

from udfs.html.decode import decode, is_binary, normal_charset

CHINESE = "中国的河流从北方的山中流出，经过四十里的农田，又经过两座早已不再转动的磨坊，最后流入大海。"
JAPANESE = "この川は北の丘に源を発し、古い石橋の下で三つの小さな泉が合流する。そこから農地を流れて海へ向かう。"
KOREAN = "이 강은 북쪽 언덕에서 시작하여 오래된 돌다리 아래에서 세 개의 작은 샘이 만난다. 그리고 바다로 흐른다."
RUSSIAN = "Река берёт начало в северных холмах, где под старым каменным мостом встречаются три небольших родника."
FRENCH = (
    "La rivière naît dans les collines du nord, où trois petites sources se rejoignent près d'un vieux pont à péage."
)
TRADITIONAL = "這條河流發源於北方的山丘，三個小泉水在一座古老的石橋下匯合，流經四十里的農田，最後流入大海。"


def page(text: str, claim: str = "") -> str:
    meta = f'<meta charset="{claim}">' if claim else ""
    return f"<html><head>{meta}<title>t</title></head><body><p>{text * 4}</p></body></html>"


TRUE_CLAIMS = [
    (CHINESE, "gb2312", "gb18030"),
    (CHINESE, "gbk", "gb18030"),
    (TRADITIONAL, "big5", "big5"),
    (JAPANESE, "shift_jis", "shift_jis"),
    (JAPANESE, "euc-jp", "euc-jp"),
    (KOREAN, "euc-kr", "euc-kr"),
    (RUSSIAN, "windows-1251", "windows-1251"),
    (RUSSIAN, "koi8-r", "koi8-r"),
    (FRENCH, "iso-8859-1", "windows-1252"),
    (CHINESE, "utf-8", "utf-8"),
]


@pytest.mark.parametrize(("text", "claim", "expected"), TRUE_CLAIMS)
@pytest.mark.parametrize("by", ["argument", "meta"])
def test_a_true_claim_is_followed(text: str, claim: str, expected: str, by: str) -> None:
    markup = page(text, claim if by == "meta" else "")
    decoded, used = decode(markup.encode(claim), claim if by == "argument" else None)
    assert text in decoded
    assert used == expected


@pytest.mark.parametrize(
    ("text", "true"),
    [(CHINESE, "gbk"), (JAPANESE, "shift_jis"), (KOREAN, "euc-kr"), (RUSSIAN, "windows-1251"), (TRADITIONAL, "big5")],
)
@pytest.mark.parametrize("claim", ["utf-8", "iso-8859-1", ""])
def test_a_lie_or_silence_is_found_out(text: str, true: str, claim: str) -> None:
    decoded, _ = decode(page(text, claim).encode(true), claim or None)
    assert text in decoded


@pytest.mark.parametrize("claim", ["gbk", "shift_jis", "windows-1252", "big5", "klingon", "utf-7", "rot13", "hex"])
def test_valid_utf8_wins_over_any_claim(claim: str) -> None:
    assert decode(page(CHINESE).encode(), claim)[1] == "utf-8"
    assert CHINESE in decode(page(CHINESE).encode(), claim)[0]


@pytest.mark.parametrize("text", ["a = b\u00a0", "the café", "it’s – €5"])
def test_a_few_signs_of_utf8_on_a_page_that_claims_to_be_western(text: str) -> None:
    page = f'<meta charset="iso-8859-1"><p>{text}</p>'
    assert text in decode(page.encode(), None)[0]
    assert text in decode(page.encode(), "iso-8859-1")[0]


def test_western_capitals_before_a_sign_are_no_utf8() -> None:
    text = "LIBERTÉ\u00a0; CAFÉ»"
    assert text in decode(f'<meta charset="windows-1252"><p>{text}</p>'.encode("windows-1252"), None)[0]


@pytest.mark.parametrize(
    ("mark", "codec"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_byte_order_mark_comes_first(mark: bytes, codec: str) -> None:
    decoded, used = decode(mark + page(CHINESE).encode(codec), "windows-1252")
    assert CHINESE in decoded
    assert not decoded.startswith("\ufeff")
    assert used == codec


def test_utf16_without_mark() -> None:
    assert CHINESE in decode(page(CHINESE + "abc " * 400).encode("utf-16-le"))[0]


def test_cut_utf8_is_still_utf8() -> None:
    assert decode(page(CHINESE).encode()[:-30].rstrip(b">")[:-1] + "河".encode()[:2])[1] == "utf-8"


def test_ascii_page_that_claims_utf16() -> None:
    assert decode(b'<meta charset="utf-16"><p>plain</p>')[1] == "utf-8"


def test_labels() -> None:
    assert normal_charset("x-sjis") == "shift_jis"
    assert normal_charset(" 'UTF8' ") == "utf-8"
    assert normal_charset("base64") is None
    assert normal_charset("a\0b") is None


def test_binary() -> None:
    assert is_binary(bytes(range(256)) * 40)
    assert not is_binary(CHINESE.encode("gb18030"))
    assert not is_binary("\u0627\u0644".encode("iso-8859-6") * 100)
    assert not is_binary(codecs.BOM_UTF16_LE + "abc".encode("utf-16-le"))
