"""Plan the coming weeks: occasions to requests, gates in the data, the plan and its use.

What is booked keeps its place where it can: each move has a price. Occasions come from the
schedule of [programme.schedule], counted from the day of consent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.clearance import ConsentSigned, StandingDecided
from nanoward.base.entries.visits import (
    PlanHeld,
    VisitAsked,
    VisitMoved,
    VisitReleased,
)
from nanoward.base.errors import UsageError
from nanoward.clearance.monitoring.schedule import Repeated, occasions
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.flows.programme.ask_gate import (
    board_now,
    gate_reasons,
    ledger_entries,
    rules_of_programme,
)
from nanoward.flows.programme.book_visit import booked_entry, booking_name
from nanoward.flows.programme.site_offer import half_day_number, site_offer
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.programme_rules import ProgrammeRules, ScheduledKind
from nanoward.programme.visits.booking_board import OPEN, WAITING, Booking, BookingBoard
from nanoward.programme.visits.booking_rules import PlaceWish, move_conflicts
from nanoward.programme.visits.capacity_check import ImpossibleRun, impossible_runs
from nanoward.programme.visits.greedy_plan import greedy_plan
from nanoward.programme.visits.home_sites import busy_half_days, home_sites
from nanoward.programme.visits.plan_check import plan_conflicts
from nanoward.programme.visits.plan_problem import (
    Offer,
    Plan,
    PlanCosts,
    VisitRequest,
)
from nanoward.programme.visits.planner import plan_visits
from nanoward.programme.visits.site_calendar import (
    HALVES,
    HalfDay,
    Site,
)


class NoSiteError(UsageError):
    """The plan states no site of this name, or several and none was chosen."""

    code = "PRG-117"
    next_step = "State [programme.sites.NAME] in programme.toml, and name one with --site."


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeksPlanned:
    """What planning gave.

    wishes    booking name to the visit that is wanted
    refused   booking name to the gate's reasons in every half-day of its window
    known     bookings that are on the board already
    head      size of the ledger that the plan was made by
    """

    site: Site
    first: date
    wishes: Mapping[str, Booking]
    requests: tuple[VisitRequest, ...]
    offer: Offer
    plan: Plan
    impossible: tuple[ImpossibleRun, ...]
    refused: Mapping[str, tuple[str, ...]]
    known: frozenset[str]
    head: int


def chosen_site(rules: ProgrammeRules, name: str) -> Site:
    """The site of a name, or the only one."""
    sites = rules.visits.sites
    if name in sites:
        return sites[name]
    if not name and len(sites) == 1:
        return next(iter(sites.values()))
    raise NoSiteError(f"sites are {', '.join(sorted(sites)) or 'none'}; not {name!r}")


def plan_weeks(
    ports: Ports, *, weeks: int, site: str = "", first: date | None = None, solve: bool = True,
    few_moves: bool = False,
) -> WeeksPlanned:  # fmt: skip
    """A plan for the weeks from a day on, today where none is named; nothing is written.

    few_moves  as few booked visits move as can, whatever the days: after a recall
    solve  False: the greedy plan, at once, for a look ahead that nobody books by
    """
    head = ports.ledger.head().size
    rules, board = rules_of_programme(ports), board_now(ports)
    place, start = chosen_site(rules, site), first or ports.today()
    wanted = wanted_visits(ports, rules, board, start, weeks)
    homes = home_sites(rules.visits.sites, board, {one.participant for one in wanted.values()})
    wishes = {
        name: one
        for name, one in wanted.items()
        if (one.site or homes[one.participant]) == place.name
    }
    people = {one.participant: on_record(ports.ledger, one.participant)
              for one in wishes.values()}  # fmt: skip
    requests, refused = [], {}
    for name, wish in wishes.items():
        request, reasons = _request(ports, place, people, wish, start, weeks)
        busy = busy_half_days(board, wish.participant, wishes)
        requests.append(_beside(request, {half_day_number(start, at) for at in busy}))
        if reasons:
            refused[name] = reasons
    offer = site_offer(rules, place, board, start, weeks, frozenset(wishes))
    costs = PlanCosts().fewest_moves() if few_moves else PlanCosts()
    plan = plan_visits(requests, offer, costs) if solve else greedy_plan(requests, offer, costs)
    return WeeksPlanned(
        site=place,
        first=start,
        wishes=wishes,
        requests=tuple(requests),
        offer=offer,
        plan=plan,
        impossible=impossible_runs(requests, offer),
        refused=refused,
        known=frozenset(board.bookings),
        head=head,
    )


def wanted_visits(
    ports: Ports, rules: ProgrammeRules, board: BookingBoard, start: date, weeks: int
) -> dict[str, Booking]:
    """Every visit that the weeks ask for: of the schedule, waiting, and booked already."""
    until = start + timedelta(weeks=weeks)
    found: dict[str, Booking] = {}
    for who, anchor in anchors(ports).items():
        for kind in rules.schedule:
            for one in _occasions(kind, who, anchor, start, until):
                found[one.booking] = one
    for name, one in board.bookings.items():
        if one.state == WAITING and one.planned is not None:
            found[name] = one
        elif one.state in OPEN and one.at is not None and start <= one.at.day < until:
            planned = found[name].planned if name in found else one.planned or one.at.day
            known = found.get(name, one)
            found[name] = replace(
                one,
                planned=planned,
                opens=known.opens or planned,
                closes=known.closes or planned,
            )
        else:
            found.pop(name, None)  # made, missed or released: it is not asked for again
    return dict(sorted(found.items()))


def anchors(ports: Ports) -> dict[str, date]:
    """Participants who are in, and the day from which their weeks count: first consent."""
    first: dict[str, date] = {}
    standing: dict[str, StandingDecided] = {}
    for one in ledger_entries(ports, "clearance"):
        if isinstance(one, ConsentSigned):
            first.setdefault(one.participant, one.signed)
        elif isinstance(one, StandingDecided):
            standing[one.participant] = one
            first.setdefault(one.participant, one.since or one.as_of)
    gone = {"withdrawn", "died", "completed", "discontinued"}
    return {
        who: day
        for who, day in sorted(first.items())
        if who not in standing or standing[who].standing not in gone
    }


def _occasions(
    kind: ScheduledKind, who: str, anchor: date, start: date, until: date
) -> list[Booking]:
    plan = Repeated(
        name=kind.name, every=kind.every, before=kind.before, after=kind.after, grace=0
    )
    begin = anchor + timedelta(days=kind.first)
    last = None if kind.last is None else anchor + timedelta(days=kind.last)
    return [
        Booking(
            booking=booking_name(who, kind.kind, one.planned, f"{kind.name} {one.number}"),
            participant=who,
            kind=kind.kind,
            state=WAITING,
            opens=one.opens,
            planned=one.planned,
            closes=one.closes,
            occasion=f"{kind.name} {one.number}",
        )
        for one in occasions(plan, begin, (), until, until=last)
        if one.closes >= start and one.planned < until
    ]


def _request(
    ports: Ports, site: Site, people: Mapping[str, ConsentRecord], wish: Booking, start: date,
    weeks: int,
) -> tuple[VisitRequest, tuple[str, ...]]:  # fmt: skip
    """The request of a visit: only half-days that calendar and gate leave open."""
    known, planned = people[wish.participant], planned_day(wish)
    opens, closes = max(wish.opens or planned, start), wish.closes or planned
    places: list[int] = []
    reasons: tuple[str, ...] = ()
    visits = rules_of_programme(ports).visits
    restricted, needs = visits.restricted, visits.needs
    for day in (opens + timedelta(days=one) for one in range((closes - opens).days + 1)):
        if not site.is_open(day) or (day - start).days >= 7 * weeks:
            continue
        told = gate_reasons(ports, known, wish.kind, day, planning=True)
        if wish.kind not in needs:
            told = (f"nothing says what {wish.kind!r} needs",)
        if told:
            reasons = told
            continue
        halves = (site.restricted_half,) if wish.participant in restricted else HALVES
        places += [half_day_number(start, HalfDay(day, half)) for half in halves]
    booked = None if wish.at is None else half_day_number(start, wish.at)
    request = VisitRequest(
        visit=wish.booking,
        person=wish.participant,
        kind=wish.kind,
        target=half_day_number(start, HalfDay(planned, HALVES[0])),
        candidates=tuple(sorted({*places, *(() if booked is None else (booked,))})),
        booked=booked,
        pinned=wish.at is not None and bool(move_conflicts(wish, wish.at, ports.today())),
    )
    return request, () if places else reasons


def _beside(request: VisitRequest, busy: set[int]) -> VisitRequest:
    """A request without half-days in which the person is elsewhere, whatever the site."""
    free = (one for one in request.candidates if one not in busy or one == request.booked)
    return replace(request, candidates=tuple(free))


def use_plan(ports: Ports, planned: WeeksPlanned, *, reason: str, by: str) -> Sequence[Entry]:
    """Put a plan on the ledger: checked once more, then bookings and moves in one append.

    LedgerMovedError where anybody booked meanwhile: plan again, from what then stands.
    """
    told = plan_conflicts(planned.plan.places, planned.requests, planned.offer)
    if told:
        raise AssertionError(f"a plan in conflict left the planner: {told[0]}")
    rules = rules_of_programme(ports)
    entries: list[Entry] = []
    moved = 0
    known = {one.visit: one for one in planned.requests}
    for name, place in sorted(planned.plan.places.items()):
        wish = planned.wishes[name]
        made = _entries(rules, planned, wish, known[name], place, reason=reason, by=by)
        moved += sum(isinstance(one, VisitMoved) for one in made)
        entries += made
    places = dict(sorted(planned.plan.places.items()))
    held = PlanHeld(
        plan_sha256=sha256_of(canonical_json(places).encode()),
        solver=planned.plan.solver,
        visits=len(places),
        unplaced=len(planned.plan.unplaced()),
        cost=planned.plan.cost,
        bound=max(planned.plan.bound, 0.0),
        moved=moved,
        first=planned.first,
        last=planned.first + timedelta(days=planned.offer.half_days // 2 - 1),
    )
    ports.ledger.append([*entries, held], actor=by, at=ports.clock.now(), after=planned.head)
    return entries


def _entries(
    rules: ProgrammeRules, planned: WeeksPlanned, wish: Booking, request: VisitRequest,
    place: int | None, *, reason: str, by: str,
) -> list[Entry]:  # fmt: skip
    if place == request.booked and place is not None:
        return []
    if place is None:
        return _lost(wish, by) if wish.at else _ask(wish, by, known=planned.known)
    at = HalfDay(planned.first + timedelta(days=place // 2), HALVES[place % 2])
    if wish.at is not None:
        starts = planned.site.starts(at)
        price = PlanCosts().of_move(max(0, (wish.at.day - planned.first).days))
        moved = VisitMoved(
            booking=wish.booking, participant=wish.participant, day=at.day, half=at.half,
            starts=starts, reason=reason, price=price, by=by,
        )  # fmt: skip
        return [moved]
    full = PlaceWish(
        booking=wish.booking, participant=wish.participant, kind=wish.kind,
        site=planned.site.name, at=at,
    )  # fmt: skip
    return [booked_entry(rules, full, by=by)]


def _lost(wish: Booking, by: str) -> list[Entry]:
    """A visit that gives its place to a stronger claim waits for another."""
    told = "gave its place to a stronger claim"
    return [
        VisitReleased(
            booking=wish.booking, participant=wish.participant, reason=told, by=by, waits=True
        )
    ]


def _ask(wish: Booking, by: str, *, known: frozenset[str]) -> list[Entry]:
    """A visit without a place waits, and is told: it is not forgotten."""
    if wish.booking in known:
        return []
    return [
        VisitAsked(
            booking=wish.booking,
            participant=wish.participant,
            kind=wish.kind,
            occasion=wish.occasion,
            opens=wish.opens or planned_day(wish),
            planned=planned_day(wish),
            closes=wish.closes or planned_day(wish),
            by=by,
            reason="no place in the plan",
        )
    ]


def planned_day(wish: Booking) -> date:
    """The day that a visit is meant for."""
    found = wish.planned or (wish.at.day if wish.at else None)
    if found is None:
        raise UsageError(f"{wish.booking} was planned for no day")
    return found


__all__ = [
    "LedgerMovedError",
    "NoSiteError",
    "WeeksPlanned",
    "anchors",
    "chosen_site",
    "plan_weeks",
    "use_plan",
    "wanted_visits",
]
