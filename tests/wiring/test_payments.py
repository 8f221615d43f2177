from nanoward.ports.payments import PaymentFormats
from nanoward.wiring.payments import bank_account, open_payment_formats, payees_of

IBAN = "DE89370400440532013000"


def test_the_formats_of_banks_are_wired() -> None:
    assert isinstance(open_payment_formats(), PaymentFormats)
    assert bank_account("a", IBAN, "c").bic == "c"
    assert payees_of(f"payee,name,iban\np,a,{IBAN}\n".encode(), "p.csv")["p"].name == "a"
