"""Numbers and days as people read them: a few significant digits, never a false zero."""

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

NOT_MEASURED = "–"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: Any, digits: int = 3) -> str:
    """A number with some significant digits; a dash where nothing was measured.

    Whole numbers are never rounded; from 10 000 on, thousands stand apart.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOT_MEASURED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return _grouped(str(value)).replace("-", "−")
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e7:
        return number(int(value))
    return _significant(value, digits)


def _significant(value: float, digits: int) -> str:
    power = math.floor(math.log10(abs(value)))
    if power < -4 or power >= 7:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        raised = str(int(exponent)).translate(_SUPERSCRIPT)
        return f"{mantissa} × 10{raised}".replace("-", "−")
    rounded = f"{value:.{max(digits - 1 - power, 0)}f}"
    return _grouped(rounded).replace("-", "−")


def _grouped(text: str) -> str:
    whole, dot, rest = text.partition(".")
    if len(whole.lstrip("-")) >= 5:
        whole = f"{int(whole):,}".replace(",", "\u202f")
    return whole + dot + rest


def probability(value: float | None) -> str:
    """A p- or q-value: two digits, and never "0"."""
    if value is None or math.isnan(value):
        return NOT_MEASURED
    return "< 0.0001" if value < 0.0001 else number(value, 2)


def percent(part: float | None, whole: float | None = 1.0) -> str:
    """A share as a percentage; a dash where the whole is unknown or nobody."""
    if part is None or not whole:
        return NOT_MEASURED
    share = 100 * part / whole
    shown = f"{share:.0f}" if share >= 10 or share == 0 else f"{share:.1f}"
    return f"{shown} %"


def day(value: date | None) -> str:
    """A day as it sorts: 2026-11-23."""
    return NOT_MEASURED if value is None else value.isoformat()


def long_day(value: date) -> str:
    """A day as it is said: Monday 23 November 2026, in English on every machine."""
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{days[value.weekday()]} {value.day} {months[value.month - 1]} {value.year}"


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 person", "3 people", "0 people"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def listed(items: Iterable[str], most: int = 6) -> str:
    """Names in a row; "and 4 more" behind the first few."""
    names = list(items)
    told = ", ".join(names[:most])
    return f"{told} and {len(names) - most} more" if len(names) > most else told


def plain(value: Any) -> str:
    """Any value of a table or of the facts as text."""
    match value:
        case None:
            return NOT_MEASURED
        case bool() | int() | float():
            return number(value)
        case date():
            return day(value)
        case list() | tuple():
            return "; ".join(plain(one) for one in value)
    return str(value)
