"""A JSON schema of programme.toml for editors (Taplo, Even Better TOML), from its classes.

Draft 7, which these editors read. Dates and times of TOML reach a schema as texts. It says
which keys there are and of what kind; what only makes sense together the readers say.
"""

import math
from collections.abc import Mapping
from datetime import date, time
from typing import Any, get_args, get_origin

from nanoward.base.plan_keys.keys import (
    NEEDED,
    OPEN,
    PlanKey,
    is_section,
    items_of,
    members_of,
    named_by_table,
    parts_of,
    plain,
    plan_keys,
    table_of,
    words_of,
)

DRAFT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, Any]
TYPES: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string"},
    Any: {},
}


def plan_schema(head: type, sections: Mapping[str, type]) -> Schema:
    """The schema of a whole plan: the keys of its head, and its sections."""
    schema = table_schema(plan_keys(head))
    for name, kind in sections.items():
        schema["properties"][name] = table_schema(plan_keys(kind)) | _told(kind)
    return {"$schema": DRAFT, "title": "programme.toml of nanoward", **schema}


def table_schema(keys: tuple[PlanKey, ...], *, formulas: bool = False) -> Schema:
    """A table of declared keys; any other key is refused, but where NAME stands for all."""
    every = [one for one in keys if one.name == OPEN]
    schema: Schema = {
        "type": "object",
        "properties": {
            one.name: _key(one, formulas=formulas) for one in keys if one not in every
        },
        "additionalProperties": _key(every[0], formulas=formulas) if every else False,
    }
    needed = [one.name for one in keys if one.default is NEEDED]
    return schema | ({"required": needed} if needed else {})


def kind_schema(hint: Any, *, formulas: bool = False) -> Schema:
    """What a value of one kind is, without what is said of its key."""
    told, formulas = plain(hint)[0], formulas or plain(hint)[1]
    parts = parts_of(told)
    if len(parts) > 1:
        return {"anyOf": [kind_schema(one, formulas=formulas) for one in parts]}
    only = parts[0]
    if is_section(only):
        return table_schema(plan_keys(only), formulas=formulas)
    if only is str and formulas:
        return {"type": ["string", "number"]}
    if words_of(only):
        return {"enum": list(words_of(only))}
    if members_of(only):
        items = [kind_schema(one) for one in members_of(only)]
        return {
            "type": "array",
            "items": items[0],
            "minItems": len(items),
            "maxItems": len(items),
        }
    if items_of(only) is not None:
        return {"type": "array", "items": kind_schema(items_of(only), formulas=formulas)}
    if get_origin(only) is not None:
        return _open_table(only)
    return dict(TYPES[only])


def _open_table(hint: Any) -> Schema:
    names, values = get_args(hint)
    inner, formulas = plain(values)
    if is_section(inner):  # [section.NAME]: the table's own name is its `name`
        told = table_schema(named_by_table(inner), formulas=formulas)
    else:
        told = kind_schema(table_of(hint))
    words = words_of(names)
    limit = {"propertyNames": {"enum": list(words)}} if words else {}
    return {"type": "object", "additionalProperties": told, **limit}


def _key(one: PlanKey, *, formulas: bool) -> Schema:
    schema = kind_schema(one.hint, formulas=formulas)
    if one.choices and "anyOf" not in schema:
        schema = {"enum": list(one.may_be())}
    for bound, value in (("minimum", one.low), ("maximum", one.high)):
        if value is not None:
            schema[bound] = value
    schema["description"] = description(one)
    if _is_plain(one.default) and not one.silent:
        schema["default"] = one.default
    return schema


def description(one: PlanKey) -> str:
    """Unit, meaning and source of a key as one text."""
    unit = f"[{one.unit}] " if one.unit else ""
    source = f" Source: {one.source}." if one.source else ""
    return f"{unit}{one.meaning}.{source}"


def _told(kind: type) -> Schema:
    return {"description": (kind.__doc__ or "").split("\n", maxsplit=1)[0]}


def _is_plain(value: Any) -> bool:
    """Whether JSON has the value: no tables, and nothing endless."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int)
