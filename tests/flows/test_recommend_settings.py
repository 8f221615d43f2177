"""From a plain file to frontiers, signed certificates and simulated people."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

sys.path.insert(0, str(Path(__file__).parents[1] / "tuning"))

from exposures import TEXT, goal, table_of

from nanoward.base.errors import UsageError
from nanoward.flows.fit_people import EventFile
from nanoward.flows.recommend_settings import (
    certify_settings,
    recommend_settings,
    simulate_people,
)
from nanoward.tuning import MODELS, Question, read_dynamics
from nanoward.wiring import open_bench
from nanoward.wiring.ledgers import open_signer

FILE = EventFile(path="e.csv", content=table_of().write_csv().encode())
QUESTION = Question(model=read_dynamics(TEXT), goal=goal(), draws=200)


def test_everybody_gets_a_frontier_and_a_certificate_that_verifies(tmp_path: Path) -> None:
    bench = open_bench(quiet=True, workers=1)
    parts = (bench.formats, bench.runner, bench.progress)
    found = recommend_settings(parts, FILE, QUESTION, 7)
    assert found.table().height == 13
    assert not found.undecided
    signer = open_signer(str(tmp_path))
    day = date(2026, 11, 23)
    signed = certify_settings(found, signer, (day, day, date(2026, 12, 31)), 30)[0]
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
    plain = Question(model=MODELS["warfarin-1cpt"])
    with pytest.raises(UsageError, match="goal"):
        recommend_settings((bench.formats, bench.runner, bench.progress), FILE, plain, 7)
    with pytest.raises(UsageError, match="formulas"):
        simulate_people(bench.formats, FILE, plain, 1, 7)
