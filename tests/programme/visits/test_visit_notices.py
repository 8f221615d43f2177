"""Who is told of which change of a visit; the words tell no name, kind or reason."""

from datetime import UTC, date, datetime

import pytest

from nanoward.base.entries import StandingDecided
from nanoward.base.entries.visits import VisitBooked, VisitMoved, VisitReleased
from nanoward.programme.visits.booking_board import BookingBoard, board_of
from nanoward.programme.visits.site_calendar import HalfDay
from nanoward.programme.visits.visit_notices import LAPSED, owed_notices

DAY, NEXT = date(2026, 12, 1), date(2026, 12, 2)
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
BOOKED = VisitBooked(
    booking="b1", participant="P7", kind="dose", site="ward-c", day=DAY, half="morning",
    zone="UTC", starts=NOW, needs=("clin 1",), by="planner",
)  # fmt: skip
MOVED = VisitMoved(
    booking="b1", participant="P7", day=NEXT, half="afternoon", starts=NOW,
    reason="P3 of arm B is ill", price=60, by="planner",
)  # fmt: skip


def board(*entries: object) -> BookingBoard:
    return board_of(entries, lambda word: frozenset({"weekly"} if word == "held" else ()))


def released(by: str, reason: str = "r", *, waits: bool = True) -> VisitReleased:
    return VisitReleased(booking="b1", participant="P7", reason=reason, by=by, waits=waits)


@pytest.mark.hazard("H-317")
def test_a_move_is_told_with_both_times_and_nothing_else() -> None:
    (one,) = owed_notices(board(BOOKED, MOVED), DAY)
    assert (one.word, one.before, one.at) == (
        "moved", HalfDay(DAY, "morning"), HalfDay(NEXT, "afternoon"),
    )  # fmt: skip
    text = one.text(NOW)
    assert "2026-12-01 morning" in text
    assert "2026-12-02 afternoon" in text
    for hidden in ("P7", "P3", "dose", "arm", "ill", "ward-c", "b1", "planner"):
        assert hidden not in text
    assert one.about != next(iter(owed_notices(board(BOOKED, MOVED, MOVED), DAY))).about


@pytest.mark.hazard("H-317")
def test_a_place_that_a_standing_took_is_told_without_the_reason() -> None:
    held = StandingDecided(participant="P7", standing="held", as_of=DAY, since=DAY, reasons=())
    (one,) = owed_notices(board(BOOKED, held), DAY)
    assert one.word == "called off"
    assert "held" not in one.text(NOW)


def test_an_offer_is_told_until_when() -> None:
    offered = VisitBooked(**{name: getattr(BOOKED, name) for name in BOOKED.__slots__}
                          | {"state": "held"})  # fmt: skip
    (one,) = owed_notices(board(offered), DAY)
    assert one.word == "offered"
    assert "until 2026-11-30 09:00 UTC" in one.text(NOW)


def test_nobody_is_told_of_what_they_did_or_of_days_that_are_past() -> None:
    assert list(owed_notices(board(BOOKED), DAY)) == []
    assert list(owed_notices(board(BOOKED, released("P7")), DAY)) == []
    assert list(owed_notices(board(BOOKED, released("n", LAPSED)), DAY)) == []
    assert list(owed_notices(board(BOOKED, released("n")), NEXT)) == []
    assert list(owed_notices(board(BOOKED, MOVED), date(2026, 12, 3))) == []
    assert [one.word for one in owed_notices(board(BOOKED, released("n")), DAY)] == [
        "called off"
    ]
