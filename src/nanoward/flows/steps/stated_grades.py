"""Grades of evidence as the plan states them, and what a raise may not rest on.

No table and no number is loaded for this: the gate of orders asks it.
"""

from collections.abc import Iterable

from nanoward.base.entries import KINDS, entry_of, kind_of
from nanoward.base.entries.council import CouncilDecided
from nanoward.base.evidence import GUESSED, Lineage
from nanoward.base.plan import Plan
from nanoward.base.tables.lineage import evidence_names, lineage_of_tables
from nanoward.ports.ledger import Ledger
from nanoward.programme.council.charter import BadCharterError, charter_of


def plan_lineage(plan: Plan) -> Lineage:
    """The lineage of everything, with the grades of [programme.council.grades].

    Where that section cannot be read nobody knows what is guessed: everything counts as it.
    """
    section = plan.section("programme").get("council", {})
    try:
        stated = dict(charter_of(section).grades)
    except BadCharterError:
        stated = dict.fromkeys(evidence_names(), GUESSED)
    return lineage_of_tables(stated)


def accepted_guesses(ledger: Ledger) -> frozenset[str]:
    """Guesses that the council signed in its last decision, which was to raise."""
    accepted: tuple[str, ...] = ()
    for record in ledger.records(kind=kind_of(CouncilDecided)):
        entry = entry_of(record.kind, record.body, KINDS)
        accepted = entry.accepts if isinstance(entry, CouncilDecided) else ()
    return frozenset(accepted)


def raise_guesses(lineage: Lineage, name: str, accepted: Iterable[str] = ()) -> tuple[str, ...]:
    """Guesses behind a raise that nobody signed: with any it is refused."""
    signed = frozenset(accepted)
    return tuple(one for one in lineage.guesses(name) if one not in signed)
