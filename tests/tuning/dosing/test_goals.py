"""Goals that make sense, and those that make none."""

import pytest
from exposures import goal

from nanoward.tuning import BadTargetError


def test_settings_reach_from_the_lowest_to_the_highest() -> None:
    assert goal(lowest=10.0, highest=12.0, step=0.5).settings().tolist() == [
        10.0, 10.5, 11.0, 11.5, 12.0,
    ]  # fmt: skip
    assert goal(every=0.0).asked_every == 1.0


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"largest_step": float("nan")}, "largest_step"),
        ({"cumulative": 0.0}, "cumulative"),
        ({"rise": 10.0}, "rise_over"),
        ({"learning": -1}, "learning"),
        ({"exposure": "level_seen"}, "together"),
        ({"most_exposure": 3.0}, "together"),
        ({"oldest": -1.0}, "oldest"),
        ({"oldest": 0.5}, "oldest"),
        ({"oldest": float("inf")}, "oldest"),
        ({"oldest": 1e9}, "oldest"),
    ],
)
def test_limits_that_could_not_limit_are_refused(wrong: dict[str, float], told: str) -> None:
    with pytest.raises(BadTargetError, match=told):
        goal(**wrong)
