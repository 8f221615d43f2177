import numpy as np

from nanoward.catalogue.samples.reference_alignment import align_contig
from nanoward.catalogue.samples.sample_inputs import Consensus
from nanoward.maths.genetics.alleles import DELETED
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


def test_dashes_at_an_end_or_beside_what_is_unread_tell_nothing() -> None:
    inside = REFERENCE[:50] + "---" + REFERENCE[53:]
    beside = REFERENCE[:50] + "--N" + REFERENCE[53:]
    before = REFERENCE[:50] + "N--" + REFERENCE[53:]
    ends = "---" + REFERENCE[3:-3] + "---"
    told = [align_contig((run(one),), REFERENCE, 0).masks for one in (inside, beside, before)]
    assert (told[0] == DELETED).sum() == 3
    assert [(one == 0).sum() for one in told] == [0, 3, 3]
    laid = align_contig((run(ends),), REFERENCE, 0).masks
    assert [laid[at] for at in (0, 2, 3, 196, 197, 199)].count(0) == 4
    assert not (laid == DELETED).any()


def test_a_run_of_deleted_letters_in_one_of_two_runs_is_one_dispute() -> None:
    gone = REFERENCE[:50] + "-----" + REFERENCE[55:]
    assert align_contig((run(gone), run(REFERENCE, "r2")), REFERENCE, 0).disputed == 1
    twice = gone[:90] + "--" + gone[92:]
    assert align_contig((run(twice), run(REFERENCE, "r2")), REFERENCE, 0).disputed == 2


def test_an_insertion_of_one_of_two_runs_is_disputed_where_both_read_its_sides() -> None:
    more = REFERENCE[:100] + "GATTACAGATT" + REFERENCE[100:]
    laid = align_contig((run(more), run(REFERENCE, "r2")), REFERENCE, 0)
    assert (laid.disputed, len(laid.insertions)) == (1, 1)
    assert align_contig((run(more), run(more, "r2")), REFERENCE, 0).disputed == 0
    place = laid.insertions[0].start
    dark = REFERENCE[: place - 5] + "N" * 10 + REFERENCE[place + 5 :]
    assert align_contig((run(more), run(dark, "r2")), REFERENCE, 0).disputed == 0


def test_trimmed_ends_of_an_aligned_sequence_begin_at_its_first_letter() -> None:
    aligned = "-----" + REFERENCE[5:100] + "---" + REFERENCE[103:195] + "-----"
    readable = np.flatnonzero(align_contig((run(aligned),), REFERENCE, 3).masks > 0)
    assert (readable[0], readable[-1]) == (8, 191)
