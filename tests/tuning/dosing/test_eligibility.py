"""Who may be given a recommendation: what starts or raises never goes past a doubt."""

from collections.abc import Callable

import pytest

from nanoward.tuning import History, Model, refusal
from nanoward.tuning.dosing.eligibility import current_rate, guess_refusal

Made = Callable[..., History]


@pytest.fixture
def daily(oral: Model, person_of: Made) -> History:
    return person_of(oral, [(0.0, 1, 10.0, None, 6, 24.0)], "ADDL", "II")


@pytest.mark.parametrize(
    "standing", ["recalled", "withdrawn", "died", "completed", "screened", "anything new"]
)
@pytest.mark.hazard("H-05")
def test_nobody_outside_the_programme_is_given_a_setting(daily: History, standing: str) -> None:
    assert standing in refusal(daily, standing, 0.1, 24.0)


def test_who_is_not_known_to_clearance_is_given_none(daily: History) -> None:
    assert "no standing" in refusal(daily, None, 0.1, 24.0)


def test_who_is_held_may_be_lowered_and_not_raised(daily: History) -> None:
    assert refusal(daily, "held", 9.0, 24.0) == ""
    assert "does not lower" in refusal(daily, "held", 10.0, 24.0)
    assert "does not lower" in refusal(daily, "held", 9.0, 12.0)  # more per day


def test_who_is_held_on_an_unknown_rate_is_given_none(oral: Model, person_of: Made) -> None:
    once = person_of(oral, [(0.0, 1, 10.0, None)])
    assert current_rate(once) is None
    assert "cannot be told" in refusal(once, "held", 0.1, 24.0)


def test_who_is_cleared_may_be_given_any(daily: History) -> None:
    assert refusal(daily, "cleared", 1e6, 24.0) == ""
    assert current_rate(daily) == pytest.approx(10 / 24)


@pytest.mark.hazard("H-247")
def test_nothing_is_started_or_raised_on_a_guess(
    daily: History, oral: Model, person_of: Made
) -> None:
    told = guess_refusal(daily, 10.5, 24.0, ("sdtm.AE",))
    assert told == "rests on a guess (sdtm.AE): nothing is started or raised"
    assert guess_refusal(daily, 10.0, 24.0, ("sdtm.AE",)) == ""  # goes on
    assert guess_refusal(daily, 9.0, 24.0, ("sdtm.AE",)) == ""
    assert guess_refusal(daily, 10.0, 12.0, ("sdtm.AE",))  # more per day
    assert guess_refusal(daily, 99.0, 24.0, ()) == ""
    once = person_of(oral, [(0.0, 1, 10.0, None)])
    assert guess_refusal(once, 0.1, 24.0, ("events",))  # whether it raises cannot be told
