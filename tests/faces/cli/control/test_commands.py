"""A simulated programme from enrolment to an escape, over the command line."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentSigned, StandingDecided
from nanoward.faces.cli import cli
from nanoward.testing.desks import lot_of

SECTION = """
[control]
agent = "A1"
spec_sha256 = "55"

[control.settings.rate]
unit = "ug/h"
low = 0.0
high = 50.0
default = 0.0
step = 0.5
rise_per_h = 10.0
exposure_per_day = 100.0
lease_s = 1200
who = ["staff", "participant"]

[control.settings.rate.reading]
quantity = "pulse"
unit = "/min"
low = 30.0
high = 220.0

[control.mechanisms.inducer]
dose = 1.0
unit = "mg"
log_kill = 6.0
escape = 1e-9
half_life_h = 2.0
second = "antibiotic"

[control.flush]
doubling_h = 4.0

[[control.flush.routes]]
assay = "culture"
matrix = "stool"
lod = 3
fraction = 0.001
clumping = 1.0
alpha = 8.0
beta = 2.0

[[control.flush.routes]]
assay = "ddpcr"
matrix = "stool"
lod = 3
fraction = 0.001
clumping = 1.0
alpha = 8.0
beta = 2.0

[control.drivers.sim]
kind = "simulated"
"""


def run(*words: str, expect: int = 0) -> dict[str, Any]:
    told = CliRunner().invoke(cli, [*words, "--json"], input="secret\nsecret\nsecret\n")
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        code = getattr(told.exception, "exit_code", 70)
        assert code == expect, repr(told.exception)
        return {"refused": str(told.exception)}
    assert told.exit_code == expect, told.output
    found: dict[str, Any] = json.loads(told.stdout[told.stdout.index("{") :])
    return found


@pytest.fixture(name="ward")
def made_ward(tmp_path: Path) -> Path:
    ward = tmp_path / "ward"
    CliRunner().invoke(cli, ["init", str(ward)])
    ward.mkdir(exist_ok=True)
    plan = 'name = "ward"\n' + SECTION
    for name, role in (
        ("anna", "physician"),
        ("ben", "safety_officer"),
        ("cara", "council"),
        ("nurse", "staff"),
    ):
        key = run("control", "key", str(tmp_path / f"{name}.pem"))
        plan += (
            f'\n[[control.signers]]\nname = "{name}"\nroles = ["{role}"]\n'
            f'scheme = "ed25519"\nkey = "{key["key"]}"\npublic = "{key["public"]}"\n'
        )
    (ward / "programme.toml").write_text(plan, encoding="utf-8")
    now = datetime.now(UTC)
    ledger = SqliteLedger(ward / ".nanoward" / "ledger.db")
    signed = ConsentSigned(participant="P1", document_sha256="", version="1", signed=now.date())
    stands = StandingDecided(
        participant="P1", standing="cleared", as_of=now.date(), since=None, reasons=()
    )
    ledger.append([signed, stands, lot_of("L1", "55")], actor="nurse", at=now)
    ledger.close()
    return ward


def with_key(ward: Path, name: str) -> tuple[str, ...]:
    return ("--key-file", str(ward.parent / f"{name}.pem"))


def signing(
    ward: Path, name: str, *words: str, expect: int = 0, answer: str = "y"
) -> dict[str, Any]:
    """A command that shows what is signed, asks, and then opens the key."""
    said = f"{answer}\nsecret\n"
    given = [*words, "--by", name, *with_key(ward, name), "--json"]
    told = CliRunner().invoke(cli, given, input=said)
    if answer == "n":
        assert told.exit_code == expect
        return {}
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        assert getattr(told.exception, "exit_code", 70) == expect, repr(told.exception)
        return {"refused": str(told.exception)}
    assert told.exit_code == expect, told.output
    found: dict[str, Any] = json.loads(told.stdout[told.stdout.index("{") :])
    return found | {"asked": told.stderr}


def approve(ward: Path, order: str, name: str, role: str, expect: int = 0) -> dict[str, Any]:
    words = ("control", "kill", "approve", str(ward), order, "--role", role)
    return signing(ward, name, *words, expect=expect)


def enrol(ward: Path, *words: str, expect: int = 0) -> dict[str, Any]:
    given = ("P1", "--lot", "L1", "--driver", "sim", *with_key(ward, "nurse"))
    return run("control", "enrol", str(ward), *given, *words, expect=expect)


@pytest.fixture(name="lane", params=["alone", "process"])
def started_lane(request: pytest.FixtureRequest, ward: Path) -> Iterator[str]:
    """With the lane as its own process, and without one."""
    if request.param == "alone":
        yield "alone"
        return
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from nanoward.faces.cli import main; main()",
            "lane",
            str(ward),
        ],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"listens" in process.stdout.readline()
    yield "process"
    process.terminate()
    assert process.wait(20) == 0
    process.stdout.close()
    assert not (ward / ".nanoward" / "lane.sock").exists()


def test_a_programme_is_controlled_from_enrolment_to_escape(ward: Path, lane: str) -> None:
    path = str(ward)
    enrol(ward, "--cells", "1e9", "--age", "40", "--weight", "70")
    order = ("control", "order", path, "P1", "rate", "4", "ug/h", *with_key(ward, "nurse"))
    assert "no fresh reading" in run(*order, expect=4)["reasons"][0]
    mood = ("control", "reading", path, "P1", "mood", "7", "", *with_key(ward, "nurse"))
    assert run(*mood)["settings"] == []
    assert "no fresh reading" in run(*order, expect=4)["reasons"][0]
    pulse = ("control", "reading", path, "P1", "pulse", "70", "/min", *with_key(ward, "nurse"))
    assert run(*pulse)["settings"] == ["rate"]
    unsigned = ("control", "order", path, "P1", "rate", "4", "ug/h", "--by", "nurse")
    assert "has signed the order" in run(*unsigned, expect=4)["reasons"][0]
    assert run(*order)["outcome"] == "done"
    less = ("control", "order", path, "P1", "rate", "2", "ug/h", "--kind", "less")
    assert run(*less)["outcome"] == "done"
    far = ("control", "order", path, "P1", "rate", "1e9", "ug/h", *with_key(ward, "nurse"))
    assert "outside the spec" in run(*far, expect=4)["reasons"][0]
    assert run("control", "stop", path, "P1")["stopped"][0]["outcome"] == "done"
    assert run("control", "resume", path)["orders"] == []

    ask = ("control", "kill", "request", path, "P1", "--mechanism", "inducer")
    made = run(*ask, "--reason", "study end", *with_key(ward, "anna"))
    name = made["order"]
    assert made["expected_escapees"] == pytest.approx(1.0)
    assert made["any_escapee"] == pytest.approx(0.632, abs=1e-3)
    run("control", "kill", "fire", path, name, *with_key(ward, "anna"), expect=4)
    first = approve(ward, name, "anna", "physician")
    assert first["status"] == "approved"
    assert "inducer at 1 person(s) of lot L1: P1 (waiting)" in first["asked"]
    assert "reason: study end" in first["asked"]
    assert "expected survivors: 1" in first["asked"]
    assert "Sign this kill code?" in first["asked"]
    again = approve(ward, name, "anna", "physician", expect=4)
    assert "signed already" in again["refused"]
    assert approve(ward, name, "ben", "safety_officer")["status"] == "released"
    fired = run("control", "kill", "fire", path, name, *with_key(ward, "anna"))
    assert fired["participants"] == {"P1": "acknowledged"}
    run("control", "kill", "fire", path, name, *with_key(ward, "anna"), expect=4)

    flush = ("control", "flush", path, name, "P1", "--assay", "culture", "--matrix", "stool")
    time.sleep(0.01)
    taken = datetime.now(UTC).isoformat()
    words = (*flush, "--taken", taken, "--by", "lab", "--sample")
    first = run(*words, "S1", "--negative")["flushes"][0]
    assert first["outcome"] == "verifying"
    assert first["earliest"] > (datetime.now(UTC) + timedelta(days=2)).isoformat()
    last = run(*words, "S2", "--detected", "--locus", "altered", expect=1)["flushes"][0]
    assert last["outcome"] == "escaped"
    told = run("control", "status", path)
    assert told["kills"][0]["status"] == "escaped"
    outbox = (ward / ".nanoward" / "outbox.jsonl").read_text()
    assert "antibiotic" in outbox


@pytest.mark.hazard("H-82")
@pytest.mark.hazard("H-358")
def test_a_pause_refuses_what_sets_and_lets_less_stop_and_leave_through(
    ward: Path, lane: str
) -> None:
    path = str(ward)
    enrol(ward)
    key = with_key(ward, "nurse")
    run("control", "reading", path, "P1", "pulse", "70", "/min", *key)

    def ordered(value: str, expect: int = 0, *more: str) -> dict[str, Any]:
        return run("control", "order", path, "P1", "rate", value, "ug/h", *more, expect=expect)

    assert ordered("4", 0, *key)["outcome"] == "done"
    run("council", "pause", path, "--reason", "two of six", "--by", "the sponsor")
    for value in ("4.5", "4", "2"):  # a set starts, goes on or may do so: only less is less
        told = ordered(value, 4, *key)
        assert told["outcome"] == "refused"
        assert any("the council has paused" in one for one in told["reasons"])
    assert ordered("2", 0, "--kind", "less")["value"] == 2.0
    assert ordered("3", 0, "--kind", "less")["value"] == 2.0  # never raises what runs
    assert run("control", "stop", path, "P1")["stopped"][0]["outcome"] == "done"
    assert "the council has paused" in str(ordered("4", 4, *key)["reasons"])
    assert run("control", "resume", path)["orders"] == []
    assert run("clearance", "withdraw", path, "P1")
    assert lane in ("alone", "process")


@pytest.mark.hazard("H-247")
def test_an_order_that_raises_on_a_guess_is_refused_and_less_passes(
    ward: Path, lane: str
) -> None:
    path, plan = str(ward), ward / "programme.toml"
    enrol(ward)
    key = with_key(ward, "nurse")
    run("control", "reading", path, "P1", "pulse", "70", "/min", *key)
    order = ("control", "order", path, "P1", "rate")
    assert run(*order, "4", "ug/h", *key)["outcome"] == "done"
    sound = plan.read_text()
    plan.write_text(f'{sound}\n[programme.council.grades]\nreadings = "guessed"\n')
    told = run(*order, "5", "ug/h", *key, expect=4)
    assert told["reasons"] == ["a raise may not rest on a guess: readings"]
    assert run(*order, "4", "ug/h", *key)["outcome"] == "done"  # goes on
    assert run(*order, "2", "ug/h", *key)["outcome"] == "done"
    assert run(*order, "1", "ug/h", "--kind", "less")["value"] == 1.0
    plan.write_text(f'{sound}\n[programme.council.grades]\nreading = "guessed"\n')
    unread = run(*order, "5", "ug/h", *key, expect=4)["reasons"][0]
    assert "sdtm.AE" in unread  # what cannot be read makes everything a guess
    assert run("control", "stop", path, "P1")["stopped"][0]["outcome"] == "done"
    assert lane in ("alone", "process")


def test_nothing_is_signed_by_whoever_says_no_to_what_is_shown(ward: Path) -> None:
    path = str(ward)
    enrol(ward)
    ask = (
        "control",
        "kill",
        "request",
        path,
        "P1",
        "--mechanism",
        "inducer",
        *with_key(ward, "anna"),
    )
    name = run(*ask, "--reason", "r")["order"]
    words = ("control", "kill", "approve", path, name, "--role", "physician")
    signing(ward, "anna", *words, answer="n", expect=1)
    assert run("control", "status", path)["kills"][0]["signed"] == []


@pytest.mark.hazard("H-75")
@pytest.mark.hazard("H-77")
def test_one_physician_breaks_the_glass_and_somebody_else_reviews_it(ward: Path) -> None:
    path = str(ward)
    enrol(ward)
    ask = ("control", "kill", "request", path, "P1", "--mechanism", "inducer")
    name = run(*ask, "--reason", "fever", *with_key(ward, "cara"))["order"]
    glass = ("control", "kill", "break-glass", path, name)
    approve(ward, name, "anna", "physician")
    assert "only a physician" in signing(ward, "ben", *glass, expect=4)["refused"]
    assert signing(ward, "anna", *glass)["status"] == "released"
    run("control", "kill", "fire", path, name, *with_key(ward, "anna"))
    review = ("control", "kill", "review", path, name, "--note", "was right")
    assert "cannot review" in signing(ward, "anna", *review, expect=4)["refused"]
    signing(ward, "cara", *review)


def test_withdrawn_and_revoked_codes_fire_at_nobody(ward: Path) -> None:
    path = str(ward)
    enrol(ward)
    ask = (
        "control",
        "kill",
        "request",
        path,
        "P1",
        "--mechanism",
        "inducer",
        *with_key(ward, "anna"),
    )
    one, two = (run(*ask, "--reason", "r")["order"] for _ in range(2))
    end = run(
        "control", "kill", "withdraw", path, one, "--reason", "better", *with_key(ward, "anna")
    )
    assert end["status"] == "withdrawn"
    approve(ward, two, "anna", "physician")
    key = next(
        line.split('"')[1]
        for line in (ward / "programme.toml").read_text().splitlines()
        if line.startswith("key")
    )
    revoke = ("control", "kill", "revoke", path, key, "--reason", "lost", "--by", "ben")
    void = run(*revoke, *with_key(ward, "ben"))
    assert void == {"voided": [two]}
    assert "no key that counts" in approve(ward, two, "anna", "physician", expect=4)["refused"]


@pytest.mark.hazard("H-72")
def test_a_change_of_lot_needs_a_lot_that_was_released_and_a_second_person(ward: Path) -> None:
    enrol(ward)
    other = ("P1", "--lot", "L2", "--driver", "sim", *with_key(ward, "nurse"))
    told = run("control", "enrol", str(ward), *other, expect=4)["refused"]
    assert "a second person must sign: lot L1 becomes L2" in told
    assert "lot L2 was not released" in told
    second = ("--second-key-file", str(ward.parent / "anna.pem"))
    told = run("control", "enrol", str(ward), *other, *second, expect=4)["refused"]
    assert "must sign" not in told
    assert "lot L2 was not released" in told


@pytest.mark.usefixtures("lane")
def test_drills_are_held_and_told_while_the_lane_works_too(ward: Path) -> None:
    told = run("control", "drill", str(ward), "--tries", "20", "--by", "nurse")
    assert told["drills"] == [
        {
            "mechanism": "inducer",
            "tries": 20,
            "failures": 0,
            "upper": pytest.approx(0.139, abs=1e-3),
        }
    ]


def test_a_stop_names_somebody_or_everybody(ward: Path) -> None:
    for words in ((), ("P1", "--everybody")):
        told = CliRunner().invoke(cli, ["control", "stop", str(ward), *words])
        assert told.exit_code == 2
    assert run("control", "stop", str(ward), "--everybody")["stopped"] == []
    assert (
        run("control", "stop", str(ward), "P9", expect=6)["stopped"][0]["outcome"] == "refused"
    )
