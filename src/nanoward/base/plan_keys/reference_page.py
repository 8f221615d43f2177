"""The reference page of programme.toml: every key of every section, from its classes."""

from collections.abc import Iterator, Mapping

from nanoward.base.plan_keys.commented import toml_value
from nanoward.base.plan_keys.keys import NEEDED, OPEN, PlanKey, inner_tables, plan_keys
from nanoward.base.plan_keys.kind_words import kind_words

COLUMNS = "".join(
    (
        "| key | kind | unit | default | meaning | source of the default |\n",
        "|---|---|---|---|---|---|\n",
    )
)


def reference_page(head: type, sections: Mapping[str, type]) -> str:
    """Markdown: the keys before the sections, then each section with the tables within it."""
    parts = [f"## Before the sections\n\n{_rows(plan_keys(head))}"]
    for name, kind in sections.items():
        parts += _section(f"[{name}]", name, kind, plan_keys(kind))
    return "\n".join(parts)


def _section(heading: str, path: str, kind: type, keys: tuple[PlanKey, ...]) -> Iterator[str]:
    first = (kind.__doc__ or "").split("\n", maxsplit=1)[0]
    level = "##" if path.count(".") == 0 else "###"
    yield f"{level} {heading}\n\n{first}\n\n{_rows(keys)}"
    for one in keys:
        for inner_heading, inner, inner_keys in inner_tables(one, path):
            yield from _section(inner_heading, f"{path}.{one.name}", inner, inner_keys)


def _rows(keys: tuple[PlanKey, ...]) -> str:
    return COLUMNS + "".join(_row(one) for one in keys)


def _row(one: PlanKey) -> str:
    name = "any other name" if one.name == OPEN else f"`{one.name}`"
    cells = (name, kind_words(one), one.unit, _default(one), one.meaning, one.source)
    return f"| {' | '.join(_cell(one) for one in cells)} |\n"


def _default(one: PlanKey) -> str:
    if one.default is NEEDED:
        return "must be stated"
    if one.silent:
        return one.silent
    if one.default is None or one.name == OPEN:
        return "none"
    if isinstance(one.default, str | bool | int | float):
        return f"`{toml_value(one.default)}`"
    if isinstance(one.default, tuple | Mapping):
        return f"`{toml_value(one.default)}`" if one.default else "none"
    return "its own defaults"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
