"""The commands themselves are run in test_commands.py; here is what they show."""

import pytest

from nanoward.faces.cli.control.kill import release_form
from nanoward.flows.killcode.release_kill import KillOrderRequest, request_kill
from nanoward.flows.lane.serve_lane import serve_lane
from nanoward.testing.desks import bay_of


@pytest.mark.hazard("H-82")
def test_a_form_says_whom_with_what_how_many_and_how_many_survive() -> None:
    bay = bay_of(("P1", "P2"))
    asked = KillOrderRequest(
        participants=("P1", "P2"), mechanism="inducer", reason="end", requested_by="anna"
    )
    made = request_kill(bay.desk, bay.book, asked, actor="anna")
    told = serve_lane(bay.desk, bay.book, {"do": "kill show", "order": made.order})
    assert release_form(told) == (
        f"kill code {made.order}: requested\n"
        "  inducer at 2 person(s) of lot L1: P1 (waiting), P2 (waiting)\n"
        "  reason: end\n"
        "  expected survivors: 2, any at all: 86.5%\n"
        "  signed by nobody; needed: physician, safety_officer\n"
        f"  holds until {made.expires.isoformat()}"
    )
