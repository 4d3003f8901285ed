"""Detection of personal data: known answers, look-alikes that must stay, hostile texts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.text.personal_data import REPLACEMENTS, Span, find, redact


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Write to ann.lee+news@mail.example.org.", "email", "ann.lee+news@mail.example.org"),
        ("mailto:bob@example.co.uk?subject=x", "email", "bob@example.co.uk"),
        ("联系邮箱：zhang@example.cn。", "email", "zhang@example.cn"),
        ("the host 93.184.216.34 answered", "ip_address", "93.184.216.34"),
        ("http://93.184.216.34:8080/x", "ip_address", "93.184.216.34"),
        ("电话13912345678，谢谢", "phone", "13912345678"),
        ("call +86 139 1234 5678 now", "phone", "+86 139 1234 5678"),
        ("手机 139-1234-5678", "phone", "139-1234-5678"),
        ("ring +44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("ring +1 (212) 555-0147.", "phone", "+1 (212) 555-0147"),
        ("call 303-952-7683 or", "phone", "303-952-7683"),
        ("(fax: (212) 555-0147)", "phone", "(212) 555-0147"),
        ("free of charge 1-800.555.0199,", "phone", "1-800.555.0199"),
        ("身份证号11010519491231002X。", "id_number", "11010519491231002X"),
        ("card 4111 1111 1111 1111 expires", "bank_card", "4111 1111 1111 1111"),
        ("card 5500-0055-5555-5559", "bank_card", "5500-0055-5555-5559"),
        ("卡号6222021234567890128", "bank_card", "6222021234567890128"),
        ("- 38.107.191.66", "ip_address", "38.107.191.66"),
        ("It is 62.81.77.41. Then", "ip_address", "62.81.77.41"),
        ("62.81.77.41 mill.example.org", "ip_address", "62.81.77.41"),
        ("热线：021-56692669，13917985004。", "phone", "13917985004"),
        ("mobile 86 139 1234 5678", "phone", "86 139 1234 5678"),
        ("Amex 3782 822463 10005", "bank_card", "3782 822463 10005"),
    ],
)
def test_known_answers(text: str, kind: str, expected: str) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in find(text)] == [(kind, expected)]


@pytest.mark.parametrize(
    "text",
    [
        "icon@2x.png and user@localhost",
        "git clone git@github.com:a/b.git",
        "https://user:secret@example.org/x",
        "@property and foo@bar",
        "hosts 10.0.0.1, 192.168.1.77, 127.0.0.1 and 224.0.0.251",
        "released v12.20.31.4, see section 12.20.31.4",
        "Chrome/137.0.0.0 Safari",
        "see 1.2.3.4 and 300.12.12.12 and 12.20.31.4.5",
        "### 11.2.4.1. Roles",
        "- 7.61.4.2 The turn function",
        "> 2. 12.71.4.2. Wheels",
        "siehe Abschnitt 11.1.7.3 und OID 2.5.29.37",
        "sums 28358080762, 18046051430, 17396081338, 8698040672",
        "13054292276.com and 407-567-7809.com",
        "signs 10 13 133 8232 8233 and 133 8232 8233 5",
        "pi is 3.13912345678 or 13912345678.5",
        r"so $x = 13912345678$ and \(y = 13912345678\)",
        "`13912345678` is inline code",
        "```\n13912345678\n```",
        "x=13912345678*2",
        "population 15000000000",
        "order 12345678901234567890",
        "id 110105194912310021",
        "card 4111 1111 1111 1112",
        "row 4111 1111 1111 1111 2222 3333",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "2024-01-01 12:30:45 +0800",
        "a +123 +4567 sum",
        "UUID 4111-1111-1111-1111-1234",
        "parts 123-456-7890, 211-555-0134, 303-411-0134 and 303-952-76831",
        "303.952-7683 and 303-952-7683-1, pages 303-952",
        "`303-952-7683` and $303-952-7683$",
    ],
)
def test_look_alikes_stay(text: str) -> None:
    assert find(text) == []


def test_numbers_in_a_row_that_are_all_telephones_are_found() -> None:
    text = "13917985004, 13701664517、021-56692669,13611778776 and card 4111111111111111, 13912345678"
    kinds = ["phone", "phone", "phone", "bank_card", "phone"]
    assert [span.kind for span in find(text)] == kinds


@pytest.mark.parametrize(
    "text", ["张三,13812345678,25", "10023,13812345678,170", "QQ 123456789, 13812345678", "13812345678, 1234567890"]
)
def test_a_telephone_beside_an_age_or_an_account_is_found(text: str) -> None:
    assert [text[span.start : span.end] for span in find(text)] == ["13812345678"]


def test_redact_replaces_each_kind_and_leaves_nothing_to_find() -> None:
    text = "ann@mail.example.org 13912345678 93.184.216.34 11010519491231002X card 4111 1111 1111 1111."
    assert redact(text, find(text)) == "[EMAIL] [PHONE] [IP_ADDRESS] [ID_NUMBER] card [BANK_CARD]."
    assert find(redact(text, find(text))) == []


def test_redact_takes_spans_in_any_order_and_keeps_the_longer_of_two_that_overlap() -> None:
    spans = [Span("phone", 6, 8), Span("email", 0, 5), Span("phone", 0, 3)]
    assert redact("abcdefghi", spans) == "[EMAIL]f[PHONE]i"


@given(st.one_of(st.text(), st.text("0123456789 +-.@ab()", max_size=80)))
def test_spans_are_ordered_and_redaction_is_final(text: str) -> None:
    spans = find(text)
    assert all(0 <= span.start < span.end <= len(text) and span.kind in REPLACEMENTS for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert len(redact(text, spans)) == len(text) + sum(len(REPLACEMENTS[s.kind]) - (s.end - s.start) for s in spans)


@pytest.mark.parametrize(
    "unit", ["1", "a@", "a.", "@", "1.", "+1 ", "1 2", "4111 ", "139-", "a@b.", "86 ", "$", "`", "\ud800"]
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    assert len(find(text)) <= len(text)
