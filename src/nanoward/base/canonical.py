"""One way to write a JSON value, so that equal values have equal hashes.

Source: RFC 8785 (JSON Canonicalization Scheme): keys in order of their UTF-16 code units,
strings with the fewest escapes, numbers as ECMAScript writes them.
"""

import hashlib
from collections.abc import Mapping
from json.encoder import encode_basestring  # type: ignore[attr-defined]
from typing import Any

from nanoward.base.ids import Sha256

GREATEST = 2**53 - 1  # beyond it a whole number is not exact in a double (RFC 7493)


def canonical_json(value: Any) -> str:
    """RFC 8785 JSON; ValueError for NaN, infinities, whole numbers beyond 2^53 - 1 and lone
    surrogates, TypeError for what is no JSON value."""
    text = _written(value)
    if not text.isascii():
        text.encode()  # a lone surrogate has no UTF-8: UnicodeEncodeError is a ValueError
    return text


def sha256_of(content: bytes) -> Sha256:
    """Lower-case hexadecimal SHA-256."""
    return Sha256(hashlib.sha256(content).hexdigest())


def _written(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return str(encode_basestring(value))
    if kind is int:
        return _whole(value)
    if kind is dict:
        return _object(value)
    if kind is list or kind is tuple:
        return "[" + ",".join([_written(one) for one in value]) + "]"
    if kind is float:
        return _number(value)
    return _rare(value)


def _object(value: Mapping[str, Any]) -> str:
    names = sorted(value, key=_place)
    return "{" + ",".join([f"{_written(n)}:{_written(value[n])}" for n in names]) + "}"


def _place(name: Any) -> bytes | str:
    if not isinstance(name, str):
        raise TypeError(f"a JSON object cannot have the key {name!r}")
    return (
        name if name.isascii() else name.encode("utf-16-be", "surrogatepass").decode("latin-1")
    )


def _rare(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    for kind in (str, int, float, dict, list):
        if isinstance(value, kind):
            return _written(kind(value))
    if isinstance(value, Mapping):
        return _object(value)
    raise TypeError(f"JSON cannot say {type(value).__name__}")


def _whole(value: int) -> str:
    if not -GREATEST <= value <= GREATEST:
        raise ValueError(f"{value} is not JSON compliant: beyond 2^53 - 1")
    return str(value)


def _number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        raise ValueError(f"{value} is not JSON compliant")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction.rstrip("0")
    digits = (whole + fraction).lstrip("0")
    point = int(power or 0) + len(digits) - len(fraction)  # value = 0.digits x 10^point
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"
