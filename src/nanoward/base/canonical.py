"""One way to write a JSON value, so that equal values have equal hashes.

Source: RFC 8785 (JSON Canonicalization Scheme): keys in order of their UTF-16 code units,
strings with the fewest escapes, numbers as ECMAScript writes them.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring as _text
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
        return _text(value)
    if kind is float:
        return _number(value)
    if kind is int:
        return _whole(value)
    if kind is dict:
        return _object(value)
    if kind is list or kind is tuple:
        return "[" + ",".join([_written(one) for one in value]) + "]"
    return _rare(value)


def _object(value: Mapping[str, Any]) -> str:
    parts = [
        said + (_text(one) if type(one := value[name]) is str else _written(one))
        for name, said in _order(tuple(value))
    ]
    return "{" + ",".join(parts) + "}"


@lru_cache(maxsize=512)
def _order(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """An object's names in their order, and how each is written; kept, as few kinds recur."""
    if not all(isinstance(name, str) for name in names):
        raise TypeError("a JSON object's keys are strings")
    return tuple((name, f"{_text(name)}:") for name in sorted(names, key=_place))


def _place(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _rare(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    for kind in (str, int, float):
        if isinstance(value, kind):
            return _written(kind(value))
    if isinstance(value, list | tuple):
        return _written(list(value))
    if isinstance(value, Mapping):
        return _object(value)
    raise TypeError(f"JSON cannot say {type(value).__name__}")


def _whole(value: int) -> str:
    if not -GREATEST <= value <= GREATEST:
        raise ValueError(f"{value} is not JSON compliant: beyond 2^53 - 1")
    return str(value)


def _number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it."""
    text = repr(value)
    if "e" not in text and "n" not in text:  # the shortest digits, as Python writes them too
        return (text[:-2] if text != "-0.0" else "0") if text.endswith(".0") else text
    if "n" in text:
        raise ValueError(f"{value} is not JSON compliant")
    sign = "-" if value < 0 else ""
    mantissa, _, power = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    return sign + _placed(whole + fraction, int(power) + len(whole))


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
