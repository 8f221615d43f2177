import numpy as np
import pytest

from nanoward.maths.statistics.false_discovery import conformal_p_values
from nanoward.maths.statistics.gpd_tail import ScoreGrid, fitted_tail, tail_p_values

SMOOTH = ScoreGrid(size=0.1, rate=0.5)


def test_a_tail_recovers_an_exponential_law_beyond_its_data() -> None:
    rng = np.random.default_rng(1)
    chances = []
    for _ in range(40):
        tail = fitted_tail(rng.exponential(1.0, 1000))
        assert tail is not None
        chances.append(tail.exceeded(np.array([np.log(20_000)]))[0])
    assert 1 / 60_000 < np.median(chances) < 1 / 5_000  # the truth is 1 in 20,000
    assert fitted_tail(np.arange(50.0)) is None
    assert fitted_tail(np.zeros(500)) is None


def test_p_values_of_null_scores_keep_their_level_far_out() -> None:
    rng = np.random.default_rng(2)
    low = 0
    for _ in range(100):
        draw = rng.gamma(3.0, 1.0, 1400)
        in_null = np.zeros(1000, bool)
        p = tail_p_values(draw[:1000], draw[1000:], in_null, SMOOTH)
        low += int((p <= 1e-3).sum())
    assert low <= 1.35 * 100  # 100,000 tests at 1 in 1,000


def test_a_score_within_one_coincidence_of_the_highest_null_is_not_called_rarer() -> None:
    null = np.concatenate([np.random.default_rng(3).exponential(0.2, 999), [3.0]])
    scores = np.array([3.5, 6.9, 7.1, 11.2])
    p = tail_p_values(scores, null, np.zeros(4, bool), ScoreGrid(size=4.0, rate=0.05))
    assert p[0] == p[1] == pytest.approx(1 / 1001)
    assert p[2] == pytest.approx(0.05 / 1001, rel=0.2)
    assert p[3] < p[2]


def test_null_scores_that_are_no_true_nulls_do_not_hide_each_other() -> None:
    null = np.concatenate([np.random.default_rng(4).exponential(0.5, 995), np.full(5, 60.0)])
    inside = np.zeros(1000, bool)
    inside[-5:] = True
    counted = conformal_p_values(null, null, np.ones(1000, bool))
    p = tail_p_values(null, null, np.ones(1000, bool), ScoreGrid(size=4.0, rate=0.05))
    assert (counted[-5:] >= 0.001).all()
    assert (p[-5:] < 1e-6).all()
    assert p[:-5].min() > 1e-4


def test_too_few_null_scores_are_only_counted() -> None:
    null = np.arange(50.0)
    p = tail_p_values(np.array([1000.0]), null, np.zeros(1, bool), SMOOTH)
    assert p[0] == pytest.approx(1 / 51)
