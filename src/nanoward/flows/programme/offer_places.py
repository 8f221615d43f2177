"""Free places go to who waits, in the order of the list: held for them, and they are told.

An offer that is not taken in its time gives the place back, and the next in the list has it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.visits import VisitBooked, VisitReleased
from nanoward.flows.programme.ask_gate import gate_reasons, person_on_record, rules_of_programme
from nanoward.flows.programme.book_visit import booked_entry
from nanoward.flows.programme.tell_people import (
    Chance,
    MessageRecord,
    PeopleTold,
    message_record,
    tell_people,
)
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.programme_rules import ProgrammeRules
from nanoward.programme.visits.booking_board import Booking, BookingBoard
from nanoward.programme.visits.booking_rules import PlaceWish, place_conflicts
from nanoward.programme.visits.home_sites import home_sites
from nanoward.programme.visits.site_calendar import HalfDay, Site
from nanoward.programme.visits.visit_notices import HELD, LAPSED, owed_notices


def offer_places(
    ports: Ports, chance: Chance, *, by: str
) -> tuple[tuple[VisitBooked, ...], PeopleTold]:
    """Take back offers that lapsed, offer what is free, and tell the people.

    returns  the offers;  what was told
    """
    while True:
        head = ports.ledger.head()
        record = message_record(ports)
        lapsed = list(_lapsed(record, ports.today(), by=by))
        for one in lapsed:
            record.board.apply(one)
        offers = list(_offers(ports, record.board, by=by))
        entries: Sequence[Entry] = [*lapsed, *offers]
        if entries:
            try:
                ports.ledger.append(entries, actor=by, at=record.now, after=head.size)
            except LedgerMovedError:
                continue
        return tuple(offers), tell_people(ports, chance, by=by)


def _lapsed(record: MessageRecord, today: date, *, by: str) -> Iterator[VisitReleased]:
    """Places that are held for somebody whose time to say so is over."""
    until = {one.written.about: one.written.act_by for one in record.box.threads.values()}
    for notice in owed_notices(record.board, today):
        if notice.word == "offered" and record.now > until.get(notice.about, record.now):
            yield VisitReleased(
                booking=notice.booking, participant=notice.participant, reason=LAPSED, by=by,
                waits=True,
            )  # fmt: skip


def _offers(ports: Ports, board: BookingBoard, *, by: str) -> Iterator[VisitBooked]:
    """One place for each who waits and has not let one pass, nearest to the day it is for."""
    rules, today = rules_of_programme(ports), ports.today()
    waiting = [one for one in board.waiting() if one.reason != LAPSED]
    homes = home_sites(rules.visits.sites, board, {one.participant for one in waiting})
    for one in waiting:
        site = rules.visits.sites.get(homes[one.participant])
        if site is None or one.planned is None:
            continue
        wish = _first_free(ports, board, rules, site, one, today)
        if wish is not None:
            entry = booked_entry(rules, wish, by=by, state=HELD)
            board.apply(entry)  # the next in the list sees it taken
            yield entry


def _first_free(
    ports: Ports, board: BookingBoard, rules: ProgrammeRules, site: Site, one: Booking,
    today: date,
) -> PlaceWish | None:  # fmt: skip
    known, planned = person_on_record(ports, one.participant), one.planned or today
    first = max(one.opens or planned, today + timedelta(days=1))
    days = ((one.closes or planned) - first).days + 1
    half_days = site.half_days(first, max(0, days))

    def distance(at: HalfDay) -> tuple[int, date, int]:
        return abs((at.day - planned).days), at.day, at.number

    for at in sorted(half_days, key=distance):
        gate = gate_reasons(ports, known, one.kind, at.day, planning=True)
        wish = PlaceWish(
            booking=one.booking, participant=one.participant, kind=one.kind, site=site.name,
            at=at, gate=gate,
        )  # fmt: skip
        if not place_conflicts(board, rules.visits, wish, today):
            return wish
    return None
