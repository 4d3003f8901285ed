from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.knowledge.quantities import parse_quantity


@pytest.mark.parametrize(
    ("text", "canonical", "length"),
    [
        ("12 km long", "12000 length", 5),
        ("2702.0", "2702", 6),
        ("1,234,567 people", "1234567", 9),
        ("3.5 million dollars", "3500000", 11),
        ("three moons", "3", 5),
        ("5 kilometres", "5000 length", 12),
        ("20 %", "20 percent", 4),
        ("12公里长", "12000 length", 4),
        ("两个", "2", 1),
        ("$5", "5 $", 2),
        ("1998", "1998", 4),
    ],
)
def test_known_quantities(text: str, canonical: str, length: int) -> None:
    quantity = parse_quantity(text)
    assert quantity is not None
    assert (quantity.canonical, quantity.length) == (canonical, length)


@pytest.mark.parametrize("text", ["", "km", "Aarhus", "some", "3D printing", "16th century", "$", "-"])
def test_no_quantity(text: str) -> None:
    assert parse_quantity(text) is None


@pytest.mark.parametrize(
    ("left", "right", "agrees"),
    [
        ("12 km", "12000 m", True),
        ("12 km", "12.1 km", True),
        ("12 km", "13 km", False),
        ("1998", "1999", False),
        ("12 km", "12 kg", None),
    ],
)
def test_agreement(left: str, right: str, agrees: bool | None) -> None:
    one, other = parse_quantity(left), parse_quantity(right)
    assert one is not None
    assert other is not None
    assert one.agrees(other) is agrees
    assert other.agrees(one) is agrees


@given(st.text(max_size=60))
def test_never_raises_and_stays_inside(text: str) -> None:
    quantity = parse_quantity(text)
    assert quantity is None or 0 < quantity.length <= len(text)
