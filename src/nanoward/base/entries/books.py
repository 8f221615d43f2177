"""What can happen in the books of programme: agreements, pay, payments, penalties, disputes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from nanoward.base.errors import IntegrityError
from nanoward.base.money import DIGITS


class UnbalancedError(IntegrityError):
    """Postings that do not sum to nothing in a currency; it cannot be written."""

    code = "PRG-105"
    next_step = "Write every leg: what one account loses another gains, in the same currency."


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionPosted:
    """One transaction of double entry; an unbalanced one can be neither written nor read.

    It names a payee and never a person: what is owed stays payable when a person is erased."""

    tx: str
    day: date
    postings: tuple[str, ...]  # "ACCOUNT CURRENCY MINOR_UNITS", every leg
    why: str
    source: str = ""  # visit, payment, receipt, rate or transaction that it is about
    reverses: str = ""  # the transaction that this takes back

    def __post_init__(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for account, currency, minor in self.legs():
            if not account or currency not in DIGITS:
                raise UnbalancedError(f"{self.tx}: no account and currency in {self.postings}")
            sums[currency] += minor
        wrong = {one: total for one, total in sums.items() if total}
        if wrong or len(self.postings) < 2:
            raise UnbalancedError(f"{self.tx} does not balance: {wrong or self.postings}")

    def legs(self) -> tuple[tuple[str, str, int], ...]:
        """Account, currency and minor units of every posting."""
        found = []
        for one in self.postings:
            parts = one.split(" ")
            whole = len(parts) == 3 and parts[2].removeprefix("-").isdecimal()
            if not whole:
                raise UnbalancedError(f"{self.tx}: {one!r} is no posting")
            found.append((parts[0], parts[1], int(parts[2])))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeNamed:
    """Under which name the books know somebody; erased with the person, the books stay."""

    participant: str
    payee: str  # drawn by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class PayEarned:
    """Somebody earned pay for what they did; in the same append as what they did."""

    participant: str
    visit: str  # booking or occasion that it is for
    kind: str
    day: date
    due: date
    currency: str
    minor: int
    tx: str
    agreement_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundMade:
    """A cost that somebody had is given back against a receipt; never counted as pay."""

    participant: str
    what: str
    receipt_sha256: str
    currency: str
    minor: int
    tx: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeEarned:
    """A partner or site earned a fee for what it did."""

    party: str
    what: str
    currency: str
    minor: int
    tx: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrdered:
    """A payment went into a file for the bank: pending until the bank answers."""

    payment: str  # identifies it for ever: at most once
    payee: str
    currency: str
    minor: int
    covers: tuple[str, ...]  # transactions whose sum it pays
    batch: str
    ordered: date
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSettled:
    """What became of a payment: paid, void or expired."""

    payment: str
    outcome: str
    settled: date
    reason: str
    receipt: str  # of the bank
    tx: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDrafted:
    """A version of an agreement was read, checked and may be signed."""

    agreement: str
    version: str
    kind: str
    agreement_sha256: str
    drafted: date
    leave_cost: str  # share of pay, as a fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRefused:
    """A version of an agreement breaks rules; nobody can sign it."""

    agreement: str
    version: str
    agreement_sha256: str
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    refused: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned:
    """All parties signed the same bytes of an agreement."""

    participant: str  # whom it binds: a person, site, partner or member of staff
    agreement: str
    version: str
    agreement_sha256: str
    signed: date
    signatures: tuple[str, ...]  # "ROLE NAME KEY SIGNATURE", hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEnded:
    """An agreement with somebody ended; what was earned under it stays owed."""

    participant: str
    agreement: str
    ended: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachFound:
    """The record shows that a party did not keep an agreement."""

    breach: str
    party: str
    what: str
    evidence: str
    found: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachHeard:
    """The party was heard on a breach, before anything was decided."""

    breach: str
    words: str
    by: str
    heard: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyDecided:
    """A penalty on a partner, site or member of staff, by the stated scale and cap."""

    breach: str
    party: str
    currency: str
    minor: int
    quarter: str
    by: str
    decided: date
    tx: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened:
    """Somebody disputes what is owed or decided; the sum is set aside until it is decided."""

    dispute: str
    participant: str
    what: str
    currency: str
    minor: int
    opened: date
    answer_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeDecided:
    """A dispute was decided by somebody not involved; silence decides for the participant."""

    dispute: str
    participant: str
    outcome: str
    by: str
    decided: date


BOOK_ENTRIES = (
    TransactionPosted,
    PayeeNamed,
    PayEarned,
    RefundMade,
    FeeEarned,
    PaymentOrdered,
    PaymentSettled,
    AgreementDrafted,
    AgreementRefused,
    AgreementSigned,
    AgreementEnded,
    BreachFound,
    BreachHeard,
    PenaltyDecided,
    DisputeOpened,
    DisputeDecided,
)
