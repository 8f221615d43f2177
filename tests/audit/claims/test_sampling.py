"""Draws that anybody can repeat and nobody can choose."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.audit.claims.sampling import (
    allocation,
    draw_seed,
    drawn,
    nonce_commitment,
    stratified_draw,
)

OWN, NORTH = bytes(32), bytes(range(32))
BOUND = {"own": nonce_commitment(OWN), "north": nonce_commitment(NORTH)}
ROOT = hashlib.sha256(b"root").digest()


def test_the_seed_depends_on_both_nonces_and_on_the_checkpoint() -> None:
    both = {"own": OWN, "north": NORTH}
    seed = draw_seed(BOUND, both, ROOT, 9)
    assert seed.withheld == ()
    others = [
        draw_seed(BOUND, both, ROOT, 10),
        draw_seed(BOUND, both, hashlib.sha256(b"other").digest(), 9),
        draw_seed(BOUND, {"own": OWN}, ROOT, 9),
    ]
    assert len({seed.seed, *(one.seed for one in others)}) == 4


@pytest.mark.hazard("H-363")
def test_a_nonce_that_does_not_fit_its_commitment_is_withheld() -> None:
    seed = draw_seed(BOUND, {"own": OWN, "north": bytes(31) + b"x"}, ROOT, 9)
    assert seed.withheld == ("north",)
    assert seed.seed == draw_seed(BOUND, {"own": OWN}, ROOT, 9).seed


@settings(max_examples=25)
@given(order=st.permutations([f"I{at}" for at in range(12)]), count=st.integers(0, 14))
def test_a_draw_does_not_depend_on_the_order_and_grows_from_itself(
    order: list[str], count: int
) -> None:
    seed = "ab" * 32
    first = drawn(seed, "rest", order, count)
    assert first == drawn(seed, "rest", sorted(order), count)
    assert drawn(seed, "rest", order, count + 1)[:count] == first[:count]
    assert len(first) == min(count, 12)


def test_every_item_is_drawn_equally_often() -> None:
    items = [f"I{at}" for at in range(10)]
    seeds = [hashlib.sha256(str(at).encode()).hexdigest() for at in range(2000)]
    often = Counter(item for seed in seeds for item in drawn(seed, "rest", items, 3))
    assert all(500 < often[item] < 700 for item in items)


def test_what_a_small_stratum_leaves_goes_to_the_others_and_an_item_stands_in_one() -> None:
    counts = allocation(
        {"pointed": 3, "high": 30, "rest": 267}, {"pointed": 0.35, "high": 0.35}, 60
    )
    assert counts == {"pointed": 3, "high": 30, "rest": 27}
    assert allocation({"pointed": 3, "rest": 5}, {"pointed": 0.35}, 60) == {
        "pointed": 3,
        "rest": 5,
    }
    strata = {"pointed": ["a", "b"], "rest": ["b", "c", "d"]}
    found = stratified_draw("ab" * 32, strata, {"pointed": 1.0}, 9)
    assert sorted(x for some in found.values() for x in some) == ["a", "b", "c", "d"]
