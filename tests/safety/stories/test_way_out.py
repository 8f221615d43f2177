"""The way out as stories, through the real commands: each failed before it was built."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import CarrierEnrolled
from nanoward.faces.cli import cli

CONTROL = """
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
[control.drivers.sim]
kind = "simulated"
"""


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    folder = tmp_path / "ward"
    assert run("init", str(folder)).exit_code == 0
    with (folder / "programme.toml").open("a") as plan:
        plan.write(CONTROL)
    enrol(folder, "P001")
    return folder


def enrol(ward: Path, who: str) -> None:
    """As the lane writes it down once a lot is released and keys have signed."""
    lane = SqliteLedger(ward / ".nanoward" / "lane.db", keys=ward / ".nanoward" / "lane-keys")
    carrier = CarrierEnrolled(
        participant=who,
        agent="A1",
        spec_sha256="55",
        lot="L1",
        driver="sim",
        owner="ours",
        person_class="adult",
        cells=0.0,
    )
    lane.append([carrier], actor="nurse", at=datetime.now(UTC))
    lane.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def told(*words: str, code: int = 0) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == code, (result.output, result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def held(ward: Path, kind: str = "clearance.ConsentWithdrawn") -> list[str]:
    ledger = SqliteLedger(ward / ".nanoward" / "ledger.db")
    try:
        return [one.body.get("notice", "") for one in ledger.records(kind=kind)]
    finally:
        ledger.close()


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A command that serves, until the block ends."""
    code = "import sys; from nanoward.faces.cli import main; main()"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True, env=env
    )
    try:
        assert child.stdout is not None
        assert "listens" in child.stdout.readline()
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
        assert child.stdout is not None
        child.stdout.close()


def break_plan(ward: Path) -> None:
    with (ward / "programme.toml").open("a") as plan:
        plan.write("\nx = = what\n")


@pytest.mark.hazard("H-96")
def test_one_bad_line_in_the_plan_shuts_nobody_in(ward: Path) -> None:
    """Before: INP-021, exit 3, for withdraw, concern and stop."""
    assert told("control", "stop", str(ward), "P001")["stopped"][0]["outcome"] == "done"
    break_plan(ward)
    assert told("clearance", "withdraw", str(ward), "P001")["owed"] == {}
    assert told("clearance", "concern", str(ward), "P002", "--words", "help")["owed"] == {}
    stopped = told("control", "stop", str(ward), "P001")
    assert stopped["stopped"][0]["outcome"] == "done"  # by the last plan that could be read
    assert len(held(ward)) == 1


@pytest.mark.hazard("H-100")
def test_who_leaves_while_a_round_or_a_command_is_at_work_waits_for_nobody(ward: Path) -> None:
    """Before: 15.1 s of 15 s, refused after 600 s; reading refused at once."""
    with locked(ward / ".nanoward" / "lock"):
        start = time.monotonic()
        left = told("clearance", "withdraw", str(ward), "P001")
        assert left["carried"].keys() == {"lane", "ledger", "staff"}
        status = told("clearance", "consent", str(ward), "P001")["status"]
        assert run("ledger", "show", str(ward)).exit_code == 0
        assert time.monotonic() - start < 9  # ACT_S: nobody waited for the lock
    assert status == "withdrawn"


@pytest.mark.hazard("H-96")
def test_with_the_programmes_ledger_gone_the_word_is_kept_and_nothing_passes(
    ward: Path,
) -> None:
    kept = ward / ".nanoward"
    run("clearance", "withdraw", str(ward), "P002")
    (kept / "keys").rename(kept / "keys-away")
    left = told("clearance", "withdraw", str(ward), "P001")
    assert list(left["owed"]) == ["ledger"]
    assert left["receipt"]["seq"] > 1
    (kept / "keys-away").rename(kept / "keys")
    assert len(held(ward)) == 1
    answer = told("clearance", "may", str(ward), "P001", "dose", code=4)
    assert any("asked to leave" in one for one in answer["reasons"])
    assert told("exit", str(ward), "--once")["notices"][0]["owed"] == {}
    assert len(held(ward)) == 2
    assert told("exit", str(ward), "--once")["notices"] == []


@pytest.mark.hazard("H-99")
def test_six_stops_at_once_without_a_lane_are_all_carried_out(ward: Path) -> None:
    """Before: of six two were refused."""
    code = "import sys; from nanoward.faces.cli import main; main()"
    words = [sys.executable, "-c", code, "control", "stop", str(ward), "P001"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    children = [subprocess.Popen(words, stdout=subprocess.DEVNULL, env=env) for _ in range(6)]
    assert [one.wait(110) for one in children] == [0] * 6


@pytest.mark.hazard("H-101")
def test_both_forms_of_a_name_are_one_person_and_near_names_are_told(ward: Path) -> None:
    enrol(ward, "Jos\u00e9")
    stopped = told("control", "stop", str(ward), "Jose\u0301 ")
    assert stopped["stopped"][0]["outcome"] == "done"
    assert stopped["near"] == []
    assert told("control", "stop", str(ward), "p001", code=6)["near"][0] == "P001"
    text = run("clearance", "withdraw", str(ward), "P01").stdout
    assert "nobody is known as 'P01'; near: P001" in text


@pytest.mark.hazard("H-96")
def test_the_exit_process_answers_and_carries_and_may_be_killed_at_any_time(
    ward: Path,
) -> None:
    with process("exit", str(ward)) as child:
        left = told("clearance", "withdraw", str(ward), "P001")
        assert left["carried"] == {"lane": "done", "ledger": "kept", "staff": "told"}
        assert left["everything"]
        again = run("exit", str(ward))
        assert "another process works" in str(again.exception)
        child.kill()
        assert told("clearance", "withdraw", str(ward), "P003")["owed"] == {}
    assert len(held(ward)) == 2


@pytest.mark.hazard("H-98")
def test_nothing_that_is_kept_can_be_read_by_anybody_else(ward: Path) -> None:
    (ward / ".nanoward").chmod(0o755)
    (ward / ".nanoward" / "ledger.db").exists() or run(
        "clearance", "may", str(ward), "P", "dose"
    )
    (ward / ".nanoward" / "ledger.db").chmod(0o644)
    told("clearance", "withdraw", str(ward), "P001")
    told("clearance", "concern", str(ward), "P001", "--words", "x")
    open_ = [
        str(path)
        for path in (ward / ".nanoward", *(ward / ".nanoward").rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_ == []


@pytest.mark.hazard("H-102")
@pytest.mark.hazard("H-103")
def test_home_is_owed_until_the_person_says_so(ward: Path) -> None:
    told("clearance", "withdraw", str(ward), "P001")
    shown = told("clearance", "leaving", str(ward), code=1)
    assert {one["code"] for one in shown["findings"]} == {"OUT-070", "OUT-072"}
    home = ("clearance", "home", str(ward), "P001")
    told(
        *home, "--where", "ship Aurora", "--brought-by", "boat", "--payer", "us", "--by", "kim"
    )
    refused = run(*home, "--confirm", "--by", "partner")
    assert "cannot say for P001" in str(refused.exception)
    told(*home, "--obstructed-by", "Acme", "--how", "holds the passport", "--by", "P001")
    assert "OUT-071" in run("clearance", "leaving", str(ward)).stderr
    told(*home, "--confirm", "--by", "P001")
    told(*home, "--clear", "flushed, three negatives", "--by", "nurse")
    assert told("clearance", "leaving", str(ward))["findings"] == []


@pytest.mark.hazard("H-97")
def test_the_offline_verifier_verifies_the_spool_and_verify_sees_it_replaced(
    ward: Path, tmp_path: Path
) -> None:
    told("clearance", "withdraw", str(ward), "P001")
    file = tmp_path / "spool.jsonl"
    told("ledger", "export", str(ward), str(file), "--spool")
    tool = Path(__file__).parents[3] / "tools" / "verify_ledger.py"
    whole = subprocess.run(
        [sys.executable, str(tool), str(file)], capture_output=True, text=True, check=False
    )
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "whole" in whole.stdout
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    cut = subprocess.run(
        [sys.executable, str(tool), str(file)], capture_output=True, check=False
    )
    assert cut.returncode != 0


@pytest.mark.hazard("H-100")
def test_less_opens_no_plan_and_is_lower_or_a_stop(ward: Path) -> None:
    told("control", "stop", str(ward), "P001")
    break_plan(ward)
    lowered = told("control", "less", str(ward), "P001", "rate", "0", "ug/h")
    assert lowered["stopped"][0]["outcome"] == "done"


HEAVY = ("polars", "numpy", "numba", "scipy", "pyarrow")
LEAN = """
import sys
from nanoward.faces.cli import cli
code = 0
try:
    cli.main(sys.argv[1:], standalone_mode=False)
except SystemExit as end:
    code = end.code
print("loaded:", code, *[one for one in {heavy!r} if one in sys.modules])
"""


@pytest.mark.hazard("H-240")
@pytest.mark.parametrize(
    "words",
    [
        ("control", "stop", "WARD", "P001"),
        ("control", "less", "WARD", "P001", "rate", "0", "ug/h"),
        ("clearance", "withdraw", "WARD", "P001"),
        ("clearance", "concern", "WARD", "P001", "--words", "help"),
    ],
)
def test_what_must_never_wait_loads_no_library_of_tables_or_sums(
    ward: Path, words: tuple[str, ...]
) -> None:
    """Before: 0.7 s of processor time, most of it polars and numpy, before a word was kept."""
    given = [str(ward) if one == "WARD" else one for one in words]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", LEAN.format(heavy=HEAVY), *given],
        capture_output=True, text=True, check=True, env=env,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "loaded: 0", done.stdout + done.stderr
