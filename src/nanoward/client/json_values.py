"""Dataclasses to JSON and back, by their annotations; what does not fit is a TypeError."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_value(given: Any) -> Any:
    """A dataclass and all within it as what JSON can hold."""
    if is_dataclass(given) and not isinstance(given, type):
        return {one.name: to_value(getattr(given, one.name)) for one in fields(given)}
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, list | tuple):
        return [to_value(one) for one in given]
    if isinstance(given, dict):
        return {name: to_value(one) for name, one in given.items()}
    return given


def from_value(kind: type[T], value: Any) -> T:
    """A value of this kind; fields that this client does not know yet are passed over."""
    found: T = _read(kind, value)
    return found


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _union(kind, value)
    if origin is list:
        return [_read(get_args(kind)[0], one) for one in _of(list, value)]
    if origin is dict:
        inner = get_args(kind)[1]
        return {name: _read(inner, one) for name, one in _of(dict, value).items()}
    if origin is Literal or kind is Any:
        return value
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        known = {name: one for name, one in _of(dict, value).items() if name in hints}
        return kind(**{name: _read(hints[name], one) for name, one in known.items()})
    if kind is datetime:
        return datetime.fromisoformat(_of(str, value).replace("Z", "+00:00"))
    if kind is date:
        return date.fromisoformat(_of(str, value))
    if kind is float and isinstance(value, int):
        return float(value)
    return _of(kind, value)


def _union(kind: Any, value: Any) -> Any:
    kinds = get_args(kind)
    if value is None and NoneType in kinds:
        return None
    return _read(next(one for one in kinds if one is not NoneType), value)


def _of(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"the answer holds {type(value).__name__}, not {kind.__name__}")
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
