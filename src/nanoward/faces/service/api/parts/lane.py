"""Asking the kill lane: its process where one runs, else its work here and now."""

from typing import Any

from nanoward.base.errors import RefusedError
from nanoward.faces.lane import ask_lane
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.lane.serve_lane import serve_lane

Answer = dict[str, Any]


class LaneRefusesError(RefusedError):
    """The kill lane said no."""

    code = "REF-110"

    def __init__(self, told: Answer) -> None:
        super().__init__(
            f"{told.get('code')}: {told['refused']}", next_step=told.get("next_step")
        )


def ask(programme: str, do: str, **asked: Any) -> Answer:
    """What the lane answers; LaneRefusesError."""
    from nanoward.wiring.control import hold_lane, lane_socket, open_lane

    told = ask_lane(lane_socket(programme), {"do": do, **asked})
    if told is None:
        with hold_lane(programme), open_lane(programme) as desk:
            told = serve_lane(desk, OrderState(), {"do": do, **asked})
    if "refused" in told:
        raise LaneRefusesError(told)
    return told
