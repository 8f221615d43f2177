from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.catalogue import adaptation_table, poisson_interval
from nanoward.catalogue.evolution import pairwise_divergence
from nanoward.catalogue.evolution.pairwise_divergence import batched_people
from nanoward.maths.frames import frame_of

TEXTS = {"s1": "A" * 1000, "s2": "A" * 998 + "GN", "s3": "A" * 1000, "s4": "A" * 1000}
PROFILES = pl.DataFrame(
    {
        "sample": ["s1", "s2", "s3", "s4"],
        "participant": ["p", "p", "p", "q"],
        "taken": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 1, 1), date(2026, 1, 1)],
        "typed_as": ["agent"] * 4,
    }
)


def test_a_participant_by_hand() -> None:
    aligned = frame_of(
        ALIGNED, ({"sample": s, "contig": "c", "sequence": t} for s, t in TEXTS.items())
    )
    rows = [
        {
            "sample": "s2",
            "contig": "c",
            "position": 999,
            "ref": "A",
            "alt": "G",
            "frequency": 1.0,
        },
        {
            "sample": "s2",
            "contig": "c",
            "position": 5,
            "ref": "A",
            "alt": "C",
            "frequency": 0.5,
        },
    ]
    table = adaptation_table(PROFILES, aligned, frame_of(FACTORS, rows))
    same_day, later = sorted(table.to_dicts(), key=lambda row: row["days"])
    assert (same_day["sample"], same_day["per_site_year"]) == ("s3", None)
    assert (later["first_sample"], later["days"], later["readable"]) == ("s1", 31, 999)
    assert later["differences"] == 1.5
    assert later["per_site_year"] == pytest.approx(1.5 / (999 * 31 / 365.25))
    assert later["low"] < later["per_site_year"] < later["high"]


@given(st.integers(0, 60))
def test_the_limits_are_those_at_which_the_count_becomes_unlikely(events: int) -> None:
    low, high = poisson_interval(events)
    assert poisson.cdf(events, high) == pytest.approx(0.025)
    if events:
        assert poisson.sf(events - 1, low) == pytest.approx(0.025)


def test_the_interval_covers_the_true_mean_at_least_as_often_as_stated() -> None:
    drawn = np.random.default_rng(3).poisson(4.0, 2000)
    limits = {int(k): poisson_interval(int(k)) for k in set(drawn)}
    covered = np.mean([limits[int(k)][0] <= 4.0 <= limits[int(k)][1] for k in drawn])
    assert 0.95 <= covered <= 0.99


def test_people_are_batched_whole_and_in_order() -> None:
    people = [[1, 2], [3], [4, 5, 6], [7]]
    assert list(batched_people(people, 3)) == [[[1, 2], [3]], [[4, 5, 6]], [[7]]]
    assert list(batched_people(people, 1)) == [[own] for own in people]
    assert list(batched_people([])) == []


def test_who_else_is_compared_changes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    names = [f"s{n}" for n in range(30)]
    profiles = pl.DataFrame(
        {
            "sample": names,
            "participant": [f"p{n // 4}" for n in range(30)],
            "taken": [date(2026, 1, 1 + n) for n in range(30)],
            "typed_as": ["agent"] * 30,
        }
    )
    texts = [
        "".join(chance.choice(list("ACGTN"), 200, p=[0.4, 0.3, 0.1, 0.1, 0.1])) for _ in names
    ]
    aligned = frame_of(
        ALIGNED,
        (
            {"sample": s, "contig": "c", "sequence": t}
            for s, t in zip(names, texts, strict=True)
        ),
    )
    factors = frame_of(
        FACTORS,
        [
            {"sample": s, "contig": "c", "position": int(at), "ref": "A", "alt": alt,
             "frequency": round(float(chance.random()), 3)}
            for s in names
            for at, alt in ((chance.integers(1, 200), "G"), (chance.integers(1, 190), "AT"))
        ],
    )  # fmt: skip
    together = adaptation_table(profiles, aligned, factors)
    monkeypatch.setattr(
        pairwise_divergence, "batched_people", lambda people: [[x] for x in people]
    )
    assert adaptation_table(profiles, aligned, factors).equals(together)
    assert together.height == 22
