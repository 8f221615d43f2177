"""Tuning on simulated programmes: parameters are recovered with honest standard errors."""

import numpy as np
import polars as pl
import pytest

from nanoward.simulation import Study
from nanoward.simulation.hosts.exposure import OMEGA
from nanoward.simulation.recovery import parameters_beside


def fits_of(held):
    rounds = [
        held(Study(seed=seed, participants=24, weeks=12, faults=False)) for seed in (1, 2)
    ]
    return pl.concat(
        [
            parameters_beside(round_.tuned.tables["fits"], round_.truth("parameters"))
            for round_ in rounds
        ]
    )


def test_everybody_on_the_inducer_has_a_fit(held) -> None:
    beside = fits_of(held)
    assert beside["found"].null_count() == 0
    assert beside.height > 2 * 3 * 12


@pytest.mark.parametrize("parameter", ["CL", "V"])
def test_true_deviations_lie_within_the_stated_errors(held, parameter: str) -> None:
    one = fits_of(held).filter(pl.col("parameter") == parameter)
    gap = (one["eta"] - one["eta_found"]) / one["eta_se"]
    within = float((gap.abs() < 1.645).mean())
    people = one.height
    assert within == pytest.approx(0.90, abs=4 * np.sqrt(0.09 / people))
    left = float(np.std((one["eta"] - one["eta_found"]).to_numpy()))
    assert left < 0.5 * OMEGA[parameter]
