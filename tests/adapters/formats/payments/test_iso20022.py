"""Payment files of ISO 20022: what the bank reads, what it says, and what is refused."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from nanoward.adapters.formats.payments.iso20022 import (
    Iso20022,
    PaymentFileError,
    pain001,
    pain002,
    payments_csv,
)
from nanoward.base.entries.books import PaymentOrdered
from nanoward.ports.payments import BankAccount, PaymentFormats

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
PAYER = BankAccount(name="Ward & Co <x>", iban="DE02 1203 0000 0000 2020 51", bic="BYLADEM1001")
PAYEES = {
    "a": BankAccount(name="Ada", iban="DE02500105170137075030"),
    "b": BankAccount(name="Bo", iban="DE02100500000054540402", bic="BELADEBE"),
}
SCHEMA = os.environ.get("NANOWARD_PAIN001_XSD", "")


def order(name: str, payee: str, minor: int, currency: str = "EUR") -> PaymentOrdered:
    return PaymentOrdered(
        payment=name, payee=payee, currency=currency, minor=minor, covers=("t",), batch="b",
        ordered=date(2026, 11, 30), expires=date(2026, 12, 10),
    )  # fmt: skip


MANY = [order("NW1", "a", 4050), order("NW2", "b", 1), order("NW3", "a", 500, "USD")]


def text(content: bytes) -> list[tuple[str, str]]:
    root = ET.fromstring(content)
    return [(one.tag.rpartition("}")[2], (one.text or "").strip()) for one in root.iter()]


def test_sums_counts_and_amounts() -> None:
    said = text(pain001(MANY, PAYER, PAYEES, batch="B1", made=NOW))
    assert [value for tag, value in said if tag == "CtrlSum"] == ["40.51", "5.00"]
    assert [value for tag, value in said if tag == "NbOfTxs"] == ["3", "2", "1"]
    assert [value for tag, value in said if tag == "EndToEndId"] == ["NW1", "NW2", "NW3"]
    assert ("Nm", "Ward & Co <x>") in said
    assert ("IBAN", "DE02120300000000202051") in said


@pytest.mark.hazard("H-307")
def test_a_payment_line_tells_nothing_of_visits() -> None:
    said = text(pain001(MANY, PAYER, PAYEES, batch="B1", made=NOW))
    assert {value for tag, value in said if tag == "Ustrd"} == {"Participation"}


def test_a_payee_without_an_account_and_no_payment_at_all_are_refused() -> None:
    for many in ([order("NW1", "x", 1)], []):
        with pytest.raises(PaymentFileError):
            pain001(many, PAYER, PAYEES, batch="B1", made=NOW)


@pytest.mark.skipif(not Path(SCHEMA).is_file(), reason="the schema of pain.001 is not here")
def test_it_is_valid_by_the_schema() -> None:
    xmlschema = pytest.importorskip("xmlschema")
    content = pain001(MANY, PAYER, PAYEES, batch="B1", made=NOW)
    xmlschema.XMLSchema(SCHEMA).validate(content.decode())


REPORT = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>NW1</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>NW2</OrgnlEndToEndId><TxSts>ACSC</TxSts>
<AcctSvcrRef>R9</AcctSvcrRef></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""


def test_what_the_bank_says_of_each_payment() -> None:
    first, second = pain002(REPORT.encode())
    assert (first.payment, first.status, first.reason) == ("NW1", "RJCT", "AC04")
    assert (second.payment, second.status, second.receipt) == ("NW2", "ACSC", "R9")


@pytest.mark.parametrize(
    "content",
    [b"", b"<a>", b"<a/>", REPORT.encode()[:200], b'<!DOCTYPE x [<!ENTITY y "z">]><x/>',
     REPORT.replace("pain.002", "camt.053").encode()],
)  # fmt: skip
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(PaymentFileError):
        pain002(content)


def test_csv_and_the_port() -> None:
    rows = payments_csv(MANY[:1], PAYEES).splitlines()
    assert rows[1] == "NW1,Ada,DE02500105170137075030,,40.50,EUR,Participation,2026-11-30"
    formats = Iso20022()
    assert isinstance(formats, PaymentFormats)
    assert formats.write_order(MANY, PAYER, PAYEES, batch="b", made=NOW)
    assert formats.write_csv(MANY, PAYEES)
    assert formats.read_status(REPORT.encode())
