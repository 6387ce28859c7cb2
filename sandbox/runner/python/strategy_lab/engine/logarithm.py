"""The engine's own logarithm: `math.log` need not give the same bits everywhere."""

from __future__ import annotations

from .numeric import INFINITY, NAN

# ln 2 in two parts, of which the first times a whole number up to 2048 is exact, and the coefficients of
# the series below.
LN2_HIGH = 0.6931471803691238
LN2_LOW = 1.9082149292705877e-10
C1 = 0.6666666666666735
C2 = 0.3999999999940942
C3 = 0.2857142874366239
C4 = 0.22222198432149784
C5 = 0.1818357216161805
C6 = 0.15313837699209373
C7 = 0.14798198605116586
ROOT_OF_2 = 1.4142135623730951
ROOT_OF_HALF = 0.7071067811865476
TWO_TO_32 = 4_294_967_296.0


def natural_logarithm(x: float) -> float:
    """Natural logarithm from operations that are exact by IEEE 754. NaN below 0, -infinity of 0.

    The method of fdlibm (Sun Microsystems 1993, e_log): x = 2^k (1 + f) with 1 + f between the roots of
    1/2 and 2; with s = f / (2 + f), ln(1 + f) = f - s (f - R), R a polynomial in s^2.
    """
    if not x > 0:
        return -INFINITY if x == 0 else NAN
    if x == INFINITY:
        return x
    k = 0
    mantissa = x
    while mantissa > TWO_TO_32:
        mantissa /= TWO_TO_32
        k += 32
    while mantissa < 1 / TWO_TO_32:
        mantissa *= TWO_TO_32
        k -= 32
    while mantissa > ROOT_OF_2:
        mantissa /= 2
        k += 1
    while mantissa < ROOT_OF_HALF:
        mantissa *= 2
        k -= 1
    f = mantissa - 1
    s = f / (2 + f)
    z = s * s
    w = z * z
    remainder = z * (C1 + w * (C3 + w * (C5 + w * C7))) + w * (C2 + w * (C4 + w * C6))
    half = 0.5 * f * f
    return k * LN2_HIGH - (half - (s * (half + remainder) + k * LN2_LOW) - f)
