"""A run's part of all alleles holds what the whole table holds of it."""

import numpy as np
import polars as pl
import pytest
from tests.catalogue.identity.test_contamination_screen import varied
from tests.oracles.contamination_all_pairs import panel_of

from nanoward.catalogue.identity.contamination_panel import MinorVariantRates
from nanoward.catalogue.identity.programme_alleles import programme_alleles


@pytest.mark.parametrize("seed", range(4))
def test_the_panel_of_a_run_is_a_part_of_the_whole_one(seed: int) -> None:
    tables = varied(seed)
    whole, alleles = panel_of(*tables), programme_alleles(*tables)
    rates = MinorVariantRates(whole)
    assert list(alleles.samples) == list(whole.samples)
    for run in range(len(alleles.runs)):
        own = alleles.of_run(run)
        assert own is not None
        part = np.ix_(own.rows, own.columns)
        np.testing.assert_array_equal(own.panel.shares, whole.shares[part])
        np.testing.assert_array_equal(own.panel.depth, whole.depth[part])
        np.testing.assert_array_equal(own.panel.told, whole.told[part])
        np.testing.assert_array_equal(own.panel.floor, whole.floor[own.rows])
        np.testing.assert_array_equal(own.panel.usual, whole.usual[own.rows])
        np.testing.assert_array_equal(own.panel.place, whole.place[own.columns])
        sample = int(own.members[0])
        others = own.members[own.panel.person[own.members] != own.panel.person[sample]]
        other = int(others[0])
        every = np.arange(len(own.columns))
        for kind in ("minor", "mixed"):
            np.testing.assert_array_equal(
                own.chances.chances(kind, sample, np.full(len(every), other), every),
                rates.chances(
                    kind,
                    int(own.rows[sample]),
                    np.full(len(every), own.rows[other]),
                    own.columns,
                ),
            )


def test_alleles_that_no_sample_of_the_run_shows_are_left_out() -> None:
    alleles = programme_alleles(*varied(1))
    own = alleles.of_run(0)
    assert own is not None
    assert len(own.columns) < 0.6 * len(alleles.place)


def test_a_run_of_one_person_is_not_asked_about() -> None:
    profiles, samples, factors, aligned = varied(1)
    alone = profiles.with_columns(participant=pl.lit("p0"))
    alleles = programme_alleles(alone, samples, factors, aligned)
    assert alleles.of_run(0) is None
    nothing = programme_alleles(profiles, samples, factors.clear(), aligned)
    assert nothing.of_run(0) is not None
