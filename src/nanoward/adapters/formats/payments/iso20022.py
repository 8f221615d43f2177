"""Payment orders as ISO 20022 pain.001.001.09, and the bank's answers from pain.002.

A payment line says "participation" and nothing else: it tells no visit, arm or diagnosis.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from xml.etree import ElementTree as ET

from nanoward.base.entries.books import PaymentOrdered
from nanoward.base.errors import InputError
from nanoward.base.money import decimal_text
from nanoward.ports.payments import BankAccount
from nanoward.programme.books.payments import BankStatus

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
PURPOSE = "Participation"
_MOST_BYTES = 64 * 1024 * 1024


class PaymentFileError(InputError):
    """A payment file that cannot be made or read."""

    code = "PRG-109"
    next_step = "Name the account of every payee; ask the bank for the file again."


class Iso20022:
    """The port PaymentFormats, by the functions of this file."""

    def write_order(
        self,
        payments: Sequence[PaymentOrdered],
        payer: BankAccount,
        payees: Mapping[str, BankAccount],
        *,
        batch: str,
        made: datetime,
    ) -> bytes:
        return pain001(payments, payer, payees, batch=batch, made=made)

    def write_csv(
        self, payments: Sequence[PaymentOrdered], payees: Mapping[str, BankAccount]
    ) -> str:
        return payments_csv(payments, payees)

    def read_status(self, content: bytes) -> tuple[BankStatus, ...]:
        return pain002(content)


def pain001(
    payments: Sequence[PaymentOrdered],
    payer: BankAccount,
    payees: Mapping[str, BankAccount],
    *,
    batch: str,
    made: datetime,
) -> bytes:
    """A customer credit transfer initiation over all payments, one group for each currency."""
    missing = sorted({one.payee for one in payments} - set(payees))
    if missing or not payments:
        raise PaymentFileError(f"no account is known of {', '.join(missing) or 'anybody'}")
    root = ET.Element("Document", xmlns=NAMESPACE)
    start = _under(root, "CstmrCdtTrfInitn")
    header = _under(start, "GrpHdr")
    _say(header, "MsgId", batch[:35])
    _say(header, "CreDtTm", made.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _say(header, "NbOfTxs", str(len(payments)))
    _say(_under(header, "InitgPty"), "Nm", payer.name[:140])
    for currency in sorted({one.currency for one in payments}):
        _group(
            start, [one for one in payments if one.currency == currency], payer, payees, batch
        )
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _group(
    start: ET.Element,
    many: Sequence[PaymentOrdered],
    payer: BankAccount,
    payees: Mapping[str, BankAccount],
    batch: str,
) -> None:
    currency = many[0].currency
    group = _under(start, "PmtInf")
    _say(group, "PmtInfId", f"{batch[:31]}-{currency}")
    _say(group, "PmtMtd", "TRF")
    _say(group, "NbOfTxs", str(len(many)))
    _say(group, "CtrlSum", decimal_text(sum(one.minor for one in many), currency))
    _say(_under(group, "ReqdExctnDt"), "Dt", max(one.ordered for one in many).isoformat())
    _say(_under(group, "Dbtr"), "Nm", payer.name[:140])
    _account(group, "DbtrAcct", payer)
    _agent(group, "DbtrAgt", payer)
    _say(group, "ChrgBr", "DEBT")  # fees are the payer's, never the participant's
    for one in many:
        payee = payees[one.payee]
        order = _under(group, "CdtTrfTxInf")
        _say(_under(order, "PmtId"), "EndToEndId", one.payment)
        amount = _say(_under(order, "Amt"), "InstdAmt", decimal_text(one.minor, currency))
        amount.set("Ccy", currency)
        if payee.bic:
            _agent(order, "CdtrAgt", payee)
        _say(_under(order, "Cdtr"), "Nm", payee.name[:140])
        _account(order, "CdtrAcct", payee)
        _say(_under(order, "RmtInf"), "Ustrd", PURPOSE)


def _account(parent: ET.Element, tag: str, account: BankAccount) -> None:
    _say(_under(_under(parent, tag), "Id"), "IBAN", account.iban.replace(" ", ""))


def _agent(parent: ET.Element, tag: str, account: BankAccount) -> None:
    bank = _under(_under(parent, tag), "FinInstnId")
    if account.bic:
        _say(bank, "BICFI", account.bic)
    else:
        _say(_under(bank, "Othr"), "Id", "NOTPROVIDED")


def _under(parent: ET.Element, tag: str) -> ET.Element:
    return ET.SubElement(parent, tag)


def _say(parent: ET.Element, tag: str, text: str) -> ET.Element:
    found = _under(parent, tag)
    found.text = text
    return found


def pain002(content: bytes) -> tuple[BankStatus, ...]:
    """What a status report says of each payment, of any version of pain.002.001.

    Raises PaymentFileError for what is no such report. A status of a whole group or file is
    taken for each payment only where the payments are named.
    """
    if len(content) > _MOST_BYTES or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise PaymentFileError("the file is too large, or declares entities")
    try:
        root = ET.fromstring(content)  # noqa: S314 - entities were refused above
    except ET.ParseError as fault:
        raise PaymentFileError(f"it is no XML: {fault}") from None
    if "pain.002" not in root.tag:
        raise PaymentFileError(f"{root.tag} is no pain.002 report")
    return tuple(_statuses(root))


def _statuses(root: ET.Element) -> Iterator[BankStatus]:
    for group in root.iter():
        if _tag(group) != "TxInfAndSts":
            continue
        said = {_tag(one): (one.text or "").strip() for one in group.iter()}
        yield BankStatus(
            payment=said.get("OrgnlEndToEndId", ""),
            status=said.get("TxSts", ""),
            reason=said.get("Cd", "") or said.get("AddtlInf", ""),
            receipt=said.get("AcctSvcrRef", ""),
        )


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def payments_csv(payments: Sequence[PaymentOrdered], payees: Mapping[str, BankAccount]) -> str:
    """The same payments as CSV, for a payer without ISO 20022."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("payment", "name", "iban", "bic", "amount", "currency", "purpose", "date"))
    for one in payments:
        payee = payees[one.payee]
        rows.writerow(
            (one.payment, payee.name, payee.iban, payee.bic,
             decimal_text(one.minor, one.currency), one.currency, PURPOSE, one.ordered)
        )  # fmt: skip
    return out.getvalue()
