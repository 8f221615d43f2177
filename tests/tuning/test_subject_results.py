"""All that is said about one person, and that it depends on nobody else."""

from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.tables import BANDS, FITS, OBSERVED, RECOMMENDATIONS
from nanoward.tuning import (
    History,
    Model,
    Question,
    SubjectResult,
    Target,
    analyse_subjects,
    formulas_of,
    question_sha256,
    tables,
)
from nanoward.tuning.subject_results import coverage
from nanoward.tuning.subject_rows import held_back

Made = Callable[..., History]
ROWS = [
    (0.0, 1, 10000.0, None, None),
    (1.5, 0, 0.0, 91.2904, "cp"),
    (4.4, 0, 0.0, 110.826, "cp"),
    (7.1, 0, 0.0, 79.384, "cp"),
    (24.6, 0, 0.0, 20.6671, "cp"),
    (24.6, 0, 0.0, 44.0, "pca"),
]


@pytest.fixture
def question(oral: Model) -> Question:
    target = Target(
        measure="average",
        value=50.0,
        low=35.0,
        high=70.0,
        unit="mg/L",
        interval=12.0,
        lowest=500.0,
        highest=10000.0,
        step=250.0,
    )
    return Question(model=formulas_of(replace(oral, quantity="cp")), target=target)


def answer(question: Question, seed: int, one: History) -> SubjectResult:
    return analyse_subjects(question, seed, [one])[0]


def test_an_answer_has_the_shapes_of_the_data_model(
    question: Question, person_of: Made
) -> None:
    person = person_of(question.model.written, ROWS, "DVID")
    found = tables([answer(question, 7, person)])
    for shape in (FITS, BANDS, OBSERVED, RECOMMENDATIONS):
        assert found[shape.name].columns == [one.name for one in shape.columns]
    assert found["fits"].height == 3
    assert found["bands"].height == 63  # the even grid, a trough and the hours after the dose
    assert (found["bands"]["low"] <= found["bands"]["median"]).all()
    assert (found["bands"]["median"] <= found["bands"]["high"]).all()
    observed = found["observed"]
    assert observed.filter(quantity="cp")["held_back"].to_list() == [False, False, False, True]
    assert observed.filter(quantity="pca")["predicted"].to_list() == [None]
    assert coverage(observed)[0] == 1
    (row,) = found["recommendations"].to_dicts()
    assert row["value"] / 12.0 / row["expected"] == pytest.approx(4.0 * np.exp(0.4), rel=0.1)
    assert row["low"] < row["expected"] < row["high"]


def test_the_observation_held_back_plays_no_part_in_its_own_band(
    question: Question, person_of: Made
) -> None:
    known = answer(question, 7, person_of(question.model.written, ROWS, "DVID")).observed
    changed = [row if row[3] != 20.6671 else (*row[:3], 2.0, *row[4:]) for row in ROWS]
    other = answer(question, 7, person_of(question.model.written, changed, "DVID")).observed
    for name in ("predicted", "low", "high"):
        assert known[3][name] == other[3][name]
        assert known[0][name] != other[0][name]


def test_the_same_question_has_the_same_answer(question: Question, person_of: Made) -> None:
    person = person_of(question.model.written, ROWS, "DVID")
    assert asdict(answer(question, 7, person)) == asdict(answer(question, 7, person))
    assert answer(question, 8, person).bands != answer(question, 7, person).bands


def test_any_part_of_the_question_changes_its_name(question: Question, oral: Model) -> None:
    names = {
        question_sha256(one)
        for one in (
            question,
            replace(question, draws=2000),
            replace(question, held_back=0.2),
            replace(question, target=None),
            replace(question, model=formulas_of(replace(oral, quantity="cp", unit="ug/L"))),
        )
    }
    assert len(names) == 5


@given(st.integers(0, 40), st.floats(0.0, 0.9))
def test_observations_are_held_back_from_the_end(count: int, share: float) -> None:
    chosen = held_back(count, share)
    assert (np.diff(chosen.astype(int)) >= 0).all()
    if count < 3 or share == 0:
        assert not chosen.any()
    else:
        assert chosen.sum() == max(1, round(share * count))


def test_who_cannot_be_fitted_is_answered_with_the_reason(
    question: Question, person_of: Made
) -> None:
    unfit = replace(
        person_of(question.model.written, ROWS, "DVID"), exclusion_reason="dose of 0"
    )
    found = answer(question, 7, unfit)
    assert found.fits == found.bands == ()
    assert "dose of 0" in found.doubts
    assert found.recommendation is not None
    assert found.recommendation["value"] is None
    nobody = answer(question, 7, person_of(question.model.written, ROWS[:1], "DVID"))
    assert "no usable observation" in nobody.doubts
    assert nobody.fits[0]["objective"] is None
    assert nobody.recommendation is not None
    assert nobody.recommendation["value"] is None


def test_a_fit_that_did_not_converge_shows_no_band(question: Question, person_of: Made) -> None:
    early = [(0.0, 0, 0.0, 3.0, "cp"), (1.0, 1, 10.0, None, None)]
    found = answer(question, 7, person_of(question.model.written, early, "DVID"))
    assert not found.fits[0]["converged"]
    assert found.bands == ()
    assert "did not converge" in found.doubts
    assert tables([found])["observed"]["predicted"].to_list() == [None]
    assert tables([found])["fits"]["objective"].dtype == pl.Float64
