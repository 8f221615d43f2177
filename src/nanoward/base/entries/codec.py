"""Entries to JSON and back, by their annotations: nothing is lost and nothing is guessed."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Protocol, get_args, get_origin, get_type_hints

from nanoward.base.errors import IntegrityError

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
PLAIN = frozenset((str, int, float, bool, type(None)))


class Entry(Protocol):
    """A frozen dataclass of plain values."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class BadEntryError(IntegrityError):
    """A ledger row does not hold what its kind promises."""

    code = "INT-010"
    next_step = (
        "Run `nanoward verify`; if it passes, this version of nanoward is too old for it."
    )


def kind_of(entry: type[Entry] | Entry) -> str:
    """ "clearance.StandingDecided" for an entry or its class."""
    return _kind(entry if isinstance(entry, type) else type(entry))


def body_of(entry: Entry) -> dict[str, Json]:
    """The entry's fields as JSON values; dates and moments in ISO 8601."""
    return {name: _plain(getattr(entry, name)) for name in _names(type(entry))}


def entry_of(kind: str, body: Mapping[str, Any], known: Mapping[str, type[Entry]]) -> Entry:
    """The entry that `body_of` wrote; BadEntryError where it does not fit.

    A field that has a default came later than its kind: an older body without it is whole.
    """
    found = known.get(kind)
    if found is None or not is_dataclass(found):
        raise BadEntryError(f"unknown kind of entry {kind!r}")
    readers = _readers(found)
    if not _needed(found) <= body.keys() <= readers.keys():
        raise BadEntryError(f"{kind} holds {sorted(body)}, expected {sorted(readers)}")
    return found(**{name: readers[name](value, kind) for name, value in body.items()})


@cache
def _kind(kind: type[Entry]) -> str:
    return f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__}"


@cache
def _names(kind: type[Entry]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _needed(kind: type[Entry]) -> frozenset[str]:
    """Fields without a default: every body of the kind ever written holds them."""
    return frozenset(
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    )


@cache
def _readers(kind: type[Entry]) -> dict[str, "Reader"]:
    """For each field what turns a JSON value into the field's."""
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _plain(value: Any) -> Json:
    if type(value) in PLAIN:
        return value  # type: ignore[no-any-return]
    match value:
        case date():  # a datetime is a date too
            return value.isoformat()
        case tuple() | list():
            return [_plain(one) for one in value]
        case str() | int() | float() | bool() | None:
            return value
    raise TypeError(f"an entry cannot hold {type(value).__name__}")


def _reader(hint: Any) -> "Reader":
    """What turns a JSON value into one of this type, or raises BadEntryError."""
    if isinstance(hint, types.UnionType):
        plain = next(one for one in get_args(hint) if one is not type(None))
        inner = _reader(plain)
        return lambda value, kind: None if value is None else inner(value, kind)
    if get_origin(hint) is tuple:
        each = _reader(get_args(hint)[0])
        return lambda value, kind: (
            tuple([each(one, kind) for one in value])
            if isinstance(value, list)
            else _misfit(value, hint, kind)
        )
    if hint in (date, datetime):
        return lambda value, kind: (
            hint.fromisoformat(value) if isinstance(value, str) else _misfit(value, hint, kind)
        )
    if hint is float:
        return lambda value, kind: (
            float(value) if type(value) in (float, int) else _misfit(value, hint, kind)
        )
    return lambda value, kind: value if type(value) is hint else _misfit(value, hint, kind)


def _misfit(value: Any, hint: Any, kind: str) -> Any:
    raise BadEntryError(f"{kind} holds {value!r} where {hint} belongs")


Reader = Callable[[Any, str], Any]
