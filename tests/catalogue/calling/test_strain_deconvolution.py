from dataclasses import replace

import numpy as np
import pytest

from nanoward.catalogue.calling.strain_deconvolution import (
    RareAlleles,
    joint_coverage,
    second_strain_alleles,
)


def drawn(seed: int, density: float, own: int = 60) -> tuple[np.ndarray, RareAlleles]:
    """A strain at 5 % with so many letters per base, and own letters of any share.

    Company by the geometry of pairs: the stranger's letters nearby come along, own ones by
    themselves; every tenth own one has a neighbour 20 bases on that shares its haplotype.
    """
    rng = np.random.default_rng(seed)
    theirs_at = np.flatnonzero(rng.random(100_000) < density)
    own_at = rng.choice(100_000, own, replace=False)
    own_at = np.concatenate([own_at, own_at[::10] + 20])
    at = np.concatenate([theirs_at, own_at])
    theirs = np.arange(len(at)) < len(theirs_at)
    share = np.where(theirs, 0.05, 0.0)
    share[~theirs] = rng.uniform(0.07, 0.4, (~theirs).sum())
    share[len(theirs_at) + own :] = share[len(theirs_at) : len(theirs_at) + own : 10]
    depth = rng.poisson(100, len(at))
    found = np.maximum(rng.binomial(depth, share), 3)
    away = np.abs(at[:, None] - at[None, :]).astype(float)
    together = np.where(away > 0, joint_coverage(away), 0.0)
    foretold = np.where(theirs, together @ theirs, 0.0)
    foretold[len(theirs_at) : len(theirs_at) + own : 10] += 0.87
    foretold[len(theirs_at) + own :] += 0.87
    company = np.round(rng.poisson(found * (foretold + 0.05)) / found, 2)
    order = np.argsort(at, kind="stable")
    return theirs[order], RareAlleles(
        at=at[order],
        found=found[order],
        depth=depth[order],
        company=company[order],
        explained=np.zeros(len(at)),
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_strain_and_own_variants_are_told_apart_by_share_and_company(seed: int) -> None:
    theirs, rare = drawn(seed, 0.02)
    told = second_strain_alleles(rare, rare.company > 1.5)
    assert (told & theirs).sum() >= 0.995 * theirs.sum()
    assert (told & ~theirs).sum() <= 4


def test_own_letters_that_come_together_are_not_taken_for_a_strangers() -> None:
    theirs, rare = drawn(11, 0.02, own=400)
    together = ~theirs & (rare.company > 0.6) & (rare.company < 1.5)
    assert together.sum() >= 40
    told = second_strain_alleles(rare, rare.company > 1.5)
    assert (told & together).sum() <= 0.15 * together.sum()


def test_a_close_relative_takes_letters_of_its_share_and_leaves_the_others() -> None:
    theirs, rare = drawn(7, 0.005)
    told = second_strain_alleles(rare, rare.company > 1.5)
    assert (~told & theirs).sum() <= 0.05 * theirs.sum()
    often = ~theirs & (rare.found / rare.depth > 0.2)
    assert (told & often).sum() == 0


def test_where_few_come_together_what_company_alone_tells_stays_told() -> None:
    rare = RareAlleles(
        at=np.array([10, 500, 2_000]),
        found=np.array([50, 5, 5]),
        depth=np.array([100, 100, 100]),
        company=np.array([6.0, 6.0, 6.0]),
        explained=np.zeros(3),
    )
    assert second_strain_alleles(rare, np.array([True, True, True])).all()


def test_letters_beyond_the_reach_of_a_pair_have_no_company() -> None:
    told = joint_coverage(np.array([0.0, 75.0, 300.0, 401.0]))
    np.testing.assert_allclose(told, [1.0, 0.5, 0.25, 0.0])


def test_the_own_consensus_nearby_explains_an_own_letter_and_no_strangers() -> None:
    theirs, rare = drawn(5, 0.02)
    beside = np.zeros(len(theirs))
    beside[~theirs] = 1.8  # own pairs hold the consensus letters too
    extra = np.full(len(theirs), 1.8)
    more = replace(rare, company=rare.company + beside, explained=extra)
    told = second_strain_alleles(more, rare.company > 1.5)
    assert (told & theirs).sum() >= 0.995 * theirs.sum()
    assert (told & ~theirs).sum() <= 5
