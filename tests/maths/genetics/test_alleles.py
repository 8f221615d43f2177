import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.genetics.alleles import (
    Edit,
    ReferenceAlignment,
    canonical_alignment,
    edits_of,
    indels_of,
    left_aligned,
    touches,
    vcf_allele,
)
from nanoward.maths.genetics.sequences import masks_of, text_of
from nanoward.sequencing.consensus_alignment import DELETED, OUTSIDE, placement_of

REFERENCE = "GATTACAAAACCGTTCAGG"


def edit(start: int, stop: int, letters: str) -> Edit:
    return Edit(start=start, stop=stop, letters=letters)


@pytest.mark.hazard("H-177")
@pytest.mark.parametrize(
    ("start", "ref", "alt", "answer"),
    [
        (3, "T", "C", (edit(3, 4, "C"),)),
        (2, "TTA", "TCA", (edit(3, 4, "C"),)),  # padded
        (2, "TT", "CG", (edit(2, 3, "C"), edit(3, 4, "G"))),  # several letters
        (8, "AAC", "AC", (edit(6, 7, ""),)),  # the leftmost A of four
        (9, "AC", "ATTC", (edit(10, 10, "TT"),)),
        (0, "GA", "A", (edit(0, 1, ""),)),
        (10, "CCGT", "CCGT", ()),
        (10, "CCGTT", "CCAT", (edit(12, 13, ""), edit(13, 14, "A"))),
    ],
)
def test_alleles_by_hand(start: int, ref: str, alt: str, answer: tuple[Edit, ...]) -> None:
    edits = edits_of(start, ref, alt)
    assert tuple(left_aligned(one, REFERENCE) for one in edits) == answer


def test_an_indel_moves_left_and_is_written_with_the_letter_before_it() -> None:
    assert left_aligned(edit(9, 10, ""), REFERENCE) == edit(6, 7, "")
    assert left_aligned(edit(10, 10, "A"), REFERENCE) == edit(6, 6, "A")
    assert left_aligned(edit(9, 10, ""), REFERENCE, floor=8) == edit(8, 9, "")
    assert vcf_allele(edit(6, 7, ""), REFERENCE) == (5, "CA", "C")
    assert vcf_allele(edit(6, 6, "TT"), REFERENCE) == (5, "C", "CTT")
    assert vcf_allele(edit(0, 2, ""), REFERENCE) == (0, "GAT", "T")
    assert vcf_allele(edit(0, 0, "T"), REFERENCE) == (0, "G", "TG")


def spelled(aligned: ReferenceAlignment) -> str:
    inserted = {one.start: one.letters for one in aligned.insertions}
    letters = "".join(
        inserted.get(at, "") + ("" if mask == 16 else text_of(aligned.masks[at : at + 1]))
        for at, mask in enumerate(aligned.masks.tolist())
    )
    return letters + inserted.get(len(aligned.masks), "")


def applied(reference: str, edits: list[Edit]) -> ReferenceAlignment:
    masks, inserted = masks_of(reference).copy(), {}
    for one in edits:
        if one.start == one.stop:
            inserted[one.start] = one.letters
        else:
            masks[one.start : one.stop] = masks_of(one.letters) if one.letters else 16
    told = tuple(edit(at, at, letters) for at, letters in sorted(inserted.items()))
    return ReferenceAlignment(masks=masks, insertions=told)


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A random genome and edits along it, from crowded to far apart."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    reference = "".join(rng.choice(list("ACGT"), 300))
    apart, at, edits = draw(st.integers(2, 60)), 30, []
    while at < 250:
        kind, size = rng.integers(4), int(rng.integers(1, 9))
        if kind == 0:
            edits.append(edit(at, at + size, ""))
        elif kind == 1:
            edits.append(edit(at, at, "".join(rng.choice(list("ACGT"), size))))
        else:
            other = "ACGT".replace(reference[at], "")
            edits.append(edit(at, at + 1, str(rng.choice(list(other)))))
        at += size + 1 + int(rng.integers(0, 2 * apart))
    return reference, edits


@pytest.mark.hazard("H-177")
@given(changed())
def test_the_form_depends_on_the_sequences_alone(case: tuple[str, list[Edit]]) -> None:
    reference, edits = case
    told = applied(reference, edits)
    final = canonical_alignment(told, reference)
    assert spelled(final) == spelled(told)
    again = canonical_alignment(final, reference)
    assert (again.masks == final.masks).all()
    assert again.insertions == final.insertions
    query, target = masks_of(spelled(told)), masks_of(reference)
    placed = placement_of(query, target)
    assert placed is not None
    where = placed.where
    masks = np.where(where >= 0, query[np.clip(where, 0, len(query) - 1)], 0).astype(np.uint8)
    masks[where == DELETED] = 16
    assert not (where == OUTSIDE).any()
    inserted = tuple(
        edit(before + 1, before + 1, text_of(query[first : first + size]))
        for before, first, size in placed.insertions
    )
    other = canonical_alignment(ReferenceAlignment(masks=masks, insertions=inserted), reference)
    assert indels_of(other) == indels_of(final)
    assert (other.masks == final.masks).all()


@pytest.mark.hazard("H-270")
@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ((10, "A", "C"), True),
        ((9, "A", "C"), False),
        ((9, "A", "ACC"), True),  # stands before letter 10
        ((8, "A", "ACC"), False),
        ((20, "A", "ACC"), True),  # behind letter 20
        ((21, "A", "ACC"), False),
        ((8, "ACG", "A"), True),  # letters 9 and 10 are gone
        ((7, "ACG", "A"), False),
        ((19, "ACG", "A"), True),
        ((20, "ACG", "A"), False),  # letter 20 stays
        ((9, "A", "+CC"), True),
        ((9, "A", "-"), False),
        ((15, "", "C"), True),
    ],
)
def test_a_change_touches_a_stretch(change: tuple[int, str, str], answer: bool) -> None:
    assert touches(change, 10, 20) is answer


@pytest.mark.hazard("H-270")
def test_an_indel_that_may_as_well_lie_in_a_stretch_touches_it() -> None:
    letters = "CCCCGTACAAAATTTTGGGG"  # AAAA is 9 to 12
    more = (8, "C", "CA")  # an A before the four: any of them may be new
    assert touches(more, 12, 16, letters)
    assert touches(more, 11, 16, letters)
    assert not touches(more, 14, 16, letters)
    fewer = (8, "CA", "C")
    assert touches(fewer, 12, 16, letters)
    assert not touches(fewer, 13, 16, letters)
    copy = (2, "C", "CCCGTACAAAATTTTGC")  # positions 3 to 18, twice
    assert touches(copy, 12, 18, letters)


@pytest.mark.hazard("H-177")
@pytest.mark.parametrize(("more", "between", "found"), [("GGATCAA", 18, 2), ("GG", 2, 0)])
def test_an_insertion_and_a_deletion_written_as_other_letters_are_one_change(
    more: str, between: int, found: int
) -> None:
    """Far enough apart they are an insertion and a deletion, close together other letters."""
    reference = "ACGTTGCAACGGATCTTAGCCATGGTACCTTGAACGGTCATTGCCAGTAACGTTAGCATCGGATTCA"
    gone = 20 + between
    sample = reference[:20] + more + reference[20:gone] + reference[gone + len(more) :]
    assert len(sample) == len(reference)
    flat = canonical_alignment(ReferenceAlignment(masks=masks_of(sample)), reference)
    masks = masks_of(reference)
    masks[gone : gone + len(more)] = 16
    split = ReferenceAlignment(masks=masks, insertions=(edit(20, 20, more),))
    again = canonical_alignment(split, reference)
    assert len(indels_of(flat)) == found
    assert again.insertions == flat.insertions
    assert (again.masks == flat.masks).all()
