import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.genetics.codons import (
    CODE,
    change_effect,
    frame_sites,
    opposite,
    ratio_interval,
    ratio_p_value,
    synonymous_sites,
)

COUNTS = st.integers(0, 30)


def test_sites_of_codons_worked_by_hand() -> None:
    assert synonymous_sites("TTT") == pytest.approx(1 / 3)  # Phe: only TTC is Phe too
    assert synonymous_sites("TTA") == pytest.approx(2 / 3)  # Leu: CTA at the first, TTG last
    assert synonymous_sites("GGG") == 1.0  # Gly: the whole third position
    assert synonymous_sites("ATG") == 0.0  # Met stands alone
    assert math.isnan(synonymous_sites("ANG"))


def test_the_sites_of_a_frame_are_three_a_codon_without_the_stop() -> None:
    changed, kept = frame_sites("ATGTTTGGGTAA")
    assert kept == pytest.approx(0 + 1 / 3 + 1)
    assert changed + kept == pytest.approx(9)


def test_what_a_change_does() -> None:
    assert change_effect("TTT", 2, "C") == "synonymous"
    assert change_effect("TTT", 0, "C") == "missense"
    assert change_effect("TAT", 2, "A") == "stop"
    assert change_effect("TTT", 2, "T") is None
    assert change_effect("TTT", 2, "N") is None


def test_the_code_has_64_codons_three_of_them_stops() -> None:
    assert len(CODE) == 64
    assert sorted(codon for codon, acid in CODE.items() if acid == "*") == ["TAA", "TAG", "TGA"]


def test_a_ratio_and_its_limits_by_hand() -> None:
    ratio, low, high = ratio_interval(3, 1, (30.0, 10.0))
    assert ratio == pytest.approx(1.0)  # 3 at 30 sites, 1 at 10
    # Clopper-Pearson limits of 3 of 4 are 0.1941 and 0.9937
    assert low == pytest.approx(0.19412 / 0.80588 / 3, rel=1e-3)
    assert high == pytest.approx(0.99369 / 0.00631 / 3, rel=2e-3)
    assert ratio_interval(2, 0, (30.0, 10.0))[::2] == (None, None)
    assert ratio_interval(0, 2, (30.0, 10.0))[:2] == (0.0, 0.0)
    assert ratio_p_value(0, 0, (3.0, 1.0)) == 1.0
    assert ratio_p_value(0, 4, (3.0, 1.0)) == pytest.approx(0.25**4)


@given(COUNTS, COUNTS)
def test_the_limits_hold_the_ratio(changed: int, kept: int) -> None:
    ratio, low, high = ratio_interval(changed, kept, (70.0, 25.0))
    assert low >= 0
    if ratio is not None:
        assert low <= ratio <= (float("inf") if high is None else high)


@given(st.text("ACGT", max_size=30))
def test_the_opposite_of_the_opposite_is_the_strand(letters: str) -> None:
    assert opposite(opposite(letters)) == letters


def test_the_p_value_is_that_of_the_binomial_test() -> None:
    from scipy.stats import binomtest

    for changed, kept, sites in (
        (0, 3, (2.0, 1.0)), (3, 0, (2.0, 1.0)), (7, 5, (900.0, 300.0)), (40, 2, (1.0, 1.0)),
        (2, 40, (1.0, 1.0)), (5, 5, (1.0, 1.0)), (1800, 590, (9000.5, 3000.25)),
    ):  # fmt: skip
        known = binomtest(changed, changed + kept, sites[0] / sum(sites)).pvalue
        assert ratio_p_value(changed, kept, sites) == pytest.approx(known, rel=1e-11)
    assert ratio_p_value(0, 0, (1.0, 1.0)) == 1.0
