"""What the kill lane says: its process where one runs, else its own work here."""

from collections.abc import Mapping
from typing import Any

from nanoward.base.errors import NanowardError, RefusedError

Answer = Mapping[str, Any]
EMPTY: Answer = {"kills": (), "owed": (), "leases": (), "sealed": (), "participants": ()}


class LaneAnsweredNoError(RefusedError):
    """The lane refused what a page asked of it; nothing was done."""

    code = "REF-120"

    def __init__(self, told: Answer) -> None:
        super().__init__(f"{told.get('code', '')}: {told['refused']}")
        self.next_step = str(told.get("next_step", self.next_step))


def lane_status(path: str) -> Answer | None:
    """Kill codes, owed stops and leases; None where the lane cannot be asked."""
    from nanoward.wiring.control import has_lane

    if not has_lane(path):
        return EMPTY
    try:
        return ask_kill_lane(path, "status")
    except (NanowardError, OSError):
        return None


def ask_kill_lane(path: str, do: str, **asked: Any) -> Answer:
    """The lane's answer; LaneAnsweredNoError where it refuses."""
    from nanoward.faces.lane import ask_lane
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.lane.serve_lane import serve_lane
    from nanoward.wiring.control import hold_lane, lane_socket, open_lane

    told = ask_lane(lane_socket(path), {"do": do, **asked})
    if told is None:
        with hold_lane(path), open_lane(path) as desk:
            told = serve_lane(desk, OrderState(), {"do": do, **asked})
    if "refused" in told:
        raise LaneAnsweredNoError(told)
    return told
