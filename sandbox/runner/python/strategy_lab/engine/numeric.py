"""Arithmetic by IEEE 754 where Python raises: a division by 0, the floor of infinity."""

from __future__ import annotations

import math
import numbers

INFINITY = math.inf
NAN = math.nan


def divided(a: float, b: float) -> float:
    """a / b; infinite or NaN where b is 0."""
    if b != 0:
        return a / b
    if a == 0 or a != a:
        return NAN
    return math.copysign(INFINITY, a) * math.copysign(1.0, b)


def floor(value: float) -> float:
    """The largest whole number that is not above the value; infinite and NaN stay what they are."""
    if value - value != 0:
        return value
    return math.floor(value)


def is_number(value: object) -> bool:
    """True for a number that is no bool, numpy's among them."""
    kind = type(value)
    if kind is float or kind is int:
        return True
    return isinstance(value, numbers.Real) and kind is not bool


def to_float(value: object) -> float:
    """A number as a float; one beyond the range of floats is infinite."""
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return INFINITY if value > 0 else -INFINITY  # type: ignore[operator]


def is_whole(value: float) -> bool:
    """True for a finite number without a fraction."""
    return value - value == 0 and value == math.floor(value)


def shown(value: object) -> str:
    """A value in a message: whole numbers without a fraction."""
    if isinstance(value, float) and is_whole(value) and abs(value) < 1e21:
        return str(int(value))
    return str(value)
