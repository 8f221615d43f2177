"""A room's section of programme.toml as its rules: unknown and ill-typed keys are named."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_type_hints

from nanoward.base.errors import InputError

Rules = TypeVar("Rules")


class BadSectionError(InputError):
    """A section of programme.toml holds a key or value that its room does not understand."""

    code = "INP-024"
    next_step = "Correct the section; docs/reference lists the keys of every room."


def rules_of(kind: type[Rules], section: Mapping[str, Any], name: str) -> Rules:
    """The frozen dataclass `kind` filled from a section; keys that are absent keep defaults.

    Lists of text become tuples, whole numbers fit where a float is asked for.
    Raises BadSectionError that names the key at fault, or the one that is missing.
    """
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(section) - known)
    if unknown:
        raise BadSectionError(
            f"[{name}] does not know {unknown[0]!r}; it knows {', '.join(sorted(known))}",
            file="programme.toml",
            column=unknown[0],
        )
    needed = [
        one.name
        for one in fields(kind)  # type: ignore[arg-type]
        if one.default is MISSING and one.default_factory is MISSING
    ]
    missing = next((key for key in needed if key not in section), None)
    if missing is not None:
        raise BadSectionError(
            f"[{name}] needs {missing!r}", file="programme.toml", column=missing
        )
    values = {key: _typed(value, hints[key], name, key) for key, value in section.items()}
    return kind(**values)


def check(condition: bool, name: str, key: str, wish: str, value: object) -> None:  # noqa: FBT001
    """Raise BadSectionError unless a value of [name] key is as wished."""
    if not condition:
        raise BadSectionError(
            f"[{name}] {key} = {value!r}, expected {wish}", file="programme.toml", column=key
        )


def _typed(value: Any, hint: Any, name: str, key: str) -> Any:
    if hint is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        check(fits, name, key, "a number", value)
        return float(value)
    if hint in (int, str, bool):
        check(type(value) is hint, name, key, f"a value of type {hint.__name__}", value)
        return value
    if hint == tuple[str, ...]:
        fits = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
        check(fits, name, key, "a list of texts", value)
        return tuple(value)
    fits = isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values())
    check(fits, name, key, "a table of texts", value)
    return dict(value)
