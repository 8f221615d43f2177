"""Objectives of a crowd: those of individual fits, wherever the numbers move."""

import numpy as np
from crowds import bolus_rows, bolus_text, crowd_of
from tests.tuning.estimation.test_free_parameters import MIXED

from nanoward.tuning import fit_histories, read_dynamics
from nanoward.tuning.estimation.free_parameters import packed_unknowns, unknowns_of
from nanoward.tuning.estimation.population_objective import PopulationObjective


def test_objectives_are_those_of_individual_fits_also_away_from_the_start() -> None:
    model = read_dynamics(bolus_text())
    people = crowd_of(model, bolus_rows(8, 1))
    crowd = PopulationObjective(model, unknowns_of(model), people)
    at = packed_unknowns(model, crowd.unknowns)
    for move in (0.0, 0.2, -0.3):
        there = crowd.model_at(at + move)
        alone = [fit.objective for fit in fit_histories(there, people)]
        np.testing.assert_allclose(crowd.objectives(at + move), alone, rtol=1e-9)
    assert crowd.evaluations == 3


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
    people = crowd_of(model, rows)
    crowd = PopulationObjective(model, unknowns_of(model), people)
    found = crowd.objectives(packed_unknowns(model, crowd.unknowns))
    alone = [fit.objective for fit in fit_histories(model, people)]
    np.testing.assert_allclose(found, alone, rtol=1e-9)
    assert sorted(len(look.eta.T) for look in crowd.looks(np.zeros(13))) == [5, 6]
