"""Partners, sites and staff measured by the record; what is a breach is found, then heard.

Nothing is decided here: a breach that is found is heard before any penalty (settle_matters).
"""

from dataclasses import dataclass
from datetime import date

from nanoward.base.entries.books import AgreementDrafted, AgreementSigned, BreachFound
from nanoward.flows.programme.ask_gate import board_now, ledger_entries, rules_of_programme
from nanoward.flows.programme.keep_agreements import bound_agreement
from nanoward.flows.programme.settle_matters import find_breach
from nanoward.ports.ports import Ports
from nanoward.programme.lodging.stays import stays_of
from nanoward.programme.record_measures import (
    MEASURED,
    ProgrammeRecord,
    QuarterPerformance,
    measured,
    stated_measures,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartiesMeasured:
    """Every stated measure of every party that an agreement binds.

    unread  party and measure that the record cannot be asked for, with the cause
    known   names of breaches that are on the ledger
    """

    performances: tuple[QuarterPerformance, ...]
    unread: tuple[tuple[str, str], ...]
    known: frozenset[str]

    def breaches(self) -> tuple[QuarterPerformance, ...]:
        """Those that are breaches, whether or not they were written down."""
        return tuple(one for one in self.performances if one.found.verdict == "breach")

    def new_breaches(self) -> tuple[QuarterPerformance, ...]:
        """Those that nobody has written down yet."""
        return tuple(one for one in self.breaches() if one.name not in self.known)


def measure_parties(ports: Ports, day: date) -> PartiesMeasured:
    """Measure every party by its own agreement, as the record stands; nothing is written."""
    entries = ledger_entries(ports, "books")
    kinds = {
        one.agreement_sha256: one.kind for one in entries if isinstance(one, AgreementDrafted)
    }
    parties = {
        one.participant
        for one in entries
        if isinstance(one, AgreementSigned) and kinds.get(one.agreement_sha256) in MEASURED
    }
    performances: list[QuarterPerformance] = []
    unread: list[tuple[str, str]] = []
    record = programme_record(ports, day) if parties else None
    for party in sorted(parties):
        bound = bound_agreement(ports, party, day)
        if bound is None or record is None:
            continue
        stated = stated_measures(bound.agreement, party)
        unread += [(party, why) for why in stated.unread]
        for measure in stated.measures:
            performances += measured(measure, record)
    known = frozenset(one.breach for one in entries if isinstance(one, BreachFound))
    return PartiesMeasured(performances=tuple(performances), unread=tuple(unread), known=known)


def programme_record(ports: Ports, day: date) -> ProgrammeRecord:
    """What parties are measured by, as the ledger has it."""
    rules = rules_of_programme(ports)
    return ProgrammeRecord(
        entries=tuple(ledger_entries(ports, "books", "exit")),
        board=board_now(ports),
        stays=stays_of(ledger_entries(ports, "visits")),
        rooms=rules.rooms,
        needs=rules.visits.needs,
        sites=frozenset(rules.visits.sites),
        day=day,
    )


def find_breaches(ports: Ports, day: date, *, by: str) -> tuple[str, ...]:
    """Write down every breach that the record shows, each once; returns the new names."""
    new = measure_parties(ports, day).new_breaches()
    for one in new:
        measure = one.found.measure
        find_breach(ports, one.name, measure.party, measure.name, one.told(), by=by)
    return tuple(one.name for one in new)
