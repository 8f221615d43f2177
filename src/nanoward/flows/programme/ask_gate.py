"""The gate in the data of visits: one question, asked when planning and whenever it counts."""

from dataclasses import replace
from datetime import date

from nanoward.base.entries import KINDS as ENTRY_KINDS
from nanoward.base.entries import Entry, entry_of
from nanoward.base.errors import UsageError
from nanoward.base.names import near_names
from nanoward.clearance.consent.permissions import ACTIVE, acts_open_in, permission
from nanoward.clearance.policy.policy import policy_of
from nanoward.flows.consent.permit_act import permission_now
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.ports.ledger import ProvenLedger
from nanoward.ports.ports import Ports
from nanoward.programme.programme_rules import ProgrammeRules, programme_rules
from nanoward.programme.visits.booking_board import BookingBoard, board_of
from nanoward.programme.visits.booking_rules import ACTS, VISITOR


def gate_reasons(
    ports: Ports, known: ConsentRecord, kind: str, day: date, *, planning: bool = False
) -> tuple[str, ...]:
    """Why a person may not come for a visit of a kind on a day; none: the gate is open.

    planning  the day is ahead: standings are decided anew until then, so that their age is
              not held against the day; word, consent and the way out are. When the day comes
              it is asked again without this.
    """
    if kind == VISITOR:
        return ()
    if kind not in ACTS:
        return (f"nobody comes for {kind!r}",)
    act = ACTS[kind]
    if not planning:
        return permission_now(ports, known, act).reasons
    policy = policy_of(ports.folder.plan().section("clearance"))
    stood = known.stood if known.stood.decided is None else replace(known.stood, decided=day)
    answer = permission(known.consent, stood, act, day, lasts=policy.standing_lasts)
    left = spool_reasons(ports.spool, ports.ledger, known.participant) if act in ACTIVE else ()
    return (*answer.reasons, *left)


def open_kinds(word: str) -> frozenset[str]:
    """Kinds of visit that a standing leaves open."""
    acts = acts_open_in(word)
    return frozenset(kind for kind, act in ACTS.items() if act in acts)


def board_now(ports: Ports) -> BookingBoard:
    """Every booking as the ledger has it now."""
    return board_of(ledger_entries(ports, "visits", "clearance", "exit"), open_kinds)


def ledger_entries(ports: Ports, *prefixes: str) -> list[Entry]:
    """Entries of rooms and files by the beginning of their kind, in order.

    prefixes  visits, books, clearance and exit where none is given
    """
    wanted = tuple(f"{one}." for one in prefixes or ("visits", "books", "clearance", "exit"))
    return [
        entry_of(one.kind, one.body, ENTRY_KINDS)
        for one in ports.ledger.records()
        if one.kind.startswith(wanted)
    ]


def entries_about(ports: Ports, who: str, *prefixes: str) -> list[Entry]:
    """Entries that speak of a person or party, in order, at the cost of what there is of them.

    prefixes  as of `ledger_entries`
    """
    wanted = tuple(f"{one}." for one in prefixes)
    return [
        entry_of(one.kind, one.body, ENTRY_KINDS)
        for one in ports.ledger.about(who)
        if one.kind.startswith(wanted)
    ]


def rules_of_programme(ports: Ports) -> ProgrammeRules:
    """The rules of [programme] as the plan states them now."""
    plan = ports.folder.plan()
    return programme_rules(plan.section("programme"), plan.time_zone)


def person_on_record(ports: Ports, participant: str) -> ConsentRecord:
    """The person as the ledger has them now."""
    return on_record(ports.ledger, participant)


class UnknownPersonError(UsageError):
    """A name that stands nowhere on the ledger."""

    code = "PRG-129"
    next_step = "Correct the name; whoever is paid has consented, signed or visited before."


def unknown_person(ports: Ports, who: str) -> str:
    """What is told of a name that no record speaks of, with those near it; empty: one does."""
    if next(iter(ports.ledger.about(who)), None) is not None:
        return ""
    people = ports.ledger.people() if isinstance(ports.ledger, ProvenLedger) else ()
    near = ", ".join(near_names(who, people))
    hint = f"; near: {near}" if near else ""
    return f"nothing on the ledger speaks of {who!r}{hint}"


def require_on_record(ports: Ports, who: str) -> None:
    """UnknownPersonError where no record speaks of somebody."""
    told = unknown_person(ports, who)
    if told:
        raise UnknownPersonError(told)
