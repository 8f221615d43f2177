from pathlib import Path

import pytest

from nanoward.faces.service.console.lane_status import (
    EMPTY,
    LaneAnsweredNoError,
    ask_kill_lane,
    lane_status,
)


def test_where_nobody_was_enrolled_nothing_is_owed(held: Path) -> None:
    assert lane_status(str(held)) == EMPTY


def test_what_the_lane_refuses_is_told_with_its_code(ward: Path) -> None:
    with pytest.raises(LaneAnsweredNoError, match="USE-061"):
        ask_kill_lane(str(ward), "nothing that it knows")
    assert lane_status(str(ward)) is not None
