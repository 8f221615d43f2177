"""Accounts from CSV: check digits are recomputed, and what is not understood is told."""

import pytest

from nanoward.adapters.formats.payments.iso20022 import PaymentFileError
from nanoward.adapters.formats.payments.payee_accounts import (
    account_of,
    is_iban,
    payee_accounts,
)

GOOD = "DE89370400440532013000"  # the example of ISO 13616


def test_accounts_by_payee() -> None:
    text = f"payee,name,iban,bic\na1, Ada ,{GOOD[:4]} {GOOD[4:]},\n\nb2,Bo,{GOOD.lower()},X\n"
    found = payee_accounts(text.encode("utf-8-sig"), "p.csv")
    assert list(found) == ["a1", "b2"]
    assert (found["a1"].name, found["a1"].iban, found["b2"].bic) == ("Ada", GOOD, "X")


def test_every_wrong_digit_and_exchange_of_neighbours_is_seen() -> None:
    assert is_iban(GOOD)
    for at in range(2, len(GOOD)):
        other = str((int(GOOD[at]) + 1) % 10)
        assert not is_iban(GOOD[:at] + other + GOOD[at + 1 :])
        if at == 2 or GOOD[at] == GOOD[at - 1]:  # a letter moved, or nothing is exchanged
            continue
        turned = GOOD[: at - 1] + GOOD[at] + GOOD[at - 1] + GOOD[at + 1 :]
        assert not is_iban(turned)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("who,name,iban\n", "lacks payee"),
        ("payee,name,ibann\n", "lacks iban"),
        ("payee,name,iban,note\n", "has note"),
        ("payee,name,iban,iban\n", "its columns are"),
        ("", "lacks payee, name, iban"),
        ("payee,name,iban\na1,Ada\n", "line 2 has 2 values"),
        (f"payee,name,iban\na1,Ada,{GOOD}\na1,Bo,{GOOD}\n", "line 3: payee 'a1'"),
        (f"payee,name,iban\n,Ada,{GOOD}\n", "payee '' is empty"),
        ("payee,name,iban\na1,Ada,DE1\n", "line 2: 'DE1' is no IBAN"),
        (f"payee,name,iban\na1,,{GOOD}\n", "names nobody"),
    ],
    ids=lambda one: one.replace("\n", " ")[:30],
)
def test_what_is_not_understood_is_told(text: str, told: str) -> None:
    with pytest.raises(PaymentFileError, match=told):
        payee_accounts(text.encode(), "p.csv")


def test_other_encodings_and_a_payer_without_an_account() -> None:
    with pytest.raises(PaymentFileError, match="no UTF-8"):
        payee_accounts("payee,name,iban\nü".encode("latin-1"), "p.csv")
    with pytest.raises(PaymentFileError, match="Ada: 'XX'"):
        account_of("Ada", "XX")
