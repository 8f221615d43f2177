from nanoward.ports.payments import PaymentFormats
from nanoward.wiring.payments import bank_account, open_payment_formats


def test_the_formats_of_banks_are_wired() -> None:
    assert isinstance(open_payment_formats(), PaymentFormats)
    assert bank_account("a", "b", "c").bic == "c"
