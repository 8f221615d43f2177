from dataclasses import replace

import numpy as np
import pytest

from nanoward.base.tables import OUTLOOK
from nanoward.tuning.dosing.dose_response_table import MOST, dose_response_rows
from nanoward.tuning.dosing.target_attainment import Target, chosen_dose

TARGET = Target(measure="auc", value=10.0, low=8.0, high=13.0, unit="mg*h/L", interval=24.0,
                lowest=1.0, highest=20.0, step=1.0)  # fmt: skip
PER_DOSE = np.random.default_rng(7).lognormal(0.0, 0.2, 4000)


def test_the_chosen_dose_has_the_figures_of_the_recommendation() -> None:
    advice = chosen_dose(TARGET, TARGET.doses()[:, None] * PER_DOSE[None, :])
    rows = dose_response_rows("P", TARGET, PER_DOSE, advice.dose)
    (row,) = [one for one in rows if one["place"] == "chosen"]
    assert row["setting"] == advice.dose
    told = (row["expected"], row["low"], row["high"], row["within"])
    assert told == pytest.approx((advice.expected, advice.low, advice.high, advice.probability))


def test_by_hand_three_draws() -> None:
    rows = dose_response_rows("P", TARGET, np.array([0.5, 1.0, 2.0]), 10.0)
    row = rows[9]
    assert (row["setting"], row["expected"], row["within"]) == (
        10.0,
        10.0,
        pytest.approx(1 / 3),
    )
    assert [one["place"] for one in rows[8:11]] == ["lower", "chosen", "higher"]


def test_rows_have_the_columns_of_the_shape() -> None:
    (row, *_) = dose_response_rows("P", TARGET, PER_DOSE, None)
    assert list(row) == [one.name for one in OUTLOOK.columns]


def test_without_a_recommendation_no_dose_has_a_place() -> None:
    assert {one["place"] for one in dose_response_rows("P", TARGET, PER_DOSE, None)} == {""}


def test_many_doses_are_thinned_around_the_chosen() -> None:
    fine = replace(TARGET, step=0.01)
    rows = dose_response_rows("P", fine, PER_DOSE, 10.0)
    assert len(rows) <= MOST
    named = {one["place"]: one["setting"] for one in rows if one["place"]}
    assert named == pytest.approx({"lower": 9.99, "chosen": 10.0, "higher": 10.01})
    settings = [one["setting"] for one in rows]
    assert settings == sorted(settings)


def test_a_larger_dose_never_means_less_exposure() -> None:
    rows = dose_response_rows("P", TARGET, PER_DOSE, None)
    for name in ("low", "expected", "high"):
        values = [one[name] for one in rows]
        assert values == sorted(values)
