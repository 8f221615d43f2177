"""From a plain file to frontiers, signed certificates and simulated people."""

import json
import sys
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

sys.path.insert(0, str(Path(__file__).parents[2] / "tuning"))

from exposures import TEXT, goal, table_of

from nanoward.base.errors import UsageError
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.flows.tuning.recommend_settings import (
    SigningDates,
    certified_question,
    certify_settings,
    recommend_settings,
    simulate_people,
)
from nanoward.simulation.worlds.tuning_programme import tuning_files
from nanoward.simulation.worlds.tuning_worlds import tuning_worlds
from nanoward.tuning import MODELS, Question, formulas_of, question_of, read_dynamics
from nanoward.wiring import open_bench
from nanoward.wiring.ledgers import open_signer

FILE = EventFile(path="e.csv", content=table_of().write_csv().encode())
QUESTION = Question(model=read_dynamics(TEXT), goal=goal(), draws=200)


def test_everybody_gets_a_frontier_and_a_certificate_that_verifies(tmp_path: Path) -> None:
    bench = open_bench(quiet=True, workers=1)
    found = recommend_settings(bench, FILE, QUESTION, 7)
    assert found.table().height == 13
    assert not found.undecided
    signer = open_signer(str(tmp_path))
    day = date(2026, 11, 23)
    signed = certify_settings(
        found,
        signer,
        SigningDates(issued=day, ended=day, latest=date(2026, 12, 31)),
        30,
    )[0]
    public = Ed25519PublicKey.from_public_bytes(signer.key.public)
    public.verify(signed.signature, signed.content)
    told = json.loads(signed.content)
    allowed = found.table().filter("allowed")["setting"].to_list()
    assert {one["setting"] for one in told["allowed"]} <= set(allowed)
    assert told["model_sha256"] == QUESTION.model.sha256


def test_people_are_simulated_with_the_file_s_doses() -> None:
    bench = open_bench(quiet=True, workers=1)
    rows, events, _ = simulate_people(bench.formats, FILE, QUESTION, 3, 7)
    assert set(events["ID"]) >= {f"{rows['participant'][0]}-{k}" for k in (1, 2, 3)}
    assert rows.height == 6
    assert rows["quantity"].unique().to_list() == ["level"]


def test_without_a_goal_there_is_no_frontier() -> None:
    bench = open_bench(quiet=True, workers=1)
    plain = Question(model=formulas_of(MODELS["warfarin-1cpt"]))
    with pytest.raises(UsageError, match="goal"):
        recommend_settings(bench, FILE, plain, 7)
    with pytest.raises(UsageError, match="formulas"):
        simulate_people(bench.formats, FILE, plain, 1, 7)


def test_a_drifting_agent_is_followed_until_its_data_are_old_before_anything_is_certified(
    tmp_path: Path,
) -> None:
    """The longer data may be used, the further ahead a drift is followed: the chance of the
    side effect only grows, and no setting is certified that the shorter look refuses."""
    world = tuning_worlds()["drifting pump"]
    files = tuning_files(world, 4, 4, 3)
    question = question_of(tomllib.loads(files["programme.toml"].decode())["tuning"])
    assert question.goal is not None
    free = replace(question.goal, largest_step=float("inf"))
    question = replace(question, goal=free, draws=400)
    bench = open_bench(quiet=True, workers=1)
    file = EventFile(path="events.csv", content=files["data/events.csv"])
    signer = open_signer(str(tmp_path))
    day = date(2026, 11, 23)
    sets, harms = [], []
    for oldest in (14, 63):
        asked = certified_question(question, oldest)
        assert asked.goal is not None
        assert asked.goal.horizon == oldest
        found = recommend_settings(bench, file, asked, 7)
        table = found.table().sort("participant", "setting")
        harms.append(table["harm"].to_numpy())
        papers = certify_settings(
            found,
            signer,
            SigningDates(issued=day, ended=day, latest=date(2027, 12, 31)),
            oldest,
        )
        sets.append(
            {
                (one.certificate.participant, each.setting)
                for one in papers
                for each in one.certificate.allowed
            }
        )
        last = [each.until for one in papers for each in one.certificate.allowed]
        assert max(last) <= day + timedelta(days=oldest)
    near, far = sets
    assert len(far) < len(near)
    assert far <= near
    matters = harms[0] < 0.2  # the draws of more periods are others: compared where it counts
    assert (harms[1][matters] >= harms[0][matters] - 0.03).all()
    assert harms[1][matters].mean() > harms[0][matters].mean()
    steady = replace(question, model=replace(question.model, period=0.0))
    assert certified_question(steady, 63) is steady
