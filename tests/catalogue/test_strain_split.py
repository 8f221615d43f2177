import numpy as np
import pytest

from nanoward.catalogue.strain_split import strangers_among


def drawn(seed: int, company: float) -> tuple[np.ndarray, ...]:
    """300 letters of a strain at 5 %, 60 own ones of any share: company is drawn for both."""
    rng = np.random.default_rng(seed)
    depth = rng.poisson(100, 360)
    theirs = np.arange(360) < 300
    share = np.where(theirs, 0.05, rng.uniform(0.06, 0.4, 360))
    found = np.maximum(rng.binomial(depth, share), 3)
    beside = np.where(theirs, rng.poisson(2 * company, 360) / 2, rng.poisson(0.2, 360) / 2)
    return theirs, found, depth, beside


@pytest.mark.parametrize("seed", range(5))
def test_a_strain_and_own_variants_are_told_apart_by_share_and_company(seed: int) -> None:
    theirs, found, depth, beside = drawn(seed, 5.0)
    told = strangers_among(found, depth, beside.tolist(), beside > 1.5)
    assert (told & theirs).sum() >= 0.99 * theirs.sum()
    assert (told & ~theirs).sum() <= 4


def test_a_close_relative_takes_letters_of_its_share_and_leaves_the_others() -> None:
    theirs, found, depth, beside = drawn(7, 1.0)
    told = strangers_among(found, depth, beside.tolist(), beside > 1.5)
    assert (~told & theirs).sum() <= 0.03 * theirs.sum()
    often = ~theirs & (found / depth > 0.2)
    assert (told & often).sum() == 0


def test_what_company_alone_tells_stays_told() -> None:
    found, depth = np.array([50, 5, 5]), np.array([100, 100, 100])
    told = strangers_among(found, depth, [6.0, 6.0, 6.0], np.array([True, True, True]))
    assert told.all()
