import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.designs.design_annotations import (
    Note,
    draft_document,
    named_apart,
    note_in,
    packed_note,
    stretches_of,
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


@pytest.mark.parametrize(
    ("name", "parts", "loci"),
    [
        ("a", [(5, 9, "+")], [("a", 5, 9, "+")]),
        ("", [(5, 9, "+")], [("", 5, 9, "+")]),
        (
            "a",
            [(5, 9, "+"), (20, 22, "-")],
            [("a [1 of 2]", 5, 9, "+"), ("a [2 of 2]", 20, 22, "-")],
        ),
        (
            "",
            [(5, 9, "+"), (20, 22, "+")],
            [("c:5 [1 of 2]", 5, 9, "+"), ("c:5 [2 of 2]", 20, 22, "+")],
        ),
        ("a", [(28, 33, "+")], [("a [1 of 2]", 28, 30, "+"), ("a [2 of 2]", 1, 3, "+")]),
    ],
)
def test_a_feature_is_a_locus_for_each_of_its_stretches(
    name: str, parts: list[tuple[int, int, str]], loci: list[tuple[str, int, int, str]]
) -> None:
    found = stretches_of(name, "c", parts, 30)
    assert [(one[0], *one[2:]) for one in found] == loci
    assert {one[1] for one in found} == {"c"}
