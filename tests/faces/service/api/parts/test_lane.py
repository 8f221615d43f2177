import pytest
from tests.faces.service.service_world import Doors

from nanoward.faces.service.api.parts.lane import LaneRefusesError, ask


def test_the_lane_is_asked_here_where_no_process_of_its_own_runs(api: Doors) -> None:
    assert ask(api.service.path, "status")["kills"] == []


def test_what_the_lane_refuses_is_told_with_its_code(api: Doors) -> None:
    with pytest.raises(LaneRefusesError, match="REF-061"):
        ask(api.service.path, "kill show", order="none")
