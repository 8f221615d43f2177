"""The suite's form through rounds: what changed since the last recommendation is told.

A round on a model of formulas is held with sound records; in the next week records, plan, model
or limits have changed. A setting that is kept or raised without a word about it is silent.
"""

import sys
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))

import changes
from settings_rounds import EVENTS, Ward, Week, files_of
from test_settings import rows_of

from nanoward.faces.cli import cli
from nanoward.testing.fakes import MemoryBlobs

LIGHT = changes.plan(("draws = 400", "draws = 100"), ("held_back = 0.3", "held_back = 0.0"))
NAMES = ("sound", "second", "third")
SOUND = {name: rows_of(name, place) for place, name in enumerate(NAMES)}


def light(*pairs: tuple[str, str]) -> str:
    text = LIGHT
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


# plan, model and limits that differ from those of the last recommendation
SINCE: dict[str, str] = {
    "a wider limit": light(("epsilon = 0.05", "epsilon = 0.2")),
    "a limit hardly wider": light(("epsilon = 0.05", "epsilon = 0.0501")),
    "a graver grade": light(("grade = 2", "grade = 1")),
    "a higher highest": light(("highest = 300.0", "highest = 600.0")),
    "a larger step": light(("largest_step = 150.0", "largest_step = 290.0")),
    "no largest step": light(("largest_step = 150.0\n", "")),
    "another weight": light(("weight = 20.0", "weight = 2.0")),
    "a shorter horizon": light(("horizon = 48.0", "horizon = 24.0")),
    "a longer interval": light(("interval = 24.0", "interval = 48.0")),
    "a finer grid": light(("step = 10.0", "step = 5.0")),
    "older data": light(("horizon = 48.0", "horizon = 48.0\noldest = 365.0")),
    "twice the clearance": light(("typical = 3.0", "typical = 6.0")),
    "a wider population": light(("variance = 0.04", "variance = 0.4")),
    "a higher limit of the side effect": light(("typical = 4.0", "typical = 8.0")),
    "another error": light(("additive = 25.0", "additive = 5.0")),
    "another formula": light(('logits = ["5 *', 'logits = ["3 *')),
    "another covariate's effect": light(("0.5 ^ INH", "0.9 ^ INH")),
    "another name of the setting": light(("tablets, once daily", "tablets")),
    "another name of the model": light(('name = "bar-oral"', 'name = "oral"')),
    "no more draws held back": changes.PLAN,
    "a target in place of the goal": "",
    "no section of tuning": "",
}  # fmt: skip
SINCE["no section of tuning"] = LIGHT[: LIGHT.index("[tuning]")]
SINCE["a target in place of the goal"] = (
    LIGHT[: LIGHT.index("[tuning.goal]")]
    + changes._TARGET.lstrip()
    + LIGHT[LIGHT.index("[tuning.model]") :]
)


def sound_week(names: tuple[str, ...] = NAMES) -> tuple[Ward, Week]:
    """A programme after its first week, of its own, and what was said in it."""
    ward = Ward(LIGHT)
    ward.ports.blobs.take(_KEPT)  # what was computed for another of these tests
    week = ward.held(files_of({name: SOUND[name] for name in names}), LIGHT)
    assert not week.named
    assert all(week.settings[name] for name in names)
    _KEPT.take(ward.ports.blobs)
    return ward, week


_KEPT = MemoryBlobs()


@pytest.mark.hazard("H-271")
def test_a_plan_model_or_limit_that_changed_is_told_with_both_settings() -> None:
    wrong = []
    for name, text in SINCE.items():
        ward, before = sound_week(("sound",))
        week = ward.held(files_of({"sound": SOUND["sound"]}), text)
        old = before.settings["sound"]
        told = [one for one in week.messages if f"sound {old:g} mg -> " in one]
        if not told and set(week.settings.values()) != {None}:
            wrong.append(f"{name}: {week.settings} {week.messages}")
    assert not wrong


@pytest.mark.hazard("H-271")
def test_a_week_without_a_setting_hides_no_change_of_the_plan() -> None:
    """A limit that is widened while nobody can be recommended anything is told afterwards."""
    ward, _ = sound_week()
    broken = light(("epsilon = 0.05", "epsilon = 5.0"))
    week = ward.held(files_of(SOUND), broken)
    assert set(week.settings.values()) == {None}
    assert week.named == set(NAMES)
    wider = light(("epsilon = 0.05", "epsilon = 0.2"))
    week = ward.held(files_of(SOUND), wider)
    assert any("epsilon was 0.05, is 0.2" in one and "sound 180 mg" in one
               for one in week.messages)  # fmt: skip
    assert not ward.held(files_of(SOUND), wider).messages  # told once


def _without(*names: str) -> dict[str, list[changes.Row]]:
    return {name: rows for name, rows in SOUND.items() if name not in names}


def _renamed(new: str) -> dict[str, list[changes.Row]]:
    return {**_without("sound"), new: [{**row, "ID": new} for row in SOUND["sound"]]}


def _under(others: str) -> dict[str, list[changes.Row]]:
    """The person's records under the name of somebody else."""
    moved = [{**row, "ID": others} for row in SOUND["sound"]]
    return {**_without("sound", others), others: [*SOUND[others], *moved]}


_LETTERS = changes.table(SOUND)
GONE: dict[str, dict[str, bytes]] = {
    "nobody of this name any more": files_of(_without("sound")),
    "nobody at all": files_of({"sound": []}) | {EVENTS: _LETTERS.splitlines()[0] + b"\n"},
    "an empty table": {EVENTS: b""},
    "no table": {},
    "a table of another name": {"data/dosing_old.csv": _LETTERS},
    "in another folder": {"old/events.csv": _LETTERS},
    "no column of people": {EVENTS: _LETTERS.replace(b"ID,", b"WHO,", 1)},
    "another spelling": files_of(_renamed("Sound")),
    "a space before the name": files_of(_renamed("_sound")),
    "under somebody else's name": files_of(_under("third")),
    "without doses": files_of(
        {**SOUND, "sound": [row for row in SOUND["sound"] if not changes.is_dose(row)]}),
    "records that say nothing": files_of(
        {**SOUND, "sound": [{**row, "EVID": "2", "AMT": "0", "DV": "", "MDV": "1"}
                            for row in SOUND["sound"]]}),
    "names left empty": files_of(
        {**SOUND, "sound": [{**row, "ID": ""} for row in SOUND["sound"]]}),
    "a table cut in the middle": {EVENTS: _LETTERS[: len(_LETTERS) // 4]},
    "no text": {EVENTS: b"\x00\x01\x02" * 50},
}  # fmt: skip


@pytest.mark.hazard("H-229")
def test_who_is_gone_from_the_event_table_keeps_no_setting_in_silence() -> None:
    silent = []
    for name, files in GONE.items():
        ward, before = sound_week()
        old = before.settings["sound"]
        assert old is not None
        week = ward.held(files, LIGHT)
        if week.silent("sound", old):
            silent.append(f"{name}: {week.settings} {week.messages}")
    assert not silent


@pytest.mark.hazard("H-221")
def test_no_change_of_records_keeps_or_raises_a_setting_in_a_round_in_silence() -> None:
    people = {"sound": rows_of("sound", 0)}
    for number, (name, change) in enumerate(changes.RECORDS.items(), start=1):
        people[name] = change(rows_of(name, number))
    week = Ward(LIGHT).held(files_of(people), LIGHT)
    sound = week.settings["sound"]
    assert sound is not None
    assert set(week.settings) == set(people)  # everybody has an answer
    silent = [name for name in people if name != "sound" and week.silent(name, sound)]
    assert not silent


@pytest.mark.hazard("H-271")
def test_a_changed_limit_is_told_by_the_typed_round(tmp_path: Path) -> None:
    """`nanoward round` twice on a folder, with a wider limit the second time."""
    (tmp_path / "data").mkdir()
    (tmp_path / EVENTS).write_bytes(changes.table({"P004": changes.person_rows()[1]}))
    told = []
    for day, text in (
        ("2026-05-25", LIGHT), ("2026-06-01", light(("epsilon = 0.05", "epsilon = 0.2"))),
    ):  # fmt: skip
        kept = text.replace('[clearance]\ngrading = "5.0"\n', "")
        (tmp_path / "programme.toml").write_text(kept.replace("as_of = 2026-05-25\n", ""))
        ran = CliRunner().invoke(cli, ["round", str(tmp_path), "--as-of", day, "--quiet"])
        assert ran.exit_code in (0, 1), (ran.output, ran.exception)
        report = tmp_path / "rounds" / day / "report.html"
        told.append(unescape(report.read_text(encoding="utf-8")))
    assert "TUN-144" not in told[0]
    assert "goal.epsilon was 0.05, is 0.2" in told[1]
    assert "P004 180 mg -> 250 mg" in told[1]
