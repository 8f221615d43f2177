"""Bookings, beds and pay of a simulated programme on its ledger, with planted matters.

The sound part is told by nothing: visits made, paid and booked ahead, beds within their rooms.
Each planted matter is one that the round must tell, with the code that tells it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

from nanoward.base.entries import Entry
from nanoward.base.entries.books import (
    BreachFound,
    DisputeOpened,
    PayEarned,
    PayeeNamed,
    PaymentOrdered,
    PaymentSettled,
)
from nanoward.base.entries.visits import (
    CapacityChanged,
    StayBegun,
    VisitAsked,
    VisitBooked,
    VisitMade,
    VisitMoved,
)
from nanoward.programme.books.accounts import CASH, PARTICIPATION, PENDING, moved, owed
from nanoward.simulation.study import Study
from nanoward.wiring import open_ports

SITE, PAY, CURRENCY = "ward", 4_000, "EUR"
WEEKS = 4
HEADER = ("kind", "code", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFault:
    """One planted matter: what it is, the code that tells it, and whom it concerns."""

    kind: str
    code: str
    subject: str


def section_text(study: Study) -> str:
    """[programme] of a simulated programme: enough of everything."""
    closed = '"2099-01-01/2099-01-05 holidays"'
    if study.faults:
        closed += ', "2099-01-03/2099-01-07 works"'
    each = max(2, study.participants // 4)
    return f"""
[programme]
currency = "{CURRENCY}"
[programme.sites.{SITE}]
time_zone = "UTC"
capacity = {{ clinician = {each}, room = {each} }}
closed = [{closed}]
[programme.needs.weekly]
clinician = 1
room = 1
[programme.needs.safety]
clinician = 1
[[programme.rooms]]
site = "{SITE}"
name = "r1"
kind = "shared"
beds = {study.participants}
"""


def simulate_visits(
    study: Study, folder: Path, people: tuple[str, ...]
) -> tuple[VisitFault, ...]:
    """Write the section and the entries of a programme that was just written.

    returns  the planted matters; they stand in truth/visit_faults.csv too
    """
    plan = folder / "programme.toml"
    plan.write_text(plan.read_text(encoding="utf-8") + section_text(study), encoding="utf-8")
    faults = planted(study, people) if study.faults else ()
    entries = [*_history(study, people), *(_matters(study, people) if study.faults else ())]
    with open_ports(str(folder), quiet=True) as ports:
        moment = datetime.combine(study.as_of, time(6), UTC)
        ports.ledger.append(entries, actor="simulate", at=moment)
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerows((one.kind, one.code, one.subject) for one in faults)
    (folder / "truth").mkdir(exist_ok=True)
    (folder / "truth" / "visit_faults.csv").write_text(text.getvalue(), encoding="utf-8")
    return faults


def planted(study: Study, people: tuple[str, ...]) -> tuple[VisitFault, ...]:
    """What the round must tell, in the order of the codes."""
    picks = _picks(study, people)
    return (
        VisitFault(kind="closed days overlap", code="PRG-040", subject=""),
        VisitFault(kind="a window has passed", code="PRG-041", subject=picks[0]),
        VisitFault(kind="an impossible week", code="PRG-042", subject=""),
        VisitFault(kind="a resource went after booking", code="PRG-043", subject=""),
        VisitFault(kind="a room is gone", code="PRG-044", subject=picks[1]),
        VisitFault(kind="pay is late", code="PRG-045", subject=picks[2]),
        VisitFault(kind="a breach is undecided", code="PRG-046", subject=""),
        VisitFault(kind="a dispute is unanswered", code="PRG-047", subject=picks[3]),
        VisitFault(kind="moved and not told", code="PRG-051", subject=picks[1]),
    )


def _picks(study: Study, people: tuple[str, ...]) -> tuple[str, ...]:
    order = study.chance("visits").permutation(len(people))
    return tuple(people[int(one)] for one in order[:4])


def _workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def _history(study: Study, people: tuple[str, ...]) -> Iterator[Entry]:
    """Visits made and paid in the last weeks, booked in the coming ones, and beds."""
    for number, who in enumerate(people):
        yield PayeeNamed(participant=who, payee=f"payee{number}")
        for week in range(-WEEKS, WEEKS):
            day = _workday(study.as_of + timedelta(days=7 * week + 1 + number % 5))
            yield from _visit(study, number, who, day, week)
    for number, who in enumerate(people[:4]):
        yield StayBegun(
            stay=f"s{number}", participant=who, site=SITE, room="r1", kind="shared",
            first=study.as_of - timedelta(days=3), last=None, by="simulate",
        )  # fmt: skip


def _visit(study: Study, number: int, who: str, day: date, week: int) -> Iterator[Entry]:
    half = "morning" if (number // 5) % 2 == 0 else "afternoon"
    name = f"v{number}-{week}"
    yield VisitBooked(
        booking=name, participant=who, kind="weekly", site=SITE, day=day, half=half, zone="UTC",
        starts=datetime.combine(day, time(8 if half == "morning" else 13), UTC),
        needs=("clinician 1", "room 1"), by="simulate",
    )  # fmt: skip
    if day < study.as_of:
        yield VisitMade(booking=name, participant=who, kind="weekly", day=day, outcome="done",
                        by="simulate")  # fmt: skip
        yield from _paid(f"pay-{name}", who, f"payee{number}", day)


def _paid(tx: str, who: str, payee: str, day: date) -> Iterator[Entry]:
    yield _earning(tx, who, day, due=day + timedelta(days=30))
    sums = (CURRENCY, PAY)
    yield moved(tx, day, "participation", sums, debit=PARTICIPATION, credit=owed(payee))
    order = PaymentOrdered(
        payment=f"NW{tx}", payee=payee, currency=CURRENCY, minor=PAY, covers=(tx,), batch="b",
        ordered=day, expires=day + timedelta(days=10),
    )  # fmt: skip
    source = f"payment:{order.payment}"
    yield order
    yield moved(f"order-{tx}", day, "payment ordered", sums, debit=owed(payee), credit=PENDING,
                source=source)  # fmt: skip
    yield PaymentSettled(payment=order.payment, outcome="paid", settled=day, reason="",
                         receipt="r", tx=f"paid-{tx}")  # fmt: skip
    yield moved(f"paid-{tx}", day, "payment paid", sums, debit=PENDING, credit=CASH,
                source=source)  # fmt: skip


def _earning(tx: str, who: str, day: date, *, due: date) -> PayEarned:
    return PayEarned(
        participant=who, visit=tx, kind="weekly", day=day, due=due, currency=CURRENCY,
        minor=PAY, tx=tx, agreement_sha256="",
    )  # fmt: skip


def _matters(study: Study, people: tuple[str, ...]) -> Iterator[Entry]:
    """One matter of each kind that the round must tell."""
    waits, sleeps, unpaid, disputes = _picks(study, people)
    past = study.as_of - timedelta(days=12)
    yield _asked("late", waits, past)
    week = _workday(study.as_of + timedelta(days=15))
    count = 4 * max(2, study.participants // 4) + 8
    for number in range(count):  # more visits of two days than there are half-days for
        yield _asked(f"crowd{number}", people[number % len(people)], week)
    shut = _workday(study.as_of + timedelta(days=22))
    yield CapacityChanged(site=SITE, resource="room", first=shut, last=shut, units=0,
                          reason="flooded", by="simulate")  # fmt: skip
    yield StayBegun(
        stay="gone", participant=sleeps, site=SITE, room="r9", kind="single",
        first=study.as_of, last=None, by="simulate",
    )  # fmt: skip
    yield from _moved_untold(study, sleeps)
    number = people.index(unpaid)
    yield _earning("pay-late", unpaid, past, due=past + timedelta(days=7))
    yield moved("pay-late", past, "participation", (CURRENCY, PAY), debit=PARTICIPATION,
                credit=owed(f"payee{number}"))  # fmt: skip
    yield BreachFound(breach="b1", party="site 7", what="reports late", evidence="", found=past)
    yield DisputeOpened(
        dispute="d1", participant=disputes, what="a visit was not paid", currency=CURRENCY,
        minor=PAY, opened=past - timedelta(days=7), answer_due=past,
    )  # fmt: skip


def _asked(name: str, who: str, day: date) -> VisitAsked:
    return VisitAsked(
        booking=name, participant=who, kind="safety", occasion="", opens=day, planned=day,
        closes=day, by="simulate",
    )  # fmt: skip


def _moved_untold(study: Study, who: str) -> Iterator[Entry]:
    """A safety visit that somebody moved without a word to the person."""
    first, then = (_workday(study.as_of + timedelta(days=days)) for days in (8, 9))
    starts = datetime.combine(first, time(8), UTC)
    yield VisitBooked(
        booking="untold", participant=who, kind="safety", site=SITE, day=first, half="morning",
        zone="UTC", starts=starts, needs=("clinician 1",), by="simulate",
    )  # fmt: skip
    yield VisitMoved(
        booking="untold", participant=who, day=then, half="afternoon",
        starts=datetime.combine(then, time(13), UTC), reason="staff is ill", price=30,
        by="simulate",
    )  # fmt: skip
