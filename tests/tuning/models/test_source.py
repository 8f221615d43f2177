"""A fault in a model names the line of its key, or of the nearest table around it."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning.models.source import MODEL_PAGE, Source, line_of


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\n[b.c]\nd = 2\n", ("b", "c", "d"), 3),
        ("a = 1\n[b.c]\nd = 2\n", ("b", "c", "missing"), 2),
        ("[b]\nc.d = 2\n", ("b", "c", "d"), 2),
        ('[ "b" . c ] # told\nd = 2\n', ("b", "c", "d"), 2),
        ("[[b]]\nd = 2\n", ("b", "d"), 2),
        ("a = 1\n", ("z",), None),
        ("", ("z",), None),
    ],
)
def test_the_line_is_that_of_the_key_or_of_the_table_around_it(
    text: str, path: tuple[str, ...], line: int | None
) -> None:
    assert line_of(text, path) == line


NAMES = st.sampled_from(["a", "b", "c", "V_1"])


@given(
    st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers(0, 9), min_size=1), min_size=1)
)
def test_every_key_of_a_file_is_found_where_it_was_written(
    table: dict[str, dict[str, Any]],
) -> None:
    lines, where = [], {}
    for head, keys in table.items():
        lines.append(f"[{head}]")
        for key, value in keys.items():
            lines.append(f"{key} = {value}")
            where[(head, key)] = len(lines)
    text = "\n".join(lines)
    assert tomllib.loads(text) == table
    assert {path: line_of(text, path) for path in where} == where


def test_a_fault_says_file_line_key_and_what_to_do() -> None:
    told = Source(text="[a]\nb = 1\n", file="m.toml").fault(("a", "b"), "is odd")
    assert (told.file, told.line, told.message) == ("m.toml", 2, "m.toml:2: a.b is odd")
    assert told.next_step == MODEL_PAGE
    assert Source().fault(("a",), "is odd", "Mend it.").next_step == "Mend it."
