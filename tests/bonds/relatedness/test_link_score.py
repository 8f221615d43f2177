from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import geom, nbinom

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds.relatedness.informative_alleles import InformativeAlleles
from nanoward.bonds.relatedness.link_score import (
    UnrelatedDistances,
    link_scores,
    log_linked,
    log_unrelated,
    lot_scores,
    rarity,
    unrelated_distances,
)
from nanoward.bonds.rules import BondRules
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.allele_frequencies import AlleleTable
from nanoward.maths.genetics.allele_tables import allele_table


def everything(table: AlleleTable, lots: tuple[int, ...] = ()) -> InformativeAlleles:
    """All alleles that are there, of as many lots as people if none are given."""
    people = len(table.samples)
    return InformativeAlleles(
        carried=(table.share >= 0.02) & table.told,
        lots=np.array(lots or range(people)),
        weights=np.ones(len(table.origin)),
        of_lot=np.zeros((people, len(table.origin), 5), bool),
    )


WHOLE = np.array([[1000.0]])


def test_both_laws_are_the_textbook_ones_at_whole_numbers() -> None:
    d = np.arange(30.0)
    np.testing.assert_allclose(log_linked(d, np.full(30, 2.0)), geom.logpmf(d + 1, 1 / 3))
    np.testing.assert_allclose(
        log_unrelated(d, np.full(30, 12.0), 3.0), nbinom.logpmf(d, 3, 3 / 15)
    )


@given(
    st.floats(1e-5, 0.1),
    st.floats(1, 50),
    st.floats(0, 40),
    st.floats(0.01, 20),
    st.floats(0.1, 9),
)
def test_more_differences_never_raise_the_score(
    rate: float, shape: float, apart: float, more: float, expected: float
) -> None:
    rules = BondRules(linked_differences=expected)
    background = UnrelatedDistances(rate=rate, shape=shape)
    zero = np.zeros((1, 1))
    near = link_scores(np.array([[apart]]), WHOLE, zero, background, rules)[0, 0]
    far = link_scores(np.array([[apart + more]]), WHOLE, zero, background, rules)[0, 0]
    assert far <= near + 1e-6


def test_moments_of_the_background_are_recovered() -> None:
    rng = np.random.default_rng(4)
    apart = rng.negative_binomial(4, 4 / 24, 20_000).astype(float)
    found = unrelated_distances(apart, np.full(20_000, 1000.0))
    assert found is not None
    assert found.rate == pytest.approx(0.02, rel=0.03)
    assert found.shape == pytest.approx(4, rel=0.1)
    assert unrelated_distances(np.zeros(0), np.zeros(0)) is None


def test_what_was_not_compared_has_no_score() -> None:
    background = UnrelatedDistances(rate=0.01, shape=2.0)
    zero = np.zeros((1, 1))
    assert np.isnan(link_scores(zero, zero, zero, background, BondRules())).all()
    assert np.isnan(lot_scores(zero, zero, zero, BondRules())).all()


def test_a_shared_minor_allele_by_hand() -> None:
    names = [f"s{k}" for k in range(10)]
    aligned = frame_of(ALIGNED, ({"sample": n, "contig": "c", "sequence": "AC"} for n in names))
    rows = [
        {"sample": n, "contig": "c", "position": 1, "ref": "A", "alt": "G", "frequency": f}
        for n, f in (("s0", 0.3), ("s1", 0.2), ("s2", 0.4))
    ]
    table = allele_table(names, aligned, frame_of(FACTORS, rows))
    gain = rarity(table, everything(table), minor_only=True)
    # 3 carriers: 1 among the 8 others, frequency (1 + 1) / (8 + 2)
    assert gain[0, 1] == pytest.approx(np.log(0.3 / 0.2), abs=1e-4)
    assert gain[0, 2] == pytest.approx(np.log(0.4 / 0.2), abs=1e-4)
    np.testing.assert_array_equal(gain, gain.T)
    assert gain[0, 3] == gain[0, 0] == 0


def test_a_factor_that_recipients_of_one_lot_share_says_little_of_two_of_them() -> None:
    names = [f"s{k}" for k in range(10)]
    aligned = frame_of(ALIGNED, ({"sample": n, "contig": "c", "sequence": "AC"} for n in names))
    rows = [
        {"sample": n, "contig": "c", "position": 1, "ref": "A", "alt": "G", "frequency": 0.4}
        for n in names[:4]
    ]
    table = allele_table(names, aligned, frame_of(FACTORS, rows))
    lots = (1, 1, 1, 1, 1, 2, 2, 2, 2, 2)
    apart = rarity(table, everything(table), minor_only=False)[0, 1]
    of_lot = rarity(table, everything(table, lots), minor_only=False)[0, 1]
    assert apart == pytest.approx(np.log(0.4 / 0.3), abs=1e-4)  # 4 carriers of 10
    assert of_lot == 0  # 4 of the 5 who received that lot


def test_what_the_lot_itself_held_counts_nothing_between_two_who_received_it() -> None:
    names = [f"s{k}" for k in range(10)]
    aligned = frame_of(ALIGNED, ({"sample": n, "contig": "c", "sequence": "AC"} for n in names))
    rows = [
        {"sample": n, "contig": "c", "position": 1, "ref": "A", "alt": "G", "frequency": 0.4}
        for n in names[:3]
    ]
    table = allele_table(names, aligned, frame_of(FACTORS, rows))
    bare = everything(table)
    of_lot = bare.of_lot.copy()
    of_lot[:2, 0, 2] = True  # s0 and s1 received a lot in which G was seen
    gain = rarity(table, replace(bare, of_lot=of_lot), minor_only=False)
    assert gain[0, 1] == 0
    assert gain[0, 2] == rarity(table, bare, minor_only=False)[0, 2] > 0  # s2 did not
