"""Closed compartments of NONMEM as equations, beside matrices written by hand."""

from typing import Any

import numpy as np
import pytest
from populations import people_of
from scipy.linalg import expm

from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.nonmem.advan import RATES, kinetics_of, linear_slopes
from nanoward.tuning.nonmem.control_stream import BadStreamError, read_stream
from nanoward.tuning.nonmem.translation import nonmem_model

PK = {"K": 0.2, "KA": 1.1, "CL": 4.0, "V": 20.0, "V1": 20.0, "V2": 25.0, "V3": 30.0, "V4": 60.0,
      "Q": 3.0, "Q2": 3.0, "Q3": 2.0, "Q4": 1.5, "VSS": 45.0, "K12": 0.3, "K21": 0.1,
      "K13": 0.05, "K31": 0.02, "K23": 0.3, "K32": 0.1, "K24": 0.05, "K42": 0.02}  # fmt: skip


def matrix(advan: int, trans: int) -> Any:
    """Rates between compartments: rows receive."""
    p = PK
    oral = advan in (2, 4, 12)
    names = {1: 1, 2: 1, 3: 2, 4: 2, 11: 3, 12: 3}[advan]
    if trans == 1:
        out, pairs = p["K"], [(p["K12"], p["K21"]), (p["K13"], p["K31"])]
    elif trans == 2:
        out, pairs = p["CL"] / p["V"], []
    elif trans == 3:
        out, pairs = p["CL"] / p["V"], [(p["Q"] / p["V"], p["Q"] / (p["VSS"] - p["V"]))]
    elif names == 2:
        v, w = (p["V2"], p["V3"]) if oral else (p["V1"], p["V2"])
        out, pairs = p["CL"] / v, [(p["Q"] / v, p["Q"] / w)]
    else:
        v, w, x = (p["V2"], p["V3"], p["V4"]) if oral else (p["V1"], p["V2"], p["V3"])
        q, r = (p["Q3"], p["Q4"]) if oral else (p["Q2"], p["Q3"])
        out, pairs = p["CL"] / v, [(q / v, q / w), (r / v, r / x)]
    size = names + oral
    found = np.zeros((size, size))
    c = int(oral)
    if oral:
        found[0, 0], found[1, 0] = -p["KA"], p["KA"]
    found[c, c] -= out
    for place, (there, back) in enumerate(pairs[: names - 1], start=c + 1):
        found[c, c] -= there
        found[place, c] += there
        found[c, place] += back
        found[place, place] -= back
    return found


@pytest.mark.parametrize(("advan", "trans"), sorted(one for one in RATES if one[0] != 10))
def test_every_closed_routine_moves_as_its_matrix_says(advan: int, trans: int) -> None:
    needed = "".join(f"{name} = {value}\n" for name, value in PK.items())
    text = (
        f"$PROB a\n$SUBROUTINES ADVAN{advan} TRANS{trans}\n$PK\n{needed}SHIFT = ETA(1)\n"
        "$ERROR\nY = F*EXP(SHIFT) + EPS(1)\n$OMEGA 0.1\n$SIGMA 1\n"
    )
    model = nonmem_model(text)
    rows = [{"ID": "a", "TIME": 0.0, "EVID": 1, "AMT": 100.0, "CMT": 1, "DV": None}]
    rows += [
        {"ID": "a", "TIME": t, "EVID": 0, "AMT": 0.0, "CMT": 1, "DV": 1.0} for t in (1.0, 7.0)
    ]
    person = people_of(model, rows)[0]
    level = predictions_at(model, person, np.zeros((1, 1))).value[0]
    rates = matrix(advan, trans)
    start = np.zeros(len(rates))
    start[0] = 100.0
    central = int(advan in (2, 4, 12))
    wanted = [(expm(rates * t) @ start)[central] for t in (1.0, 7.0)]
    np.testing.assert_allclose(level, wanted, rtol=1e-6)


def test_saturable_elimination_is_offered_and_named_compartments_are_found() -> None:
    found = kinetics_of(read_stream("$SUBS ADVAN10\n$PK\n"))
    assert found.slopes == ("-VM * A1 / (KM + A1)",)
    stream = read_stream("$SUBS ADVAN6\n$MODEL NCOMP=2 COMP=(GUT) COMP=(BODY, DEFOBS)\n")
    assert kinetics_of(stream).names == ("gut", "body")
    assert kinetics_of(stream).observed == 1
    counted = kinetics_of(read_stream("$SUBS ADVAN13\n$MODEL NCOMPARTMENTS=3 COMP=(A)\n"))
    assert counted.names == ("a", "comp2", "comp3")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("$PROB", "neither"),
        ("$PROB\n$SUBS ADVAN99", "ADVAN99 TRANS1 is not offered"),
        ("$PROB\n$SUBS TRANS2", "names no ADVAN"),
        ("$SUBS ADVAN6\n$MODEL", "names no compartment"),
    ],
)
def test_what_is_not_offered_is_told(text: str, what: str) -> None:
    with pytest.raises(BadStreamError, match=what):
        kinetics_of(read_stream(text))


def test_linear_models_take_their_rates_from_the_names_of_pk() -> None:
    found = linear_slopes(("depot", "central"), ["KA", "K12", "K20", "V"])
    assert found == ("- K12 * A1", "K12 * A1 - K20 * A2")
    assert linear_slopes(("a",) * 11, ["K1T11", "K11T12"])[10] == "K1T11 * A1 - K11T12 * A11"
