from datetime import date, timedelta

import polars as pl
import pytest

from nanoward.base.tables import GUARDED_LOCI
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.fire_kill import fire_kill
from nanoward.flows.killcode.flag_escapes import flush_samples
from nanoward.flows.killcode.release_kill import KillOrderRequest, approve_kill, request_kill
from nanoward.flows.killcode.verify_flush import verify_flush
from nanoward.maths.frames import frame_of
from nanoward.testing.desks import NOW, Bay, approval_of, bay_of


def fired(bay: Bay) -> str:
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="end", requested_by="anna"
    )
    request = request_kill(bay.desk, bay.book, asked, actor="anna")
    for name in ("anna", "ben"):
        approve_kill(bay.desk, bay.book, approval_of(request, name), actor=name)
    fire_kill(bay.desk, bay.book, request.order, actor="anna")
    return request.order


def guarded(
    day: date, who: str = "P1", role: str = "kill", state: str = "altered"
) -> pl.DataFrame:
    row = {"sample": f"s{day}", "participant": who, "taken": day, "locus": "k", "role": role,
           "state": state, "variants": []}  # fmt: skip
    return frame_of(GUARDED_LOCI, [row])


@pytest.mark.hazard("H-26")
def test_an_altered_kill_locus_ends_the_flush_as_an_escape_once() -> None:
    bay = bay_of()
    order = fired(bay)
    bay.clock.advance(timedelta(days=2))
    table = guarded((NOW + timedelta(days=1)).date())
    (entry,) = flush_samples(table, bay.desk.ledger, bay.desk.lane)
    assert (entry.order, entry.participant, entry.locus) == (order, "P1", "altered")
    bay.desk.ledger.append([entry], actor="ward round", at=bay.clock.now())
    (decided,) = verify_flush(bay.desk, bay.book, actor="lane")
    assert decided.outcome == "escaped"
    assert flush_samples(table, bay.desk.ledger, bay.desk.lane) == ()


@pytest.mark.parametrize(
    "table",
    [
        guarded((NOW - timedelta(days=1)).date()),
        guarded((NOW + timedelta(days=1)).date(), who="P2"),
        guarded((NOW + timedelta(days=1)).date(), role="safety"),
        guarded((NOW + timedelta(days=1)).date(), state="intact"),
    ],
    ids=["before the firing", "another person", "a safety locus", "intact"],
)
def test_nothing_else_ends_a_flush(table: pl.DataFrame) -> None:
    bay = bay_of()
    fired(bay)
    assert flush_samples(table, bay.desk.ledger, bay.desk.lane) == ()


def test_without_a_kill_code_there_is_nothing_to_tell() -> None:
    bay = bay_of()
    assert flush_samples(guarded(NOW.date()), bay.desk.ledger, None) == ()
    assert OrderState().read(bay.desk.ledger).kills == {}
