"""Simulated people: the right spread, the same numbers for the same seed."""

import numpy as np
from exposures import MODEL, person

from nanoward.tuning import History, at_times, event_rows, read_dynamics, simulated
from nanoward.tuning.data.event_history import Event


def test_the_spread_is_that_of_the_population_and_the_error() -> None:
    rows = [row for row in simulated(MODEL, person(), 3000, 5) if row["time"] == 2.0]
    true = np.array([row["predicted"] for row in rows])
    seen = np.array([row["value"] for row in rows])
    chance = np.random.default_rng(1)
    cl, v = np.array([[5.0], [50.0]]) * np.exp(
        np.sqrt(0.1) * chance.standard_normal((2, 90_000))
    )
    wanted = np.log(200 / v * np.exp(-cl / v * 2))
    np.testing.assert_allclose(np.log(true).std(), wanted.std(), rtol=0.06)
    np.testing.assert_allclose((seen / true - 1).std(), np.sqrt(0.02), rtol=0.06)


def test_the_same_seed_gives_the_same_people() -> None:
    assert simulated(MODEL, person(), 3, 5) == simulated(MODEL, person(), 3, 5)
    assert simulated(MODEL, person(), 3, 5) != simulated(MODEL, person(), 3, 6)


GRADES = """
name = "grades"
[parameters.A]
typical = 0.4
distribution = "normal"
variance = 1e-6
[outputs.grade]
value = "A"
likelihood = "ordinal"
logits = ["A", "A - 1.5"]
quantity = "grade"
[outputs.count]
value = "3 * exp(0 * A)"
likelihood = "poisson"
quantity = "count"
"""


def test_grades_and_counts_come_as_often_as_their_likelihood_says() -> None:
    """P(grade >= 1) = expit(0.4), P(grade 2) = expit(-1.1); counts have mean and variance 3."""
    model = read_dynamics(GRADES)
    blank = History(name="a", events=(Event(time=0.0, evid=2), Event(time=9.0, evid=2)))
    asked = at_times(model, blank, np.array([2.0, 1.0]))
    assert [(one.time, one.output) for one in asked.events if one.output >= 0] == [
        (1.0, 0), (1.0, 1), (2.0, 0), (2.0, 1),
    ]  # fmt: skip
    rows = simulated(model, asked, 1500, 7)
    grades = np.array([row["value"] for row in rows if row["quantity"] == "grade"])
    counts = np.array([row["value"] for row in rows if row["quantity"] == "count"])
    shares = [1 / (1 + np.exp(-0.4)), 1 / (1 + np.exp(1.1))]
    for grade, share in enumerate(shares, start=1):
        assert abs((grades >= grade).mean() - share) < 4 * np.sqrt(share * (1 - share) / 3000)
    assert abs(counts.mean() - 3) < 4 * np.sqrt(3 / 3000)
    assert 2.5 < counts.var() < 3.5
    table = event_rows(model, asked, rows)
    assert len({row["ID"] for row in table}) == 1500
    assert all(row["MDV"] == 0 for row in table)
