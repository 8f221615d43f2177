"""From a visit to money: statement, the bank's file, its answer, exports."""

from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed
from tests.flows.programme.programme_site import AGREEMENT
from tests.flows.programme.test_earn_pay import MONTHLY, WARD
from tests.flows.programme.test_keep_agreements import sign

from nanoward.base.entries import StandingDecided
from nanoward.base.entries.books import PayeeNamed
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.wiring import open_ports
from nanoward.wiring.designs import open_signatures

REPORT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><TxInfAndSts>'
    "<OrgnlEndToEndId>{}</OrgnlEndToEndId><TxSts>{}</TxSts></TxInfAndSts></Document>"
)


def earned(tmp_path: Path) -> str:
    """P1 signed an agreement and made one visit."""
    director, person = open_signatures().new_key(), open_signatures().new_key()
    folder = make(tmp_path, "P1", more=f'director = "{director.public}"\n')
    document = tmp_path / "a.toml"
    document.write_text(AGREEMENT)
    drafted = said("programme", "agreements", "draft", folder, document, "--by", "d")
    files = []
    for role, name, key in (("programme", "director", director), ("participant", "P1", person)):
        (tmp_path / f"{role}.key").write_text(key.private)
        out = tmp_path / f"{role}.json"
        said("programme", "agreements", "sign", document, "--role", role, "--name", name,
             "--key-file", tmp_path / f"{role}.key", "--out", out)  # fmt: skip
        files += ["--signature", out]
    words = ("agreements", "conclude", folder, drafted["sha256"][:16], "P1")
    said("programme", *words, *files, "--by", "d")
    day = today_of(folder)
    name = said("programme", "book", folder, "P1", "weekly", day, "morning", "--by", "n")
    done = said("programme", "done", folder, name["booking"], "--by", "n")
    assert done["earned_minor_units"] == 4000
    return folder


def test_from_a_visit_to_paid(tmp_path: Path) -> None:
    folder = earned(tmp_path)
    first = said("programme", "statement", folder, "P1")
    assert (first["earned"], first["owed"], first["leaving_changes"]) == (4000, 4000, 0)
    with open_ports(folder, quiet=True, use="read") as ports:
        entries = ledger_entries(ports, "books")
        (payee,) = (one.payee for one in entries if isinstance(one, PayeeNamed))
    accounts, out = tmp_path / "payees.csv", tmp_path / "order.xml"
    accounts.write_text(f"payee,name,iban,bic\n{payee},Ada,DE02500105170137075030,\n")
    payer = ("--payer-name", "W", "--payer-iban", "DE02120300000000202051")
    files = ("--payees", accounts, "--out", out)
    words = ("programme", "books", "pay", folder, *files, *payer, "--by", "clerk")
    assert said(*words)["ordered"] == 1
    assert said(*words)["ordered"] == 0
    name = out.read_text().split("<EndToEndId>")[1].split("<")[0]
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(name, "ACSC"))
    for _ in range(2):
        assert said("programme", "books", "settle", folder, report, "--by", "c")["told"] == []
    last = said("programme", "statement", folder, "P1")
    assert (last["paid"], last["owed"]) == (4000, 0)
    report.write_text(REPORT.format("NWx", "ACSC"))
    said("programme", "books", "settle", folder, report, "--by", "c", code=1)
    assert (
        "Leaving today would change 0.00"
        in typed("programme", "statement", folder, "P1").stdout
    )


def test_refunds_reversals_balances_and_exports(tmp_path: Path) -> None:
    folder = earned(tmp_path)
    receipt = tmp_path / "ticket.pdf"
    receipt.write_bytes(b"ticket")
    words = ("programme", "books", "refund", folder, "P1", "12.50", "--receipt", receipt)
    tx = said(*words, "--by", "clerk")["tx"]
    said("programme", "books", "reverse", folder, tx, "--why", "not ours", "--by", "clerk")
    rows = said("programme", "books", "balances", folder)["balances"]
    assert sum(round(100 * float(row["balance"])) for row in rows) == 0
    for kind in ("beancount", "hledger"):
        out = tmp_path / kind
        assert said("programme", "books", "export", folder, kind, "--out", out) == {
            "transactions": 3
        }
        assert "40.00 EUR" in out.read_text()
        assert "P1" not in out.read_text()


@pytest.mark.hazard("H-298")
def test_fees_and_pay_besides_visits(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1", more='director = "key-director"\n')
    today = today_of(folder)
    with open_ports(folder, quiet=True) as ports:
        sign(ports, WARD, "ward")
        sign(ports, MONTHLY.replace('version = "1"', 'version = "2"'), "P1")
        completed = StandingDecided(
            participant="P1", standing="completed", as_of=today, since=today, reasons=()
        )
        ports.ledger.append([completed], actor="round", at=ports.clock.now())
    words = ("programme", "books", "fee", folder, "ward", "quarter", "2020-Q1", "--by", "m")
    assert said(*words) == {"minor_units": 50_000}
    assert said(*words) == {"minor_units": 0}
    none = typed("programme", "books", "fee", folder, "ward", "head", "x", "--by", "m")
    assert "PRG-125" in str(none.exception)
    early = typed("programme", "books", "fee", folder, "ward", "quarter", "soon", "--by", "m")
    assert "PRG-126" in str(early.exception)
    (row,) = said("programme", "books", "periods", folder, "--by", "m")["earned"]
    assert (row["participant"], row["minor_units"]) == ("P1", 6 * 2000 + 5200)
    assert "nothing new" in typed("programme", "books", "periods", folder, "--by", "m").stdout
    assert said("programme", "statement", folder, "P1")["earned"] == 17_200
