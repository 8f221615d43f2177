from hypothesis import given
from hypothesis import strategies as st

from nanoward.agents.coding import coding_faults, codons_of, reverse_complement
from nanoward.agents.spec import Locus

GENE = Locus(name="g", role="payload", contig="c", first=1, last=9, coding=True)


def test_a_frame_from_start_to_stop_is_sound() -> None:
    assert list(coding_faults(GENE, "ATGAAATAA")) == []


def test_a_frame_on_the_other_strand_is_read_in_its_own_direction() -> None:
    assert codons_of("TTATTTCAT", "-") == ["ATG", "AAA", "TAA"]


@given(st.text("ACGTRYSWKMBDHVN"))
def test_turning_round_twice_changes_nothing(letters: str) -> None:
    assert reverse_complement(reverse_complement(letters)) == letters


def test_an_unknown_letter_matters_in_a_kill_locus_even_without_a_frame() -> None:
    kill = Locus(name="k", role="kill", contig="c", first=1, last=4)
    spare = Locus(name="b", role="backbone", contig="c", first=1, last=4)
    assert [one[0] for one in coding_faults(kill, "ACNT")] == ["AGT-117"]
    assert list(coding_faults(spare, "ACNT")) == []
