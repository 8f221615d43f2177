"""Fees of sites and partners: with the visit in its append, by the quarter once it is over."""

import re
from collections.abc import Sequence
from datetime import date

from nanoward.base.entries import Entry
from nanoward.base.entries.books import FeeEarned, TransactionPosted
from nanoward.base.errors import UsageError
from nanoward.base.names import participant_id
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.programme.keep_agreements import bound_agreement
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.binding import Binding
from nanoward.programme.agreements.performance import quarter_of
from nanoward.programme.books.accounts import FEES, moved, owed
from nanoward.programme.books.fees import NoFeeError, stated_fee, visit_fee
from nanoward.programme.visits.booking_board import Booking

PARTIES = ("site", "partner", "staff")
_QUARTER = re.compile(r"\d{4}-Q[1-4]")


class FeePeriodError(UsageError):
    """A period that has not ended, or that is not written as one."""

    code = "PRG-126"
    next_step = "Write a quarter that is over as 2026-Q3; anything else by a word of its own."


def fee_entries(ports: Ports, one: Booking, outcome: str, day: date) -> tuple[Entry, ...]:
    """The site's fee for a visit that was made there; nothing where it agreed on none.

    The line says "visit" and no more: a fee that names its kind would tell an arm.
    """
    bound = bound_agreement(ports, participant_id(one.site), day) if one.site else None
    if bound is None or bound.agreement.kind not in PARTIES:
        return ()
    minor = visit_fee(bound.agreement.terms, one.kind, outcome, _roles(bound, one.site))
    if not minor:
        return ()
    tx = f"fee-{ports.ledger.head().size + 1}"
    return _earned(bound, one.site, "visit", minor, tx, day)


def earn_fee(ports: Ports, party: str, per: str, of: str, *, by: str) -> int:
    """A fee per quarter, or per another piece of work; returns minor units, each once.

    of  which one: a quarter that is over, or any word that names the piece
    NoFeeError where the party's agreement states none.
    """
    who, today = participant_id(party), ports.today()
    if not of.strip():
        raise FeePeriodError("nothing says for which period or piece the fee is")
    if per == "quarter" and (not _QUARTER.fullmatch(of) or of >= quarter_of(today)):
        raise FeePeriodError(f"{of!r} is no quarter that is over")
    tx = f"fee-{'-'.join(who.split())}-{'-'.join(per.split())}-{'-'.join(of.split())}"
    while True:
        head = ports.ledger.head()
        known = [one.tx for one in ledger_entries(ports, "books")
                 if isinstance(one, TransactionPosted)]  # fmt: skip
        bound = bound_agreement(ports, who, today)
        if bound is None or bound.agreement.kind not in PARTIES:
            raise NoFeeError(f"no agreement of a site, partner or member of staff binds {who}")
        minor = stated_fee(bound.agreement.terms, per, _roles(bound, who))
        if tx in known or not minor:
            return 0
        entries = _earned(bound, who, f"{per} {of}", minor, tx, today)
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return minor


def _roles(bound: Binding, party: str) -> Sequence[str]:
    return (bound.agreement.kind, party)


def _earned(
    bound: Binding, party: str, what: str, minor: int, tx: str, day: date
) -> tuple[Entry, ...]:
    currency = bound.agreement.currency
    posted = moved(tx, day, "fee", (currency, minor), debit=FEES, credit=owed(party),
                   source="fee")  # fmt: skip
    earned = FeeEarned(party=party, what=what, currency=currency, minor=minor, tx=tx)
    return (earned, posted)
