"""The suite's form through `tuning certify` and `permitted`: days, ages, persons, standings.

What should be refused, or certified for no longer than the sound certificate, is typed. A
certificate that certifies as much, or a setting that is permitted, is silent.
"""

import json
import sys
from pathlib import Path

import pytest
from click import ClickException

sys.path.insert(0, str(Path(__file__).parent))

import changes
from test_settings import command

from nanoward.base.errors import NanowardError

LIGHT = changes.plan(("draws = 400", "draws = 100"), ("held_back = 0.3", "held_back = 0.0"))
ISSUED, ENDED, UNTIL = "2026-06-02", "2026-06-01", "2026-12-31"


class Desk:
    """A folder with the sound person's records, keys and plan; certificates made by command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events = folder / "e.csv"
        self.events.write_bytes(changes.table({"P004": changes.person_rows()[1]}))
        (folder / "p.toml").write_text(LIGHT, encoding="utf-8")
        self.made = 0

    def certified(self, text: str = LIGHT, **given: str) -> tuple[str, float]:
        """Last day and highest setting of what is certified; ("", 0) where it was refused."""
        self.made += 1
        (self.folder / "changed.toml").write_text(text, encoding="utf-8")
        words = {"as-of": ISSUED, "ended": ENDED, "until": UNTIL, **given}
        ran = command(
            "certify", str(self.events), "--model", str(self.folder / "changed.toml"),
            "--keys", str(self.folder / "k"), "--out", str(self.folder / f"c{self.made}"),
            "--json", "--quiet",
            *(one for key, value in words.items() for one in (f"--{key}", value)),
        )  # fmt: skip
        if ran.exception is not None:
            assert _is_told(ran.exception), repr(ran.exception)
            return "", 0.0
        (row,) = json.loads(ran.stdout)["certificates"]
        return str(row.get("until", "")), float(row.get("highest") or 0.0)

    def permitted(self, *words: str) -> bool:
        at = self.folder / "c1" / "certificate-P004.json"
        options = {"--key": str(self.folder / "c1" / "key.txt"), "--as-of": "2026-06-03"}
        options |= dict(zip(words[::2], words[1::2], strict=True))
        ran = command("permitted", str(at), "--json", "--quiet",
                      *(one for pair in options.items() for one in pair))  # fmt: skip
        if ran.exception is not None:
            assert _is_told(ran.exception), repr(ran.exception)
            return False
        return bool(json.loads(ran.stdout)["permitted"])


def _is_told(fault: BaseException) -> bool:
    return isinstance(fault, NanowardError | ClickException)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    found = Desk(tmp_path_factory.mktemp("desk"))
    assert found.certified()[1] > 0  # c1: the sound certificate
    return found


REFUSED: dict[str, dict[str, str]] = {
    "ended after the day": {"ended": "2026-06-03"},
    "ended a year after the day": {"ended": "2027-06-01"},
    "until before the day": {"until": "2026-06-01"},
    "until before the records": {"until": "2025-12-31"},
    "data a year old": {"ended": "2025-06-01"},
    "data 31 days old": {"ended": "2026-05-02"},
    "older than the plan's": {"oldest": "31"},
    "no age at all": {"oldest": "0"},
    "an age below nothing": {"oldest": "-30"},
    "an age of words": {"oldest": "month"},
    "a day that is none": {"ended": "2026-02-30"},
    "a day of words": {"ended": "yesterday"},
}
AGES = ("nan", "inf", "-inf", "0.0", "-30.0", '"30"', "0.5", "1e9", "1e300", "true")


@pytest.mark.hazard("H-230")
def test_days_and_ages_that_cannot_be_certify_nothing(desk: Desk) -> None:
    silent = [name for name, given in REFUSED.items() if desk.certified(**given)[1] > 0]
    assert not silent


@pytest.mark.hazard("H-230")
def test_an_age_of_the_plan_that_is_none_certifies_nothing(desk: Desk) -> None:
    silent = []
    for age in AGES:
        text = LIGHT.replace("horizon = 48.0", f"horizon = 48.0\noldest = {age}", 1)
        until, highest = desk.certified(text)
        if highest > 0:
            silent.append(f"oldest = {age}: {highest:g} until {until}")
    assert not silent
    shorter = LIGHT.replace("horizon = 48.0", "horizon = 48.0\noldest = 10.0", 1)
    assert "" < desk.certified(shorter)[0] < desk.certified()[0]
    asked = desk.certified(oldest="10")
    assert asked == desk.certified(shorter)


def test_records_that_end_before_the_table_s_last_day_are_as_old_as_they_are(
    desk: Desk,
) -> None:
    """Another person's late records age this one's: the days count from their own last."""
    names, rows = changes.person_rows()
    late = [{**row, "ID": "P005", "TIME": repr(float(row["TIME"]) + 240.0)} for row in rows]
    usual = desk.certified()[0]
    whole = desk.events.read_bytes()
    try:
        desk.events.write_bytes(changes.table({"P004": rows, "P005": late}))
        ran = command(
            "certify", str(desk.events), "--model", str(desk.folder / "p.toml"), "--keys",
            str(desk.folder / "k"), "--out", str(desk.folder / "two"), "--json", "--quiet",
            "--as-of", ISSUED, "--ended", ENDED, "--until", UNTIL,
        )  # fmt: skip
    finally:
        desk.events.write_bytes(whole)
    first = json.loads(ran.stdout)["certificates"][0]
    assert first["participant"] == "P004"
    assert str(first["until"]) < usual
    assert names[0] == "ID"


@pytest.mark.hazard("H-230")
def test_a_certificate_is_void_for_another_person_model_standing_day_or_key(
    desk: Desk,
) -> None:
    assert desk.permitted()
    assert desk.permitted("--participant", "P004", "--model", str(desk.folder / "p.toml"))
    other = desk.folder / "other.toml"
    other.write_text(LIGHT.replace("typical = 3.0", "typical = 3.1"), encoding="utf-8")
    tries = {
        "another person": ("--participant", "P005"),
        "another spelling": ("--participant", "p004"),
        "another model": ("--model", str(other)),
        "the day before it": ("--as-of", "2026-06-01"),
        "long after it": ("--as-of", "2026-12-30"),
        "a setting that is not in it": ("--setting", "290"),
        "a setting between two": ("--setting", "14.99"),
        "a setting below nothing": ("--setting", "-10"),
        "no number": ("--setting", "nan"),
    }
    for standing in ("held", "recalled", "withdrawn", "", "clear", "CLEARED?"):
        path = desk.folder / f"s{len(tries)}.csv"
        path.write_text(f"participant,standing\nP004,{standing}\n", encoding="utf-8")
        tries[f"standing {standing!r}"] = ("--standings", str(path))
    absent = desk.folder / "absent.csv"
    absent.write_text("participant,standing\nP005,cleared\n", encoding="utf-8")
    tries["nobody of this name among the standings"] = ("--standings", str(absent))
    empty = desk.folder / "empty.csv"
    empty.write_text("participant,standing\n", encoding="utf-8")
    tries["no standings"] = ("--standings", str(empty))
    wrong = desk.folder / "wrong.csv"
    wrong.write_text("who,what\nP004,cleared\n", encoding="utf-8")
    tries["a table of something else"] = ("--standings", str(wrong))
    silent = [name for name, words in tries.items() if desk.permitted(*words)]
    assert not silent
    good = desk.folder / "good.csv"
    good.write_text("participant,standing\nP004,cleared\n", encoding="utf-8")
    assert desk.permitted("--standings", str(good))


@pytest.mark.hazard("H-230")
def test_a_changed_byte_or_another_key_permits_nothing(desk: Desk) -> None:
    at = desk.folder / "c1" / "certificate-P004.json"
    content = at.read_bytes()
    try:
        for old, new in ((b"P004", b"P005"), (b'"epsilon"', b'"epsilom"'), (b"2026-", b"2027-"),
                         (b'"setting":', b'"setting" :')):  # fmt: skip
            assert old in content
            at.write_bytes(content.replace(old, new))
            assert not desk.permitted()
        at.write_bytes(b"")
        assert not desk.permitted()
    finally:
        at.write_bytes(content)
    text = (desk.folder / "c1" / "key.txt").read_text()
    assert not desk.permitted("--key", text[::-1])
    assert not desk.permitted("--key", "")


@pytest.mark.hazard("H-230")
@pytest.mark.parametrize("standing", ["held", "recalled", "withdrawn", "", "Cleared", "?"])
def test_who_is_not_cleared_is_certified_nothing(desk: Desk, standing: str) -> None:
    path = desk.folder / "now.csv"
    path.write_text(f"participant,standing\nP004,{standing}\n", encoding="utf-8")
    assert desk.certified(standings=str(path))[1] == 0.0
