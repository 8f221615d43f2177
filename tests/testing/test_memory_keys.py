from nanoward.testing.memory_keys import MemoryPeople, MemorySigner, counted_chance


def test_chance_is_counted_and_never_the_same_twice() -> None:
    draw, again, other = counted_chance(), counted_chance(), counted_chance("other")
    drawn = [draw(8) for _ in range(50)]
    assert drawn == [again(8) for _ in range(50)]
    assert len({*drawn, *(other(8) for _ in range(50))}) == 100


def test_a_seed_is_a_key_of_its_own() -> None:
    one, same, other = MemorySigner("a"), MemorySigner("a"), MemorySigner("b")
    assert (one.key, one.sign(b"x"), one.seal(b"x")) == (
        same.key,
        same.sign(b"x"),
        same.seal(b"x"),
    )
    assert one.key != other.key
    assert one.seal(b"x") != other.seal(b"x")


def test_people_are_known_by_a_key_until_they_are_erased() -> None:
    people = MemoryPeople(counted_chance())
    ids = people.ids_of(["P1", "P2", "P1"])
    assert ids[0] == ids[2] != ids[1]
    assert people.people() == ("P1", "P2")
    assert people.name_of(ids[0]) == "P1"
    assert people.cipher(ids[:1]) is not None
    assert people.erase("P1")
    assert not people.erase("P1")
    assert people.cipher(ids[:1]) is None
    assert people.name_of(ids[0]) is None
    assert people.ids_of(["P1"]) != ids[:1]  # who comes again has another key
