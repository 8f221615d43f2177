import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.names import NoNameError, identity_of, meant, near_names, participant_id


@pytest.mark.hazard("H-101")
def test_forms_that_look_the_same_are_one_person_and_others_are_not() -> None:
    assert participant_id("P001 ") == participant_id("\tP001\n") == "P001"
    assert participant_id("Jose\u0301") == participant_id("Jos\u00e9")
    assert participant_id("p001") != participant_id("P001")
    assert participant_id("P 001") != participant_id("P001")
    with pytest.raises(NoNameError):
        participant_id(" \u00a0")


@given(st.text(max_size=12))
def test_an_identity_is_its_own_identity_in_every_form(text: str) -> None:
    name = identity_of(text)
    assert identity_of(name) == name
    assert identity_of(unicodedata.normalize("NFD", f" {name} ")) == name


def test_near_names_are_those_that_a_slip_makes() -> None:
    known = ["P001", "P010", "P100", "P002", "Q777", "Åsa Öst"]
    assert near_names("p-1", known)[0] == "P001"
    assert near_names("asa ost", known) == ("Åsa Öst",)
    assert "Q777" in near_names("Q77", known)
    assert "Q777" in near_names("Q7777", known)
    assert near_names("Zebra", known) == ()
    assert near_names("AB12", ["BA12"]) == ("BA12",)


def test_what_may_be_meant_ends_a_sentence() -> None:
    assert meant(("P001", "P010")) == "; is 'P001', 'P010' meant?"
    assert meant(()) == ""
