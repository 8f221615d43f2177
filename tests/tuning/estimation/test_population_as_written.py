"""The population estimated from its people: recovery of a known one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from closed_form_oracle import slow_objective
from written import predicted_concentrations, seen_at

from nanoward.tuning import (
    BadModelError,
    History,
    Model,
    Parameter,
    Residual,
    estimate_population,
    formulas_of,
)

Made = Callable[..., History]
TRUE = Model(
    name="iv",
    quantity="",
    unit="mg/L",
    compartments=1,
    absorption="none",
    parameters=(
        Parameter(name="CL", typical=3.0, unit="L/h", variance=0.09),
        Parameter(name="V", typical=40.0, unit="L", variance=0.04),
    ),
    residual=Residual(proportional=0.01),
)


def _simulated(person_of: Made, count: int) -> list[History]:
    chance, times = np.random.default_rng(4), np.array([0.5, 4.0, 12.0, 24.0])
    blank, found = person_of(TRUE, [(0.0, 1, 500.0, None)]), []
    for place in range(count):
        eta = chance.standard_normal((1, 2)) * np.sqrt([0.09, 0.04])
        true = predicted_concentrations(TRUE, blank, eta, times)[0]
        seen = true * (1 + 0.1 * chance.standard_normal(4))
        found.append(replace(seen_at(blank, times, seen), name=f"{place:03}"))
    return found


def test_a_known_population_is_found_again(person_of: Made) -> None:
    """16 people: standard errors about 8 % (CL), 5 % (V), 35 % (variances), 18 % (residual)."""
    people = _simulated(person_of, 16)
    start = replace(
        TRUE,
        parameters=(
            Parameter(name="CL", typical=2.0, unit="L/h", variance=0.2),
            Parameter(name="V", typical=60.0, unit="L", variance=0.2),
        ),
        residual=Residual(proportional=0.05),
    )
    found = estimate_population(formulas_of(start), people)
    written = found.model.written
    assert written is not None
    cl, v = written.parameters
    assert cl.typical == pytest.approx(3.0, rel=0.2)
    assert v.typical == pytest.approx(40.0, rel=0.15)
    assert 0.2 < cl.variance / 0.09 < 2.1
    assert 0.2 < v.variance / 0.04 < 2.1
    assert written.residual.proportional == pytest.approx(0.01, rel=0.5)
    assert found.objective < slow_objective(TRUE, people) + 1e-6 < found.started_from
    assert (found.people, found.observations) == (16, 64)
    assert found.converged
    share = {one.name: (one.standard_error or 0) / one.value for one in found.estimates}
    assert share["CL"] == pytest.approx(0.08, rel=0.4)
    assert share["residual proportional"] == pytest.approx(0.2, rel=0.3)


def test_one_person_makes_no_population(person_of: Made) -> None:
    with pytest.raises(BadModelError, match="at least 2"):
        estimate_population(formulas_of(TRUE), _simulated(person_of, 1))


def test_numbers_of_what_was_written_can_be_kept_by_their_names(person_of: Made) -> None:
    people = _simulated(person_of, 12)
    found = estimate_population(
        formulas_of(TRUE), people, fixed=["V", "residual proportional"], rounds=4
    )
    assert [one.name for one in found.estimates] == ["CL", "omega CL", "omega V"]
    assert [one.unit for one in found.estimates] == ["L/h", "", ""]
    written = found.model.written
    assert written is not None
    assert written.parameter("V").typical == 40.0
    assert written.residual == TRUE.residual
    assert written.parameter("CL").typical != 3.0
    with pytest.raises(BadModelError, match="residual"):
        estimate_population(formulas_of(TRUE), people, fixed=["residual additive"])
