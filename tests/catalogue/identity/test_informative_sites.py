"""Sites of many sources at once are weighed once for each kind."""

import numpy as np

from nanoward.catalogue.identity.contamination_likelihood import log_ratios
from nanoward.catalogue.identity.contamination_panel import AllelePanel, MinorVariantRates
from nanoward.catalogue.identity.informative_sites import informative_sites


def test_sites_that_are_alike_are_weighed_once_and_get_the_same_numbers() -> None:
    chance = np.random.default_rng(11)
    panel = AllelePanel(
        samples=[f"S{n}" for n in range(12)],
        person=np.arange(12) // 2,
        run=np.arange(12) % 3,
        runs=["a", "b", "c"],
        shares=chance.choice([0.04, 0.3, 0.97, 1.0, 0.0, 0.0, 0.0, 0.0], (12, 60)),
        depth=np.where(chance.random((12, 60)) < 0.5, 80.0, np.nan),
        told=chance.random((12, 60)) < 0.9,
        floor=np.full(12, 0.02),
        usual=np.full(12, 100.0),
        place=np.arange(60) // 2,
    )  # fmt: skip
    rates, kinds, sites = MinorVariantRates(panel), 0, 0
    for sample in range(12):
        sources = [
            one
            for one in range(12)
            if panel.run[one] == panel.run[sample] and panel.person[one] != panel.person[sample]
        ]
        every = informative_sites(panel, rates, sample, sources)
        alike = every.alike()
        plain = log_ratios(every.sites, np.array([0.01, 0.2]))
        np.testing.assert_array_equal(
            log_ratios(every.sites, np.array([0.01, 0.2]), alike), plain
        )
        kinds, sites = kinds + len(alike.first), sites + len(alike.kind)
    assert 0 < kinds < sites
