"""The bank's file holds what is on its way; a lost file is written again and pays once."""

from tests.flows.programme.test_keep_books import earned

from nanoward.flows.programme.order_file import payment_file
from nanoward.wiring.payments import bank_account, open_payment_formats

PAYER = bank_account("ward", "DE02120300000000202051", "")
KNOWN = {"a1": bank_account("Ada", "DE02500105170137075030", "INGDDEFF")}


def test_a_file_of_everything_on_its_way() -> None:
    ports = earned()
    made = payment_file(ports, open_payment_formats(), PAYER, KNOWN, csv=False, by="clerk")
    again = payment_file(ports, open_payment_formats(), PAYER, KNOWN, csv=False, by="clerk")
    assert (made.ordered, made.pending, again.ordered, again.pending) == (1, 1, 0, 1)
    assert '<InstdAmt Ccy="EUR">40.00' in made.text
    csv = payment_file(ports, open_payment_formats(), PAYER, KNOWN, csv=True, by="clerk")
    assert ",40.00,EUR,Participation," in csv.text


def test_a_payee_without_an_account_is_told() -> None:
    made = payment_file(earned(), open_payment_formats(), PAYER, {}, csv=False, by="clerk")
    assert (made.text, made.unknown) == ("", ("a1",))
