"""The kind of a key in words, as reference and commented file name it."""

from datetime import date, time
from typing import Any, get_args, get_origin

from nanoward.base.plan_keys.keys import (
    PlanKey,
    is_section,
    items_of,
    members_of,
    parts_of,
    plain,
    table_of,
    words_of,
)

WORDS = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    date: "date",
    time: "time",
    Any: "any",
}


def kind_words(one: PlanKey) -> str:
    """ "number from 0 to 1", "one of a, b", "list of texts", "table of tables" ..."""
    told = (
        f"one of {', '.join(map(str, one.may_be()))}" if one.choices else hint_words(one.hint)
    )
    if one.low is not None and one.high is not None:
        return f"{told} from {one.low:g} to {one.high:g}"
    if one.low is not None:
        return f"{told}, {one.low:g} or more"
    return told if one.high is None else f"{told}, {one.high:g} at most"


def hint_words(hint: Any, *, many: bool = False) -> str:
    """A kind in words; many: of several."""
    parts = parts_of(plain(hint)[0])
    if len(parts) > 1:
        return " or ".join(dict.fromkeys(hint_words(one, many=many) for one in parts))
    only = parts[0]
    if is_section(only):
        return "tables" if many else "table"
    if words_of(only):
        return f"one of {', '.join(map(str, words_of(only)))}"
    if members_of(only):
        return f"{'lists' if many else 'list'} of {len(members_of(only))} numbers"
    if items_of(only) is not None:
        lists = "lists" if many else "list"
        return f"{lists} of {hint_words(items_of(only), many=True)}"
    if table_of(only) is not None:
        names = words_of(get_args(only)[0])
        of = f" by {', '.join(names)}" if names else ""
        return f"{'tables' if many else 'table'} of {hint_words(table_of(only), many=True)}{of}"
    word = WORDS.get(only) or str(get_origin(only) or only)
    return f"{word}s" if many and word in ("text", "number", "whole number", "date") else word
