import numpy as np

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.indels import called_indels
from nanoward.sequencing.pileup_counts import Counts


def counts(depth: int) -> Counts:
    return Counts(
        depth=np.full((2, 100), depth // 2, np.int32),
        trusted=np.full(100, depth, np.int32),
        key=np.zeros(0, np.int64),
        sums=np.zeros((0, 4), np.int64),
    )


def rows(at: int, size: int, forward: int, backward: int, letters: int = 0) -> np.ndarray:
    strands = [0] * forward + [1] * backward
    return np.array([[at, size, strand, letters, 0, 30] for strand in strands])


def test_a_deletion_leaves_its_letters_out_and_an_insertion_covers_both_sides() -> None:
    gone = called_indels([rows(50, -3, 6, 4)], counts(10), 1e-8, CallingRules())
    assert [(one.frequency, one.depth) for one in gone] == [(0.5, 20)]
    more = called_indels([rows(50, 2, 6, 4, 0b0110)], counts(20), 1e-8, CallingRules())
    assert [(one.frequency, one.inserted) for one in more] == [(0.5, "CG")]


def test_a_rare_indel_needs_both_strands_and_more_reads_than_errors_give() -> None:
    assert called_indels([rows(50, -1, 9, 0)], counts(100), 1e-8, CallingRules()) == ()
    assert called_indels([rows(50, -1, 1, 2)], counts(100), 1e-8, CallingRules()) == ()
    assert len(called_indels([rows(50, -1, 5, 4)], counts(100), 1e-8, CallingRules())) == 1


def test_of_neighbours_the_best_supported_is_meant() -> None:
    told = called_indels(
        [rows(50, -1, 9, 9), rows(52, -1, 4, 4)], counts(10), 1e-3, CallingRules()
    )
    assert [one.at for one in told] == [50]


def test_long_insertions_keep_all_their_letters() -> None:
    row = np.array([[50, 27, 0, 0, 0b0110, 30]] * 4)
    (one,) = called_indels([row], counts(4), 1e-3, CallingRules())
    assert one.inserted == "A" * 25 + "CG"
    assert called_indels([], counts(4), 1e-3, CallingRules()) == ()
