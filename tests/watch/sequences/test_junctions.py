"""Junctions: two distinct reads, deletions apart, artefacts of the laboratory dropped."""

import numpy as np
import pytest

from nanoward.sequencing.agent_segments import SEED, agent_segments, agent_strands
from nanoward.watch.sequences.junctions import (
    ADAPTERS,
    BEYOND,
    LEAST,
    Junction,
    agent_place,
    broken_reads,
    junctions,
    seen_share,
)

TURN = str.maketrans("ACGT", "TGCA")


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


AGENT, HOST = sequence(4000, 1), sequence(4000, 2)
STRANDS = agent_strands([AGENT])


def turned(letters: str) -> str:
    return letters[::-1].translate(TURN)


def told(reads: list[str]) -> tuple[Junction, ...]:
    text = np.frombuffer("\n".join(reads).encode(), np.uint8)
    starts = np.cumsum([0, *(len(one) + 1 for one in reads[:-1])])
    where = np.array(
        [[at, len(one), 0] for at, one in zip(starts, reads, strict=True)], np.int64
    )
    rows = np.zeros((len(reads), 6), np.int64)
    count, _ = agent_segments(text, where, STRANDS, LEAST, BEYOND, rows)
    rows = rows[:count]
    broken = broken_reads([reads[at] for at in rows[:, 0]], rows, len(STRANDS.letters))
    return junctions(broken, STRANDS.letters, [("agent", len(AGENT))], 20.0)


JOINED = AGENT[:1000] + HOST[:1000]


@pytest.mark.hazard("H-322")
def test_two_distinct_reads_of_a_junction_are_told_on_either_strand() -> None:
    (one,) = told([JOINED[900:1050], turned(JOINED[930:1080])])
    assert (one.kind, one.strand, one.reads) == ("chimera", "+", 2)
    assert abs(one.position - 1000) <= 3
    assert HOST[5:60] in one.sequence
    assert one.share == 0.1
    assert "something else is joined to agent" in one.told


def test_the_agents_part_may_stand_on_the_right() -> None:
    joined = HOST[:1000] + AGENT[1000:2000]
    (one,) = told([joined[930:1080], joined[950:1100]])
    assert (one.kind, one.strand) == ("chimera", "-")
    assert abs(one.position - 3000) <= 3  # of the other strand


def test_one_molecule_copies_of_it_and_different_junctions_are_nothing() -> None:
    assert told([JOINED[900:1050]] * 5) == ()
    assert told([JOINED[900:1050], AGENT[900:1000] + HOST[2000:2050]]) == ()


@pytest.mark.hazard("H-322")
def test_a_deletion_is_told_apart_from_either_side() -> None:
    gone = AGENT[:1000] + AGENT[2500:3500]
    (one,) = told([gone[880:1030], turned(gone[960:1110]), gone[940:1090]])
    assert (one.kind, one.reads) == ("rearrangement", 3)
    small = AGENT[:1000] + AGENT[1012:2000]
    assert {each.kind for each in told([small[900:1050], small[960:1110]])} <= {"rearrangement"}


def test_adapters_and_runs_of_a_letter_are_no_junctions() -> None:
    for tail in (ADAPTERS[0] + HOST[:60], "G" * 60, "GA" * 30):
        assert told([AGENT[900:1000] + tail, AGENT[910:1000] + tail]) == ()


def test_places_of_several_contigs_by_hand() -> None:
    contigs, total = [("a", 100), ("b", 50)], 2 * (150 + 3 * SEED)
    assert agent_place(SEED + 30, contigs, total) == ("a", "+", 30)
    assert agent_place(2 * SEED + 110, contigs, total) == ("b", "+", 10)
    assert agent_place(total - SEED - 30, contigs, total) == ("a", "-", 70)


def test_the_share_that_would_be_seen() -> None:
    assert seen_share(47.5) == pytest.approx(0.1)
    assert seen_share(1.0) == 1.0
    assert np.isnan(seen_share(0.0))
