import sys

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.sequences.minimap2 import Minimap, NoReadsLibraryError
from nanoward.ports.reads import Hit
from nanoward.testing.reads import random_genome

GENOME = random_genome(20_000, 1)
TURN = str.maketrans("ACGT", "TGCA")


def test_a_read_lies_where_it_was_taken_from_on_either_strand() -> None:
    pytest.importorskip("mappy")
    aligner = FileFormats().aligner({"a": GENOME[:9_000], "b": GENOME[9_000:]}, "ont")
    letters = GENOME[12_000:15_000]
    (hit,) = aligner.hits(letters)
    assert hit == Hit(contig="b", place=3_000, at=0, back=False, steps=((3_000, 0),))
    (turned,) = aligner.hits(letters.translate(TURN)[::-1])
    assert turned == Hit(contig="b", place=3_000, at=0, back=True, steps=((3_000, 0),))


def test_a_read_that_fits_two_places_has_none() -> None:
    pytest.importorskip("mappy")
    twice = Minimap({"a": GENOME[:6_000] + GENOME[:6_000]}, "pacbio")
    assert list(twice.hits(GENOME[1_000:4_000])) == []


def test_without_the_library_the_reason_and_the_way_out_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "mappy", None)
    with pytest.raises(NoReadsLibraryError, match="mappy") as fault:
        Minimap({"a": GENOME}, "ont")
    assert "nanoward[reads]" in fault.value.next_step
