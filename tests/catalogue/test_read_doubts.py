from collections.abc import Callable
from typing import Any

import pytest

from nanoward.catalogue.read_doubts import identity_of, other_strain, read_doubts
from nanoward.catalogue.read_rules import ReadRules
from nanoward.testing.reads import Library, random_genome, simulated_pairs

GENOME = random_genome(10_000, 1)
Calls = Callable[..., Any]


def codes(calls: Any, agent: Any) -> list[str]:
    return [one.code for one in read_doubts("s", calls, agent, ReadRules())]


def test_a_sound_sample_gives_no_doubt(calls_of: Calls) -> None:
    assert codes(*calls_of(GENOME, *simulated_pairs(GENOME, Library(), 1))) == []


def test_reads_of_something_else_are_told_and_not_taken_for_nothing_found(
    calls_of: Calls,
) -> None:
    other = simulated_pairs(random_genome(10_000, 2), Library(), 1)
    assert codes(*calls_of(GENOME, *other)) == ["CAT-021"]


def test_a_sample_that_is_mostly_something_else_is_told(calls_of: Calls) -> None:
    other = simulated_pairs(random_genome(30_000, 2), Library(depth=20), 1, "o")
    own = simulated_pairs(GENOME, Library(depth=1.5), 2, "a")
    told = codes(*calls_of(GENOME, own[0] + other[0], own[1] + other[1]))
    assert told == ["CAT-022", "CAT-023"]


def test_a_second_strain_is_told_with_its_share_and_likeness(calls_of: Calls) -> None:
    text = list(GENOME)
    for at in range(20, 10_000, 50):
        text[at] = text[at].translate(str.maketrans("ACGT", "CGTA"))
    own = simulated_pairs(GENOME, Library(depth=120), 2, "a")
    other = simulated_pairs("".join(text), Library(depth=20), 3, "o")
    calls, agent = calls_of(GENOME, own[0] + other[0], own[1] + other[1])
    assert "CAT-024" in codes(calls, agent)
    told = other_strain(calls, agent)
    assert told is not None
    assert 0.08 < told["share"] < 0.2
    assert 0.975 < told["identity"] < 0.99


def test_a_relative_alone_is_not_taken_for_the_agent(calls_of: Calls) -> None:
    text = list(GENOME)
    for at in range(20, 10_000, 50):
        text[at] = text[at].translate(str.maketrans("ACGT", "CGTA"))
    calls, agent = calls_of(GENOME, *simulated_pairs("".join(text), Library(depth=40), 2))
    assert "CAT-027" in codes(calls, agent)
    assert identity_of(calls, agent) == pytest.approx(0.98, abs=0.003)
    none, _ = calls_of(GENOME, *simulated_pairs(random_genome(2000, 9), Library(), 1))
    assert identity_of(none, agent) is None


def test_too_many_copies_are_told(calls_of: Calls) -> None:
    copies = simulated_pairs(GENOME, Library(depth=90, copies=5), 1)
    assert codes(*calls_of(GENOME, *copies)) == ["CAT-025"]
