import numpy as np
import polars as pl
import pytest

from nanoward.catalogue.samples.sample_inputs import CallableRegion, Variant
from nanoward.catalogue.samples.variant_alleles import (
    ContigAlleles,
    IndelCall,
    base_masks,
    contig_alleles,
    normalised_table,
)
from nanoward.maths.genetics.alleles import Edit
from nanoward.maths.genetics.sequences import masks_of
from nanoward.testing.reads import random_genome

LETTERS = "GATTACAAAACCGTTCAGG"


def alleles(*told: tuple[int, str, str, float]):
    variants = [
        Variant(contig="c", position=at, ref=ref, alt=alt, frequency=share, depth=50)
        for at, ref, alt, share in told
    ]
    placed = [(one, one.position - 1) for one in variants]
    return contig_alleles(placed, LETTERS, masks_of(LETTERS))


@pytest.mark.hazard("H-177")
def test_the_ways_of_ivar_and_of_tables_to_write_indels() -> None:
    gone = Edit(start=6, stop=8, letters="")
    assert alleles((8, "A", "-AA", 0.2)).indels == {gone: IndelCall(0.2, 50)}
    assert alleles((7, "", "-", 0.2), (8, "", "-", 0.2)).indels == {gone: IndelCall(0.2, 50)}
    assert alleles((6, "C", "+TG", 0.3)).indels == {
        Edit(start=6, stop=6, letters="TG"): IndelCall(0.3, 50)
    }
    assert alleles((8, "A", "*", 0.3)).indels == {}


def test_an_iupac_code_gives_each_of_its_letters_a_part() -> None:
    assert alleles((1, "G", "R", 1.0)).sites[0].shares == {"A": 0.5, "G": 0.5}


def test_parts_of_one_allele_add_up_and_the_same_allele_twice_does_not() -> None:
    assert alleles((1, "GA", "TC", 0.3), (1, "G", "T", 0.4)).sites[0].shares == {
        "T": pytest.approx(0.7)
    }
    assert alleles((1, "GA", "TA", 0.9), (1, "G", "T", 0.9)).sites[0].shares == {"T": 0.9}


@pytest.mark.hazard("H-177")
def test_what_does_not_fit_the_reference_is_named_and_unread() -> None:
    got = alleles((1, "GC", "T", 0.9), (19, "GA", "G", 0.5), (90, "A", "C", 0.5))
    assert {cause: len(some) for cause, some in got.wrong.items()} == {
        "other_reference": 1,
        "no_place": 2,
    }
    assert got.consensus.masks[:2].tolist() == [0, 0]


def test_what_is_unread_comes_after_what_is_read() -> None:
    dark = CallableRegion(contig="c", first=3, last=4, readable=False)
    read = CallableRegion(contig="c", first=2, last=6, readable=True)
    known = masks_of(LETTERS)
    got = base_masks(LETTERS, (dark, read), whole=False)
    assert np.flatnonzero(got).tolist() == [1, 4, 5]
    assert (base_masks(LETTERS, (), whole=True) == known).all()


@pytest.mark.hazard("H-177")
def test_a_lots_variants_take_the_form_of_its_samples_factors() -> None:
    told = pl.DataFrame(
        {
            "contig": ["c", "c", "c", "x"],
            "position": [1, 9, 3, 5],
            "ref": ["GA", "AAC", "", "A"],
            "alt": ["TC", "AC", "N", "G"],
            "frequency": [0.4, 0.2, 1.0, 0.5],
        }
    )
    assert normalised_table(told, {"c": LETTERS}).rows() == [
        ("c", 1, "G", "T", 0.4),
        ("c", 2, "A", "C", 0.4),
        ("c", 6, "CA", "C", 0.2),
        ("x", 5, "A", "G", 0.5),
    ]


@pytest.mark.hazard("H-177")
def test_a_star_is_no_letter_of_its_own() -> None:
    told = alleles((8, "A", "*", 0.9))
    assert (dict(told.sites), dict(told.indels), dict(told.wrong)) == ({}, {}, {})
    assert told.consensus.masks.tolist() == masks_of(LETTERS).tolist()


@pytest.mark.hazard("H-177")
def test_letters_behind_a_plus_stand_behind_the_position() -> None:
    """G1 A2 T3 ...: +CC behind T4 stands before A5, and by half of the reads it is carried."""
    told = alleles((4, "T", "+CC", 0.6))
    assert told.indels == {Edit(start=4, stop=4, letters="CC"): IndelCall(0.6, 50)}
    assert told.consensus.insertions == (Edit(start=4, stop=4, letters="CC"),)


@pytest.mark.hazard("H-177")
def test_the_consensus_is_what_more_than_half_of_the_reads_carry() -> None:
    for share in (0.45, 0.5, 0.51, 0.55):
        told = alleles((1, "G", "C", share)).consensus
        assert (told.masks[0] == masks_of("C")[0]) == (share > 0.5)
        indel = alleles((4, "T", "+CC", share)).consensus.insertions
        assert bool(indel) is (share > 0.5)


LONG = random_genome(80, 5)


def turned(at: int) -> str:
    return "ACGT"["ACGT".index(LONG[at]) - 1]


def placed(*told: tuple[int, str, float]) -> list[tuple[Variant, int]]:
    return [
        (
            Variant(
                contig="c", position=at + 1, ref=LONG[at], alt=alt, frequency=share, depth=9
            ),
            at,
        )
        for at, alt, share in told
    ]


def beside(own: str, *told: tuple[int, str, float]) -> ContigAlleles:
    """Variants (0-based) beside a consensus that tells all but what is inserted; - deleted."""
    return contig_alleles(placed(*told), LONG, masks_of(LONG), consensus=masks_of(own))


@pytest.mark.hazard("H-244")
def test_a_consensus_is_aligned_with_what_its_variants_insert() -> None:
    """A reads' consensus has no room for insertions; its letters alone would go elsewhere."""
    own = LONG[:22] + turned(22) + LONG[23:25] + turned(25) + LONG[26:]
    told = (20, LONG[20] + "ATA", 1.0), (22, turned(22), 1.0), (25, turned(25), 1.0)
    both = beside(own, *told)
    alone = contig_alleles(placed(*told), LONG, masks_of(LONG))
    assert both.consensus.masks.tolist() == alone.consensus.masks.tolist()
    assert both.consensus.insertions == alone.consensus.insertions
    assert (both.sites, both.indels) == (alone.sites, alone.indels)


@pytest.mark.hazard("H-244")
def test_what_a_consensus_alone_tells_is_certain_and_what_it_leaves_unread_stays_so() -> None:
    own = LONG[:40] + "---" + LONG[43:60] + "N" + LONG[61:]
    told = beside(own, (45, turned(45), 0.6))
    (gone,) = [one for one in told.indels if not one.letters]
    assert gone.stop - gone.start == 3
    assert told.indels[gone] == IndelCall(1.0, None)
    assert told.consensus.masks[60] == 0


@pytest.mark.hazard("H-244")
def test_reads_that_tell_an_indel_by_letters_count_with_those_that_tell_the_indel() -> None:
    """The letters of a stretch between an insertion and a deletion, and the indels of some."""
    insert = "CCG"
    moved = LONG[:20] + insert + LONG[20:40] + LONG[43:]
    letters = [(at, moved[at], 0.6) for at in range(20, 43) if moved[at] != LONG[at]]
    told = beside(
        moved, (19, LONG[19] + insert, 0.3), *letters, (39, "-" + LONG[40:43], 0.3)
    )  # fmt: skip
    assert len(told.indels) == 2
    assert all(call.share == pytest.approx(0.9) for call in told.indels.values())
