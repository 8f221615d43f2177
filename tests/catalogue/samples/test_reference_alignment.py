import numpy as np

from nanoward.catalogue.samples.reference_alignment import align_contig
from nanoward.catalogue.samples.sample_inputs import Consensus
from nanoward.maths.genetics.sequences import text_of

REFERENCE = "".join(np.random.default_rng(8).choice(list("ACGT"), 200))


def run(sequence: str, name: str = "r1") -> Consensus:
    return Consensus(contig="c", run=name, sequence=sequence)


def other(letter: str) -> str:
    return "ACGT"["ACGT".index(letter) - 1]


def test_two_runs_fill_each_others_gaps_and_where_they_differ_both_stay_possible() -> None:
    one = "N" + REFERENCE[1:]
    two = REFERENCE[:50] + other(REFERENCE[50]) + REFERENCE[51:]
    laid = align_contig((run(one), run(two, "r2")), REFERENCE, 0)
    assert laid.disputed == 1
    assert text_of(laid.masks[:1]) == REFERENCE[0]
    assert text_of(laid.masks[50:51]) not in "ACGTN"
    assert text_of(laid.masks[51:]) == REFERENCE[51:]


def test_trimmed_ends_are_unreadable_wherever_the_consensus_ends() -> None:
    laid = align_contig((run(REFERENCE[10:190]),), REFERENCE, 3)
    readable = np.flatnonzero(laid.masks > 0)
    assert (readable[0], readable[-1], len(readable)) == (13, 186, 174)


def test_positions_on_the_consensus_are_carried_over_to_the_reference() -> None:
    laid = align_contig((run(REFERENCE[10:100] + REFERENCE[106:]),), REFERENCE, 0)
    assert laid.carried[0] == 10
    assert laid.carried[-1] == 199


def test_what_cannot_be_laid_is_counted_not_guessed() -> None:
    strange = "".join(np.random.default_rng(9).choice(list("ACGT"), 150))
    laid = align_contig((run(strange),), REFERENCE, 0)
    assert laid.unplaced == 150
    assert not laid.masks.any()
