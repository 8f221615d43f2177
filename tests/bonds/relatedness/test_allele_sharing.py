import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nanoward.bonds.relatedness.allele_sharing import (
    ShareNoise,
    closeness,
    excess_sharing,
    minor_likelihood,
    pooling,
)
from nanoward.maths.statistics.roc import area_under_curve

ROOT = Path(__file__).parents[3]


def test_a_shared_allele_by_hand() -> None:
    """One stratum of six, two carriers: nobody else, so 1 / 6 of all and pooled with it."""
    shares = np.zeros((6, 2))
    shares[:2, 0] = 0.2, 0.1
    shares[2:, 1] = 0.3
    strata = np.zeros(6, np.int64)
    found = minor_likelihood(shares, strata)
    # pooled: (0 + 1) / 6; in the stratum (0 + 6 / 6) / (4 + 6), six being all there are
    assert found[0, 1] == pytest.approx(-np.log(1 / 10))
    # four carry the other: two besides these two, (2 + 6 * 3 / 6) / (4 + 6)
    assert found[2, 3] == pytest.approx(-np.log(5 / 10))
    assert found[0, 2] == 0
    np.testing.assert_array_equal(found, found.T)


def test_nobody_is_compared_across_strata() -> None:
    shares = np.full((4, 1), 0.1)
    found = minor_likelihood(shares, np.array([0, 0, 1, 1]))
    assert np.isnan(found[0, 2])
    assert np.isfinite(found[0, 1])


def test_strata_that_differ_are_pooled_less_than_strata_that_are_alike() -> None:
    rng = np.random.default_rng(3)
    sizes = np.array([60, 60, 60])
    common = rng.uniform(0.02, 0.3, 200)
    alike = rng.binomial(60, common, (3, 200))
    own = rng.binomial(60, rng.permuted(np.tile(common, (3, 1)), axis=1))
    assert pooling(alike, sizes) > 5 * pooling(own, sizes)
    assert pooling(alike[:1], sizes[:1]) == 60


def test_equal_shares_speak_for_descent_and_unequal_ones_hardly_against_it() -> None:
    noise = ShareNoise(repeated=0.4, strangers=0.8)
    near, far = noise.gain(np.array([0.0, 3.0]))
    assert near == pytest.approx(np.log((1 + 2) / 2))
    assert far == pytest.approx(-np.log(2), abs=1e-6)
    assert ShareNoise(repeated=0.9, strangers=0.8).gain(np.zeros(2)).tolist() == [0, 0]


def test_links_by_shared_minor_variants_are_found_beside_recurrent_artefacts() -> None:
    """Thirty artefacts that strangers have as well; linked pairs share one rare variant."""
    rng = np.random.default_rng(5)
    people, strata = 60, np.arange(60) % 3
    shares = np.zeros((people, 90))
    artefact = rng.random((people, 30)) < rng.uniform(0.05, 0.3, 30)
    shares[:, :30] = np.where(artefact, np.exp(rng.normal(-4.5, 0.8, (people, 30))), 0)
    pairs = [(k, k + 3) for k in range(0, 54, 6)]
    for place, (i, j) in enumerate(pairs):
        level = np.exp(rng.normal(-4, 0.8))
        for one in (i, j):
            shares[one, 30 + place] = level * np.exp(rng.normal(0, 0.3))
    twice = np.exp(rng.normal(-4.5, 0.8, (300, 1)) + rng.normal(0, 0.3, (300, 2)))
    score = minor_likelihood(shares, strata, twice)
    count = ((shares > 0).astype(float) @ (shares > 0).T).astype(float)
    i, j = np.nonzero(np.triu(strata[:, None] == strata[None], 1))
    true = np.array([(a, b) in set(pairs) for a, b in zip(i, j, strict=True)])
    by_count = area_under_curve(count[i, j], true)
    assert area_under_curve(score[i, j], true) > 0.95 > by_count + 0.05


def test_people_who_share_with_everybody_are_not_taken_for_bound() -> None:
    rng = np.random.default_rng(1)
    own = rng.normal(0, 3, 12)
    rates = own[:, None] + own[None]
    rates[0, 1] += 2.0
    rates[1, 0] += 2.0
    rest = excess_sharing(rates, np.zeros(12, int), steadying=0.01)
    np.fill_diagonal(rest, -np.inf)
    assert np.unravel_index(rest.argmax(), rest.shape) in {(0, 1), (1, 0)}
    blocks = excess_sharing(rates, np.arange(12) // 6)
    assert np.isnan(blocks[0, 7])


def test_near_is_judged_beside_the_neighbourhood() -> None:
    apart = np.full((12, 12), 8.0)
    apart[6:, 6:] = 80.0
    apart[:6, 6:] = apart[6:, :6] = 200.0
    apart[6, 7] = apart[7, 6] = 8.0
    np.fill_diagonal(apart, 0.0)
    near = closeness(apart)
    assert near[6, 7] > 1 > near[0, 1] > -0.1
    later = closeness(apart, np.full((12, 12), 250.0))
    assert near[6, 7] - later[6, 7] == pytest.approx(1.0)


def evaluation() -> ModuleType:
    """benchmarks/evaluate_bonds.py, whose figures are claimed."""
    place = ROOT / "benchmarks" / "evaluate_bonds.py"
    found = util.spec_from_file_location("evaluate_bonds", place)
    assert found is not None
    assert found.loader is not None
    module = util.module_from_spec(found)
    sys.modules["evaluate_bonds"] = module
    found.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("kp_st258", 0.88, 1.0),
        ("village_strains", 0.70, 1.0),
        ("flutes_flu", 0.66, 1.0),  # 0.62 by counting
        ("sars2_rvtn", 0.45, 0.60),  # hardly told from chance, as the authors found
        ("opv_mexico", 0.0, 0.05),
    ],
)
def test_what_is_claimed_on_real_data_holds(name: str, least: float, most: float) -> None:
    measure = evaluation()
    if not (measure.DATA / name).exists():
        pytest.skip(f"../shared/data/{name} is not on this machine")
    measure.auc_over_people = lambda *_, **__: (0.0, 1.0)  # limits take longer than a test may
    assert least <= getattr(measure, name)() <= most
