"""Unknown agents: floors by hand, groups, growth with truth, stretches letter by letter."""

import math

import numpy as np
import pytest

from nanoward.sequencing.kmers.sketches import KmerSketch
from nanoward.watch.sequences.unknown_agents import (
    AbundanceFloor,
    agent_name,
    assembled,
    growth,
    joined_by_depth,
    learnt_floor,
    novel_counts,
    read_groups,
)

TURN = str.maketrans("ACGT", "TGCA")


def sketch(**counts: int) -> KmerSketch:
    keys = np.array(sorted(int(one[1:]) for one in counts), np.uint64)
    return KmerSketch(hashes=keys, counts=np.array([counts[f"h{one}"] for one in keys]))


def test_what_was_shown_is_no_news() -> None:
    left = novel_counts(sketch(h1=5, h2=9, h3=2), sketch(h2=1))
    assert (left.hashes.tolist(), left.counts.tolist()) == ([1, 3], [5, 2])


@pytest.mark.hazard("H-324")
def test_the_floor_lies_above_what_controls_reach() -> None:
    quiet = sketch(h1=30, h2=9, h3=6, h4=6, h5=4, h6=1)  # the fifth highest is 4
    floor = learnt_floor([(quiet, 1000), (sketch(h1=1), 3000)])
    assert (floor.floor, floor.controls, floor.reads) == (math.ceil(1.25 * 5), 2, 2000.0)
    assert floor.of(2000) == floor.floor
    assert floor.of(4000) == 2 * floor.floor
    assert floor.of(500) == floor.floor  # few reads never lower it
    assert learnt_floor([]) == AbundanceFloor(floor=8, controls=0, reads=0.0)


def test_reads_that_share_things_through_others_are_one_group() -> None:
    pairs = np.array([[0, 0], [0, 1], [1, 1], [1, 2], [2, 3]])
    labels = read_groups(pairs, 3, 5)
    assert labels[0] == labels[1] == labels[2]
    assert len({labels[0], labels[3], labels[4]}) == 3


def test_groups_of_like_depth_are_one_agent() -> None:
    assert joined_by_depth([10, 9, 30, 8.5]) == [1, 1, 0, 1]
    assert joined_by_depth([]) == []


def test_a_stretch_is_spelt_through_errors_and_ends_at_a_branch() -> None:
    rng = np.random.default_rng(3)
    truth = "".join(rng.choice(list("ACGT"), 600))
    reads = []
    for at in rng.integers(0, 500, 120):
        one = list(truth[at : at + 100])
        if rng.random() < 0.3:
            one[50] = "ACGT"[("ACGT".index(one[50]) + 1) % 4]
        letters = "".join(one)
        reads.append(letters if rng.random() < 0.5 else letters[::-1].translate(TURN))
    told = assembled(reads)
    assert any(one in truth for one in (told, told[::-1].translate(TURN)))
    assert len(told) > 300
    assert assembled([]) == ""


def test_growth_recovers_its_truth_and_says_when_it_cannot_tell() -> None:
    rng, inside = np.random.default_rng(4), 0
    for _ in range(200):
        reads = rng.integers(80_000, 120_000, 6)
        counts = rng.poisson(reads * 1e-4 * np.exp(0.35 * np.arange(6)))
        told = growth([7 * at for at in range(6)], counts.tolist(), reads.tolist())
        inside += told.low <= 0.35 <= told.high
    assert 184 <= inside <= 200
    assert "it grows" in told.told
    assert math.isnan(growth([0], [5], [100]).rate)
    assert "not known yet" in growth([0, 0], [5, 6], [100, 100]).told
    assert "not shown to grow" in growth([0, 7], [5, 6], [100, 100]).told


def test_a_name_is_that_of_its_lowest_kmer() -> None:
    assert agent_name(np.array([9, 4], np.uint64)) == agent_name(np.array([4], np.uint64))
