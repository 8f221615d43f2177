"""An honest partner's year: mistakes on both sides, and nothing that favours anybody."""

import numpy as np

from nanoward.audit.evidence.comparison import compare
from nanoward.simulation.worlds.deceit import ITEMS, TYPES, item_of
from nanoward.simulation.worlds.deceit_kinds import honest_year


def test_an_honest_year_has_mistakes_at_most_as_often_as_agreed_and_forgets_some() -> None:
    years = [honest_year(seed) for seed in range(6)]
    for name, kind in TYPES.items():
        if name in ("spikes", "biomarker"):
            continue
        wrong, total, favours = 0, 0, 0
        for year in years:
            for item, one in year.claims[name].first.items():
                found = compare(one, year.measured[name][item], kind)
                wrong, total = wrong + (found.differs is True), total + 1
                favours += found.favours
        assert wrong / total < 2.5 * kind.mistakes + 0.002, name
        if kind.benefit != "none":
            assert abs(favours) < 12, name
    missing = [ITEMS - len(year.claims["doses"].first) for year in years]
    assert 1 <= np.mean(missing) <= 9


def test_the_same_seed_makes_the_same_year() -> None:
    one, other = honest_year(3, ("doses",)), honest_year(3, ("doses",))
    told = [{i: c.payload() for i, c in y.claims["doses"].first.items()} for y in (one, other)]
    assert told[0] == told[1]
    assert item_of(0) == "I0001"
    assert not one.lied["doses"]
