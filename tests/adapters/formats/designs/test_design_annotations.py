import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.designs.design_annotations import (
    Note,
    draft_document,
    named_apart,
    note_in,
    packed_note,
)

TEXT = st.text(max_size=40)


@given(st.dictionaries(TEXT, TEXT, max_size=4), st.none() | st.tuples(TEXT, TEXT))
def test_a_note_survives_whatever_wraps_it(
    document: dict[str, str], origin: tuple[str, str] | None
) -> None:
    note = Note(document=document, origin=origin)
    text = packed_note(note)
    assert note_in(text) == note
    assert (
        note_in("before " + "\n   ".join(text[at : at + 9] for at in range(0, 14, 9))) is None
    )
    head, _, body = text.partition(":")
    wrapped = "\n            ".join(body[at : at + 20] for at in range(0, len(body), 20))
    assert note_in(f"a comment of others\n{head}:\n{wrapped}") == note


@pytest.mark.parametrize(
    "text", ["", "nanoward-spec:", "nanoward-spec:zz", "nanoward-spec:00ff"]
)
def test_what_is_no_note_is_none(text: str) -> None:
    assert note_in(text) is None


def test_loci_get_names_of_their_own_in_the_order_of_their_places() -> None:
    loci = [("a", "c", 9, 12, "+"), ("", "c", 1, 4, "-"), ("a", "c", 2, 3, "+")]
    assert named_apart(loci) == (
        ("c:1-4", "c", 1, 4, "-"),
        ("a", "c", 2, 3, "+"),
        ("a (2)", "c", 9, 12, "+"),
    )


def test_a_draft_holds_contigs_and_loci_alone() -> None:
    draft = draft_document({"c": "ACGT"}, (("a", "c", 1, 3, "+"),), frozenset({"a"}))
    assert set(draft) == {"contigs", "loci"}
    assert draft["contigs"][0]["length"] == 4
    assert (draft["loci"][0]["role"], draft["loci"][0]["coding"]) == ("cds", True)
