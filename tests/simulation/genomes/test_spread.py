from dataclasses import replace

import numpy as np
import pytest

from nanoward.simulation.genomes.spread import (
    FLUSH_DAYS,
    LATENT_DAYS,
    Arrival,
    lineage,
    shared_days,
    simulated_spread,
)
from nanoward.simulation.hosts.contacts import Contact
from nanoward.simulation.hosts.people import Person
from nanoward.simulation.study import Study
from nanoward.simulation.world import World

SOURCE = Person(
    name="P001",
    site="S1",
    household="H01",
    room="R1",
    age=40,
    sex="F",
    weight_kg=70.0,
    arm="Agent high",
    fate="ongoing",
    consent=0,
    first=7,
    last=84,
    gone=-1,
)
CONTROL = replace(SOURCE, name="P002", arm="Control")


def test_the_agent_passes_only_along_contacts_from_a_host_who_carried_it(world: World) -> None:
    contacts = {(one.a, one.b): one for one in world.contacts}
    since: dict[int, int] = {}
    passed = 0
    for arrival in world.arrivals:
        if arrival.source is not None:
            passed += 1
            pair = (min(arrival.host, arrival.source), max(arrival.host, arrival.source))
            contact = contacts[pair]
            assert contact.kind == arrival.kind
            assert contact.first <= arrival.day <= contact.last
            assert since[arrival.source] + LATENT_DAYS <= arrival.day
            left = world.people[arrival.source].leaves(world.study)
            assert arrival.day <= left + FLUSH_DAYS
        since[arrival.host] = arrival.day
    assert passed >= 10


def test_in_the_null_world_the_agent_comes_from_the_lot_alone(null_world: World) -> None:
    assert null_world.arrivals
    assert all(arrival.source is None for arrival in null_world.arrivals)


def test_the_share_reached_agrees_with_the_hazard() -> None:
    hours, last = 40.0, 84
    reached = 0
    worlds = 400
    contact = Contact(a=0, b=1, kind="household", first=0, last=last, hours_a_week=hours)
    for seed in range(worlds):
        study = Study(weeks=12, seed=seed)
        arrivals = simulated_spread(study, (SOURCE, CONTROL), (contact,))
        reached += any(one.host == 1 for one in arrivals)
    days = last - (7 + LATENT_DAYS) + 1
    expected = 1 - np.exp(-days * hours / 7 * study.kind.passing_per_hour)
    spread = np.sqrt(expected * (1 - expected) / worlds)
    assert reached / worlds == pytest.approx(expected, abs=4 * spread)


# Host 0 gets the lot on day 5 and reaches 1 on day 20, who reaches 2 on day 30. Host 3 gets
# the lot on day 6. Host 0 reaches 3 on day 25.
CHAIN = (
    Arrival(day=5, host=0),
    Arrival(day=6, host=3),
    Arrival(day=20, host=1, source=0, kind="room"),
    Arrival(day=25, host=3, source=0, kind="room"),
    Arrival(day=30, host=2, source=1, kind="room"),
)


def test_a_lineage_leads_back_to_the_lot() -> None:
    assert lineage(CHAIN, 2, 50) == [(0, 5, 20), (1, 20, 30), (2, 30, 50)]
    assert lineage(CHAIN, 2, 29) == []
    assert lineage(CHAIN, 3, 10) == [(3, 6, 10)]


def test_days_in_common_end_where_lineages_part() -> None:
    assert shared_days(CHAIN, (0, 50), (1, 50)) == 15
    assert shared_days(CHAIN, (0, 50), (2, 50)) == 15
    assert shared_days(CHAIN, (1, 50), (2, 50)) == 25  # 15 in host 0, 10 in host 1
    assert shared_days(CHAIN, (2, 50), (3, 50)) == 15  # through host 0
    assert shared_days(CHAIN, (2, 50), (3, 24)) is None  # host 3 still carried the lot's
    assert shared_days(CHAIN, (0, 12), (1, 50)) == 7  # the source was sampled before
