"""A new term from few pregnancies: recovered, with limits, or "not yet estimable"."""

import numpy as np
import pytest

from nanoward.programme.pregnancies.term_estimate import (
    FEWEST_BIRTHS,
    estimate_term,
    naive_mean,
    reason_not_estimable,
)
from nanoward.programme.pregnancies.term_model import BIRTH, ONGOING, gestation_records
from nanoward.simulation.worlds.pregnancy_worlds import PregnancyWorld, simulated_pregnancies


@pytest.mark.hazard("H-349")
@pytest.mark.parametrize(("mean", "sd"), [(266.0, 9.8), (210.0, 14.0)])
def test_a_planted_term_is_recovered_and_ordinary_length_is_not_assumed(
    mean: float, sd: float
) -> None:
    world = PregnancyWorld(seed=500, pregnancies=60, mean_d=mean, sd_d=sd)
    records = [one.record for one in simulated_pregnancies(world)]
    found = estimate_term(records)
    assert found.is_estimable
    causes = [one.cause for one in records]
    assert (found.births, found.ongoing) == (causes.count(BIRTH), causes.count(ONGOING))
    assert found.low <= mean <= found.high
    assert found.high - found.low < 25
    assert found.earliest < found.mean < found.latest


@pytest.mark.hazard("H-349")
def test_fewer_than_eight_births_tell_no_term() -> None:
    assert reason_not_estimable(FEWEST_BIRTHS) == ""
    for seed in range(5):
        world = PregnancyWorld(seed=seed, pregnancies=20, mean_d=322.0, sd_d=21.0)
        found = estimate_term([one.record for one in simulated_pregnancies(world)])
        assert found.births < FEWEST_BIRTHS
        assert not found.is_estimable
        assert np.isnan(found.mean)
    assert "0 births" in estimate_term([]).why
    assert np.isnan(naive_mean(gestation_records([])))
