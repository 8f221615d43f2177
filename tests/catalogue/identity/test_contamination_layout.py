"""A run is laid out for compiled code as its panel holds it."""

import numpy as np
from tests.catalogue.identity.test_contamination_screen import panels

from nanoward.catalogue.identity.contamination_layout import run_alleles, run_counts
from nanoward.catalogue.identity.contamination_panel import LEAST_FOREIGN, MAJOR, PURE


def test_what_a_sample_wants_is_foreign_to_all_of_its_persons_samples() -> None:
    for own in panels(1):
        panel, run = own.panel, run_alleles(own, np.zeros((len(own.members),) * 2))
        for at, row in enumerate(own.members.tolist()):
            others = (panel.person == panel.person[row]) & (panel.run != panel.run[row])
            before = panel.shares[others].max(axis=0, initial=0.0)
            foreign = (
                panel.told[row] & (panel.shares[row] < MAJOR) & (before < panel.floor[row])
            )
            np.testing.assert_array_equal(run.wanted[at] > 0, foreign)
            shown = run.shown[run.starts[0, at] : run.starts[0, at + 1]]
            np.testing.assert_array_equal(
                shown, np.flatnonzero(panel.shares[row] >= LEAST_FOREIGN)
            )
            pure = run.own[run.starts[1, at] : run.starts[1, at + 1]]
            assert (panel.shares[row, pure] >= PURE).all()


def test_counts_of_a_run_are_those_beside_it_and_the_pairs_are_asked_as_they_stand() -> None:
    own = panels(2)[0]
    counts = run_counts(own)
    assert (counts.beside >= counts.of_person.max(axis=2)).all()
    assert counts.band.tolist() == [0.0, 0.0]
    assert counts.slack == 0.0
