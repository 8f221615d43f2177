"""Bonds on simulated programmes: known links are found, and few others are called.

The room says of itself that pairs without a recorded contact cannot stand out, since they are
its yardstick; recall is therefore asked of pairs with contact, whose common history after the
lot is at least two weeks (younger ones hardly differ from the lot).
"""

from functools import reduce
from operator import add

import pytest

from nanoward.simulation import Study
from nanoward.simulation.recovery import links_recall_and_fdr

SEEDS = (1, 2, 3, 4)


@pytest.mark.parametrize("kind", ["microbe", "virus"])
def test_links_are_recovered_over_several_worlds(held, kind: str) -> None:
    every, seen = [], []
    for seed in SEEDS:
        round_ = held(Study(seed=seed, agent_kind=kind, faults=False))
        bonds, links = round_.related.tables["bonds"], round_.truth("links")
        every.append(links_recall_and_fdr(bonds, links))
        seen.append(links_recall_and_fdr(bonds, links, least_shared_days=14, with_contact=True))
    together, asked = reduce(add, every), reduce(add, seen)
    assert together.called >= 60
    assert together.fdr is not None
    assert together.fdr <= 0.06
    assert asked.true >= 60
    assert asked.recall is not None
    assert asked.recall >= 0.85


def test_worlds_in_which_the_agent_never_passes_seldom_have_a_call(held) -> None:
    """Benjamini-Hochberg at 5 %: one world in 20; three of four have chance 0.0005."""
    worlds = 0
    for seed in SEEDS:
        round_ = held(Study(seed=seed, transmission=False, faults=False))
        bonds = round_.related.tables["bonds"]
        assert bonds.height > 700
        worlds += links_recall_and_fdr(bonds, round_.truth("links")).called > 0
    assert worlds <= 2


def test_samples_without_the_agent_are_not_typed_as_it(held) -> None:
    round_ = held(Study(seed=1, faults=False))
    carried = set(round_.truth("carriage")["host"])
    typed = round_.typed.tables["profiles"].select("participant", "typed_as")
    free = [word for who, word in typed.iter_rows() if who not in carried]
    assert free
    assert set(free) == {"unreadable"}
    assert {word for who, word in typed.iter_rows() if who in carried} >= {"agent"}
