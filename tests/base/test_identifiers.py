import pytest

from nanoward.base.identifiers import key_of, persons_meant


@pytest.mark.parametrize("name", ["p004", "P0O4", "P-004", "P4", " P004 "])
def test_near_misses_of_an_identifier_share_its_key(name: str) -> None:
    assert key_of(name) == key_of("P004")


def test_a_near_miss_names_the_only_person_who_is_meant() -> None:
    assert persons_meant(["p4", "X1"], ["P004", "P005"]) == {"p4": "P004"}
    assert persons_meant(["p4"], ["P004", "P-4"]) == {}
