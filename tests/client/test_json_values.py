from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest

from nanoward.client.json_values import from_value, to_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    at: datetime
    word: Literal["a", "b"] = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    day: date | None
    many: list[Inner] = field(default_factory=list)
    names: dict[str, float] = field(default_factory=dict)
    free: Any = None


def test_what_was_written_is_read_again() -> None:
    given = Outer(
        day=date(2026, 6, 29), many=[Inner(at=datetime(2026, 6, 29, tzinfo=UTC))],
        names={"a": 1.5}, free={"x": [1]},
    )  # fmt: skip
    assert from_value(Outer, to_value(given)) == given
    assert from_value(Outer, {"day": None, "new": 1, "names": {"a": 2}}).names == {"a": 2.0}


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(TypeError):
        from_value(Outer, {"day": 7})
    with pytest.raises(TypeError):
        from_value(Outer, {"day": None, "many": {}})
