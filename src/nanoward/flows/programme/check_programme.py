"""Visits, beds and pay in the round: who is unplaced, impossible weeks, what is late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nanoward.base.entries import Entry
from nanoward.base.entries.books import BreachFound, PenaltyDecided
from nanoward.base.findings import Finding
from nanoward.base.money import decimal_text
from nanoward.base.plan import Plan
from nanoward.base.tables import BEDS, CAPACITY, PAY_TOTALS, VISITS
from nanoward.flows.programme.ask_gate import board_now, ledger_entries
from nanoward.flows.programme.earn_pay import PeriodPay, period_pay
from nanoward.flows.programme.keep_books import BooksState, books_state, overdue_pay
from nanoward.flows.programme.measure_parties import PartiesMeasured, measure_parties
from nanoward.flows.programme.plan_weeks import WeeksPlanned, plan_weeks
from nanoward.flows.programme.tell_people import message_record, owed_drafts
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.programme.lodging.stays import Stay, beds_taken, lost_beds, stays_of
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.programme_rules import (
    ProgrammeRules,
    absent_findings,
    programme_rules,
)
from nanoward.programme.visits.booking_board import HOLDING, WAITING, BookingBoard
from nanoward.programme.visits.overbooking import extra_units
from nanoward.programme.visits.site_calendar import Site, closure_findings

WEEKS = 4
MOST = 12  # findings of one kind that name people one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    rules: ProgrammeRules
    board: BookingBoard
    stays: Mapping[str, Stay]
    books: BooksState
    planned: Sequence[WeeksPlanned]
    day: date


def check_programme(ports: Ports, plan: Plan, day: date) -> Outcome:
    """Tables and findings of visits, beds and pay; nothing where the plan states no site.

    Nothing in them tells what a visit is for: the kind of a visit can tell an arm.
    """
    rules = programme_rules(plan.section("programme"), plan.time_zone)
    entries = ledger_entries(ports, "visits", "books")
    if not rules.visits.sites and not entries:
        return Outcome()
    known = _Known(
        rules=rules,
        board=board_now(ports),
        stays=stays_of(entries),
        books=books_state(ports),
        planned=[
            plan_weeks(ports, weeks=WEEKS, site=site, first=day, solve=False)
            for site in sorted(rules.visits.sites)
        ],
        day=day,
    )
    late = overdue_pay(ports, day)
    tables = {
        VISITS.name: frame_of(VISITS, _visits(known)),
        CAPACITY.name: frame_of(CAPACITY, _capacity(known)),
        BEDS.name: frame_of(BEDS, _beds(known)),
        PAY_TOTALS.name: frame_of(PAY_TOTALS, _totals(known, len(late))),
    }
    findings = (
        *closure_findings(rules.visits.sites.values()),
        *absent_findings(rules),
        *_visit_findings(known),
        *_overfull(known),
        *_bed_findings(known),
        *(_late_finding(one.participant, one.day, one.due) for one in late),
        *_open_matters(known, entries),
        *_measure_findings(measure_parties(ports, day)),
        *_unbooked_findings(period_pay(ports, day)),
        *_untold_findings(owed_drafts(ports, message_record(ports), day, by="round")),
    )
    return Outcome(tables=tables, findings=findings)


def _visits(known: _Known) -> Iterator[dict[str, Any]]:
    until = known.day + timedelta(weeks=WEEKS)
    told = set()
    for name, one in known.board.bookings.items():
        ahead = one.at is not None and known.day <= one.at.day < until
        if (one.state in HOLDING and ahead) or one.state == WAITING:
            told.add(name)
            yield {
                "participant": one.participant,
                "state": one.state,
                "site": one.site,
                "day": None if one.at is None else one.at.day,
                "half": "" if one.at is None else one.at.half,
                "planned": one.planned or (None if one.at is None else one.at.day),
                "why": one.reason if one.state == WAITING else "",
            }
    for planned in known.planned:
        for name, wish in planned.wishes.items():
            if name not in told:
                yield {
                    "participant": wish.participant,
                    "state": "due",
                    "site": "",
                    "half": "",
                    "planned": wish.planned,
                    "why": "; ".join(planned.refused.get(name, ())),
                }


def _capacity(known: _Known) -> Iterator[dict[str, Any]]:
    for site in known.rules.visits.sites.values():
        for week in range(WEEKS):
            first = known.day + timedelta(weeks=week)
            for resource in sorted(site.capacity):
                taken, there = _use(known.board, site, first, resource)
                yield {
                    "site": site.name,
                    "resource": resource,
                    "first": first,
                    "last": first + timedelta(days=6),
                    "taken": taken,
                    "there": there,
                    "short": 0,
                    "mend": "",
                }
    for planned in known.planned:
        for run in planned.impossible:
            yield {
                "site": planned.site.name,
                "resource": run.resource,
                "first": planned.first + timedelta(days=run.first),
                "last": planned.first + timedelta(days=run.last),
                "taken": run.need,
                "there": run.there,
                "short": run.short,
                "mend": run.mend(),
            }


def _use(board: BookingBoard, site: Site, first: date, resource: str) -> tuple[int, int]:
    half_days = site.half_days(first, 7)
    taken = sum(board.used[site.name, at, resource] for at in half_days)
    there = sum(board.units(site.capacity, site.name, at, resource) for at in half_days)
    return taken, there


def _beds(known: _Known) -> Iterator[dict[str, Any]]:
    kinds = beds_taken(known.stays.values(), known.rules.rooms, known.day)
    for kind, (taken, there) in kinds.items():
        yield {"kind": kind, "taken": taken, "there": there}


def _totals(known: _Known, late: int) -> Iterator[dict[str, Any]]:
    state = known.books
    currencies = {one.currency for one in state.earnings}
    currencies |= {one.currency for one in state.refunds}
    for currency in sorted(currencies):
        earned = sum(one.minor for one in state.earnings if one.currency == currency)
        refunds = sum(one.minor for one in state.refunds if one.currency == currency)
        by_state = dict.fromkeys(("paid", "pending"), 0)
        for one in state.payments.values():
            if one.ordered.currency == currency and one.outcome in by_state:
                by_state[one.outcome] += one.ordered.minor
        sums = {
            "earned": earned,
            "refunds": refunds,
            **by_state,
            "owed": earned + refunds - sum(by_state.values()),
        }
        yield {
            "currency": currency,
            **{name: decimal_text(minor, currency) for name, minor in sums.items()},
            "late": late,
            "disputed": len(state.disputes),
        }


def _visit_findings(known: _Known) -> Iterator[Finding]:
    waiting = [one for one in known.board.waiting() if one.planned is not None]
    passed = [one for one in waiting if one.closes is not None and one.closes < known.day]
    for one in passed[:MOST]:
        yield Finding(
            code="PRG-041",
            severity="warning",
            message=f"waits for a place since before {one.closes}, the last day of its window",
            next_step="Book it, or release it with a reason: nanoward programme book, release.",
            subject=one.participant,
        )
    for planned in known.planned:
        for run in planned.impossible:
            first, last = (planned.first + timedelta(days=n) for n in (run.first, run.last))
            yield Finding(
                code="PRG-042",
                severity="warning",
                message=(
                    f"{planned.site.name}: {run.resource} cannot do for {first} to {last}:"
                    f" {run.need} units are needed, {run.there} are there"
                ),
                next_step=f"Before anybody is booked: {run.mend()}.",
            )


def _overfull(known: _Known) -> Iterator[Finding]:
    """Half-days in which more is booked than there is: a resource that went after booking."""
    seen = {(site, at) for site, at, _ in known.board.used if at.day >= known.day}
    for name, at in sorted(seen):
        site = known.rules.visits.sites.get(name)
        for resource in sorted({res for s, a, res in known.board.used if (s, a) == (name, at)}):
            taken = known.board.taken(name, at, resource)
            there = 0 if site is None else known.board.offered(site, at, resource)
            if taken > there and known.rules.overbooking and site is not None:
                extra = extra_units(known.board, known.rules.visits, site, at)
                there += extra.get(resource, 0)
            if taken > there:
                yield Finding(
                    code="PRG-043",
                    severity="error",
                    message=f"{name}, {at}: {taken} units of {resource} booked, {there} there",
                    next_step="Plan again with --use: bookings are kept until they are moved.",
                )


def _bed_findings(known: _Known) -> Iterator[Finding]:
    for one in lost_beds(known.stays.values(), known.rules.rooms, known.day):
        yield Finding(
            code="PRG-044",
            severity="error",
            message=f"sleeps in {one.room}, which is not there, or has too few beds",
            next_step="Find another bed; nobody is put out. nanoward programme lodging beds.",
            subject=one.participant,
        )


def _late_finding(who: str, earned: date, due: date) -> Finding:
    return Finding(
        code="PRG-045",
        severity="error",
        message=f"pay of {earned} was due on {due} and is in no payment",
        next_step="Order it: nanoward programme books pay.",
        subject=who,
    )


def _open_matters(known: _Known, entries: Sequence[Entry]) -> Iterator[Finding]:
    decided = {one.breach for one in entries if isinstance(one, PenaltyDecided)}
    for one in entries:
        if isinstance(one, BreachFound) and one.breach not in decided:
            yield Finding(
                code="PRG-046",
                severity="warning",
                message=f"{one.party}: {one.what}, found on {one.found}",
                next_step="Hear the party; then decide within the scale and the cap.",
            )
    for dispute in known.books.disputes:
        if dispute.answer_due < known.day:
            yield Finding(
                code="PRG-047",
                severity="error",
                message=f"a dispute was to be answered by {dispute.answer_due}; it stands",
                next_step="Silence decides for the participant: write the decision down.",
                subject=dispute.participant,
            )


def _unbooked_findings(found: Sequence[PeriodPay]) -> Iterator[Finding]:
    """Pay by the week, or for completing, that is in no book."""
    for one in found:
        yield Finding(
            code="PRG-050",
            severity="warning",
            message=f"has earned pay besides visits by {one.day} that is not in the books",
            next_step="Book it: nanoward programme books periods PROGRAMME --by NAME.",
            subject=one.participant,
        )


def _untold_findings(drafts: Iterable[Draft]) -> Iterator[Finding]:
    """People whose visit moved or does not take place, and whom nobody told."""
    for who in sorted({one.participant for one in drafts})[:MOST]:
        yield Finding(
            code="PRG-051",
            severity="warning",
            message="a visit was moved, called off or offered, and nobody told the person",
            next_step="Tell them: nanoward programme tell PROGRAMME --by NAME.",
            subject=who,
        )


def _measure_findings(found: PartiesMeasured) -> Iterator[Finding]:
    """Breaches that the record shows and nobody wrote down; measures that it cannot show."""
    for one in found.new_breaches():
        measure = one.found.measure
        yield Finding(
            code="PRG-048",
            severity="warning",
            message=f"{measure.party}: {measure.name}: {one.told()}",
            next_step="Write it down and hear them: nanoward programme breach measure --find.",
        )
    for party, why in found.unread:
        yield Finding(
            code="PRG-049",
            severity="note",
            message=f"{party}: {why}",
            next_step="Judge it by hand: nanoward programme breach found; or restate the term.",
        )
