import pytest

from nanoward.control.identity import are_near, doubtful_keys, folded_name, identity_of
from nanoward.control.kill_state import Signer


def who(name: str, key: str, person: str = "") -> Signer:
    return Signer(name=name, roles=frozenset({"physician"}), key=key, person=person)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Berg", "anna berg"),
        ("Anna Berg", "Berg, Anna"),
        ("Anna Berg", "Anna  Berg "),
        ("Anna Berg", "anna.berg"),
        ("Ann\u00e9 Berg", "Anne\u0301 Berg"),
        ("Ann\u00e9 Berg", "Anne Berg"),
        ("Anna Berg", "Anna Bergs"),
        ("Anna Berg", "Ana Berg"),
        ("Anna Berg", "Anna Burg"),
        ("Anna Berg", "Anna Breg"),
    ],
)
def test_spellings_of_one_name_are_near(one: str, other: str) -> None:
    assert are_near(one, other)
    assert are_near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ben", "len"),
        ("anna", "cara"),
        ("Anna Berg", "Anna Lindt"),
        ("Anna Berg", "Anna Bourg"),
    ],
)
def test_names_of_two_people_are_not(one: str, other: str) -> None:
    assert not are_near(one, other)


@pytest.mark.hazard("H-77")
def test_a_person_is_one_by_their_identifier_else_by_their_name_however_spelt() -> None:
    assert identity_of(who("Anna", "k", "007")) == "007"
    assert identity_of(who("Berg, Anna", "k")) == identity_of(who("anna BERG", "k2"))
    assert folded_name("Berg, Anna") == "anna berg"


@pytest.mark.hazard("H-77")
def test_keys_count_for_nothing_while_two_may_be_one_persons() -> None:
    anna, slip = who("Anna Berg", "k1"), who("Ana Berg", "k2")
    told = doubtful_keys([anna, slip, who("ben", "k3")])
    assert set(told) == {"k1", "k2"}
    assert "give each its own `person`" in told["k1"]
    assert doubtful_keys([who("Anna Berg", "k1", "007"), who("Ana Berg", "k2", "008")]) == {}
    assert set(doubtful_keys([who("Anna Berg", "k1", "007"), slip])) == {"k1", "k2"}
    assert doubtful_keys([anna, who("Anna Berg", "k2")]) == {}  # one person, two keys
    assert doubtful_keys([who("anna", "k1", "007"), who("a. b.", "k2", "007")]) == {}
    assert (
        "two people are called"
        in doubtful_keys([who("anna", "k1", "007"), who("anna", "k2", "008")])["k2"]
    )
    assert "the same key" in doubtful_keys([who("anna", "k1"), who("ben", "k1")])["k1"]


def test_short_names_that_are_folded_alike_are_near() -> None:
    assert are_near("Bo", "bo")
    assert not are_near("Bo", "Jo")
