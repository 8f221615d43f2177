"""Which states move alone; models with them predict what steps alone predict."""

import numpy as np
import polars as pl
import pytest
from families import FAMILIES
from numpy.typing import NDArray

from nanoward.maths.formulas.expressions import Graph, parse
from nanoward.tuning import histories, read_dynamics
from nanoward.tuning.estimation.map_estimates import fit_histories, predictions_at
from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.linear_states import coupled_states, is_plain

TEXT = """
name = "alone"
[parameters.KA]
typical = 0.9
variance = 0.1
[parameters.VM]
typical = 30.0
variance = 0.1
[parameters.LAG]
typical = 0.4
variance = 0.1
[parameters.F]
typical = 0.8
[compartments.centre]
derivative = "KA * depot + 0.1 * slow - VM * centre / (centre + 20)"
[compartments.depot]
derivative = "{depot}"
lag = "LAG"
bioavailability = "F"
[compartments.slow]
derivative = "2 - 0.1 * slow"
initial = "7"
[outputs.level]
value = "centre"
proportional = 0.05
"""
EMPTIES = "-KA * depot"


def history_of(text: str) -> tuple[object, object]:
    model = read_dynamics(text)
    rows = {
        "ID": ["a"] * 7,
        "TIME": [0.0, 1.0, 6.0, 6.0, 20.0, 31.0, 31.5],
        "EVID": [1, 0, 0, 1, 0, 1, 0],
        "AMT": [100.0, None, None, 60.0, None, 80.0, None],
        "RATE": [0.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.0],
        "II": [0.0] * 3 + [12.0] + [0.0] * 3,
        "ADDL": [0] * 3 + [4] + [0] * 3,
        "CMT": [2, 1, 1, 2, 1, 3, 1],
        "DV": [None, 30.0, 40.0, None, 55.0, None, 90.0],
    }
    people, told = histories(pl.DataFrame(rows, strict=False), model)
    assert not told
    return model, people[0]


def predicted(text: str) -> NDArray[np.float64]:
    model, one = history_of(text)
    eta = np.array([[0.0, 0.0, 0.0], [0.3, -0.2, 0.5]])
    found: NDArray[np.float64] = predictions_at(model, one, eta).value  # type: ignore[arg-type]
    return found


def test_doses_into_a_depot_that_moves_alone_come_as_by_steps() -> None:
    """Lag, bioavailability, infusions, inflow at rest, an initial amount, additional doses."""
    program = assembled(read_dynamics(TEXT.format(depot=EMPTIES)))
    assert program.facts[6] == 1
    assert program.order.tolist() == [0, 1, 2]
    by_steps = 'solver = "explicit"\n' + TEXT.format(depot=EMPTIES)
    assert assembled(read_dynamics(by_steps)).facts[6] == 3
    np.testing.assert_allclose(
        predicted(TEXT.format(depot=EMPTIES)), predicted(by_steps), rtol=2e-6
    )


def test_derivatives_lead_to_the_same_most_likely_etas() -> None:
    fits = []
    for solver in ("", 'solver = "explicit"\n'):
        model, one = history_of(solver + TEXT.format(depot=EMPTIES))
        fits.append(fit_histories(model, [one])[0])  # type: ignore[list-item, arg-type]
    assert all(one.converged for one in fits)
    np.testing.assert_allclose(fits[0].eta, fits[1].eta, atol=2e-5)
    np.testing.assert_allclose(fits[0].covariance, fits[1].covariance, rtol=1e-3)


def test_states_that_stand_first_are_ordered_behind_those_followed_by_steps() -> None:
    program = assembled(read_dynamics(FAMILIES["saturable elimination"].text))
    assert program.facts[6] == 1
    assert program.order.tolist() == [1, 0]


@pytest.mark.parametrize(
    "depot",
    [
        "-KA * max(depot, 1)",  # a kink
        "-KA * depot * (t > 5)",  # depends on time
        "if(t > 5, 1, 2) - KA * depot",  # a part without slope depends on time
        "-KA * depot / (1 + depot)",
        "-KA * depot - 0.001 * centre",
    ],
)
def test_other_formulas_are_followed_by_steps(depot: str) -> None:
    assert assembled(read_dynamics(TEXT.format(depot=depot))).facts[6] == 2


def test_states_that_act_on_each_other_stand_together() -> None:
    jacobian = [[0, -1, -1, -1], [1, 2, 3, -1], [-1, 4, 5, -1]]
    assert coupled_states(jacobian).tolist() == [[0, -1, -1], [1, 2, -1]]
    assert len(coupled_states([[1] * 5] * 4)) == 0


def test_an_inflow_that_changes_at_a_time_is_not_taken_for_linear() -> None:
    """da/dt = (2 until t = 5, then 1) - 0.3 a: the derivative by t is 0 nearly everywhere."""
    text = """
name = "switched"
[parameters.K]
typical = 0.3
variance = 0.1
[compartments.a]
derivative = "if(t > 5, 1, 2) - K * a"
[outputs.y]
value = "a"
additive = 1.0
"""
    model = read_dynamics(text)
    rows = pl.DataFrame(
        {"ID": ["a"] * 2, "TIME": [0.0, 10.0], "EVID": [0] * 2, "DV": [1.0] * 2}
    )
    found = predictions_at(model, histories(rows, model)[0][0], np.zeros((1, 1))).value[0, 1]
    at_five = 2 / 0.3 * (1 - np.exp(-1.5))
    truth = 1 / 0.3 + (at_five - 1 / 0.3) * np.exp(-1.5)
    np.testing.assert_allclose(found, truth, rtol=1e-5)
    still = read_dynamics(text.replace("if(t > 5, 1, 2)", "if(K > 5, 1, 2)"))
    assert assembled(still).facts[4] == 1


def test_graphs_tell_what_is_plain() -> None:
    graph = Graph()
    rests = {"K"}.issuperset

    def plain(text: str) -> bool:
        root = parse(graph, text)
        return is_plain(graph, root, {"x"}, lambda one: rests(graph.inputs(one)))

    assert plain("-K * x + if(K > 1, x, 2 * x)")
    assert not plain("K * abs(x)")
    assert not plain("K * x + t")
