import numpy as np
import pytest

from nanoward.sequencing.pileup import PileupBatch
from nanoward.sequencing.primer_masking import PrimerSites, without_primers
from nanoward.sequencing.read_mapping import END

SITES = PrimerSites(forward=np.array([[100, 120]]), backward=np.array([[280, 300]]))


@pytest.mark.hazard("H-183")
def test_what_a_fragment_says_within_its_primers_is_left_out() -> None:
    """Two fragments by hand: one from primer to primer, one that begins between them."""
    sheet = PileupBatch(
        spans=np.array([[105, 200, 0], [205, 295, 1], [155, 250, 0]], np.int32),
        letters=np.array([[8 * 110, 30, 2], [8 * 150, 30, 2], [8 * 160, 30, 1]], np.uint32),
        low_quality=np.array([119, 120, 290, 161], np.int32),
        indels=np.array([[285, -1, 0, 0, 0, 9], [200, 1, 0, 0, 0, 9]], np.int64),
        ends=np.array([[2, 2, 3, 1], [3, 3, 4, 2]], np.int64),
        names=np.zeros(2, np.uint64),
        totals=np.zeros(4, np.int64),
    )
    told = without_primers(sheet, SITES)
    assert told.spans[:, :2].tolist() == [[120, 200], [205, 280], [155, 250]]
    assert (told.letters[:, 0] >> 3).tolist() == [150, 160]
    assert told.low_quality.tolist() == [120, 161]
    assert told.indels[:, 0].tolist() == [200]
    assert told.ends.tolist() == [[2, 1, 1, 0], [3, 2, 2, 1]]


def span_of(first: int, last: int) -> list[int]:
    """What is left of a fragment from a first position to that behind its last."""
    sheet = PileupBatch(
        spans=np.array([[first + END, last - END, 0]], np.int32),
        letters=np.zeros((0, 3), np.uint32),
        low_quality=np.zeros(0, np.int32),
        indels=np.zeros((0, 6), np.int64),
        ends=np.array([[1, 0, 0, 0]], np.int64),
        names=np.zeros(1, np.uint64),
        totals=np.zeros(4, np.int64),
    )
    left: list[int] = without_primers(sheet, SITES).spans[0, :2].tolist()
    return left


@pytest.mark.hazard("H-183")
@pytest.mark.parametrize(
    ("first", "trimmed"), [(97, False), (98, True), (100, True), (119, True), (120, False)]
)
def test_a_fragment_that_begins_within_a_primer_or_two_letters_before_it_is_trimmed(
    first: int, *, trimmed: bool
) -> None:
    assert span_of(first, 250) == [max(120, first + END) if trimmed else first + END, 250 - END]


@pytest.mark.hazard("H-183")
@pytest.mark.parametrize(
    ("last", "trimmed"), [(280, False), (281, True), (300, True), (302, True), (303, False)]
)
def test_a_fragment_that_ends_within_a_primer_or_two_letters_behind_it_is_trimmed(
    last: int, *, trimmed: bool
) -> None:
    assert span_of(150, last) == [150 + END, min(280, last - END) if trimmed else last - END]


def test_what_lies_within_a_primer_alone_leaves_nothing() -> None:
    first, last = span_of(101, 118)
    assert first == last == 120
