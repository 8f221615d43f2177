"""The way out by command while programme.toml is broken, in each way that it can be."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("control_commands", HERE / "test_commands.py")
assert spec is not None
assert spec.loader is not None
commands = importlib.util.module_from_spec(spec)
spec.loader.exec_module(commands)
approve, enrol, run, with_key = (
    commands.approve, commands.enrol, commands.run, commands.with_key,
)  # fmt: skip
ward = commands.made_ward  # the fixture of a ward with signers

BROKEN = {
    "no TOML": ("[control]", "[control"),
    "a rule of the wrong kind elsewhere": (
        "[control]",
        '[clearance]\nhold_grade = "three"\n[columns]\nno_such = "x"\n[control]',
    ),
    "a rule of the wrong kind in control": ('who = ["staff", "participant"]', "who = [[1]]"),
    "an unknown key in passkeys": ("[control.drivers", "[control.passkeys]\nx = 1\n[control.drivers"),  # noqa: E501
}  # fmt: skip


@pytest.mark.hazard("H-451")
@pytest.mark.parametrize("how", list(BROKEN))
def test_stop_less_leave_kill_and_flush_go_by_the_last_plan_that_could_be_read(
    ward: Path, how: str
) -> None:
    path, plan = str(ward), ward / "programme.toml"
    enrol(ward)
    key = with_key(ward, "nurse")
    run("control", "reading", path, "P1", "pulse", "70", "/min", *key)
    run("control", "order", path, "P1", "rate", "4", "ug/h", *key)
    before, after = BROKEN[how]
    assert before in plan.read_text()
    plan.write_text(plan.read_text().replace(before, after, 1))

    less = run("control", "order", path, "P1", "rate", "2", "ug/h", "--kind", "less")
    assert less["outcome"] == "done"
    assert run("control", "stop", path, "P1")["stopped"][0]["outcome"] == "done"
    ask = ("control", "kill", "request", path, "P1", "--mechanism", "inducer")
    name = run(*ask, "--reason", "fever", *with_key(ward, "anna"))["order"]
    approve(ward, name, "anna", "physician")
    assert approve(ward, name, "ben", "safety_officer")["status"] == "released"
    fired = run("control", "kill", "fire", path, name, *with_key(ward, "anna"))
    assert fired["participants"] == {"P1": "acknowledged"}
    taken = ("--taken", datetime.now(UTC).isoformat(), "--by", "lab", "--sample", "S1")
    flush = ("control", "flush", path, name, "P1", "--assay", "culture", "--matrix", "stool")
    assert run(*flush, *taken, "--negative")["flushes"][0]["outcome"] == "verifying"
    assert run("control", "status", path)["kills"][0]["order"] == name
    assert "receipt" in run("clearance", "withdraw", path, "P1")


@pytest.mark.hazard("H-451")
@pytest.mark.parametrize("how", ["a rule of the wrong kind in control"])
def test_nothing_is_raised_while_the_plan_is_broken(ward: Path, how: str) -> None:
    path, plan = str(ward), ward / "programme.toml"
    enrol(ward)
    key = with_key(ward, "nurse")
    run("control", "reading", path, "P1", "pulse", "70", "/min", *key)
    plan.write_text(plan.read_text().replace(*BROKEN[how], 1))
    told = run("control", "order", path, "P1", "rate", "4", "ug/h", *key, expect=3)
    assert "programme.toml" in told["refused"]
    assert run("control", "status", path)["leases"] == []
