from nanoward.simulation.hosts.contacts import HOURS_A_WEEK, Contact
from nanoward.simulation.world import World


def test_hours_together_are_hours_a_week_over_the_weeks() -> None:
    contact = Contact(a=0, b=1, kind="room", first=10, last=23, hours_a_week=3.0)
    assert contact.hours == 6.0


def test_contacts_are_of_two_people_who_are_both_in_the_programme(world: World) -> None:
    for contact in world.contacts:
        assert contact.a < contact.b
        for place in (contact.a, contact.b):
            person = world.people[place]
            assert person.consent <= contact.first
            assert contact.last <= person.leaves(world.study)


def test_everybody_at_home_is_a_household_contact_and_nobody_else(world: World) -> None:
    told = {(one.a, one.b) for one in world.contacts if one.kind == "household"}
    home = {
        (a, b)
        for a, one in enumerate(world.people)
        for b, other in enumerate(world.people)
        if a < b
        and one.household == other.household
        and max(one.consent, other.consent)
        < min(one.leaves(world.study), other.leaves(world.study))
    }
    assert told == home


def test_a_pair_has_one_kind_of_contact_with_hours_of_that_kind(world: World) -> None:
    pairs = [(one.a, one.b) for one in world.contacts]
    assert len(set(pairs)) == len(pairs)
    for one in world.contacts:
        low, high = HOURS_A_WEEK[one.kind]
        assert low <= one.hours_a_week <= high
