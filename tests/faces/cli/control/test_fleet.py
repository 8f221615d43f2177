"""Fleet orders by command: written down, opened stage by stage, given up."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentSigned, FleetOrdered, StandingDecided
from nanoward.control.fleet import FleetState
from nanoward.faces.cli.control.fleet import row_of

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("control_commands", HERE / "test_commands.py")
assert spec is not None
assert spec.loader is not None
commands = importlib.util.module_from_spec(spec)
spec.loader.exec_module(commands)
run, with_key = commands.run, commands.with_key
ward = commands.made_ward  # the fixture of a ward with signers
PEOPLE = ("P1", "P2", "P3")


def enrolled(ward: Path) -> str:
    now, path = datetime.now(UTC), str(ward)
    ledger = SqliteLedger(ward / ".nanoward" / "ledger.db")
    for who in PEOPLE[1:]:
        signed = ConsentSigned(
            participant=who, document_sha256="", version="1", signed=now.date()
        )
        stands = StandingDecided(
            participant=who, standing="cleared", as_of=now.date(), since=None, reasons=()
        )
        ledger.append([signed, stands], actor="nurse", at=now)
    ledger.close()
    for who in PEOPLE:
        key = with_key(ward, "nurse")
        run("control", "enrol", path, who, "--lot", "L1", "--driver", "sim", *key)
        run("control", "reading", path, who, "pulse", "70", "/min", *key)
    return path


@pytest.mark.hazard("H-30")
def test_each_stage_is_opened_by_a_person_and_harm_returns_everybody(ward: Path) -> None:
    path, key = enrolled(ward), with_key(ward, "nurse")
    assert run("control", "status", path)["drills_due"] == ["inducer"]
    run("control", "drill", path, "--tries", "2", "--by", "nurse")
    assert run("control", "status", path)["drills_due"] == []
    made = run("control", "fleet", "order", path, "rate", "2", "ug/h", *PEOPLE, *key)
    name = made["fleet"]
    assert (made["status"], made["reached"], made["next"]) == ("paused", 0, ["P1"])
    assert "no stage" in str(run("control", "fleet", "harm", path, name, "P1", *key, expect=4))
    first = run("control", "fleet", "open", path, name, *key)
    assert (first["status"], first["reached"], first["next"]) == ("paused", 1, ["P2", "P3"])
    last = run("control", "fleet", "open", path, name, *key)
    assert (last["status"], last["reached"]) == ("complete", 3)
    run("control", "fleet", "open", path, name, *key, expect=4)
    harmed = run("control", "fleet", "harm", path, name, "P2", *key)
    assert harmed["status"] == "aborted"
    assert "grade 3" in harmed["aborted"][0]
    shown = run("control", "fleet", "show", path)["fleets"]
    assert [(one["fleet"], one["status"]) for one in shown] == [(name, "aborted")]


@pytest.mark.hazard("H-30")
def test_an_order_that_is_given_up_reaches_nobody_more(ward: Path) -> None:
    path, key = enrolled(ward), with_key(ward, "nurse")
    name = run("control", "fleet", "order", path, "rate", "2", "ug/h", *PEOPLE, *key)["fleet"]
    run("control", "fleet", "open", path, name, *key)
    words = ("control", "fleet", "abort", path, name, "--reason", "the lot is doubted")
    assert run(*words, *key)["aborted"] == ["the lot is doubted"]
    told = run("control", "fleet", "open", path, name, *key, expect=4)
    assert "is aborted" in told["refused"]


def test_a_row_says_who_comes_next() -> None:
    order = FleetOrdered(
        fleet="F1", setting="rate", value=2.0, unit="ug/h", lease_s=600,
        participants=PEOPLE, ordered_by="nurse",
    )  # fmt: skip
    row = row_of(FleetState(order=order))
    assert (row["status"], row["reached"], row["people"], row["next"]) == (
        "paused", 0, 3, ["P1"],
    )  # fmt: skip
