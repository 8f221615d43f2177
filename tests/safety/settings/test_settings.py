"""Settings stay safe when records, plan or model are wrong; rewriting them changes nothing.

As in metamorphic tests of programmes (tests/safety): what should be withheld, lowered or told
after each of many changes, made by the real flows and commands. Nothing may crash.
"""

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))

import changes
import rewrites

from nanoward.base.errors import NanowardError
from nanoward.faces.cli.tuning.commands import group
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.flows.tuning.recommend_settings import Recommendations, recommend_settings
from nanoward.tuning import question_of
from nanoward.wiring import open_bench

QUESTION = question_of(tomllib.loads(changes.PLAN)["tuning"])
COPIES = "TUN-143"  # all people of the tests' table have nearly the same levels


def recommended(content: bytes, text: str = changes.PLAN, seed: int = 7) -> Recommendations:
    question = question_of(tomllib.loads(text)["tuning"])
    bench = open_bench(quiet=True, workers=1)
    return recommend_settings(bench, EventFile(path="e", content=content), question, seed)


def setting_of(found: Recommendations, name: str) -> float | None:
    one = next((each for each in found.people if each.history.name == name), None)
    return None if one is None or one.frontier is None else one.frontier.advice.dose


def rows_of(name: str, number: int) -> list[changes.Row]:
    """The sound person under another name, with levels of their own in the fourth digit."""
    found = []
    for row in changes.person_rows()[1]:
        value = row["DV"]
        if row["DVID"] == "level":
            value = repr(round(float(value) * (1 + 1e-4 * number), 6))
        found.append({**row, "ID": name, "DV": value})
    return found


@pytest.fixture(scope="module")
def sound() -> float:
    found = setting_of(recommended(changes.table({"P004": changes.person_rows()[1]})), "P004")
    assert found is not None
    return found


@pytest.mark.hazard("H-221")
def test_no_change_of_records_raises_or_keeps_a_setting_in_silence(sound: float) -> None:
    people = {
        name: change(rows_of(name, number))
        for number, (name, change) in enumerate(changes.RECORDS.items(), start=1)
    }
    people["sound"] = rows_of("sound", 0)
    assert len(people) > 100
    found = recommended(changes.table(people))
    told = {one.subject for one in found.findings
            if one.severity != "note" and one.code != COPIES}  # fmt: skip
    settings = {name: setting_of(found, name) for name in people}
    silent = [
        f"{name}: {given:g}"
        for name, given in settings.items()
        if name != "sound" and given is not None and given >= sound and name not in told
    ]
    assert not silent
    assert settings["sound"] == sound  # nobody else's records matter to them


@pytest.mark.hazard("H-222")
def test_no_change_of_the_plan_raises_or_keeps_a_setting_in_silence(
    sound: float, tmp_path: Path
) -> None:
    wrong = []
    for name, text in changes.PLANS.items():
        (tmp_path / "p.toml").write_text(text, encoding="utf-8")
        ran = command("recommend", str(changes.HERE / "person.csv"), "--model",
                      str(tmp_path / "p.toml"), "--json", "--quiet")  # fmt: skip
        if ran.exception is not None:
            if not isinstance(ran.exception, NanowardError):
                wrong.append(f"{name}: {ran.exception!r}")
            continue
        given = json.loads(ran.stdout)["recommendations"][0]["setting"]
        if given is not None and given >= sound and ran.return_value == 0:
            wrong.append(f"{name}: {given:g}")
    assert not wrong
    assert len(changes.PLANS) + len(changes.RECORDS) >= 150


def command(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), standalone_mode=False)


@pytest.mark.hazard("H-223")
def test_harmless_rewritings_keep_every_setting(sound: float) -> None:
    moved = []
    for name, write in rewrites.RECORDS.items():
        rows = changes.person_rows()[1]
        found = recommended(write(rows))
        kept = [
            each for each in found.people if each.history.name[0] not in "AZ"
        ] or found.people
        given = [None if one.frontier is None else one.frontier.advice.dose for one in kept]
        if given != [sound]:
            moved.append(f"{name}: {given} {[one.reason for one in kept]}")
    content = changes.table({"P004": changes.person_rows()[1]})
    for name, text in rewrites.PLANS.items():
        given = [setting_of(recommended(content, text), "P004")]
        if given != [sound]:
            moved.append(f"plan, {name}: {given}")
    assert not moved
    assert len(rewrites.RECORDS) + len(rewrites.PLANS) >= 60


def test_seeds_move_a_setting_by_at_most_one_step(sound: float) -> None:
    content = changes.table({"P004": changes.person_rows()[1]})
    found = {setting_of(recommended(content, seed=seed), "P004") for seed in range(6)}
    assert QUESTION.goal is not None
    assert all(one is not None and abs(one - sound) <= QUESTION.goal.step for one in found)


@pytest.mark.hazard("H-272")
def test_few_draws_never_set_higher_than_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit keeps a margin for the number of draws; without it settings are higher."""
    content = changes.table({"P004": changes.person_rows()[1]})

    def settings(draws: int, seeds: range) -> list[float]:
        text = changes.plan(
            ("draws = 400", f"draws = {draws}"), ("held_back = 0.3", "held_back = 0.0")
        )
        found = [setting_of(recommended(content, text, seed=seed), "P004") for seed in seeds]
        return [one for one in found if one is not None]

    (many,) = settings(4000, range(1))
    few = settings(100, range(4))
    assert few
    assert max(few) <= many
    plain: Callable[..., np.ndarray] = lambda harm, _: harm.mean(axis=1)  # noqa: E731
    monkeypatch.setattr("nanoward.tuning.dosing.optimal_setting.mean_bound", plain)
    monkeypatch.setattr("nanoward.tuning.dosing.worst_times.mean_bound", plain)
    assert max(settings(100, range(4))) > max(few)


def test_the_suite_would_see_a_limit_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the bounds of covariates somebody with the wrong weight keeps a setting."""
    from nanoward.tuning.data import record_checks

    quiet: Callable[..., str] = lambda *_: ""  # noqa: E731
    monkeypatch.setattr("nanoward.tuning.data.event_tables.covariate_error", quiet)
    monkeypatch.setattr(record_checks, "impossible_parameters", lambda *_: {})
    rows = changes.RECORDS["SEX=9"](rows_of("a", 1))
    found = recommended(changes.table({"a": rows}))
    assert setting_of(found, "a") is not None
