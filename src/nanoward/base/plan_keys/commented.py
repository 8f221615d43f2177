"""programme.toml with every key of every section, commented out, at its default.

Take the first "# " off a line and it is read; taken off every line it states the defaults, and
is read to the same rules as a plan that says nothing. A meaning keeps a second "#", and so does
a key that has no one default: it is shown by its kind.
"""

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any

from nanoward.base.plan_keys.json_schema import description
from nanoward.base.plan_keys.keys import NEEDED, OPEN, PlanKey, inner_tables, plan_keys
from nanoward.base.plan_keys.kind_words import kind_words

WIDTH = 96
TOLD = "# # "  # before what stays a comment when one "# " is taken off


def commented_sections(sections: Mapping[str, type]) -> str:
    """Every section with its keys; see the top of this file."""
    return "".join(commented_section(name, kind) for name, kind in sections.items())


def commented_head(head: type, stated: Mapping[str, str]) -> str:
    """The keys before the sections; those in `stated` as they are given.

    stated  key to its value
    """
    lines = []
    for one in plan_keys(head):
        if one.name in stated:
            lines.append(f"{one.name} = {toml_value(stated[one.name])}")
        else:
            lines += _line(one, silent=False)
    return "\n".join(lines) + "\n"


def commented_section(name: str, kind: type) -> str:
    """One section; of one with a key that must be stated nothing is read before it is."""
    needed = any(one.default is NEEDED for one in plan_keys(kind))
    first = (kind.__doc__ or "").split("\n", maxsplit=1)[0]
    lines = ["", *_wrapped(first)]
    lines += _table(f"[{name}]", name, plan_keys(kind), silent=needed)
    return "\n".join(lines) + "\n"


def _table(
    heading: str, path: str, keys: tuple[PlanKey, ...], *, silent: bool
) -> Iterator[str]:
    """A table's lines: its own keys first, then the tables within it, as TOML wants them."""
    yield f"{TOLD if silent else '# '}{heading}"
    inner = {one.name: tuple(inner_tables(one, path)) for one in keys}
    for one in keys:
        if not inner[one.name]:
            yield from _line(one, silent=silent)
    for one in keys:
        for inner_heading, _, inner_keys in inner[one.name]:
            own = silent or not is_dataclass(one.default)
            yield "#"
            yield from _wrapped(f"{one.name}: {description(one)}")
            yield from _table(inner_heading, f"{path}.{one.name}", inner_keys, silent=own)


def _line(one: PlanKey, *, silent: bool) -> Iterator[str]:
    yield from _wrapped(description(one))
    words = kind_words(one)
    if one.name == OPEN:
        yield f"{TOLD}{OPEN} = ...   # {words}"
    elif one.default is NEEDED:
        yield f"{TOLD}{one.name} = ...   # {words}; must be stated"
    elif one.default is None or one.silent:
        yield f"{TOLD}{one.name} = ...   # {words}; not stated: {one.silent or 'none'}"
    else:
        yield f"{TOLD if silent else '# '}{one.name} = {toml_value(one.default)}   # {words}"


def _wrapped(text: str) -> list[str]:
    return [f"{TOLD}{one}" for one in textwrap.wrap(text, WIDTH - len(TOLD))]


def toml_value(value: Any) -> str:
    """A default as TOML writes it; texts and numbers of JSON are TOML too."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(toml_value(one) for one in value)}]"
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(name)} = {toml_value(one)}" for name, one in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)
