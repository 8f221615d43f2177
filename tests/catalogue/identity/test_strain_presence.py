from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.catalogue.identity.strain_presence import (
    MarkerCounts,
    halved_calls,
    presence_p_values,
    presence_scores,
)

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "ve303_phase1"
LEVEL = 0.005


def scored(table: pl.DataFrame, sample: str) -> np.ndarray:
    return presence_scores(
        MarkerCounts(
            samples=table[sample].to_list(),
            found=table["n_markers_detected"].to_numpy().astype(float),
            total=table["n_markers_total"].to_numpy().astype(float),
            depth=table["mean_marker_depth"].to_numpy().astype(float),
        )
    )


def test_the_score_of_one_strain_by_hand() -> None:
    counts = MarkerCounts(
        samples=["a"],
        found=np.array([50.0]),
        total=np.array([100.0]),
        depth=np.array([np.log(2)]),
    )  # half of the markers at the depth that shows half of them: perfectly even
    assert presence_scores(counts)[0] == pytest.approx(np.log(0.503) + 2 * np.log(1.05))


def test_uneven_markers_and_missing_company_count_against_a_strain() -> None:
    def first(found: list[float], depth: list[float]) -> float:
        counts = MarkerCounts(
            samples=["a"] * 3, found=np.array(found), total=np.full(3, 100.0),
            depth=np.array(depth),
        )  # fmt: skip
        return float(presence_scores(counts)[0])

    even = first([50, 50, 50], [0.7, 0.7, 0.7])
    assert first([50, 50, 50], [9.0, 0.7, 0.7]) < even
    assert first([50, 0, 0], [0.7, 0.0, 0.0]) < even


def test_p_values_leave_the_person_itself_out() -> None:
    scores = np.array([5.0, 1.0, 2.0, 3.0])
    control = np.array([False, True, True, True])
    told = presence_p_values(scores, ["x", "a", "b", "b"], control)
    assert told.tolist() == [1 / 4, 1.0, 1 / 2, 1 / 2]


@pytest.mark.shared
def test_never_dosed_people_are_rarely_called_at_the_authors_sensitivity() -> None:
    if not DATA.exists():
        pytest.skip("needs ../shared/data/ve303_phase1")
    table = (
        pl.read_csv(DATA / "markers.csv.gz")
        .join(pl.read_csv(DATA / "samples.csv"), on="sample")
        .join(
            pl.read_csv(DATA / "persons.csv").select("person", "received_product"), on="person"
        )
    )
    never = (table["received_product"] == 0).to_numpy()
    before = (table["day_relative_to_first_dose"] <= 0).to_numpy() & ~never
    scores = scored(table, "sample")
    called = presence_p_values(scores, table["person"].to_list(), never | before) <= LEVEL
    theirs = (table["detection_status"] == "Detected").to_numpy()
    after = ~never & ~before
    assert called[after].sum() >= theirs[after].sum() == 1328
    assert called[never].mean() <= 0.02 < theirs[never].mean()

    spikes = pl.read_csv(DATA / "spike_in_markers.csv")
    limit = np.quantile(scores[never | before], 1 - LEVEL)
    seen = scored(spikes, "library") > limit
    percent = spikes["true_spike_percent"].to_numpy()
    assert {float(p): int(seen[percent == p].sum()) for p in (0.0, 1.0, 10.0, 100.0)} == {
        0.0: 0, 1.0: 8, 10.0: 8, 100.0: 8,
    }  # fmt: skip
    assert seen[percent == 0.1].sum() > 2


@pytest.mark.parametrize("level", [None, 0.02])
def test_a_half_helps_to_choose_nothing_that_is_used_in_it(level: float | None) -> None:
    """Four people without the product, eight with: its strains against stray reads."""
    rng = np.random.default_rng(3)
    who = np.repeat([f"p{at:02d}" for at in range(12)], 40)
    never = np.repeat(np.arange(12) < 4, 40)
    there = ~never & (rng.random(480) < 0.6)
    found = np.where(there, rng.integers(60, 95, 480), rng.integers(0, 6, 480)).astype(float)
    counts = MarkerCounts(
        samples=[f"s{at // 8}" for at in range(480)],
        found=found,
        total=np.full(480, 100.0),
        depth=np.where(there, 2.0, 0.1),
    )
    halves = halved_calls(counts, who.tolist(), (never, never), there, level)
    assert len(halves) == 12
    assert np.mean([one.false for one in halves]) <= 0.05
    assert sum(one.called for one in halves) >= 0.9 * sum(one.theirs for one in halves)
    worse = never.copy()
    worse[:40] = False
    bent = MarkerCounts(
        samples=counts.samples,
        found=np.where(worse & (who == "p03"), 90.0, found),
        total=counts.total,
        depth=np.where(worse & (who == "p03"), 2.0, counts.depth),
    )
    seen = halved_calls(bent, who.tolist(), (never, never), there, level)
    assert max(one.false for one in seen) > 0.3  # one of them holds it: the other half tells
