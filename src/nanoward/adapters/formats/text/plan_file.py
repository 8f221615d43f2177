"""programme.toml as a Plan: every key known, every value of its kind."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from nanoward.base.errors import InputError
from nanoward.base.plan import Plan, PlanHead
from nanoward.base.plan_keys.declared_sections import declared_sections
from nanoward.base.plan_keys.keys import key_names

TEXTS = tuple(sorted(key_names(PlanHead) - {"as_of", "facts"}))


class UnknownKeyError(InputError):
    """programme.toml holds a key that nobody reads."""

    code = "INP-022"
    next_step = "See docs/reference/programme.md for the keys; remove or rename this one."


class BadKeyError(InputError):
    """A key of programme.toml holds a value of another kind."""

    code = "INP-023"
    next_step = "See docs/reference/programme.md for what the key holds."


def plan_of(table: Mapping[str, Any], *, sha256: str) -> Plan:
    """The plan that a parsed programme.toml states; InputError names the key at fault."""
    rooms = declared_sections()
    unknown = sorted(set(table) - {*key_names(PlanHead), *rooms})
    if unknown:
        raise UnknownKeyError(f"unknown key {unknown[0]!r}", file="programme.toml")
    texts = {key: _text(table, key) for key in TEXTS if key in table}
    if not texts.get("name"):
        raise BadKeyError("the programme has no name", file="programme.toml", column="name")
    sections = {room: _section(table, room) for room in rooms if room in table}
    return Plan(
        name=texts["name"],
        title=texts.get("title", texts["name"]),
        sha256=sha256,
        council=texts.get("council", ""),
        as_of=_day(table.get("as_of")),
        time_zone=_zone(texts.get("time_zone", "UTC")),
        agent=texts.get("agent"),
        origin=texts.get("origin", ""),
        licence=texts.get("licence", ""),
        citation=texts.get("citation", ""),
        sections=sections,
        facts=_texts(table.get("facts", [])),
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise BadKeyError(f"{value!r} is no text", file="programme.toml", column=key)
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        raise BadKeyError(
            f"{name!r} is no time zone", file="programme.toml", column="time_zone"
        ) from None
    return name


def _section(table: Mapping[str, Any], room: str) -> Mapping[str, Any]:
    value = table[room]
    if not isinstance(value, Mapping):
        raise BadKeyError(f"{value!r} is no table", file="programme.toml", column=room)
    return value


def _day(value: object) -> date | None:
    if value is None or type(value) is date:
        return value
    raise BadKeyError(f"{value!r} is no date", file="programme.toml", column="as_of")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise BadKeyError("facts is no list of texts", file="programme.toml", column="facts")
