from datetime import date
from typing import Any

import pytest

from nanoward.adapters.formats.text.plan_file import BadKeyError, UnknownKeyError, plan_of


def test_a_plan_states_what_the_file_says() -> None:
    plan = plan_of(
        {
            "name": "ward",
            "as_of": date(2026, 11, 23),
            "facts": ["one"],
            "bonds": {"alpha": 0.05},
        },
        sha256="ab",
    )
    assert (plan.name, plan.title, plan.as_of, plan.facts) == (
        "ward",
        "ward",
        date(2026, 11, 23),
        ("one",),
    )
    assert plan.section("bonds") == {"alpha": 0.05}
    assert plan.section("tuning") == {}


@pytest.mark.parametrize(
    ("table", "fault", "named"),
    [
        ({"name": "a", "counsel": ""}, UnknownKeyError, "counsel"),
        ({"title": "a"}, BadKeyError, "name"),
        ({"name": 7}, BadKeyError, "name"),
        ({"name": "a", "as_of": "2026-11-23"}, BadKeyError, "as_of"),
        ({"name": "a", "time_zone": "Europe/Atlantis"}, BadKeyError, "time_zone"),
        ({"name": "a", "time_zone": "../../etc/passwd"}, BadKeyError, "time_zone"),
        ({"name": "a", "time_zone": 1}, BadKeyError, "time_zone"),
        ({"name": "a", "bonds": 7}, BadKeyError, "bonds"),
        ({"name": "a", "facts": "x"}, BadKeyError, "facts"),
        ({"name": "a", "facts": ["x", 1]}, BadKeyError, "facts"),
    ],
)
def test_a_wrong_key_is_named(
    table: dict[str, Any], fault: type[Exception], named: str
) -> None:
    with pytest.raises(fault, match=named):
        plan_of(table, sha256="ab")
