"""Order what is owed, and make the bank's file of everything that is on its way."""

from collections.abc import Mapping
from dataclasses import dataclass

from nanoward.flows.programme.keep_books import books_state, order_payments
from nanoward.ports.payments import BankAccount, PaymentFormats
from nanoward.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFile:
    """The file, and how it came about.

    ordered  payments ordered now;  pending  payments in the file
    unknown  payees of whom no account is known: their pay stays owed and on its way to nobody
    """

    text: str
    ordered: int
    pending: int
    unknown: tuple[str, ...]


def payment_file(
    ports: Ports,
    formats: PaymentFormats,
    payer: BankAccount,
    payees: Mapping[str, BankAccount],
    *,
    csv: bool,
    by: str,
) -> PaymentFile:
    """The file of all payments that the bank has not answered, new ones among them.

    A bank carries an identifier once; writing a lost file again pays nobody twice.
    """
    ordered = order_payments(ports, by=by)
    today = ports.today()
    open_ones = [
        one.ordered
        for one in books_state(ports).payments.values()
        if one.outcome == "pending" and one.state(today) == "pending"
    ]
    known = [one for one in open_ones if one.payee in payees]
    unknown = tuple(sorted({one.payee for one in open_ones} - set(payees)))
    text = ""
    if known and csv:
        text = formats.write_csv(known, payees)
    elif known:
        name = f"NW{ports.clock.now():%Y%m%d%H%M%S}"
        made = formats.write_order(known, payer, payees, batch=name, made=ports.clock.now())
        text = made.decode("utf-8")
    return PaymentFile(text=text, ordered=len(ordered), pending=len(known), unknown=unknown)
