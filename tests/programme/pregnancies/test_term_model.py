"""What a record is worth: by hand, and beside a slow sum over conceptions."""

import numpy as np
import pytest

from nanoward.programme.pregnancies.term_model import (
    BIRTH,
    DAYS,
    LOSS,
    ONGOING,
    GestationRecord,
    courses,
    daily_hazards,
    gestation_records,
    negative_log_posterior,
    start_of,
)

RECORDS = (
    GestationRecord(width=7, entry=20, cause=BIRTH, low=270, high=271),
    GestationRecord(width=42, entry=30, cause=ONGOING, low=200, high=0),
    GestationRecord(width=7, entry=14, cause=LOSS, low=60, high=67),
)


def slow(theta: np.ndarray, records: tuple[GestationRecord, ...]) -> float:
    """The same by the formula, one conception at a time."""
    pregnant, ended = courses(theta)
    total = 0.0
    for one in records:
        days = range(min(one.width - 1, one.entry) + 1)
        under = sum(pregnant[one.entry - c] for c in days)
        if one.cause == ONGOING:
            got = sum(pregnant[one.low - c] for c in days)
        else:
            row = ended[one.cause - 1]
            got = sum(row[one.high - c] - row[one.low - c] for c in days)
        total += np.log(got / under)
    return total


def test_the_fast_sums_are_the_slow_ones() -> None:
    known = gestation_records(RECORDS)
    theta = start_of(known)
    other = theta + np.array([5.0, 0.3, *[0.2] * 4, -0.1])
    got = negative_log_posterior(theta, known) - negative_log_posterior(other, known)
    none = gestation_records(())
    prior = negative_log_posterior(theta, none) - negative_log_posterior(other, none)
    assert got - prior == pytest.approx(slow(other, RECORDS) - slow(theta, RECORDS))


def test_everybody_ends_in_one_way() -> None:
    pregnant, ended = courses(start_of(gestation_records(RECORDS)))
    np.testing.assert_allclose(pregnant + ended.sum(axis=0), 1.0, atol=1e-12)
    assert daily_hazards(start_of(gestation_records(())))[1:].min() >= 0


def test_what_cannot_be_is_refused_and_what_is_beyond_goes_on() -> None:
    with pytest.raises(ValueError, match="before it was seen"):
        GestationRecord(width=7, entry=50, cause=BIRTH, low=40, high=41)
    with pytest.raises(ValueError, match="no pregnancy"):
        GestationRecord(width=0, entry=5, cause=BIRTH, low=40, high=41)
    far = GestationRecord(width=7, entry=20, cause=BIRTH, low=900, high=901)
    known = gestation_records([far])
    assert (known.cause.tolist(), known.low.tolist()) == ([ONGOING], [DAYS - 1])


def test_without_a_record_the_hazard_of_an_induced_end_is_one_in_two_thousand_days() -> None:
    none = gestation_records(())
    theta = start_of(none)

    def told(per_day: float) -> float:
        return negative_log_posterior(np.array([*theta[:-1], np.log(per_day)]), none)

    assert told(1 / 2000) == pytest.approx(0.0, abs=1e-12)
    # a normal with a standard deviation of 2 on the logarithm
    assert told(np.exp(1.0) / 2000) == pytest.approx(0.125)
    assert told(np.exp(-1.0) / 2000) == pytest.approx(0.125)
