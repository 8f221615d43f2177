from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.variant_calls import identity_of
from nanoward.catalogue.identity.read_qc_findings import other_strain, read_qc_findings
from nanoward.testing.reads import Library, random_genome, simulated_pairs

GENOME = random_genome(10_000, 1)
RELATIVE = "".join(
    one.translate(str.maketrans("ACGT", "CGTA")) if other else one
    for one, other in zip(
        GENOME, np.random.default_rng(3).random(len(GENOME)) < 0.02, strict=True
    )
)
Judged = Callable[..., Any]


def codes(calls: Any, agent: Any, identity: Any) -> list[str]:
    return [one.code for one in read_qc_findings("s", calls, agent, CallingRules(), identity)]


def test_a_sound_sample_gives_no_doubt(judged: Judged) -> None:
    assert codes(*judged(GENOME, *simulated_pairs(GENOME, Library(), 1))) == []


def test_reads_of_something_else_are_told_and_not_taken_for_nothing_found(
    judged: Judged,
) -> None:
    other = simulated_pairs(random_genome(10_000, 2), Library(), 1)
    assert codes(*judged(GENOME, *other)) == ["CAT-021"]


def test_a_sample_that_is_mostly_something_else_is_told(judged: Judged) -> None:
    other = simulated_pairs(random_genome(30_000, 2), Library(depth=20), 1, "o")
    own = simulated_pairs(GENOME, Library(depth=1.5), 2, "a")
    told = codes(*judged(GENOME, own[0] + other[0], own[1] + other[1]))
    assert told == ["CAT-022", "CAT-023"]


def test_a_second_strain_is_told_with_its_share_and_likeness(judged: Judged) -> None:
    own = simulated_pairs(GENOME, Library(depth=120), 2, "a")
    other = simulated_pairs(RELATIVE, Library(depth=20), 3, "o")
    calls, agent, identity = judged(GENOME, own[0] + other[0], own[1] + other[1])
    assert "CAT-024" in codes(calls, agent, identity)
    assert identity.verdict == "mixture"
    assert identity.second.share == pytest.approx(20 / 140, abs=0.03)
    told = other_strain(calls, agent)
    assert told is not None
    assert 0.08 < told["share"] < 0.2
    assert 0.975 < told["identity"] < 0.99


def test_a_relative_alone_is_not_taken_for_the_agent(judged: Judged) -> None:
    calls, agent, identity = judged(GENOME, *simulated_pairs(RELATIVE, Library(depth=40), 2))
    assert "CAT-027" in codes(calls, agent, identity)
    assert identity.verdict == "relative"
    assert identity.identity == pytest.approx(0.98, abs=0.003)
    assert identity_of(calls, agent) == pytest.approx(0.98, abs=0.003)
    none, _, absent = judged(GENOME, *simulated_pairs(random_genome(2000, 9), Library(), 1))
    assert identity_of(none, agent) is None
    assert absent.verdict == "absent"


def test_minor_variants_of_amplicons_may_be_copies_and_of_others_are_none(
    judged: Judged,
) -> None:
    text = GENOME[:5_000] + GENOME[5_000].translate(str.maketrans("ACGT", "CGTA"))
    own = simulated_pairs(GENOME, Library(depth=90), 2, "a")
    minor = simulated_pairs(text + GENOME[5_001:], Library(depth=30), 3, "b")
    both = own[0] + minor[0], own[1] + minor[1]
    calls, agent, identity = judged(GENOME, *both)
    assert len(calls.letters) == 1
    assert read_qc_findings("s", calls, agent, CallingRules(), identity) == ()
    rules = CallingRules(keep_duplicates=True)
    (note,) = read_qc_findings("s", *judged(GENOME, *both, rules)[:2], rules, identity)
    assert (note.code, note.severity) == ("CAT-030", "note")


def test_too_many_copies_are_told(judged: Judged) -> None:
    copies = simulated_pairs(GENOME, Library(depth=90, copies=5), 1)
    assert codes(*judged(GENOME, *copies)) == ["CAT-025"]
