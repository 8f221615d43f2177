"""Sites beside each other: the person is the unit, and honest sites differ."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.audit.pointers.site_effects import between_sites, event_pointers, site_pointers

NULL = Path(__file__).parents[4] / "shared/data/partners/ctas_null/results.parquet"


def test_honest_sites_that_differ_are_not_pointed_at_and_one_that_lies_far_is() -> None:
    chance = np.random.default_rng(1)
    sites = {f"s{at}": (chance.normal(0, 0.5) + chance.normal(0, 1, 25)) for at in range(30)}
    told = {one.about: one.p for one in site_pointers(sites)}
    assert sum(p < 0.05 for p in told.values()) <= 1
    sites["odd"] = 6 + chance.normal(0, 1, 25)
    told = {one.about: one.p for one in site_pointers(sites)}
    assert told["odd"] < 0.001
    assert min(p for name, p in told.items() if name != "odd") > 0.01
    assert site_pointers({"a": [1.0, 2, 3]}) == []


def test_the_variance_between_sites_is_recovered_and_is_none_where_there_is_none() -> None:
    chance = np.random.default_rng(2)
    errors = np.full(400, 0.04)
    assert between_sites(chance.normal(0, 0.2, 400), errors) < 0.01
    found = between_sites(chance.normal(0, np.sqrt(0.04 + 0.25), 400), errors)
    assert found == pytest.approx(0.25, rel=0.3)


def test_a_site_that_reports_half_of_its_events_is_pointed_at() -> None:
    chance = np.random.default_rng(3)
    visits = {f"s{at}": chance.integers(5, 20, 30).tolist() for at in range(20)}
    rates = {site: 0.5 * np.exp(chance.normal(0, 0.15)) for site in visits}
    rates["s7"] *= 0.25
    events = {s: chance.poisson(rates[s] * np.array(v)).tolist() for s, v in visits.items()}
    told = {one.about: one.p for one in event_pointers(events, visits)}
    assert told["s7"] < 0.01
    assert sum(p < 0.05 for p in told.values()) == 1


@pytest.mark.shared
@pytest.mark.skipif(not NULL.exists(), reason="no shared data")
def test_of_34_sites_that_do_not_differ_none_is_pointed_at() -> None:
    rows = pl.read_parquet(NULL).drop_nulls("result")
    people = rows.group_by("site", "subject_id").agg(m=pl.col("result").mean())
    by = {key[0]: own["m"].to_list() for key, own in people.group_by(["site"])}
    told = site_pointers(by)
    assert len(told) >= 30
    assert sum(one.p < 0.05 for one in told) <= 0.05 * len(told)
