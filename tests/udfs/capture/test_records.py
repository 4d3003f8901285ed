from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.capture.records import Malformed, clean, keep_headers, parse_content_type, parse_time


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06T07:08:09Z", at(2024, 5, 6, 7, 8, 9)),
        ("2024-05-06T07:08:09.123456789Z", at(2024, 5, 6, 7, 8, 9, 123456)),
        ("2024-05-06T07:08:09.5Z", at(2024, 5, 6, 7, 8, 9, 500000)),
        ("2024-05-06 07:08", at(2024, 5, 6, 7, 8)),
        ("2024-05-06T07:08:09-0330", at(2024, 5, 6, 10, 38, 9)),
        ("2024-05-06T00:30:00 +01:00", at(2024, 5, 5, 23, 30)),
        ("2024-05", at(2024, 5, 1)),
        ("2024", at(2024, 1, 1)),
        ("20240506070809", at(2024, 5, 6, 7, 8, 9)),
        ("20240506", at(2024, 5, 6)),
        (1_700_000_000, at(2023, 11, 14, 22, 13, 20)),
        (1_700_000_000_000, at(2023, 11, 14, 22, 13, 20)),
        (datetime(2024, 1, 1), at(2024, 1, 1)),
        (datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1))), at(2023, 12, 31, 23)),
        (date(2024, 1, 2), at(2024, 1, 2)),
    ],
)
def test_times(text, expected):
    assert parse_time(text) == expected
    assert parse_time(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "2024-13-01",
        "2024-02-30",
        "0000",
        "2024-05-06T25:00",
        "9" * 40,
        42,
        True,
        None,
        float("nan"),
        1e300,
        "0001-01-01T00:00:00+23:59",
        "2024-05-06T07:08:09+99:99",
        [],
    ],
)
def test_what_is_no_time(value):
    assert parse_time(value) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(timezones=st.timezones())))
def test_times_are_utc_or_none(value):
    time = parse_time(value)
    assert time is None or time.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, (None, None)),
        ("", (None, None)),
        ("text/html", ("text/html", None)),
        ("TEXT/HTML;charset='UTF-8'", ("text/html", "utf-8")),
        ("text/html; CharSet = gb2312; x=1", ("text/html", "gb2312")),
        ("application/xhtml+xml,text/html", ("application/xhtml+xml", None)),
        ("html; charset=utf-8", (None, "utf-8")),
        ("text/html; charset=", ("text/html", None)),
    ],
)
def test_content_types(value, expected):
    assert parse_content_type(value) == expected


@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_clean_text_can_be_stored_and_clean_text_stays(text):
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\0" not in cleaned
    assert clean(cleaned) == cleaned
    if text.isprintable():
        assert cleaned == text


def test_details_are_one_short_line_and_samples_short():
    item = Malformed("f", 0, "r", "a\n b\ud800 " + "x" * 500, bytearray(b"y" * 5000))
    assert item.detail.startswith("a b\ufffd xxx")
    assert len(item.detail) == 300
    assert item.sample == b"y" * 1024


def test_headers_are_those_asked_for_and_short():
    headers = {"set-cookie": "1", "link": "l" * 5000, "etag": "", "vary": "v"}
    assert keep_headers(headers, ["vary", "link", "etag", "age"]) == {"vary": "v", "link": "l" * 1024}
