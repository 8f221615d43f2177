import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.statistics.roc import area_under_curve, auc_over_people


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=20))
def test_the_area_is_the_share_of_pairs_in_the_right_order(
    items: list[tuple[int, bool]],
) -> None:
    scores = np.array([float(score) for score, _ in items])
    true = np.array([hit for _, hit in items])
    wins = [(a > b) + 0.5 * (a == b) for a in scores[true] for b in scores[~true]]
    area = area_under_curve(scores, true)
    assert math.isnan(area) if not wins else math.isclose(area, float(np.mean(wins)))


def test_limits_over_people_hold_the_area_and_are_wider_than_over_pairs() -> None:
    rng = np.random.default_rng(2)
    i, j = np.triu_indices(20, 1)
    person = rng.normal(size=20)
    true = rng.random(len(i)) < 0.2
    scores = person[i] + person[j] + 1.5 * true + rng.normal(size=len(i))
    area = area_under_curve(scores, true)
    low, high = auc_over_people(scores, true, np.stack([i, j], axis=1), seed=1, draws=200)
    assert low < area < high
    assert (low, high) == auc_over_people(
        scores, true, np.stack([i, j], axis=1), seed=1, draws=200
    )
