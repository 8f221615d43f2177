from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.catalogue.evolution.acquired_mutations import (
    EVERYBODY,
    AnnotatedLocus,
    GenomeAnnotation,
    acquired_table,
    divergence_table,
    effect_of,
    locus_and_effect,
    rates_table,
    spread_of_counts,
)
from nanoward.catalogue.evolution.baseline import LOT, Baseline, Host, ObservedSample
from nanoward.catalogue.evolution.pairwise_divergence import YEAR_D

LETTERS = {"c": "GG" + "ATGTTTGGGTAA" + "CC"}
FRAME = AnnotatedLocus(name="f", role="cds", contig="c", first=3, last=14, coding=True)
KILL = AnnotatedLocus(name="k", role="kill", contig="c", first=1, last=5)
LAYOUT = GenomeAnnotation(regions=(FRAME, KILL), letters=LETTERS)


def host(name: str, course: list[tuple[int, dict[tuple[str, int], dict[str, float]]]]) -> Host:
    """course: day of January and alleles; dosed on the first."""
    samples = [
        ObservedSample(
            sample=f"{name}{day}",
            taken=date(2026, 1, day),
            alleles=alleles,
            readable={"c": np.ones(16, bool)},
        )
        for day, alleles in course
    ]
    begun = Baseline(kind=LOT, day=date(2026, 1, 1), lot="L")
    return Host(participant=name, baseline=begun, samples=samples)


def test_what_a_host_acquired_with_its_locus_and_effect() -> None:
    one = host("p", [(8, {("c", 8): {"C": 0.06}}), (15, {("c", 8): {"C": 0.5}})])
    (row,) = acquired_table([one], LAYOUT).to_dicts()
    assert row == {
        "participant": "p", "contig": "c", "position": 8, "ref": "T", "alt": "C",
        "start": "lot", "sample": "p8", "days": 7, "frequency": 0.5, "highest": 0.5,
        "samples": 2, "locus": "f", "effect": "synonymous",
    }  # fmt: skip


def test_a_kill_locus_is_named_before_a_frame() -> None:
    told = locus_and_effect(LAYOUT, {"contig": "c", "position": 4, "ref": "T", "alt": "A"})
    assert told == {"locus": "k", "effect": "missense"}
    outside = {"contig": "c", "position": 16, "ref": "C", "alt": "A"}
    assert locus_and_effect(LAYOUT, outside) == {"locus": None, "effect": None}


@pytest.mark.parametrize(
    ("ref", "alt", "effect"),
    [("T", "-", "frame"), ("T", "TAAA", "missense"), ("T", "TA", "frame"), ("T", "T", None)],
)
def test_what_longer_changes_do_to_a_frame(ref: str, alt: str, effect: str | None) -> None:
    assert effect_of(FRAME, LETTERS, {"position": 8, "ref": ref, "alt": alt}) == effect


@given(st.integers(3, 14), st.sampled_from("ACGT"))
def test_the_other_strand_says_the_same(position: int, alt: str) -> None:
    length = len(LETTERS["c"])
    turned = LETTERS["c"].translate(str.maketrans("ACGT", "TGCA"))[::-1]
    back = AnnotatedLocus(name="f", role="cds", contig="c", first=length - 13, last=length - 2,
                  strand="-", coding=True)  # fmt: skip
    ref = LETTERS["c"][position - 1]
    other = {"position": length + 1 - position, "ref": turned[length - position],
             "alt": alt.translate(str.maketrans("ACGT", "TGCA"))}  # fmt: skip
    one = effect_of(FRAME, LETTERS, {"position": position, "ref": ref, "alt": alt})
    assert effect_of(back, {"c": turned}, other) == one


def test_a_rate_by_hand_and_of_everybody() -> None:
    people = [
        host("p", [(8, {}), (31, {("c", 8): {"C": 1.0}, ("c", 9): {"A": 0.5}})]),
        host("q", [(31, {})]),
    ]
    table = divergence_table(people)
    assert table.filter(sample="p31").row(0, named=True)["differences"] == pytest.approx(1.5)
    rates = {row["participant"]: row for row in rates_table(table).to_dicts()}
    site_years = 16 * 30 / YEAR_D
    assert rates["p"]["per_site_year"] == pytest.approx(1.5 / site_years)
    assert rates["q"]["per_site_year"] == 0.0
    assert rates["q"]["high"] == pytest.approx(3.688879 / site_years)  # -log(0.025)
    every = rates[EVERYBODY]
    assert every["per_site_year"] == pytest.approx(1.5 / (2 * site_years))
    assert every["low"] < every["per_site_year"] < every["high"]


def test_the_limits_for_everybody_grow_with_what_people_differ() -> None:
    assert spread_of_counts([4.0, 4.0, 4.0], [1.0, 1.0, 1.0]) == 1.0
    # expected 5 each: (25 + 25) / 5 / 1
    assert spread_of_counts([0.0, 10.0], [1.0, 1.0]) == pytest.approx(10.0)
    assert spread_of_counts([3.0], [1.0]) == 1.0


def test_a_rate_without_time_is_not_told() -> None:
    rates = rates_table(divergence_table([host("p", [(1, {})])])).to_dicts()
    assert [(row["participant"], row["per_site_year"]) for row in rates] == [("p", None)]


def test_the_rate_of_drifting_mutations_is_recovered_with_its_coverage() -> None:
    """Wright-Fisher hosts of 30 genomes, mutation 0.01 per site and year, 16 sites x 400."""
    rng = np.random.default_rng(5)
    sites, generations, mu = 3000, 60, 0.01 / YEAR_D
    covered, ratios = 0, []
    for _ in range(60):
        shares = np.zeros(sites)
        for _ in range(generations):
            fresh = rng.random(sites) < 30 * mu
            shares = np.where(fresh & (shares == 0), 1 / 30, shares)
            shares = rng.binomial(30, shares) / 30
        acquired = float(shares[shares >= 0.05].sum())
        rates = rates_table(
            divergence_table([]).vstack(_departure(acquired, sites, generations))
        ).to_dicts()
        one = next(row for row in rates if row["participant"] == "p")
        covered += one["low"] <= 0.01 <= one["high"]
        ratios.append(one["per_site_year"] / 0.01)
    assert covered >= 54
    assert 0.8 < np.mean(ratios) < 1.15


def _departure(acquired: float, sites: int, days: int):  # type: ignore[no-untyped-def]
    import polars as pl

    return pl.DataFrame(
        [("p", "s", "L", "lot", days, acquired, acquired, sites)],
        schema=divergence_table([]).schema,
        orient="row",
    )
