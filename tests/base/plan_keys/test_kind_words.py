from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pytest

from nanoward.base.plan_keys.keys import PlanKey
from nanoward.base.plan_keys.kind_words import hint_words, kind_words


@dataclass(frozen=True)
class _Table:
    """A table."""


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (str, "text"),
        (float | None, "number"),
        (bool, "true or false"),
        (date, "date"),
        (Any, "any"),
        (tuple[str, ...], "list of texts"),
        (tuple[float, float], "list of 2 numbers"),
        (tuple[_Table, ...], "list of tables"),
        (Mapping[str, int], "table of whole numbers"),
        (Mapping[str, _Table], "table of tables"),
        (Mapping[Literal["a", "b"], int], "table of whole numbers by a, b"),
        (Mapping[str, tuple[str, ...]], "table of lists of texts"),
        (str | _Table, "text or table"),
        (Literal["a", "b"], "one of a, b"),
    ],
    ids=str,
)
def test_kinds_are_told_in_words(hint: Any, words: str) -> None:
    assert hint_words(hint) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 1, "number from 0 to 1"),
        (1, None, "number, 1 or more"),
        (None, 2, "number, 2 at most"),
    ],
)
def test_bounds_are_told_with_the_kind(
    low: float | None, high: float | None, words: str
) -> None:
    assert kind_words(PlanKey(name="x", hint=float, low=low, high=high)) == words


def test_choices_are_told_in_the_place_of_the_kind() -> None:
    assert kind_words(PlanKey(name="x", hint=int, choices=(33, 64))) == "one of 33, 64"
