"""Asking the kill lane from a page: its process where one runs, else its work here and now."""

from collections.abc import Mapping
from typing import Any

from nanoward.base.errors import RefusedError
from nanoward.faces.lane import ask_lane
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.lane.serve_lane import serve_lane


class KillLaneRefusedError(RefusedError):
    """The kill lane said no; the code stands as it stood."""

    code = "REF-245"
    next_step = "Read the reason; see nanoward control kill --help for what comes next."

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(f"{told.get('code')}: {told['refused']}")
        self.next_step = str(told.get("next_step") or self.next_step)


def ask_kill_lane(path: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the lane answers; KillLaneRefusedError where it refuses."""
    from nanoward.wiring.control import hold_lane, lane_socket, open_lane

    told = ask_lane(lane_socket(path), asked)
    if told is None:
        with hold_lane(path), open_lane(path) as desk:
            told = serve_lane(desk, OrderState(), asked)
    if "refused" in told:
        raise KillLaneRefusedError(told)
    return told
