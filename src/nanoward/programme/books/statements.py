"""What each person can read of their money, and the tax threshold of their country and year.

What leaving today would change is computed and not asserted: what is earned is in the books,
and no exit takes it out again; the sum is told, and it is always nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.base.entries.books import PayEarned, RefundMade
from nanoward.base.money import decimal_text
from nanoward.programme.agreements.document import Agreement
from nanoward.programme.agreements.events import REASONS
from nanoward.programme.agreements.exit_paths import exit_paths
from nanoward.programme.books.payments import Payment

NEAR_TAX = 20_000  # minor units before the threshold at which it is told
# reporting thresholds of payments to participants, minor units of the currency, by country,
# from a year on: IRC 6041(a) as amended in 2025 by Pub. L. 119-21, section 70433
TAX_TABLE: Mapping[str, tuple[tuple[int, str, int], ...]] = {
    "US": ((1954, "USD", 60_000), (2026, "USD", 200_000)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One person's money in one currency, minor units; refunds stand apart from pay.

    due             day until which the oldest of what is owed is to be paid
    fees            borne by the person: a finding where there are any
    leaving_changes what leaving today would change of what was earned
    """

    participant: str
    currency: str
    earned: int
    paid: int
    pending: int
    owed: int
    due: date | None
    refunds: int
    fees: int
    leaving_changes: int

    def text(self) -> str:
        """In words, for the person."""
        until = f", by {self.due}" if self.due else ""
        earned, paid, pending, left, refunds = (
            decimal_text(one, self.currency)
            for one in (self.earned, self.paid, self.pending, self.owed, self.refunds)
        )
        changes = decimal_text(self.leaving_changes, self.currency)
        return (
            f"{self.participant}: earned {earned} {self.currency}; paid {paid};"
            f" on its way {pending}; owed {left}{until}; refunds {refunds}, apart."
            f" Leaving today would change {changes} of what was earned."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeMoney:
    """What the entries say of one person."""

    earnings: Sequence[PayEarned]
    refunds: Sequence[RefundMade] = ()
    payments: Sequence[Payment] = ()


def statement(
    participant: str, money: PayeeMoney, agreement: Agreement | None, currency: str, day: date
) -> Statement:
    """The statement of one person as of a day."""
    mine = [one for one in money.earnings if one.currency == currency and one.day <= day]
    refunds = [one for one in money.refunds if one.currency == currency]
    by_state = {"paid": 0, "pending": 0}
    for one in money.payments:
        if one.ordered.currency == currency and one.outcome in by_state:
            by_state[one.outcome] += one.ordered.minor
    earned, given = sum(one.minor for one in mine), sum(one.minor for one in refunds)
    rest = earned + given - by_state["paid"] - by_state["pending"]
    covered = {
        tx
        for one in money.payments
        if one.outcome in ("paid", "pending")
        for tx in one.ordered.covers
    }
    open_ones = [one.due for one in mine if one.tx not in covered and one.minor]
    return Statement(
        participant=participant,
        currency=currency,
        earned=earned,
        paid=by_state["paid"],
        pending=by_state["pending"],
        owed=rest,
        due=min(open_ones, default=None),
        refunds=given,
        fees=0,
        leaving_changes=0 if agreement is None else leaving_changes(agreement),
    )


def leaving_changes(agreement: Agreement) -> int:
    """The most that leaving takes of what was earned until then, by the terms; minor units.

    For every week and reason, what is kept on leaving is held against what staying to that
    week has earned; a signed agreement gives 0, since what takes anything cannot be signed.
    """
    kept = exit_paths(agreement.terms, agreement.weeks).kept
    best = [max(kept[one][week] for one in REASONS) for week in range(agreement.weeks + 1)]
    return int(max(best[w] - min(kept[one][w] for one in REASONS) for w in range(len(best))))


def tax_notice(country: str, year: int, currency: str, minor: int) -> str:
    """What a person is told of the year's reporting threshold; empty where nothing is near.

    minor  pay of the year over all studies of the payer; refunds are not counted
    """
    rows = [one for one in TAX_TABLE.get(country, ()) if one[0] <= year and one[1] == currency]
    if not rows:
        return ""
    threshold = rows[-1][2]
    limit = f"{decimal_text(threshold, currency)} {currency}"
    if minor >= threshold:
        return f"pay of {year} has reached {limit}: it is reported to the tax office"
    if minor >= threshold - NEAR_TAX:
        left = decimal_text(threshold - minor, currency)
        return f"{left} {currency} before {limit}, from which pay of {year} is reported"
    return ""


def late_pay(
    earnings: Iterable[PayEarned], covered: frozenset[str], day: date
) -> tuple[PayEarned, ...]:
    """Pay that is in no payment and whose day has passed, the oldest first."""
    late = [one for one in earnings if one.minor and one.tx not in covered and one.due < day]
    return tuple(sorted(late, key=lambda one: (one.due, one.tx)))
