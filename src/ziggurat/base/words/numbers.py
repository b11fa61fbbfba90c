"""How is a figure written: a number, a share with its bounds, money, how many there are?

A whole number is written whole. Others have two digits after the point, one from 10 on and none from 10,000 on; below
0.1 they have two digits that are not 0, and what is closer to 0 than 0.0001 is said to be. A share is a percentage
with one digit after the point, unless it is whole; what is not 0 % is never written as 0 %, nor what is not all as all.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

from ziggurat.base.words.style import TERMINAL, Style

NONE = "–"
SMALLEST = Decimal("0.0001")  # that is written in digits
NOTHING = Decimal("1e-12")  # closer to 0 than this is no more than what arithmetic leaves over
WIDE = Context(prec=400)  # digits: those of any float


def number(value: float | Decimal | None, style: Style = TERMINAL, places: int | None = None) -> str:
    """Write a number; a dash where there is none. places: digits after the point, if it is not for the number to say.

    >>> number(12345), number(0.5), number(0.0173), number(None), number(-3), number(-0.01, places=1), number(13.06)
    ('12,345', '0.50', '0.017', '–', '-3', '0.0', '13.1')
    >>> number(0.0000076), number(-0.0000076), number(1234.5)
    ('< 0.0001', '> -0.0001', '1,234.5')
    """
    if value is None or not math.isfinite(value):
        return NONE
    exact = exactly(value)
    if places is None and 0 < abs(exact) < SMALLEST:
        return f"<{style.gap}0.0001" if exact > 0 else f">{style.gap}{style.minus}0.0001"
    return digits(cut(exact, decimals(exact) if places is None else places), style)


def share(value: float | None, style: Style = TERMINAL) -> str:
    """Write a fraction as a percentage; a dash where there is none.

    >>> share(0.1234), share(0.6), share(0.59996), share(1.0), share(0.0), share(None)
    ('12.3 %', '60 %', '60.0 %', '100 %', '0 %', '–')
    >>> share(0.0004), share(-0.0004), share(0.9999)
    ('< 0.1 %', '> -0.1 %', '> 99.9 %')
    """
    text = percent(value, style)
    return text if text == NONE else f"{text}{style.gap}%"


def percent(value: float | None, style: Style = TERMINAL) -> str:
    """Write a fraction as a percentage without its sign.

    >>> percent(0.0998), percent(0.5), percent(-0.00001)
    ('10.0', '50', '> -0.1')
    """
    if value is None or not math.isfinite(value):
        return NONE
    exact = exactly(value) * 100
    whole = abs(exact - exact.to_integral_value()) < NOTHING * 100
    short = cut(exact, 0 if whole else 1)
    if not whole and short == 0:
        return f"<{style.gap}0.1" if exact > 0 else f">{style.gap}{style.minus}0.1"
    if not whole and short == 100:
        return f">{style.gap}99.9" if exact < 100 else f"<{style.gap}100.1"
    return digits(short, style)


def between(low: float | None, high: float | None, style: Style = TERMINAL) -> str:
    """Write the bounds of a share.

    >>> between(0.16, 0.251)
    '16 to 25.1 %'
    """
    return f"{percent(low, style)} to {share(high, style)}"


def bounded(value: float, low: float, high: float, style: Style = TERMINAL) -> str:
    """Write a share with its bounds.

    >>> bounded(0.184, 0.11, 0.27)
    '18.4 % (11 to 27 %)'
    """
    return f"{share(value, style)} ({between(low, high, style)})"


def change(value: float | None, style: Style = TERMINAL) -> str:
    """Write a number with its sign, also above 0.

    >>> change(0.25), change(-3), change(0)
    ('+0.25', '-3', '0')
    """
    text = number(value, style)
    return f"+{text}" if value is not None and math.isfinite(value) and exactly(value) > 0 else text


def money(value: float | None, currency: str, style: Style = TERMINAL) -> str:
    """Write an amount with its currency, if that is known: whole from 100 on, else to the hundredth.

    >>> money(8490.4, "EUR"), money(12.5, "EUR"), money(10, ""), money(None, "EUR")
    ('EUR 8,490', 'EUR 12.50', '10', '–')
    """
    if value is None or not math.isfinite(value):
        return NONE
    whole = float(value).is_integer() or abs(value) >= 100
    text = number(value, style, 0 if whole else 2)
    return f"{currency}{style.gap}{text}" if currency else text


def typed(value: float) -> str:
    """Write a number as one types it into a field: bare digits, four of a fraction.

    >>> typed(1 / 24), typed(36_500), typed(2**31 - 1)
    ('0.04167', '36500', '2147483647')
    """
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.4g}"


def count(size: int, one: str, many: str, style: Style = TERMINAL) -> str:
    """Say how many there are.

    >>> count(1, "person", "people"), count(1234, "person", "people")
    ('1 person', '1,234 people')
    """
    return f"{number(size, style)} {one if size == 1 else many}"


def exactly(value: float | Decimal) -> Decimal:
    """Return a number as it is read, exactly."""
    exact = (
        value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, int) else repr(float(value)))
    )
    return Decimal(0) if abs(exact) < NOTHING else exact


def decimals(exact: Decimal) -> int:
    """Return how many digits after the point are read where nothing asks for more."""
    size = abs(exact)
    if size == size.to_integral_value() or size >= 10_000:
        return 0
    if size >= 10:
        return 1
    return 2 if size >= Decimal("0.1") else 1 - size.adjusted()


def cut(exact: Decimal, places: int) -> Decimal:
    """Return a number to so many digits after the point, ties to the even one."""
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, WIDE)


def digits(short: Decimal, style: Style) -> str:
    """Write all digits of a number, in groups of three; what is cut to 0 has no sign."""
    return (style.minus if short < 0 else "") + f"{abs(short):,f}".replace(",", style.thousands)
