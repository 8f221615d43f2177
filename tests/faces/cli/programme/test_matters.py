"""Capacity, breaches and disputes from the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed
from tests.flows.programme.test_keep_agreements import sign
from tests.flows.programme.test_measure_parties import PARTNER

from nanoward.base.entries.books import PayEarned
from nanoward.wiring import open_ports


def test_capacity_breach_and_dispute(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    said("programme", "capacity", folder, "clin", 0, day, day, "--reason", "ill", "--by", "x")
    refused = typed("programme", "book", folder, "P1", "weekly", day, "morning", "--by", "n")
    assert "0 of 0 taken" in str(refused.exception)
    said("programme", "breach", "found", folder, "b1", "site 7", "late report", "--by", "m")
    said("programme", "breach", "heard", folder, "b1", "the line was down", "--by", "site 7")
    unbound = typed("programme", "breach", "decide", folder, "b1", "--by", "council")
    assert "no agreement binds" in str(unbound.exception)
    opened = ("programme", "dispute", "open", folder, "d1", "P1", "unpaid", "--amount", "40")
    said(*opened, "--by", "P1")
    words = ("programme", "dispute", "decide", folder, "d1", "it is paid", "--by", "ombud")
    assert said(*words) == {"outcome": "it is paid"}


@pytest.mark.hazard("H-316")
def test_parties_are_measured_and_breaches_found_heard_and_decided(tmp_path: Path) -> None:
    folder = make(tmp_path, more='director = "key-director"\n')
    day = today_of(folder)
    with open_ports(folder, quiet=True) as ports:
        sign(ports, PARTNER, "house")
        pay = [
            PayEarned(participant=f"P{one}", visit=f"v{one}", kind="weekly", day=day,
                      due=day - timedelta(days=1), currency="EUR", minor=1, tx=f"t{one}",
                      agreement_sha256="")
            for one in range(30)
        ]  # fmt: skip
        ports.ledger.append(pay, actor="x", at=ports.clock.now())
    words = ("programme", "breach", "measure", folder)
    assert typed(*words, "--find").exit_code == 2
    found = said(*words, code=1)
    (row,) = (row for row in found["measures"] if row["verdict"] == "breach")
    assert (row["party"], row["measure"], row["met"], row["n"]) == ("house", "late pay", 0, 30)
    assert "smiles" in found["unread"][0]
    assert said(*words, "--find", "--by", "monitor")["found"] == [row["breach"]]
    assert said(*words)["found"] == []
    said("programme", "breach", "heard", folder, row["breach"], "the bank", "--by", "house")
    decided = said("programme", "breach", "decide", folder, row["breach"], "--by", "council")
    assert decided == {"minor_units": 10_000}
