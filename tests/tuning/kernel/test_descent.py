"""One search: that every way to end has its own number, as Python knows them."""

from nanoward.tuning.estimation.further_starts import GOOD
from nanoward.tuning.estimation.map_estimates import ON_KINK as KINK_IN_PYTHON
from nanoward.tuning.estimation.map_estimates import REASONS
from nanoward.tuning.kernel.descent import (
    AGAIN,
    ENDED,
    NO_END,
    NO_START,
    ON_KINK,
    SADDLE,
    STUCK,
    WALL,
)


def test_python_knows_which_ends_are_minima_and_why_the_others_are_none() -> None:
    assert (float(ENDED), float(ON_KINK)) == GOOD
    assert KINK_IN_PYTHON == ON_KINK
    assert len({ENDED, SADDLE, NO_END, NO_START, WALL, STUCK, AGAIN, ON_KINK}) == 8
    assert all(REASONS[how] for how in (SADDLE, NO_END, NO_START, WALL, STUCK))
    assert not REASONS[ENDED]
    assert not REASONS[ON_KINK]
