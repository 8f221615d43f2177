"""The keys of a section, read off the frozen class that states its rules.

A field is a key: its annotation is the kind, its default the value where the key is absent. The
class's docstring gives each a line, `name  [unit] meaning. Source: where the value is from`,
continued by indented lines; fields that share a meaning share the line (`low, high  ...`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

LINE = re.compile(r"^(?P<names>[A-Za-z_]\w*(?:, [A-Za-z_]\w*)*)  +(?P<text>\S.*)$")
UNIT = re.compile(r"^\[(?P<unit>[^\]]+)\] (?P<text>.*)$", re.DOTALL)
SOURCE = re.compile(r"^(?P<text>.*?)\s*Source: (?P<source>.*)$", re.DOTALL)
OPEN = "NAME"  # field of a section in which every other name is a key too
FORMULAS = "formulas"  # Annotated: texts of such a table may be plain numbers too


class _Needed:
    """Default of a key that must be stated."""

    def __repr__(self) -> str:
        return "needed"


NEEDED = _Needed()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanKey:
    """One key of a section of programme.toml.

    hint     annotation of its field: what it may hold
    default  what it is where it is not stated; NEEDED where it must be; None: nothing
    silent   in words, what counts where it is not stated and that is no fixed value
    unit     of a number, "" where it has none or the meaning says
    choices  what a text may be, or what tells it when it is asked; () for any
    low      least and `high` most that a number may be
    source   of the default, "" where it is our choice or there is none
    """

    name: str
    hint: Any
    default: Any = None
    silent: str = ""
    unit: str = ""
    meaning: str = ""
    source: str = ""
    choices: "tuple[Any, ...] | Callable[[], tuple[Any, ...]]" = ()
    low: float | None = None
    high: float | None = None

    def may_be(self) -> tuple[Any, ...]:
        """What a text may be; () for any."""
        return self.choices() if callable(self.choices) else self.choices


def stated(
    default: Any = MISSING,
    *,
    factory: Any = MISSING,
    choices: "tuple[Any, ...] | Callable[[], tuple[Any, ...]]" = (),
    low: float | None = None,
    high: float | None = None,
    silent: str = "",
) -> Any:
    """A field of a rules class of which more is known than its kind; see PlanKey."""
    told = {"choices": choices, "low": low, "high": high, "silent": silent}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=told)
    return field(default=default, metadata=told)


def worked_out(default: Any = MISSING) -> Any:
    """A field of a rules class that no key of the plan states."""
    return field(default=default, metadata={"worked out": True})


def is_section(hint: Any) -> bool:
    """Whether a key holds a table of declared keys."""
    return isinstance(hint, type) and is_dataclass(hint)


@cache
def plan_keys(kind: type) -> tuple[PlanKey, ...]:
    """The keys of a section in the order of its class."""
    hints, texts = get_type_hints(kind, include_extras=True), meanings(kind)
    return tuple(
        _key(one, hints[one.name], texts.get(_name(one), ""))
        for one in fields(kind)
        if "worked out" not in one.metadata
    )


@cache
def key_names(kind: type) -> frozenset[str]:
    """Names of the keys of a section."""
    return frozenset(one.name for one in plan_keys(kind)) - {OPEN}


def named_by_table(kind: type) -> tuple[PlanKey, ...]:
    """The keys of one of several tables [section.NAME]: `name` is the table's own."""
    return tuple(one for one in plan_keys(kind) if one.name != "name")


def meanings(kind: type) -> dict[str, str]:
    """Field to the text that the class's docstring has of it."""
    found: dict[str, list[str]] = {}
    names: tuple[str, ...] = ()
    for line in cleandoc(kind.__doc__ or "").splitlines():
        began = LINE.match(line)
        if began:
            names = tuple(began["names"].split(", "))
            found |= {name: [began["text"]] for name in names}
        elif names and line.startswith("  "):
            for name in names:
                found[name].append(line.strip())
        else:
            names = ()
    return {name: " ".join(parts) for name, parts in found.items()}


def parts_of(hint: Any) -> tuple[Any, ...]:
    """What a union may be, without None; anything else alone."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(one for one in get_args(hint) if one is not NoneType)
    return (hint,)


def table_of(hint: Any) -> Any:
    """What every value of an open table is; None for any other kind."""
    return get_args(hint)[1] if get_origin(hint) in (Mapping, dict) else None


def items_of(hint: Any) -> Any:
    """What every item of a list is; None for any other kind."""
    found = get_args(hint)
    is_list = get_origin(hint) is tuple and len(found) == 2 and found[1] is ...
    return found[0] if is_list else None


def members_of(hint: Any) -> tuple[Any, ...]:
    """What each item of a list of fixed length is; () for any other kind."""
    found = get_args(hint)
    return found if get_origin(hint) is tuple and ... not in found else ()


def plain(hint: Any) -> tuple[Any, bool]:
    """A hint without what is annotated, and whether its texts are FORMULAS."""
    if get_origin(hint) is Annotated:
        found = get_args(hint)
        return found[0], FORMULAS in found[1:]
    return hint, False


def words_of(hint: Any) -> tuple[Any, ...]:
    """The words of a Literal; () for any other kind."""
    return get_args(hint) if get_origin(hint) is Literal else ()


def inner_tables(one: PlanKey, path: str) -> Iterator[tuple[str, type, tuple[PlanKey, ...]]]:
    """Heading, class and keys of each kind of table that a key may hold."""
    at = f"{path}.{one.name}"
    for part in parts_of(plain(one.hint)[0]):
        if is_section(part):
            yield f"[{at}]", part, plan_keys(part)
        for heading, held in ((f"[{at}.NAME]", table_of(part)), (f"[[{at}]]", items_of(part))):
            for inner in parts_of(plain(held)[0]):
                if is_section(inner):
                    is_named = heading.endswith(".NAME]")
                    yield (
                        heading,
                        inner,
                        named_by_table(inner) if is_named else plan_keys(inner),
                    )


def unknown_keys(hint: Any, given: Any, path: str) -> Iterator[str]:
    """Dotted paths of keys that a table holds and its class does not declare.

    hint   class of the table, or the kind of any value: what is of another kind is left alone
    path   of the table
    """
    for one in parts_of(plain(hint)[0]):
        if is_section(one) and isinstance(given, Mapping):
            known = {key.name: key.hint for key in plan_keys(one)}
            for name, value in given.items():
                if name in known or OPEN in known:
                    inner = known.get(name, known.get(OPEN))
                    yield from unknown_keys(inner, value, f"{path}.{name}")
                else:
                    yield f"{path}.{name}"
        elif table_of(one) is not None and isinstance(given, Mapping):
            for name, value in given.items():
                yield from unknown_keys(table_of(one), value, f"{path}.{name}")
        elif items_of(one) is not None and isinstance(given, list | tuple):
            for value in given:
                yield from unknown_keys(items_of(one), value, path)


def _name(one: Any) -> str:
    """`return_` is the key `return`, which no field can be called."""
    return str(one.name).removesuffix("_")


def _key(one: Any, hint: Any, text: str) -> PlanKey:
    told = one.metadata
    unit = UNIT.match(text)
    text = unit["text"] if unit else text
    source = SOURCE.match(text)
    default = one.default
    if default is MISSING:
        default = NEEDED if one.default_factory is MISSING else one.default_factory()
    return PlanKey(
        name=_name(one),
        hint=hint,
        default=default,
        silent=told.get("silent", ""),
        unit=unit["unit"] if unit else "",
        meaning=(source["text"] if source else text).strip().rstrip("."),
        source=source["source"].strip().rstrip(".") if source else "",
        choices=told.get("choices", ()) or words_of(hint),
        low=told.get("low"),
        high=told.get("high"),
    )
