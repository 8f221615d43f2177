"""What people are to be told of their visits: moved, called off, or offered to who waited.

The words name nobody, and neither what the visit is for nor where: a message that is seen by
somebody else tells no arm, diagnosis or site. Why a visit moves stays on the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from nanoward.base.canonical import sha256_of
from nanoward.programme.visits.booking_board import OPEN, WAITING, Booking, BookingBoard
from nanoward.programme.visits.booking_rules import URGENT
from nanoward.programme.visits.site_calendar import HalfDay

LAPSED = "the offer was not taken"
HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNotice:
    """Something that one person is to be told of one visit.

    word    moved, called off, offered
    about   of this change alone: whoever was told of it is not told again
    urgent  a visit that protects: it is told in every standing
    """

    booking: str
    participant: str
    word: str
    about: str
    at: HalfDay | None
    before: HalfDay | None
    urgent: bool

    def text(self, until: datetime) -> str:
        """The words for the person."""
        match self.word:
            case "moved":
                return (
                    f"Your appointment of {self.before} is now on {self.at}. If you cannot"
                    " come, answer this message: you lose nothing by it."
                )
            case "offered":
                return (
                    f"A place is free for you on {self.at}. It is kept for you until"
                    f" {until:%Y-%m-%d %H:%M} UTC: say whether you want it. You lose nothing if"
                    " you do not."
                )
        return (
            f"Your appointment of {self.before} does not take place. You lose nothing by it;"
            " you will be told of a new time where there is one."
        )


def owed_notices(board: BookingBoard, today: date) -> Iterator[VisitNotice]:
    """Every notice about a day that is not past, by booking; what somebody did is not told."""
    for name in sorted(board.bookings):
        one = board.bookings[name]
        word = _word(one, today)
        if word:
            said = f"{one.booking}|{one.changes}|{word}"
            yield VisitNotice(
                booking=name, participant=one.participant, word=word, at=one.at,
                before=one.before, about=str(sha256_of(said.encode())),
                urgent=one.kind in URGENT,
            )  # fmt: skip


def _word(one: Booking, today: date) -> str:
    if one.changed_by == one.participant or one.reason == LAPSED:
        return ""
    if one.state == HELD and one.at is not None and one.at.day >= today:
        return "offered"
    if one.before is None:
        return ""
    if one.state in OPEN and one.at is not None and one.at.day >= today:
        return "moved"
    gone = one.state in (WAITING, "released") and one.before.day >= today
    return "called off" if gone else ""
