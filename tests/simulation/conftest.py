import pytest

from nanoward.simulation.study import Study
from nanoward.simulation.world import World, simulated_world


@pytest.fixture(scope="session")
def world() -> World:
    """The default programme, without faults."""
    return simulated_world(Study(faults=False))


@pytest.fixture(scope="session")
def faulty() -> World:
    """A small programme with faults planted."""
    return simulated_world(Study(participants=24, weeks=16, seed=3))


@pytest.fixture(scope="session")
def null_world() -> World:
    """A small programme in which the agent never passes."""
    return simulated_world(Study(participants=24, weeks=16, transmission=False, faults=False))
