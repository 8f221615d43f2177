"""The way home of who left: transport, a bed until then, and its cost, in one append.

The exit opens the duty and nobody waits for a booking: a person who is called home goes, and
what was not arranged is told as owed. The cost is the programme's, never the person's.
"""

from dataclasses import dataclass

from nanoward.base.entries import Entry
from nanoward.base.entries.exit import ReturnArranged
from nanoward.base.entries.visits import StayBegun
from nanoward.base.errors import UsageError
from nanoward.base.names import participant_id
from nanoward.clearance.consent.return_duty import ReturnDuty
from nanoward.flows.exit.bring_home import duties_of
from nanoward.flows.programme.ask_gate import ledger_entries, rules_of_programme
from nanoward.flows.programme.keep_books import books_state
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.books.accounts import RETURN, moved
from nanoward.programme.lodging.stays import Stay, stay_conflicts, stays_of

SET_ASIDE = "held:return"


class NoReturnOwedError(UsageError):
    """Nobody owes this person a way home."""

    code = "PRG-120"
    next_step = "See who left: nanoward clearance leaving PROGRAMME."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnProvided:
    """What was arranged, and what could not be: that is told, and stays owed.

    set_aside  minor units
    """

    transport: str
    room: str
    set_aside: int
    missing: tuple[str, ...]


def provide_return(ports: Ports, participant: str, *, where: str, by: str) -> ReturnProvided:
    """Arrange transport, bed and cost for somebody who left, by [programme.return]."""
    who, rules = participant_id(participant), rules_of_programme(ports)
    while True:
        head = ports.ledger.head()
        duty = duties_of(ports.ledger, who).get(who)
        if duty is None or duty.home:
            raise NoReturnOwedError(f"{who} has not left, or is home")
        missing = () if rules.home.transport else ("[programme.return] names no transport",)
        bed, told = _bed(ports, duty, by=by)
        costs = _cost(ports, duty)
        arranged = ReturnArranged(
            participant=who,
            where=where or duty.where,
            brought_by=rules.home.transport or duty.brought_by,
            due=duty.due,
            payer=rules.home.payer,
        )
        entries: list[Entry] = [arranged, *bed, *costs]
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return ReturnProvided(
            transport=rules.home.transport,
            room=bed[0].room if bed else "",
            set_aside=rules.home.cost if costs else 0,
            missing=(*missing, *told),
        )


def _bed(
    ports: Ports, duty: ReturnDuty, *, by: str
) -> tuple[tuple[StayBegun, ...], tuple[str, ...]]:
    """A bed until the person is home, unless they have one; why there is none is told."""
    rules, stays = rules_of_programme(ports), stays_of(ledger_entries(ports, "visits"))
    tonight = ports.today()
    mine = [one for one in stays.values() if one.participant == duty.participant]
    if any(one.is_there(tonight) for one in mine) or not rules.home.room:
        return (), () if rules.home.room or mine else ("no bed is named for the night",)
    room = rules.rooms.get(rules.home.room)
    site, _, name = rules.home.room.partition("/")
    wish = Stay(
        stay=f"s-return-{duty.participant}-{duty.since}",
        participant=duty.participant,
        room=rules.home.room,
        kind="" if room is None else room.kind,
        first=tonight,
        last=max(tonight, duty.due),
    )
    told = stay_conflicts(
        wish, stays, rules.rooms, apart=rules.visits.apart, restricted=rules.visits.restricted
    )
    if told:
        return (), told
    begun = StayBegun(
        stay=wish.stay, participant=wish.participant, site=site, room=name, kind=wish.kind,
        first=wish.first, last=wish.last, by=by,
    )  # fmt: skip
    return (begun,), ()


def _cost(ports: Ports, duty: ReturnDuty) -> tuple[Entry, ...]:
    """The cost of the way home, set aside once; the line tells nobody's name."""
    rules = rules_of_programme(ports)
    number = sum(
        one.tx.startswith("return-") for one in books_state(ports).books.transactions.values()
    )
    done = any(
        isinstance(one, ReturnArranged) and one.participant == duty.participant and one.payer
        for one in ledger_entries(ports, "exit")
    )
    if done or not rules.home.cost:
        return ()
    posted = moved(
        f"return-{number + 1}",
        ports.today(),
        "way home",
        (rules.currency, rules.home.cost),
        debit=RETURN,
        credit=SET_ASIDE,
        source="return",
    )
    return (posted,)
