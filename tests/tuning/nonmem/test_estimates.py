"""Results of NONMEM and Monolix put into models."""

import numpy as np
import pytest
from streams import RUNS

from nanoward.tuning import read_dynamics
from nanoward.tuning.nonmem.control_stream import BadStreamError
from nanoward.tuning.nonmem.estimates import (
    BadFitError,
    MonolixEstimate,
    monolix_numbers,
    nonmem_estimates,
    with_monolix,
)
from nanoward.tuning.nonmem.translation import nonmem_model

NAMES = ["THETA1", "THETA2", "THETA3", "SIGMA(1,1)", "OMEGA(1,1)", "OMEGA(2,1)", "OMEGA(2,2)",
         "OMEGA(3,1)", "OMEGA(3,2)", "OMEGA(3,3)", "OBJ"]  # fmt: skip
MODEL = """
name = "oral"
[parameters.ka]
typical = 1.0
variance = 0.1
[parameters.V]
typical = 10.0
variance = 0.1
occasion_variance = 0.1
[parameters.Cl]
typical = 1.0
variance = 0.1
covariates = "(WT / 70) ^ beta_Cl_logtWT"
[parameters.beta_Cl_logtWT]
typical = 0.5
distribution = "normal"
[covariates.WT]
[compartments.depot]
derivative = "-ka * depot"
[compartments.body]
derivative = "ka * depot - Cl / V * body"
[outputs.cp]
value = "body / V"
additive = 1.0
"""
POPULATION = """parameter,value,se_sa,rse_sa
ka_pop,1.57,0.3,19
V_pop,31.6,1.4,4
Cl_pop,2.75,0.2,8
beta_Cl_logtWT,0.8,0.1,12
omega_ka,0.65,0.1,20
omega_V,0.14,0.03,20
gamma_V,0.2,0.03,20
omega_Cl,0.26,0.06,20
corr_V_Cl,0.5,0.2,40
a,0.43,0.1,20
b,0.06,0.01,20
"""


def ext(rows: list[tuple[int, list[float]]]) -> str:
    lines = ["TABLE NO.     1: First Order", " ITERATION    " + " ".join(NAMES)]
    lines += [f" {number} " + " ".join(f"{one:.8E}" for one in row) for number, row in rows]
    return "\n".join(lines) + "\n"


FINAL = [4.2, 71.0, 1.1, 0.06, 0.21, 0.0, 0.19, 0.0, 0.0, 0.3, 123.4]


def test_final_estimates_take_the_place_of_initial_values() -> None:
    text = ext([(0, [9.0] * 11), (-1000000000, FINAL), (-1000000001, [0.1] * 11)])
    found = nonmem_model(RUNS["001"], estimates=nonmem_estimates(text))
    assert [one.typical for one in found.parameters] == [4.2, 71.0, 1.1]
    assert [one.variance for one in found.parameters] == [0.21, 0.19, 0.3]
    assert found.outputs[0].proportional == "0.06"


def test_of_several_tables_the_last_counts() -> None:
    first, last = [1.0] * 11, FINAL
    text = ext([(-1000000000, first)]) + ext([(-1000000000, last)])
    assert nonmem_estimates(text).thetas == (4.2, 71.0, 1.1)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (ext([(0, FINAL)]), "no final estimates"),
        ("1 2 3\n", "before the line ITERATION"),
        (ext([(-1000000000, FINAL[:-1])]), "11 numbers under 12 names"),
        (ext([]) + "a b c\n", "no row of numbers"),
    ],
)
def test_what_is_no_ext_file_is_told(text: str, what: str) -> None:
    with pytest.raises(BadFitError, match=what):
        nonmem_estimates(text, "run.ext")


def test_results_of_another_run_are_refused() -> None:
    found = nonmem_estimates(ext([(-1000000000, FINAL)]))
    with pytest.raises(BadStreamError, match="has 4 thetas, 4 etas"):
        nonmem_model(RUNS["201"], estimates=found)


def test_monolix_s_deviations_become_variances() -> None:
    model = read_dynamics(MODEL)
    found = with_monolix(model, monolix_numbers(POPULATION), file="p.txt")
    typical = {one.name: one.typical for one in found.parameters}
    assert typical == {"ka": 1.57, "V": 31.6, "Cl": 2.75, "beta_Cl_logtWT": 0.8}
    omega = found.omega(1)
    np.testing.assert_allclose(np.diag(omega), [0.65**2, 0.14**2, 0.26**2, 0.2**2])
    assert omega[1, 2] == pytest.approx(0.5 * 0.14 * 0.26)
    assert found.outputs[0].variance == "(0.43 + 0.06 * predicted) ^ 2"
    assert found.outputs[0].additive == ""
    other = with_monolix(model, monolix_numbers(POPULATION), combined=2)
    assert float(other.outputs[0].additive) == pytest.approx(0.43**2)
    assert float(other.outputs[0].proportional) == pytest.approx(0.06**2)
    read_dynamics(MODEL)  # the model itself is unchanged
    assert model.outputs[0].additive == "1.0"


def test_older_files_are_separated_by_spaces_or_semicolons() -> None:
    for sign in (";", "  "):
        text = POPULATION.replace(",", sign)
        assert monolix_numbers(text)["omega_ka"] == MonolixEstimate(value=0.65, line=6)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("x,y\n1,2\n", 1, "no header"),
        ("parameter,value\nka_pop,abc\n", 2, "no number"),
        ("parameter,value\nV_pop,3\nQ_pop,1\n", 3, "Q_pop belongs to no parameter"),
        ("parameter,value\na3,1\n", 2, "a3 belongs to no output"),
        ("parameter,value\ncorr_V_Q,0.1\n", 2, "names no two parameters"),
    ],
)
def test_numbers_without_a_place_are_told_with_their_line(
    text: str, line: int, what: str
) -> None:
    with pytest.raises(BadFitError, match=what) as fault:
        with_monolix(read_dynamics(MODEL), monolix_numbers(text, "p.txt"), file="p.txt")
    assert fault.value.line == line
