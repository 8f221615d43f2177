"""Rates over exposure and steps of the dose, with their verdict in the exit code."""

import json

import pytest
from click.testing import CliRunner, Result
from scipy import stats

from nanoward.faces.cli import cli


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["clearance", *words])


def test_a_rate_that_is_surely_too_high_stops() -> None:
    told = run("rate", "--events", "6", "--exposure", "20", "--rate", "0.1", "--json")
    answer = json.loads(told.stdout)
    by_hand = stats.gamma(0.5 + 6, scale=1 / (0.5 + 20)).sf(0.1)
    assert answer["probability"] == pytest.approx(by_hand, abs=1e-12)
    assert (told.exit_code, answer["stop"]) == (4, True)
    calm = run("rate", "--events", "1", "--exposure", "20", "--rate", "0.1")
    assert calm.exit_code == 0
    assert calm.stdout.endswith("go on\n")


def test_boin_has_its_published_limits_and_tells_the_step() -> None:
    told = json.loads(run("step", "--target", "0.3", "--json").stdout)
    assert (told["up"], told["down"]) == pytest.approx((0.2365, 0.3585), abs=5e-5)
    for events, word in ((0, "up"), (2, "stay"), (4, "down")):
        one = run("step", "--target", "0.3", "--of", "6", "--events", str(events))
        assert one.stdout.startswith(f"{word} ({events} of 6")
