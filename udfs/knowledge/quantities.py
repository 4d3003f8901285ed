"""Quantities in text: a number with an optional unit, comparable across units of one dimension."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "万": 1e4, "亿": 1e8, "万亿": 1e12}
# Unit -> (dimension, factor to the base unit), from the SI brochure (9th edition) and NIST SP 811 appendix B.
_UNITS = {
    **dict.fromkeys(("mm", "millimetre", "millimeter", "毫米"), ("length", 1e-3)),
    **dict.fromkeys(("cm", "centimetre", "centimeter", "厘米"), ("length", 1e-2)),
    **dict.fromkeys(("m", "metre", "meter", "米"), ("length", 1.0)),
    **dict.fromkeys(("km", "kilometre", "kilometer", "公里", "千米"), ("length", 1e3)),
    **dict.fromkeys(("ft", "foot", "feet", "英尺"), ("length", 0.3048)),
    **dict.fromkeys(("in", "inch", "inche", "英寸"), ("length", 0.0254)),
    **dict.fromkeys(("mi", "mile", "英里"), ("length", 1609.344)),
    **dict.fromkeys(("mg", "milligram", "毫克"), ("mass", 1e-6)),
    **dict.fromkeys(("g", "gram", "gramme", "克"), ("mass", 1e-3)),
    **dict.fromkeys(("kg", "kilogram", "kilogramme", "千克", "公斤"), ("mass", 1.0)),
    **dict.fromkeys(("t", "tonne", "吨"), ("mass", 1e3)),
    **dict.fromkeys(("lb", "pound", "磅"), ("mass", 0.45359237)),
    **dict.fromkeys(("ms", "millisecond", "毫秒"), ("time", 1e-3)),
    **dict.fromkeys(("s", "sec", "second", "秒"), ("time", 1.0)),
    **dict.fromkeys(("min", "minute", "分钟"), ("time", 60.0)),
    **dict.fromkeys(("h", "hr", "hour", "小时"), ("time", 3600.0)),
    **dict.fromkeys(("day", "天"), ("time", 86400.0)),
    **dict.fromkeys(("byte", "B", "字节"), ("data", 1.0)),
    **dict.fromkeys(("KB", "kilobyte"), ("data", 1e3)),
    **dict.fromkeys(("MB", "megabyte"), ("data", 1e6)),
    **dict.fromkeys(("GB", "gigabyte"), ("data", 1e9)),
    **dict.fromkeys(("TB", "terabyte"), ("data", 1e12)),
    **dict.fromkeys(("%", "percent", "per cent"), ("percent", 1.0)),
    **dict.fromkeys(("km²", "km2", "square kilometre", "square kilometer", "平方公里", "平方千米"), ("area", 1e6)),
    **dict.fromkeys(("m²", "m2", "square metre", "square meter", "平方米"), ("area", 1.0)),
    **dict.fromkeys(("square mile",), ("area", 2589988.110336)),
    **dict.fromkeys(("year", "岁"), ("years", 1.0)),
}
_NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
    "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_QUANTITY = re.compile(
    r"(?:about |around |approximately |roughly |nearly |over |大约|约|近)?"
    r"(?P<currency>US\$|[$€£¥])?\s?"
    r"(?P<number>[-−]?\d{1,3}(?:,\d{3})+(?:\.\d{1,20})?|[-−]?\d{1,20}(?:\.\d{1,20})?|(?P<word>[a-z]{3,6}|[两二三四五六七八九十]))"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|万亿|万|亿))?"
    r"(?:\s?(?P<unit>%|per cent|square [a-z]{4,10}|km[²2]|m[²2]|[A-Za-z]{1,12}|[\u4e00-\u9fff]{1,4}))?"
)
# Measured values are rounded differently by different authors; years and counts are not.
_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of base units of one dimension; `unit` is ``""`` for counts and years."""

    value: float
    dimension: str
    length: int

    def agrees(self, other: Quantity) -> bool | None:
        """Tell whether two quantities are equal up to rounding; None where their dimensions differ."""
        if self.dimension != other.dimension:
            return None
        if not self.dimension:
            return self.value == other.value
        return abs(self.value - other.value) <= _TOLERANCE * max(abs(self.value), abs(other.value))

    @property
    def canonical(self) -> str:
        """The value in base units, as ``"12000 length"``."""
        return f"{self.value:.12g} {self.dimension}".strip()


def parse_quantity(text: str) -> Quantity | None:
    """Read the quantity at the start of a text.

    Parameters
    ----------
    text : str

    Returns
    -------
    Quantity or None
        `length` is the number of characters that belong to it; an unknown word after the number does not.

    Examples
    --------
    >>> parse_quantity("12 km long")
    Quantity(value=12000.0, dimension='length', length=5)
    >>> parse_quantity("3 moons")
    Quantity(value=3.0, dimension='', length=1)
    >>> parse_quantity("Aarhus") is None
    True
    """
    match = _QUANTITY.match(text)
    if not match:
        return None
    word = match["word"]
    if word is not None and word not in _NUMBER_WORDS:
        return None
    value = float(_NUMBER_WORDS[word]) if word else float(match["number"].replace(",", "").replace("−", "-"))
    value *= _SCALES.get(match["scale"] or "", 1.0)
    end = match.end("scale") if match["scale"] else match.end("number")
    unit = _unit(match["unit"] or "")
    if unit:
        dimension, factor, length = unit
        unit_end = match.start("unit") + length
        if not (text[unit_end : unit_end + 1].isalnum() and text[unit_end].isascii()):
            return Quantity(value * factor, dimension, unit_end)
    if text[end : end + 1].isalpha() and text[end].isascii():
        return None
    return Quantity(value, match["currency"] or "", end)


def _unit(name: str) -> tuple[str, float, int] | None:
    """Return dimension, factor and length of the unit that a word is, or in Chinese begins with."""
    for candidate in (name, name.removesuffix("s"), name.lower(), name.lower().removesuffix("s")):
        if candidate in _UNITS:
            return *_UNITS[candidate], len(name)
    for length in range(len(name) - 1, 0, -1):
        if not name.isascii() and name[:length] in _UNITS:
            return *_UNITS[name[:length]], length
    return None
