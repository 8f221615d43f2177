import numpy as np
import polars as pl
import pytest
from scipy.integrate import solve_ivp

from nanoward.simulation.hosts.exposure import (
    OMEGA,
    PROPORTIONAL_SD,
    TYPICAL,
    Kinetics,
    benefit_at,
    side_effect_chance,
    simulated_kinetics,
)
from nanoward.simulation.hosts.people import DOSES_MG
from nanoward.simulation.study import Study
from nanoward.simulation.world import World

OWN = Kinetics(KA=1.2, CL=3.0, V=50.0)


def test_the_closed_form_solves_the_differential_equation() -> None:
    doses, mg = np.array([0.0, 24.0, 48.0]), 100.0
    amount = np.zeros(2)
    for start in doses:
        amount[0] += mg
        solution = solve_ivp(
            lambda _, y: [-OWN.KA * y[0], OWN.KA * y[0] - OWN.CL / OWN.V * y[1]],
            (start, start + 24.0),
            amount,
            rtol=1e-9,
            atol=1e-12,
            dense_output=True,
        )
        times = start + np.array([0.5, 3.0, 20.0])
        np.testing.assert_allclose(
            OWN.concentration(times, doses, mg), solution.sol(times)[1] / OWN.V, rtol=1e-6
        )
        amount = solution.y[:, -1]


def test_the_mean_exposure_is_the_area_over_an_interval_at_steady_state() -> None:
    doses = 24.0 * np.arange(40)
    times = 24.0 * 39 + np.linspace(0, 24, 4001)
    area = np.trapezoid(OWN.concentration(times, doses, 100.0), times)
    assert area / 24 == pytest.approx(OWN.mean_concentration(100.0), rel=1e-3)


def test_people_vary_as_stated() -> None:
    people = [None] * 4000
    kinetics = simulated_kinetics(Study(), people)  # type: ignore[arg-type]
    for name, typical in TYPICAL.items():
        eta = np.log([getattr(one, name) / typical for one in kinetics])
        assert eta.mean() == pytest.approx(0, abs=4 * OMEGA[name] / np.sqrt(4000))
        assert eta.std() == pytest.approx(OMEGA[name], rel=0.05)


def test_side_effects_grow_with_exposure_and_benefit_levels_off() -> None:
    risks = [side_effect_chance(mean) for mean in (0.0, 0.5, 1.0, 2.0, 4.0)]
    assert risks == sorted(risks)
    assert 0 < risks[0] < risks[-1] < 1
    gain = benefit_at(np.array([0.0, 0.8, 8.0, 80.0]))
    assert gain[0] == 20
    assert gain[1] == 50  # half of the effect at EC50
    assert gain[3] < 80


def test_observed_exposure_is_the_true_one_with_a_proportional_error(world: World) -> None:
    events = world.tables["data/events.csv"]
    own = {person.name: one for person, one in zip(world.people, world.kinetics, strict=True)}
    arm = {person.name: person.arm for person in world.people}
    errors = []
    for (name,), rows in events.group_by("ID"):
        dose = rows.filter(pl.col("EVID") == 1).row(0, named=True)
        assert dose["AMT"] == DOSES_MG[arm[str(name)]]
        doses = dose["II"] * np.arange(dose["ADDL"] + 1)
        seen = rows.filter(pl.col("DVID") == "exposure")
        true = own[str(name)].concentration(seen["TIME"].to_numpy(), doses, dose["AMT"])
        errors.extend(seen["DV"].to_numpy() / true - 1)
    assert len(errors) > 400
    assert np.mean(errors) == pytest.approx(0, abs=4 * PROPORTIONAL_SD / np.sqrt(len(errors)))
    assert np.std(errors) == pytest.approx(PROPORTIONAL_SD, rel=0.12)


def test_controls_have_no_event_and_no_parameter(world: World) -> None:
    controls = {person.name for person in world.people if not person.has_agent_from_lot}
    assert controls
    assert not controls & set(world.tables["data/events.csv"]["ID"])
    assert not controls & set(world.truth["truth/parameters.csv"]["participant"])
