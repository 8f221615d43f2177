"""Pairs that are screened away by compiled code are those that show nothing in full."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalogue.identity.test_contamination import world
from tests.oracles.contamination_all_pairs import contamination_result as in_full

from nanoward.catalogue.identity.contamination import (
    COARSE,
    KEPT_P,
    LEVEL,
    SKIMMED,
    _is_silent,
    _would_show,
    contamination_result,
)
from nanoward.catalogue.identity.contamination_layout import run_alleles, run_counts
from nanoward.catalogue.identity.contamination_likelihood import contamination_evidence
from nanoward.catalogue.identity.contamination_screen import screened_run
from nanoward.catalogue.identity.informative_sites import informative_sites
from nanoward.catalogue.identity.programme_alleles import RunPanel, programme_alleles

Tables = tuple[pl.DataFrame, ...]


def varied(seed: int, runs: int = 4, size: int = 9) -> Tables:
    """A world of depths that differ, some not told, positions unread, several samples each."""
    rng = np.random.default_rng(seed)
    dose = (None, 0.02, 0.05, 0.3)[seed % 4]
    depth = (30, 80, 337, 1500)[seed // 4 % 4]
    profiles, samples, factors, aligned = world(rng, dose, depth, runs=runs, size=size)
    deep = rng.integers(max(depth // 2, 1), 2 * depth, factors.height)
    told = pl.Series([None if rng.random() < 0.1 else int(one) for one in deep], dtype=pl.Int64)
    owners = [f"p{int(one)}" for one in rng.integers(0, 2 * size, profiles.height)]
    texts = [
        "".join("N" if rng.random() < 0.02 else "C" for _ in range(len(one)))
        for one in aligned["sequence"]
    ]
    return (
        profiles.with_columns(participant=pl.Series(owners)),
        samples.with_columns(
            well=pl.Series([f"{'ABCD'[at % 4]}{at % 12 + 1}" for at in range(samples.height)])
        ),
        factors.with_columns(depth=told),
        aligned.with_columns(sequence=pl.Series(texts)),
    )


@pytest.mark.hazard("H-281")
@pytest.mark.parametrize("seed", range(12))
def test_every_row_and_every_count_is_that_of_all_pairs_asked_in_full(seed: int) -> None:
    tables = varied(seed, runs=1 + seed % 4)
    people = sorted(set(tables[0]["participant"]))
    met = [(people[0], people[1]), ("nobody", people[2])]
    linked = [(people[3], people[4])]
    found, asked = (one(*tables, met, linked) for one in (contamination_result, in_full))
    assert found.table.equals(asked.table)
    assert found.runs == asked.runs


def panels(seed: int) -> list[RunPanel]:
    alleles = programme_alleles(*varied(seed))
    found = [alleles.of_run(one) for one in range(len(alleles.runs))]
    return [one for one in found if one is not None]


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.sampled_from([1.0, 1e3, 1e9]))
def test_no_pair_that_speaks_is_screened_away(seed: int, level: float) -> None:
    """Whatever evidence is asked for; what is not sure is few, and told."""
    for own in panels(seed)[:1]:
        size = len(own.members)
        needed = np.full((size, size), float(np.log(level / LEVEL)))
        screened = screened_run(
            run_alleles(own, needed), run_counts(own), (SKIMMED, COARSE), KEPT_P
        )
        for sample in range(size):
            some = own.panel.person[own.members] != own.panel.person[own.members[sample]]
            sources = np.flatnonzero(some)
            every = informative_sites(
                own.panel, own.chances, int(own.members[sample]), own.members[sources].tolist()
            )
            shown = _would_show(every, needed[sample, sources])
            sure = ~screened.unsure[sample, sources]
            np.testing.assert_array_equal(screened.visible[sample, sources][sure], shown[sure])
            for at in np.flatnonzero(~_is_silent(every)).tolist():
                evidence = contamination_evidence(every.of(at).sites).log_ratio
                if np.exp(-max(evidence, 0.0)) <= KEPT_P:
                    assert screened.candidate[sample, sources[at]]


def test_little_is_left_to_be_asked_in_full() -> None:
    asked = pairs = 0
    for own in panels(2):
        size = len(own.members)
        needed = np.full((size, size), 10.0)
        screened = screened_run(
            run_alleles(own, needed), run_counts(own), (SKIMMED, COARSE), KEPT_P
        )
        asked += int((screened.candidate | screened.unsure).sum())
        pairs += size * (size - 1)
    assert asked < 0.2 * pairs
