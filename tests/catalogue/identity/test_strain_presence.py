from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.catalogue.identity.strain_presence import (
    MarkerCounts,
    halved_calls,
    halves_of,
    presence_p_values,
    presence_scores,
    usual_company,
)

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "ve303_phase1"
LEVEL = 0.005


def counted(table: pl.DataFrame, sample: str) -> MarkerCounts:
    return MarkerCounts(
        samples=table[sample].to_list(),
        found=table["n_markers_detected"].to_numpy().astype(float),
        total=table["n_markers_total"].to_numpy().astype(float),
        depth=table["mean_marker_depth"].to_numpy().astype(float),
    )


def test_the_score_of_one_strain_by_hand() -> None:
    counts = MarkerCounts(
        samples=["a"],
        found=np.array([50.0]),
        total=np.array([100.0]),
        depth=np.array([np.log(2)]),
    )  # half of the markers at the depth that shows half of them: perfectly even
    own = np.log(0.503) + 3 * np.log(1.05) - np.log(1 - 0.5 + 1 / 100)
    assert presence_scores(counts)[0] == pytest.approx(own)


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
    # x lies 2 above the highest of a and b, of whom each has 3 / 2 rows; b 2 and 1 above a's
    assert told == pytest.approx(
        [1.5 / 4.5 * np.exp(-2), 1.0, 1 / 2 * np.exp(-1), 1 / 2 * np.exp(-2)]
    )


@pytest.mark.hazard("H-211")
def test_a_strain_with_all_of_its_markers_is_there_though_it_is_alone() -> None:
    """Of 59 people without the product 16 show four faintly; another has one strain."""
    people = np.repeat([f"q{at}" for at in range(60)], 8)
    found = np.zeros((60, 8))
    found[:16, :4], found[59, 0] = 30, 1000
    counts = MarkerCounts(
        samples=people.tolist(), found=found.ravel(), total=np.full(480, 1000.0),
        depth=np.where(found.ravel() == 1000, 10.0, found.ravel() / 1000),
    )  # fmt: skip
    control = people != "q59"
    scores = presence_scores(counts, usual=usual_company(counts, control))
    assert scores.argmax() == 59 * 8
    p = presence_p_values(scores, people.tolist(), control)
    assert p[59 * 8] < LEVEL / 2
    assert p[59 * 8 + 1 :].min() > LEVEL


def laboratory(seed: int, people: int, samples: int) -> tuple[MarkerCounts, list[str]]:
    """People without the product; relatives of its strains persist in some of them."""
    rng, strains = np.random.default_rng(seed), 8
    depth, often, stray = rng.uniform(0.5, 4), rng.uniform(0.1, 0.5), rng.uniform(0.001, 0.02)
    total, alike = rng.integers(200, 5000, strains), rng.uniform(0.1, 0.7, strains)
    has = rng.random((people, 1, strains)) < often * rng.beta(1, 2, (people, 1, 1))
    kept = np.clip(rng.normal(alike, 0.08, (people, 1, strains)), 0.02, 0.9)
    much = rng.lognormal(-1, 1.2, (people, 1, strains)) * depth
    shape = (people, samples, strains)
    faint = stray * rng.lognormal(0, 0.5, shape)
    reads = much * rng.lognormal(0, 0.7, shape) * has + faint
    part = np.where(has, kept, 1.0) + np.zeros(shape)
    found = rng.binomial(np.broadcast_to(total, shape), part * -np.expm1(-reads / part))
    who = np.repeat([f"p{at}" for at in range(people)], samples * strains)
    return (
        MarkerCounts(
            samples=np.repeat([f"s{at}" for at in range(people * samples)], strains).tolist(),
            found=found.ravel().astype(float),
            total=np.broadcast_to(total, shape).ravel().astype(float),
            depth=reads.ravel(),
        ),
        who.tolist(),
    )


@pytest.mark.hazard("H-212")
@pytest.mark.parametrize(("people", "samples"), [(10, 6), (30, 3)])
def test_the_level_holds_in_a_person_whom_no_control_knows(people: int, samples: int) -> None:
    """Backgrounds of 30 laboratories; 95 % limits by drawing laboratories."""
    rates = []
    for seed in range(30):
        counts, who = laboratory(seed, people, samples)
        every = np.ones(len(who), bool)
        scores = presence_scores(counts, usual=usual_company(counts, every))
        rates.append(float((presence_p_values(scores, who, every) <= LEVEL).mean()))
    error = 1.96 * np.std(rates) / np.sqrt(len(rates))
    assert np.mean(rates) - error <= LEVEL <= np.mean(rates) + 2 * error
    assert np.mean(rates) <= 1.5 * LEVEL


@pytest.mark.hazard("H-213")
def test_halves_are_drawn_where_there_are_too_many_to_go_through() -> None:
    people = [f"p{at:02d}" for at in range(30)]
    drawn = halves_of(people)
    assert len(drawn) == len(set(drawn)) == 40
    assert all(len(one) == 15 == len(set(one)) for one in drawn)
    assert drawn == halves_of(people)
    assert len(halves_of(people[:5])) == 10


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
    counts = counted(table, "sample")
    scores = presence_scores(counts, usual=usual_company(counts, never | before))
    called = presence_p_values(scores, table["person"].to_list(), never | before) <= LEVEL
    theirs = (table["detection_status"] == "Detected").to_numpy()
    after = ~never & ~before
    assert called[after].sum() >= theirs[after].sum() == 1328
    assert called[never].sum() <= 4  # of 512, where 2.6 are expected
    share = counts.found / counts.total
    even = share / -np.expm1(-np.maximum(counts.depth, 0.005))
    strong = after & (share >= 0.3) & (even >= 0.8)
    assert called[strong].mean() >= 0.98


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
    assert np.mean([one.false for one in halves]) <= 0.06
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
