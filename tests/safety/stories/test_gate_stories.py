"""What went wrong end to end, told again through the real commands: each failed before."""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from nanoward.adapters.signers.ed25519 import new_key
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentRenewalDemanded, Entry, StandingDecided
from nanoward.faces.cli import cli
from nanoward.testing.desks import lot_of

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

[control.drivers.sim]
kind = "simulated"

[control.drivers.old]
kind = "simulated"
"""
SIGN = (
    *("--name", "P. One", "--agree", "take part", "--read-s", "300"),
    *(
        "--explained-by",
        "nurse",
        "--witnessed-by",
        "ben",
        "--identified-by",
        "passport and PIN",
    ),
)


class Story:
    """One programme on a disk, and the commands that somebody types."""

    def __init__(self, folder: Path, ward: str = "ward") -> None:
        self.path, self.folder = str(folder / ward), folder

    def type(
        self, *words: str, expect: int | Sequence[int] = 0, said: str = ""
    ) -> dict[str, Any]:
        told = CliRunner().invoke(cli, [*words, "--json"], input=said)
        wanted = (expect,) if isinstance(expect, int) else expect
        if told.exception is not None and not isinstance(told.exception, SystemExit):
            assert getattr(told.exception, "exit_code", 70) in wanted, repr(told.exception)
            return {"refused": str(told.exception)}
        assert told.exit_code in wanted, (told.exit_code, told.output)
        start = told.stdout.find("{")
        return {} if start < 0 else dict(json.loads(told.stdout[start:]))

    def key(self, name: str) -> tuple[str, ...]:
        word = self.folder / "word"
        return (
            *("--key-file", str(self.folder / f"{name}.pem")),
            *("--password-file", str(word)),
        )

    def append(self, *entries: Entry) -> None:
        ledger = SqliteLedger(Path(self.path) / ".nanoward" / "ledger.db")
        ledger.append(list(entries), actor="story", at=datetime.now(UTC))
        ledger.close()

    def stands(self, word: str = "cleared", days_ago: int = 0) -> None:
        day = (datetime.now(UTC) - timedelta(days=days_ago)).date()
        self.append(
            StandingDecided(participant="P1", standing=word, as_of=day, since=None, reasons=())
        )

    def read(self, quantity: str = "pulse", value: str = "70") -> None:
        words = (
            "control",
            "reading",
            self.path,
            "P1",
            quantity,
            value,
            "/min",
        )
        self.type(*words, *self.key("nurse"))

    def order(self, expect: int = 0, value: str = "4", by: str = "nurse") -> dict[str, Any]:
        words = ("control", "order", self.path, "P1", "rate", value, "ug/h")
        return self.type(*words, *self.key(by), expect=expect)

    def may(self, act: str = "order", expect: int = 0) -> dict[str, Any]:
        return self.type("clearance", "may", self.path, "P1", act, expect=expect)

    def both_gates(self, expect: int) -> str:
        """What both answer, which must be the same."""
        asked, sent = self.may(expect=expect), self.order(expect=expect)
        if expect == 0:
            return ""
        assert set(asked["reasons"]) <= set(sent["reasons"])
        return "; ".join(asked["reasons"])

    def kill(self, by: str = "anna") -> str:
        return str(self.type(*self.kill_words(), *self.key(by))["order"])

    def kill_words(self) -> tuple[str, ...]:
        ask = ("control", "kill", "request", self.path, "P1", "--mechanism", "inducer")
        return (*ask, "--reason", "end")

    def approve(self, order: str, name: str, role: str) -> dict[str, Any]:
        words = ("control", "kill", "approve", self.path, order, "--role", role, "--by", name)
        return self.type(*words, *self.key(name), said="y\n")


@pytest.fixture(scope="session", name="opened")
def opened_programme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme with a consent that stands, somebody cleared and enrolled, and four keys."""
    folder = tmp_path_factory.mktemp("stories")
    story = Story(folder)
    story.type("init", story.path)
    (folder / "word").write_text("secret")
    (folder / "word").chmod(0o600)
    plan = 'name = "ward"\n' + CONTROL
    for name, role in (
        ("anna", "physician"),
        ("ben", "safety_officer"),
        ("cara", "council"),
        ("nurse", "staff"),
    ):
        made = new_key(folder / f"{name}.pem", "secret")
        plan += (
            f'\n[[control.signers]]\nname = "{name}"\nroles = ["{role}"]\n'
            f'scheme = "ed25519"\nkey = "{made.key}"\npublic = "{made.public}"\n'
        )
    (Path(story.path) / "programme.toml").write_text(plan, encoding="utf-8")
    (folder / "consent.txt").write_text("You may leave at any time.")
    document = ("clearance", "document", story.path, str(folder / "consent.txt"))
    story.type(*document, "--version", "1", "--need", "take part")
    story.type("clearance", "sign", story.path, "P1", str(folder / "consent.txt"), *SIGN)
    story.append(lot_of("L1", "55"), lot_of("L2", "55"))
    story.stands()
    given = ("control", "enrol", story.path, "P1", "--lot", "L1", "--driver", "sim")
    story.type(*given, "--cells", "1e9", *story.key("nurse"))
    return folder


@pytest.fixture
def story(opened: Path, tmp_path: Path) -> Story:
    """A copy of the programme for one story."""
    shutil.copytree(opened, tmp_path / "copy")
    return Story(tmp_path / "copy")


@pytest.mark.hazard("H-66")
def test_the_gates_open_for_somebody_who_may(story: Story) -> None:
    story.read()
    assert story.both_gates(0) == ""


@pytest.mark.hazard("H-66")
def test_a_round_for_ten_days_ahead_is_refused_and_hides_no_recall(story: Story) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    told = story.type("round", story.path, "--as-of", ahead, "--quiet", expect=4)
    assert "REF-064" in told["refused"]
    story.stands("recalled")
    story.read()
    assert "standing recalled" in story.both_gates(4)


@pytest.mark.hazard("H-66")
def test_a_superseded_consent_shuts_both_gates(story: Story) -> None:
    story.read()
    newer = story.folder / "newer.txt"
    newer.write_text("You may leave at any time, and we tell you more.")
    words = ("clearance", "document", story.path, str(newer), "--version", "2")
    story.type(*words, "--need", "take part")
    assert "a new consent is needed: version 2" in story.both_gates(4)


@pytest.mark.hazard("H-66")
def test_a_consent_demanded_anew_with_the_agent_off_shuts_both_gates(story: Story) -> None:
    story.read()
    today = datetime.now(UTC).date()
    story.append(
        ConsentRenewalDemanded(
            participant="P1", demanded=today, reason="changed", agent_off=True
        )
    )
    assert "a new consent is needed: changed" in story.both_gates(4)


@pytest.mark.hazard("H-67")
def test_a_standing_of_120_days_ago_opens_nothing(story: Story) -> None:
    story.read()
    story.stands(days_ago=120)
    assert "is older than 14 days" in story.both_gates(4)


@pytest.mark.hazard("H-67")
def test_a_person_gone_from_the_records_is_held_and_named(story: Story) -> None:
    other = StandingDecided(
        participant="P7",
        standing="cleared",
        as_of=(datetime.now(UTC) - timedelta(days=7)).date(),
        since=None,
        reasons=(),
    )
    story.append(other)
    told = story.type("round", story.path, "--quiet", expect=8)
    assert "P7" in told["people"]["held"]
    story.type("clearance", "may", story.path, "P7", "dose", expect=4)


@pytest.mark.hazard("H-62")
def test_who_has_left_is_ordered_for_by_nobody(story: Story) -> None:
    story.read()
    story.type("clearance", "withdraw", story.path, "P1", expect=(0, 6))
    assert "consent was withdrawn" in story.both_gates(4)


@pytest.mark.hazard("H-70")
def test_a_stop_reaches_the_device_that_was_left_behind(story: Story) -> None:
    given = ("control", "enrol", story.path, "P1", "--lot", "L1", "--driver", "old")
    alone = story.type(*given, "--cells", "1e9", *story.key("nurse"), expect=4)
    assert "a second person must sign: driver sim becomes old" in alone["refused"]
    second = (
        *("--second-key-file", str(story.folder / "anna.pem")),
        *("--second-password-file", str(story.folder / "word")),
    )
    story.type(*given, "--cells", "1e9", *story.key("nurse"), *second)
    (row,) = story.type("control", "stop", story.path, "P1")["stopped"]
    assert row["outcome"] == "done"
    lane = SqliteLedger(
        Path(story.path) / ".nanoward" / "lane.db",
        keys=Path(story.path) / ".nanoward" / "lane-keys",
    )
    intents = [one.body["driver"] for one in lane.records(kind="control.OrderIntended")]
    lane.close()
    assert intents == ["old", "sim"]


@pytest.mark.hazard("H-70")
def test_nobody_is_enrolled_over_a_lease_that_runs(story: Story) -> None:
    story.read()
    story.order()
    given = ("control", "enrol", story.path, "P1", "--lot", "L1", "--driver", "sim")
    told = story.type(*given, "--cells", "1e9", *story.key("nurse"), expect=4)
    assert "still open: lease of order" in told["refused"]


@pytest.mark.hazard("H-74")
def test_a_mood_is_no_pulse_and_900_beats_are_none(story: Story) -> None:
    story.read("mood")
    assert "no fresh reading of pulse" in story.order(expect=4)["reasons"]
    story.read("pulse", "900")
    assert "is not plausible" in "; ".join(story.order(expect=4)["reasons"])


@pytest.mark.hazard("H-73")
def test_a_name_that_is_typed_sets_nothing_and_stops_everything(story: Story) -> None:
    story.read()
    words = ("control", "order", story.path, "P1", "rate", "4", "ug/h", "--by", "anna")
    assert "has signed the order" in "; ".join(story.type(*words, expect=4)["reasons"])
    assert story.type("control", "stop", story.path, "P1")["stopped"][0]["outcome"] == "done"


@pytest.mark.hazard("H-74")
def test_after_a_kill_code_nothing_is_set_until_it_is_decided(story: Story) -> None:
    story.read()
    name = story.kill()
    story.approve(name, "anna", "physician")
    story.approve(name, "ben", "safety_officer")
    story.type("control", "kill", "fire", story.path, name, *story.key("anna"))
    told = story.order(expect=4)
    assert "a kill code was released at this agent, and is not decided" in told["reasons"]


@pytest.mark.hazard("H-79")
def test_a_key_revoked_after_the_release_fires_nothing(story: Story) -> None:
    name = story.kill()
    story.approve(name, "anna", "physician")
    story.approve(name, "ben", "safety_officer")
    plan = (Path(story.path) / "programme.toml").read_text(encoding="utf-8")
    key = plan.split('name = "ben"')[1].split('key = "')[1].split('"')[0]
    revoke = ("control", "kill", "revoke", story.path, key, "--reason", "lost", "--by", "anna")
    assert story.type(*revoke, *story.key("anna"))["voided"] == [name]
    fire = ("control", "kill", "fire", story.path, name, *story.key("anna"))
    told = story.type(*fire, expect=4)
    assert "revoked" in told["refused"]


@pytest.mark.hazard("H-77")
def test_two_entries_for_one_person_count_for_nothing(story: Story) -> None:
    file = Path(story.path) / "programme.toml"
    text = file.read_text(encoding="utf-8")
    again = new_key(story.folder / "twin.pem", "secret")
    file.write_text(
        f'{text}\n[[control.signers]]\nname = "Anna"\nroles = ["safety_officer"]\n'
        f'scheme = "ed25519"\nkey = "{again.key}"\npublic = "{again.public}"\n',
        encoding="utf-8",
    )
    assert (
        "knows nobody"
        in story.type(*story.kill_words(), *story.key("anna"), expect=4)["refused"]
    )
    name = story.kill("ben")
    words = ("control", "kill", "approve", story.path, name, "--role", "physician")
    told = story.type(*words, "--by", "anna", *story.key("anna"), said="y\n", expect=4)
    assert "may be one person" in told["refused"]


def redirect(story: Story, find: str, put: str) -> None:
    """Change a line of the plan."""
    file = Path(story.path) / "programme.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(find, put), encoding="utf-8")


@pytest.mark.hazard("H-241")
def test_two_programmes_on_one_device_see_each_others_leases_and_stops(story: Story) -> None:
    """Before: each kept a journal of its own; the second set over the first, unknowingly."""
    shutil.copytree(story.path, story.folder / "other")
    other = Story(story.folder, "other")
    device = f'[control.drivers.sim]\nkind = "simulated"\ndevice = "{story.folder}/pump7"'
    for one, name in ((story, "ward"), (other, "annex")):
        redirect(one, '[control.drivers.sim]\nkind = "simulated"', device)
        redirect(one, 'name = "ward"', f'name = "{name}"')
        one.read()
    assert story.order()["outcome"] == "done"
    refused = "; ".join(other.order(expect=4)["reasons"])
    assert "another programme's lease stands: ward-" in refused
    (lease,) = other.type("control", "status", other.path)["leases"]
    assert (lease["owner"].split("-")[0], lease["value"]) == ("ward", 4.0)
    assert other.type("control", "stop", other.path, "P1")["stopped"][0]["outcome"] == "done"
    assert story.type("control", "status", story.path)["leases"] == []
    other.read()
    assert other.order()["outcome"] == "done"  # the first one's lease has ended with the stop
    assert "annex-" in "; ".join(story.order(expect=4, value="3")["reasons"])


@pytest.mark.hazard("H-242")
def test_a_sealed_code_at_a_silent_driver_is_owed_until_it_answers(story: Story) -> None:
    drop = story.folder / "drop"
    silent = f'kind = "file-drop"\nfolder = "{drop}"\npatience_s = 0.1'
    redirect(
        story, '[control.drivers.sim]\nkind = "simulated"', f"[control.drivers.sim]\n{silent}"
    )
    device = new_key(story.folder / "clinic.pem", "secret")
    code, sealed = str(story.folder / "code.json"), ("control", "sealed")
    story.type(
        *(*sealed, "draft", story.path, "P1", "--mechanism", "inducer", "--reason", "in case"),
        *("--device", device.key, "--out", code, *story.key("anna")),
    )
    use = (*sealed, "use", story.path, code, *story.key("clinic"))
    assert "signature is missing" in story.type(*use, said="y\n", expect=4)["refused"]
    for name, role in (("anna", "physician"), ("ben", "safety_officer")):
        sign = (*sealed, "sign", story.path, code, "--role", role, *story.key(name))
        story.type(*sign, said="y\n")
    order = str(story.type(*sealed, "issue", story.path, code)["order"])
    thief = (*sealed, "use", story.path, code, *story.key("cara"))
    assert (
        "the device's key did not sign" in story.type(*thief, said="y\n", expect=4)["refused"]
    )
    assert story.type(*use, said="y\n", expect=6)["participants"] == {"P1": "unanswered"}
    told = story.type("control", "status", story.path)
    assert told["kills"][0]["participants"] == {"P1": "unanswered"}
    assert told["sealed"][0]["order"] == order
    assert (
        "used at this participant already" in story.type(*use, said="y\n", expect=4)["refused"]
    )
    (sent,) = [json.loads(one.read_text()) for one in (drop / "out").glob("*.json")]
    answer = {"order": sent["order"], "status": "done"}
    (drop / "in" / next((drop / "out").glob("*.json")).name).write_text(json.dumps(answer))
    story.type("control", "resume", story.path)
    kill = story.type("control", "status", story.path)["kills"][0]
    assert kill["participants"] == {"P1": "acknowledged"}
    drill = story.type(*sealed, "drill", story.path, "--tries", "3", *story.key("nurse"))
    assert [(one["mechanism"], one["failures"]) for one in drill["drills"]] == [
        ("sealed inducer", 0)
    ]
