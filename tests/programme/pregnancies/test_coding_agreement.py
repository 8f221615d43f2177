"""Kappa by hand, at its ends, and where nothing can be told."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.pregnancies.coding_agreement import cohen_kappa

WORDS = st.sampled_from(["Q21", "Q90", "none"])


def table(yes: int, first: int, second: int, no: int) -> list[tuple[str, str]]:
    return [
        *[("y", "y")] * yes, *[("y", "n")] * first, *[("n", "y")] * second, *[("n", "n")] * no
    ]  # fmt: skip


def test_the_textbook_case() -> None:
    """50 proposals, 20 and 15 agreed: share .7, chance .5, kappa .4; its error by hand."""
    found = cohen_kappa(table(20, 5, 10, 15))
    assert found is not None
    assert (found.n, found.share) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)
    # Fleiss, Cohen and Everitt 1969 with p = (.4, .1; .2, .3), rows (.5, .5), columns (.6, .4)
    on = 0.4 * (1 - 1.1 * 0.6) ** 2 + 0.3 * (1 - 0.9 * 0.6) ** 2
    off = 0.6**2 * (
        0.1 * (0.6 + 0.5) ** 2 * 0 + 0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2
    )
    off = 0.6**2 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2)
    error = math.sqrt((on + off - (0.4 - 0.5 * 0.6) ** 2) / 50) / 0.5
    assert found.high - found.kappa == pytest.approx(1.959964 * error, abs=1e-6)


def test_all_alike_is_one_and_a_single_word_tells_nothing() -> None:
    found = cohen_kappa(table(5, 0, 0, 5))
    assert found is not None
    assert (found.kappa, found.low, found.high) == (1.0, 1.0, 1.0)
    assert cohen_kappa(table(9, 0, 0, 0)) is None
    assert cohen_kappa([]) is None


@given(st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=30))
def test_who_is_first_and_the_order_do_not_matter(pairs: list[tuple[str, str]]) -> None:
    found = cohen_kappa(pairs)
    turned = cohen_kappa([(b, a) for a, b in reversed(pairs)])
    if found is None:
        assert turned is None
        return
    assert turned is not None
    assert turned.kappa == pytest.approx(found.kappa)
    assert turned.high == pytest.approx(found.high)
    assert -1.0 <= found.low <= found.kappa <= found.high <= 1.0


def test_limits_hold_the_truth_of_simulated_readers() -> None:
    """Two readers see 3 of 10 anomalies and err alike in 10 %: kappa known, coverage .95."""
    rng = np.random.default_rng(7)
    share, wrong = 0.3, 0.1
    yes = share * (1 - wrong) + (1 - share) * wrong
    agree = (1 - wrong) ** 2 + wrong**2
    chance = yes**2 + (1 - yes) ** 2
    truth = (agree - chance) / (1 - chance)
    inside = 0
    for _ in range(300):
        real = rng.random(200) < share
        said = [real ^ (rng.random(200) < wrong) for _ in range(2)]
        found = cohen_kappa([(str(a), str(b)) for a, b in zip(*said, strict=True)])
        assert found is not None
        inside += found.low <= truth <= found.high
    assert 0.91 <= inside / 300 <= 0.98
