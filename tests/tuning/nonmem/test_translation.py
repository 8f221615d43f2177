"""Control streams as models: the truth of NONMEM, errors, outputs, faults."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from families import FAMILIES, slow_prediction
from streams import AS_AUTHORS_WRITE, ERROR, FAMILY_STREAMS, HEAD, ORAL, RUNS, ending
from tests.tuning.kernel.test_likelihood import rows_of

from nanoward.tuning import fit_histories, histories
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.nonmem.control_stream import BadStreamError
from nanoward.tuning.nonmem.translation import nonmem_model

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "nonmem_map"


@pytest.mark.shared
@pytest.mark.parametrize("run", sorted(RUNS))
def test_people_of_nonmem_s_own_models_get_nonmem_s_etas(run: str) -> None:
    """The first 40 people of each (Le Louedec et al. 2021); all 400 in benchmarks/README.md."""
    if not DATA.exists():
        pytest.skip("the shared data sets are not here")
    model = nonmem_model(RUNS[run], file=f"run{run}.mod")
    events = pl.read_parquet(DATA / f"run{run}_data.parquet")
    truth = pl.read_parquet(DATA / f"run{run}_map.parquet").head(40)
    some = events.filter(pl.col("ID").is_in(truth["ID"].to_list()))
    people, told = histories(some, model)
    assert not [one for one in told if one.severity == "error"]
    found = dict(zip([one.name for one in people], fit_histories(model, people), strict=True))
    columns = [name for name in truth.columns if name.startswith("ETA(")]
    for row in truth.iter_rows(named=True):
        fit = found[str(row["ID"])]
        assert fit.converged
        near = np.allclose(fit.eta, [row[name] for name in columns], atol=1e-3)
        if not near:  # then ours is the better one
            assert fit.objective < row["OBJ"] - 1e-4


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Y = F + EPS(1)", {"additive": "0.05"}),
        ("Y = F*(1 + EPS(1))", {"proportional": "0.05"}),
        ("Y = F*EXP(EPS(1))", {"proportional": "0.05"}),
        ("Y = F*(1 + EPS(1)) + EPS(2)", {"additive": "2.0", "proportional": "0.05"}),
        ("Y = F + 2*ERR(1)", {"additive": "0.2"}),
        ("Y = LOG(F) + EPS(1)", {"additive": "0.05"}),
        ("W = SQRT(THETA(4)**2 + F**2)\nY = F + W*EPS(1)",
         {"variance": "0.05 * (THETA4 ^ 2 + (central / S2) ^ 2)"}),
    ],
)  # fmt: skip
def test_residual_errors_are_read_to_first_order(line: str, wanted: dict[str, str]) -> None:
    text = f"{HEAD}{ORAL}$ERROR\n{line}\n{ending(4, 70, 1)}$THETA 0.3\n$SIGMA 2\n"
    one = nonmem_model(text).outputs[0]
    told = {key: getattr(one, key) for key in ("additive", "proportional", "variance")}
    assert {key: value for key, value in told.items() if value} == wanted


def test_outputs_are_told_apart_by_cmt_by_dvid_or_by_scales() -> None:
    by_cmt = nonmem_model(RUNS["401"])
    assert [one.compartment for one in by_cmt.outputs] == [2, 3]
    by_dvid = nonmem_model(RUNS["401"].replace("CMT.EQ.", "DVID.EQ."))
    assert [one.quantity for one in by_dvid.outputs] == ["2", "3"]
    scaled = RUNS["401"].split("$ERROR")[0].replace("FM = 0.7\n", "FM = 0.7\nS2 = V\nS3 = VM\n")
    by_scale = nonmem_model(scaled + ERROR + ending(4, 70, 1, 2.5, 60))
    assert {one.compartment: one.value for one in by_scale.outputs} == {
        2: "central / S2",
        3: "metab / S3",
    }


def test_lag_share_duration_rate_and_start_of_a_compartment_are_read() -> None:
    more = "ALAG1 = THETA(4)\nF1 = 0.8\nD2 = 2\nR2 = 5\nA_0(2) = 3\n"
    found = nonmem_model(HEAD + ORAL + more + ERROR + ending(4, 70, 1) + "$THETA 0.5\n")
    depot, central = found.compartments
    assert (depot.lag, depot.bioavailability) == ("ALAG1", "F1")
    assert (central.duration, central.rate, central.initial) == ("D2", "R2", "A_02")


def test_a_model_without_compartments_is_read_from_pred() -> None:
    text = (
        "$PROB curve\n$PRED\nE0 = THETA(1) + ETA(1)\n"
        "Y = E0 + THETA(2)*DOSE/(THETA(3) + DOSE) + EPS(1)\n"
        "$THETA 1 2 3\n$OMEGA 0.1\n$SIGMA 0.2\n"
    )
    found = nonmem_model(text)
    assert found.compartments == ()
    assert [one.name for one in found.covariates] == ["DOSE"]
    assert found.random == ("ETA1",)
    assert found.name == "curve"


@pytest.mark.parametrize(
    ("change", "line", "what"),
    [
        (("TRANS2", "TRANS1"), 5, "does not give K"),
        (("CL = TVCL*EXP(ETA(1))", "CL = TVCL*EXP(ETA(1"), 7, "cannot be read"),
        (("THETA(3)*EXP", "THETA(9)*EXP"), 14, "THETA\\(9\\) is used and has no value"),
        (("EXP(ETA(3))", "EXP(ETA(8))"), 18, "ETA\\(8\\) has no \\$OMEGA"),
        (("F*EPS(1)", "F*EPS(4)"), 11, "EPS\\(4\\) has no \\$SIGMA"),
        (("F + F*EPS(1)", "F"), 11, "no EPS"),
        (("Y = F", "Z = F"), 11, "assigns no Y"),
        (("S2 = V", "S2 = V*TIME"), 5, "uses TIME"),
        (("F*EPS(1)", "DV*EPS(1)"), 11, "depends on DV"),
    ],
)
def test_faults_name_the_line_of_the_stream(
    change: tuple[str, str], line: int, what: str
) -> None:
    text = RUNS["001"]
    assert change[0] in text
    with pytest.raises(BadStreamError, match=what) as fault:
        nonmem_model(text.replace(*change), file="run001.mod")
    assert fault.value.line == line


def test_a_missing_equation_is_told() -> None:
    text = RUNS["201"].replace("DADT(1) = -KA*A(1)\n", "")
    with pytest.raises(BadStreamError, match=r"\$DES gives no DADT\(1\)"):
        nonmem_model(text)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_each_family_read_from_a_stream_is_what_a_slow_integration_gives(name: str) -> None:
    """Ten kinds of models (lag, zero order, two compartments, errors, covariates ...)."""
    one, (text, order) = FAMILIES[name], FAMILY_STREAMS[name]
    model = nonmem_model(text)
    assert len(model.random) == len(order)
    rows = [{**row, "DV": None if row["EVID"] else 1.0} for row in rows_of(one, name)]
    people, told = histories(pl.DataFrame(rows, infer_schema_length=None), model)
    assert not told
    eta = 0.4 * np.random.default_rng(5).standard_normal(len(order))
    found = predictions_at(model, people[0], eta[None, :])
    value, variance = slow_prediction(one, dict(zip(order, eta, strict=True)), rows)
    np.testing.assert_allclose(found.value[0], value, rtol=3e-6)
    np.testing.assert_allclose(found.variance[0], variance, rtol=6e-6)


def test_a_stream_without_thetas_and_with_a_guarded_error_is_the_same_model() -> None:
    """Typical values as numbers, etas by another name, W = F + 1 where F is 0."""
    found = nonmem_model(AS_AUTHORS_WRITE)
    assert {one.name: (one.typical, one.variance) for one in found.parameters} == {
        "CL": (4.0, 0.2),
        "VC": (70.0, 0.2),
        "KA": (1.0, 0.2),
    }
    plain = nonmem_model(RUNS["001"])
    rows = rows_of(FAMILIES["lag time"], "lag time")
    eta = np.array([[0.3, -0.2, 0.5]])
    courses = [
        predictions_at(model, histories(pl.DataFrame(rows), model)[0][0], eta)
        for model in (found, plain)
    ]
    np.testing.assert_allclose(courses[0].value, courses[1].value, rtol=1e-9)
    np.testing.assert_allclose(courses[0].variance, courses[1].variance, rtol=1e-9)


PLAIN = (
    "$PROBLEM p\n$INPUT ID TIME AMT DV OCC WT\n$DATA d.csv\n$SUBROUTINES ADVAN2 TRANS2\n"
    "$PK\nCL=THETA(1)*EXP(ETA(1))\nV=THETA(2)\nKA=1\nS1=V\n$ERROR\nY=F+F*EPS(1)\n"
    "$THETA 2 30\n$OMEGA 0.1\n$SIGMA 0.04\n"
)


@pytest.mark.hazard("H-262")
def test_a_scale_observes_another_compartment_only_where_the_data_say_so() -> None:
    assert [one.value for one in nonmem_model(PLAIN).outputs] == ["central"]
    told = nonmem_model(PLAIN.replace(" OCC ", " CMT "))
    assert [one.compartment for one in told.outputs] == [2, 1]


@pytest.mark.hazard("H-262")
@pytest.mark.parametrize(("old", "new"), [("V*BSA", "BSA"), ("V*WT", "WT")])
def test_a_name_that_nothing_gives_is_refused(old: str, new: str) -> None:
    text = PLAIN.replace("S1=V", f"S2={old}").replace(" WT", " WT=DROP")
    with pytest.raises(BadStreamError, match=f"{new} is needed"):
        nonmem_model(text)
