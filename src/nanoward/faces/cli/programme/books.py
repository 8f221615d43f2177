"""nanoward programme statement and books: pay, settle, refund, fee, periods, export ..."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.programme.telling import tell, told_text

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False)
_NEW = click.Path(dir_okay=False)
BY = click.option("--by", required=True, help="Who does it.")


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@common
def statement(
    programme: str,
    participant: str,
    *,
    as_json: bool,
    as_of: date | None,
    quiet: bool,
    **_: Any,
) -> None:
    """What PARTICIPANT earned, was paid and is owed; what leaving today would change."""
    from dataclasses import asdict

    from nanoward.flows.programme.keep_books import person_statement, person_tax_notice
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        day = as_of or ports.today()
        found = person_statement(ports, participant, day)
        tax = person_tax_notice(ports, participant, day)
    text = "\n".join(one for one in (found.text(), tax) if one)
    print_result({**asdict(found), "tax": tax}, text, as_json=as_json)


@click.group(name="books")
def group() -> None:
    """Double entry: what is owed, payment files, the bank's answers, exports."""


@group.command()
@click.argument("programme", type=_FOLDER)
@common
def balances(programme: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Show the balance of every account; together they are nothing in each currency."""
    from nanoward.base.money import decimal_text
    from nanoward.flows.programme.keep_books import books_state
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        sums = books_state(ports).books.balances()
    rows = [
        {"account": account, "currency": currency, "balance": decimal_text(minor, currency)}
        for (account, currency), minor in sorted(sums.items())
    ]
    text = text_table(rows, ("account", "currency", "balance"))
    print_result({"balances": rows}, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--payees", type=_FILE, required=True,
              help="CSV of payee, name, iban, bic; kept apart from the programme.")  # fmt: skip
@click.option("--payer-name", required=True)
@click.option("--payer-iban", required=True)
@click.option("--payer-bic", default="")
@click.option("--out", type=_NEW, required=True, help="pain.001 XML, or CSV by its ending.")
@BY
@common
def pay(
    programme: str, *, payees: str, payer_name: str, payer_iban: str, payer_bic: str, out: str,
    by: str, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Order everything that is owed, and write the file for the bank.

    What is on its way already is in no second file; orders whose file was lost are written
    again, under the same identifiers, by running this once more.
    """
    from nanoward.flows.programme.order_file import payment_file
    from nanoward.wiring import open_ports
    from nanoward.wiring.ledgers import write_file
    from nanoward.wiring.payments import bank_account, open_payment_formats, payees_of

    accounts = payees_of(Path(payees).read_bytes(), payees)
    payer = bank_account(payer_name, payer_iban, payer_bic)
    with open_ports(programme, quiet=quiet) as ports:
        made = payment_file(
            ports, open_payment_formats(), payer, accounts, csv=out.endswith(".csv"), by=by
        )
    if made.text:
        write_file(out, made.text)
    told = {"ordered": made.ordered, "pending": made.pending, "without_account": made.unknown}
    text = f"{made.ordered} ordered, {made.pending} in the file"
    if made.unknown:
        text += f"; no account is known of {', '.join(made.unknown)}"
    print_result(told, text, as_json=as_json)
    raise SystemExit(1 if made.unknown else 0)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("report", type=_FILE)
@BY
@common
def settle(
    programme: str, report: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Take the bank's answers from a pain.002 REPORT; twice the same counts once.

    A message about pay that was paid is closed.
    """
    from nanoward.flows.programme.keep_books import settle_payments
    from nanoward.wiring import open_ports
    from nanoward.wiring.payments import open_payment_formats

    answers = open_payment_formats().read_status(Path(report).read_bytes())
    with open_ports(programme, quiet=quiet) as ports:
        told = settle_payments(ports, answers, by=by)
        people = tell(ports, by)
    result = {"answers": len(answers), "told": list(told), "closed": people.closed}
    text = "\n".join([f"{len(answers)} answers{told_text(people)}", *told])
    print_result(result, text, as_json=as_json)
    raise SystemExit(1 if told else 0)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("amount")
@click.option("--what", default="travel")
@click.option("--receipt", type=_FILE, required=True)
@BY
@common
def refund(
    programme: str, participant: str, amount: str, *, what: str, receipt: str, by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Give AMOUNT back to PARTICIPANT against a receipt, apart from pay."""
    import secrets

    from nanoward.base.canonical import sha256_of
    from nanoward.base.money import minor_units
    from nanoward.flows.programme.ask_gate import rules_of_programme
    from nanoward.flows.programme.keep_books import refund as refund_cost
    from nanoward.wiring import open_ports

    name = sha256_of(Path(receipt).read_bytes())
    with open_ports(programme, quiet=quiet) as ports:
        minor = minor_units(amount, rules_of_programme(ports).currency)
        payee = secrets.token_hex(8)
        tx = refund_cost(ports, participant, what, minor, name, payee=payee, by=by)
    print_result({"tx": tx}, f"{tx}: {amount} for {what}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("party")
@click.argument("per")
@click.argument("of")
@BY
@common
def fee(
    programme: str, party: str, per: str, of: str, *, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """PARTY earns the fee that its agreement states PER quarter (or piece): OF 2026-Q3.

    A fee per visit is earned with the visit. Exit code 4 where none is stated.
    """
    from nanoward.flows.programme.earn_pay import earn_fee
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        minor = earn_fee(ports, party, per, of, by=by)
    text = f"{party}: {minor} minor units, {per} {of}" if minor else "earned before"
    print_result({"minor_units": minor}, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@BY
@common
def periods(programme: str, *, by: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """Book pay that no visit carries: by the week or month, and for completing.

    Run it weekly: what was booked is not booked again.
    """
    import secrets

    from nanoward.flows.programme.earn_pay import earn_periods
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        made = earn_periods(ports, by=by, payee=lambda: secrets.token_hex(8))
    rows = [
        {"participant": one.participant, "minor_units": one.minor, "due": one.due}
        for one in made
    ]
    text = text_table(rows, ("participant", "minor_units", "due")) if rows else "nothing new"
    print_result({"earned": rows}, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("tx")
@click.option("--why", required=True)
@BY
@common
def reverse(
    programme: str, tx: str, *, why: str, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Take transaction TX back by another; the books are corrected in no other way."""
    from nanoward.flows.programme.keep_books import reverse as take_back
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        name = take_back(ports, tx, why, by=by)
    print_result({"tx": name}, f"{name} takes {tx} back", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("kind", type=click.Choice(("beancount", "hledger")))
@click.option("--out", type=_NEW, default=None)
@common
def export(
    programme: str, kind: str, *, out: str | None, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Write the books as text of beancount or hledger."""
    from nanoward.flows.programme.keep_books import all_transactions
    from nanoward.programme.books.exports import beancount_text, hledger_text
    from nanoward.wiring import open_ports
    from nanoward.wiring.ledgers import write_file

    with open_ports(programme, quiet=quiet, use="read") as ports:
        many, title = all_transactions(ports), ports.folder.plan().title
    text = beancount_text(many, title=title) if kind == "beancount" else hledger_text(many)
    if out:
        write_file(out, text)
    told = {"transactions": len(many)}
    print_result(told, f"{len(many)} transactions" if out else text, as_json=as_json)
