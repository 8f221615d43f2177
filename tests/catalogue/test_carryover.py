from itertools import product
from math import prod

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.catalogue.carryover import (
    carryover_doubts,
    carryover_table,
    foreign_share,
    poisson_binomial_tail,
)

SITES = 2000
Rows = list[tuple[str, str, int, str, str, float, int]]
SCHEMA = {
    "sample": pl.String, "contig": pl.String, "position": pl.Int64, "ref": pl.String,
    "alt": pl.String, "frequency": pl.Float64, "depth": pl.Int64,
}  # fmt: skip


def world(
    rng: np.random.Generator, dose: float | None, depth: int = 400, runs: int = 4
) -> tuple[pl.DataFrame, ...]:
    """12 samples a run of 12 private alleles; all have minor variants at 20 common sites.

    dose  of s0-01 in s0-00
    """
    rows: Rows = []
    names = [f"s{run}-{at:02d}" for run in range(runs) for at in range(12)]
    private = {name: set(rng.choice(SITES, 12, False).tolist()) for name in names}
    for name in names:
        rows += [(name, "c", at + 1, "C", "A", 1.0, depth) for at in private[name]]
        for at in range(SITES, SITES + 20):
            if rng.random() < 0.3:
                rows.append((name, "c", at + 1, "C", "A", float(rng.uniform(0.02, 0.4)), depth))
        rows += [(name, "c", int(at) + 1, "C", "A", 0.03, depth)
                 for at in rng.choice(SITES, 4, False) if at not in private[name]]  # fmt: skip
    if dose is not None:
        for at in sorted(private["s0-01"] - private["s0-00"]):
            reads = int(rng.binomial(depth, dose))
            if reads / depth >= 0.01:
                rows.append(("s0-00", "c", at + 1, "C", "A", reads / depth, depth))
    factors = pl.DataFrame(rows, schema=SCHEMA, orient="row").unique(
        ["sample", "position", "alt"], maintain_order=True
    )
    profiles = pl.DataFrame({"sample": names, "participant": [f"p{n}" for n in names],
                             "typed_as": ["agent"] * len(names)})  # fmt: skip
    samples = pl.DataFrame({"sample": names, "run": [name[:2] for name in names]})
    text = "C" * (SITES + 20)
    aligned = pl.DataFrame({"sample": names, "contig": ["c"] * len(names),
                            "sequence": [text] * len(names)})  # fmt: skip
    return profiles, samples, factors, aligned


@pytest.mark.hazard("H-56")
@pytest.mark.parametrize("dose", [0.02, 0.05, 0.2])
def test_material_of_another_sample_is_found_with_its_dose(dose: float) -> None:
    table, pairs = carryover_table(*world(np.random.default_rng(1), dose))
    assert pairs == 4 * 12 * 11
    (row,) = table.filter(pl.col("flagged")).to_dicts()
    assert (row["sample"], row["source"], row["run"]) == ("s0-00", "s0-01", "s0")
    assert row["low"] <= dose <= row["high"]
    (finding,) = carryover_doubts(table)
    assert (finding.code, finding.subject) == ("CAT-052", "s0-00")


def test_people_who_met_are_not_flagged() -> None:
    met = [("ps0-01", "ps0-00")]
    table, _ = carryover_table(*world(np.random.default_rng(1), 0.1), met)
    row = table.filter(sample="s0-00", source="s0-01").row(0, named=True)
    assert row["q_value"] <= 0.01
    assert not table["flagged"].any()


def test_clean_runs_are_rarely_flagged() -> None:
    flagged = [
        carryover_table(*world(np.random.default_rng(seed), None))[0]["flagged"].any()
        for seed in range(12)
    ]
    assert sum(flagged) <= 1


def test_of_a_single_run_the_others_of_the_run_speak() -> None:
    table, _ = carryover_table(*world(np.random.default_rng(5), 0.05, runs=1))
    assert table.filter(pl.col("flagged")).select("sample", "source").rows() == [
        ("s0-00", "s0-01")
    ]


def test_without_runs_nothing_is_compared() -> None:
    profiles, samples, factors, aligned = world(np.random.default_rng(1), 0.2)
    assert carryover_table(profiles, samples.drop("run"), factors, aligned)[1] == 0


def test_own_samples_and_unreadable_sites_do_not_speak() -> None:
    profiles, samples, factors, aligned = world(np.random.default_rng(1), 0.2)
    one = profiles.with_columns(participant=pl.lit("p"))
    assert carryover_table(one, samples, factors, aligned)[1] == 0
    dark = aligned.with_columns(sequence=pl.lit("N" * (SITES + 20)))
    assert carryover_table(profiles, samples, factors, dark)[1] == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7), st.integers(0, 8))
def test_the_tail_agrees_with_counting_every_outcome(chances: list[float], found: int) -> None:
    slow = sum(
        prod(p if hit else 1 - p for p, hit in zip(chances, hits, strict=True))
        for hits in product((0, 1), repeat=len(chances))
        if sum(hits) >= found
    )
    assert poisson_binomial_tail(found, np.array(chances)) == pytest.approx(slow, abs=1e-9)


def test_the_dose_by_hand() -> None:
    dose, low, high = foreign_share([(0.1, 100), (0.2, 300)])
    assert dose == pytest.approx(70 / 400)
    assert low is not None
    assert high is not None
    assert low < 70 / 400 < high
    assert foreign_share([]) == (None, None, None)
    assert foreign_share([(0.1, None)]) == (0.1, None, None)
    assert foreign_share([(0.1, None), (0.3, None)])[0] == pytest.approx(0.2)
