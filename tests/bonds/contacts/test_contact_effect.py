import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from nanoward.bonds.contacts import contact_effect as module
from nanoward.bonds.contacts.contact_effect import contact_effect
from nanoward.maths.statistics.network_regression import logistic_fit

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"


def both_ways(upper: np.ndarray) -> np.ndarray:
    half = np.triu(upper, 1)
    return half + half.T


def world(seed: int, effect: float, people: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Contacts of few pairs; log odds of a link -2.5 and `effect` more per doubling."""
    rng = np.random.default_rng(seed)
    met = rng.random((people, people)) < 0.2
    hours = both_ways(np.where(met, rng.exponential(6, (people, people)), 0.0))
    odds = -2.5 + effect * np.log2(1 + hours)
    linked = both_ways(rng.random((people, people)) < 1 / (1 + np.exp(-odds)))
    return linked.astype(float), hours


def test_an_effect_is_found_with_limits_that_hold_it() -> None:
    inside = 0
    for seed in range(30):
        found = contact_effect(*world(seed, 0.8), permutations=99)
        assert found.p_value == 0.01
        inside += found.low <= np.exp(0.8) <= found.high
    assert inside >= 26  # 95 % of 30, with room for chance


def test_the_attributable_share_by_hand() -> None:
    """Contact of one hour each: those who met are linked 6 of 10 times, the others 1 of 10."""
    people = 20
    i, j = np.triu_indices(people, 1)
    hours = np.zeros((people, people))
    linked = np.zeros((people, people))
    met = np.arange(len(i)) < 10
    hit = np.isin(np.arange(len(i)), [*range(6), *range(10, 28)])
    hours[i[met], j[met]] = 1.0
    linked[i[hit], j[hit]] = 1.0
    found = contact_effect(both_ways(linked), both_ways(hours), permutations=19)
    # with nobody met, all 190 would be linked at 18 of 180
    assert found.attributable == pytest.approx(1 - 19 / 24, abs=0.01)
    assert found.odds == pytest.approx((6 / 4) / (18 / 162), rel=0.1)
    assert (found.linked, found.linked_met, found.pairs) == (24, 6, 190)
    assert found.attributable_low < found.attributable < found.attributable_high <= 1


def test_the_limits_of_the_attributable_share_hold_its_true_value() -> None:
    """True share: 1 - sum of chances with nobody met / sum of chances, at the true odds."""
    inside = 0
    for seed in range(30):
        linked, hours = world(seed, 0.8)
        i, j = np.triu_indices(len(linked), 1)
        odds = -2.5 + 0.8 * np.log2(1 + hours[i, j])
        true = 1 - len(i) / (1 + np.exp(2.5)) / (1 / (1 + np.exp(-odds))).sum()
        found = contact_effect(linked, hours, permutations=9)
        inside += found.attributable_low <= true <= found.attributable_high
    assert inside >= 26  # 95 % of 30, with room for chance


@pytest.mark.parametrize("blocked", [False, True])
def test_without_an_effect_one_world_in_twenty_seems_to_have_one(*, blocked: bool) -> None:
    """With blocks: more contact and more links within a site, for nothing but the site."""
    low = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        site = np.arange(24) // 6 if blocked else np.zeros(24, int)
        near = (site[:, None] == site[None]) * (0.4 if blocked else 0.0)
        linked = both_ways(rng.random((24, 24)) < 0.1 + near).astype(float)
        hours = both_ways(rng.exponential(3, (24, 24)) * (rng.random((24, 24)) < 0.1 + near))
        found = contact_effect(linked, hours, blocks=site, permutations=39, seed=seed)
        low.append(found.p_value <= 0.05)
    assert 0.025 <= np.mean(low) <= 0.08


def test_too_few_links_or_no_contact_get_no_answer() -> None:
    none = np.zeros((5, 5))
    assert "too few" in contact_effect(none, none + 1).reason
    full = both_ways(np.ones((5, 5)))
    assert "no contact" in contact_effect(full, none).reason
    assert "nothing to compare" in contact_effect(full, full).reason
    few = full.copy()
    few[0, 1] = few[1, 0] = 0.0
    assert (
        "nothing to compare" in contact_effect(few, full).reason
    )  # all met, one pair unlinked
    assert "nothing to compare" in contact_effect(full, few).reason
    linked, hours = world(1, 0.8, people=12)
    alone = contact_effect(linked, hours, blocks=np.arange(12))
    assert "no two people can be exchanged" in alone.reason
    assert np.isnan(alone.p_value)


@pytest.mark.shared
def test_the_level_is_kept_on_measured_contacts_of_schoolchildren() -> None:
    folder = DATA / "school_contacts"
    if not folder.exists():
        pytest.skip("../shared/data/school_contacts is not on this machine")
    with (folder / "contacts.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = sorted({row[side] for row in rows for side in ("person_a", "person_b")})
    place = {name: number for number, name in enumerate(names)}
    hours = np.zeros((35, 35))
    for row in rows:
        i, j = place[row["person_a"]], place[row["person_b"]]
        hours[i, j] = hours[j, i] = float(row["contact_seconds"]) / 3600
    with gzip.open(folder / "presence.csv.gz", "rt") as file:
        seen = list(csv.DictReader(file))
    taxa = sorted({row["taxon"] for row in seen})
    held = np.zeros((35, len(taxa)))
    for row in seen:
        held[place[row["person"]], taxa.index(row["taxon"])] = 1
    both = held @ held.T
    alike = both / (held.sum(axis=1)[:, None] + held.sum(axis=1) - both)
    linked = (alike > np.quantile(alike[np.triu_indices(35, 1)], 0.9)).astype(float)
    np.fill_diagonal(linked, 0)
    rng = np.random.default_rng(1)
    low = []
    for seed in range(300):
        order = rng.permutation(35)
        found = contact_effect(linked[np.ix_(order, order)], hours, permutations=39, seed=seed)
        low.append(found.p_value <= 0.05)
    assert 0.02 <= np.mean(low) <= 0.085  # 300 worlds; the benchmark holds 0.05 +- 0.01


def test_limits_are_those_of_fitting_again_without_each_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The slow way: leave out a person's pairs and fit what is left; in blocks too."""
    linked, hours = world(3, 0.8, people=25)
    rng = np.random.default_rng(4)
    weeks = both_ways(rng.integers(0, 9, (25, 25)).astype(float))
    found = contact_effect(linked, hours, [weeks], permutations=9)
    i, j = np.triu_indices(25, 1)
    columns = np.column_stack([np.log2(1 + hours[i, j]), weeks[i, j]])
    telling = (linked[i, j] > 0) | (hours[i, j] > 0)
    busy = set(i[telling].tolist()) | set(j[telling].tolist())
    whole = logistic_fit(linked[i, j] > 0, columns)[1]
    left = []
    for one in range(25):
        kept = (i != one) & (j != one)
        fit = logistic_fit(linked[i, j][kept] > 0, columns[kept])[1]
        left.append(fit if one in busy else whole)
    spread = np.sqrt(23 / 25 * ((np.array(left) - np.mean(left)) ** 2).sum())
    assert np.log(found.odds) == pytest.approx(whole, abs=1e-9)
    assert np.log(found.high / found.odds) == pytest.approx(1.96 * spread, rel=1e-7)
    monkeypatch.setattr(module, "AT_ONCE", 50)
    again = contact_effect(linked, hours, [weeks], permutations=9)
    assert (again.low, again.high) == pytest.approx((found.low, found.high), rel=1e-12)
