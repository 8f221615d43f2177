"""Capacity that changes, breaches heard before decided, disputes that silence decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from nanoward.base.entries import Entry
from nanoward.base.entries.books import (
    BreachFound,
    BreachHeard,
    DisputeDecided,
    DisputeOpened,
    PenaltyDecided,
)
from nanoward.base.entries.visits import CapacityChanged
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.names import near_names, participant_id
from nanoward.flows.programme.ask_gate import ledger_entries, rules_of_programme
from nanoward.flows.programme.keep_agreements import bound_agreement
from nanoward.flows.programme.plan_weeks import chosen_site
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.performance import (
    PenaltyRefusedError,
    penalty,
    penalty_scale,
    quarter_of,
)
from nanoward.programme.books.accounts import PENALTIES, moved, owed
from nanoward.programme.visits.site_calendar import BED_KINDS

ANSWER_DAYS = 7
Kind = TypeVar("Kind", bound=Entry)


class UnknownMatterError(UsageError):
    """No breach or dispute has this name, or it is decided already."""

    code = "PRG-121"
    next_step = "See what is open in the round: PRG-046 and PRG-047."


class InvolvedError(RefusedError):
    """Whoever opened a dispute, or is spoken of in it, cannot decide it."""

    code = "PRG-122"
    next_step = "Let somebody decide who is not involved; then the council, then the ombud."


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityNews:
    """Units of a resource of a site over some days, and why."""

    resource: str
    units: int
    first: date
    last: date
    reason: str
    site: str = ""


def change_capacity(ports: Ports, news: CapacityNews, *, by: str) -> None:
    """Write down leave, a fault or a room that is gone; bookings stay until they are moved."""
    rules = rules_of_programme(ports)
    site = chosen_site(rules, news.site)
    known = {
        *site.capacity,
        *BED_KINDS,
        *(n for one in rules.visits.needs.values() for n in one),
    }
    if news.resource not in known:
        near = ", ".join(near_names(news.resource, known)) or ", ".join(sorted(known))
        raise UsageError(f"{site.name} has no {news.resource!r}; near: {near}")
    if news.last < news.first or news.units < 0:
        raise UsageError(f"{news.units} units from {news.first} to {news.last} cannot be")
    entry = CapacityChanged(
        site=site.name, resource=news.resource, first=news.first, last=news.last,
        units=news.units, reason=news.reason, by=by,
    )  # fmt: skip
    ports.ledger.append([entry], actor=by, at=ports.clock.now())


def find_breach(
    ports: Ports, name: str, party: str, what: str, evidence: str, *, by: str
) -> None:
    """Write down what the record shows of a party; once under one name."""

    def decide() -> Sequence[Entry]:
        known = {one.breach for one in _of(ports, BreachFound)}
        found = BreachFound(
            breach=name, party=party, what=what, evidence=evidence, found=ports.today()
        )
        return () if name in known else (found,)

    _append(ports, decide, by=by)


def hear_breach(ports: Ports, name: str, words: str, *, by: str) -> None:
    """Write down what the party said of a breach, before anything is decided."""
    _open_breach(ports, name)
    heard = BreachHeard(breach=name, words=words, by=by, heard=ports.today())
    ports.ledger.append([heard], actor=by, at=ports.clock.now())


def decide_penalty(ports: Ports, name: str, *, by: str) -> int:
    """The penalty on a breach by what the party's own agreement states for it; minor units.

    PenaltyRefusedError where the party was not heard, or its agreement states nothing for this
    breach. Steps and cap of a quarter count breaches of this sort, not of others.
    """
    sums: list[int] = []

    def decide() -> Sequence[Entry]:
        breach, today = _open_breach(ports, name), ports.today()
        bound = bound_agreement(ports, participant_id(breach.party), today)
        if bound is None:
            raise PenaltyRefusedError(f"no agreement binds {breach.party}")
        quarter = quarter_of(today)
        scale = penalty_scale(
            bound.agreement.terms, breach.party, bound.agreement.kind, breach.what,
            bound.agreement.currency,
        )  # fmt: skip
        alike = {one.breach for one in _of(ports, BreachFound) if one.what == breach.what}
        earlier = [
            one.minor
            for one in _of(ports, PenaltyDecided)
            if (one.party, one.quarter) == (breach.party, quarter) and one.breach in alike
        ]
        heard = any(one.breach == name for one in _of(ports, BreachHeard))
        minor = penalty(scale, heard=heard, earlier=earlier, party=bound.agreement.kind)
        currency, tx = bound.agreement.currency, f"penalty-{name}"
        decided = PenaltyDecided(
            breach=name, party=breach.party, currency=currency, minor=minor, quarter=quarter,
            by=by, decided=today, tx=tx if minor else "",
        )  # fmt: skip
        sums[:] = [minor]
        if not minor:
            return (decided,)
        posted = moved(tx, today, "penalty", (currency, minor), debit=owed(breach.party),
                       credit=PENALTIES, source=name)  # fmt: skip
        return (decided, posted)

    _append(ports, decide, by=by)
    return sums[0]


def _open_breach(ports: Ports, name: str) -> BreachFound:
    decided = {one.breach for one in _of(ports, PenaltyDecided)}
    found = [one for one in _of(ports, BreachFound) if one.breach == name]
    if not found or name in decided:
        raise UnknownMatterError(f"no breach {name!r} is open")
    return found[0]


def open_dispute(
    ports: Ports, name: str, participant: str, what: str, minor: int, *, by: str
) -> date:
    """Open a dispute; returns the day until which somebody not involved must answer."""
    today = ports.today()
    if minor < 0:
        raise UsageError(f"{minor} minor units cannot be disputed")
    due = today + timedelta(days=ANSWER_DAYS)
    opened = DisputeOpened(
        dispute=name, participant=participant_id(participant), what=what,
        currency=rules_of_programme(ports).currency, minor=minor, opened=today, answer_due=due,
    )  # fmt: skip

    def decide() -> Sequence[Entry]:
        return (
            () if any(one.dispute == name for one in _of(ports, DisputeOpened)) else (opened,)
        )

    _append(ports, decide, by=by)
    return due


def decide_dispute(ports: Ports, name: str, outcome: str, *, by: str) -> str:
    """Decide a dispute; after its day has passed, silence has decided for the participant."""
    result: list[str] = []

    def decide() -> Sequence[Entry]:
        decided = {one.dispute for one in _of(ports, DisputeDecided)}
        found = [one for one in _of(ports, DisputeOpened) if one.dispute == name]
        if not found or name in decided:
            raise UnknownMatterError(f"no dispute {name!r} is open")
        if by == found[0].participant:
            raise InvolvedError(f"{by} is involved in {name}")
        late = ports.today() > found[0].answer_due
        result[:] = ["for the participant: nobody answered in time" if late else outcome]
        made = DisputeDecided(
            dispute=name, participant=found[0].participant, outcome=result[0], by=by,
            decided=ports.today(),
        )  # fmt: skip
        return (made,)

    _append(ports, decide, by=by)
    return result[0]


def _of(ports: Ports, kind: type[Kind]) -> list[Kind]:
    return [one for one in ledger_entries(ports, "books") if isinstance(one, kind)]


def _append(ports: Ports, decide: Callable[[], Sequence[Entry]], *, by: str) -> None:
    while True:
        head = ports.ledger.head()
        entries = decide()
        if not entries:
            return
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return
