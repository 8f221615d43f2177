"""Objectives of a population: those of individual fits, wherever the numbers move."""

import numpy as np
from populations import bolus_rows, bolus_text, people_of
from tests.tuning.estimation.test_free_parameters import MIXED

from nanoward.tuning import fit_histories, read_dynamics
from nanoward.tuning.estimation.free_parameters import free_parameters_of, packed_parameters
from nanoward.tuning.estimation.population_objective import PopulationObjective


def test_objectives_are_those_of_individual_fits_also_away_from_the_start() -> None:
    model = read_dynamics(bolus_text())
    people = people_of(model, bolus_rows(8, 1))
    objective = PopulationObjective(model, free_parameters_of(model), people)
    at = packed_parameters(model, objective.unknowns)
    for move in (0.0, 0.2, -0.3):
        there = objective.model_at(at + move)
        alone = [fit.objective for fit in fit_histories(there, people)]
        np.testing.assert_allclose(objective.objectives(at + move), alone, rtol=1e-9)
    assert objective.evaluations == 3


def test_people_with_different_numbers_of_occasions_are_looked_at_together() -> None:
    model = read_dynamics(MIXED)
    rows = []
    for who, occasions in (("a", 1), ("b", 2), ("c", 1)):
        for occasion in range(occasions):
            start = 48.0 * occasion
            shared = {"ID": who, "OCC": occasion + 1, "WT": 80.0}
            rows.append({**shared, "TIME": start, "EVID": 1, "AMT": 300.0, "DV": None})
            rows += [
                {**shared, "TIME": start + t, "EVID": 0, "AMT": 0.0, "DV": y}
                for t, y in ((1.0, 2.5), (6.0, 3.5), (24.0, 1.1))
            ]
    people = people_of(model, rows)
    objective = PopulationObjective(model, free_parameters_of(model), people)
    found = objective.objectives(packed_parameters(model, objective.unknowns))
    alone = [fit.objective for fit in fit_histories(model, people)]
    np.testing.assert_allclose(found, alone, rtol=1e-9)
    assert sorted(len(group.eta.T) for group in objective.evaluate(np.zeros(13))) == [5, 6]
