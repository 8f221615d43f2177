"""Simulation: complete programmes with known truth.

People in households and sites, their contacts, an agent that changes within its hosts and
passes along contacts through a bottleneck, doses, exposure, benefit and side effect, weekly
laboratory values and questionnaires, consents and withdrawals, and faults planted in the
files. For planning a study, and as the tests' source of truth.

Pure functions make a `World` from a frozen `Study`; `write.py` alone touches the disk.
"""

from nanoward.simulation.files.linked_sites import LinkedSites, open_linked_sites
from nanoward.simulation.files.releasing import Released, release_programme
from nanoward.simulation.files.write import (
    OccupiedFolderError,
    Written,
    programme_files,
    write_programme,
)
from nanoward.simulation.study import KINDS, AgentKind, ImpossibleStudyError, Study
from nanoward.simulation.world import World, simulated_world

__all__ = [
    "KINDS",
    "AgentKind",
    "ImpossibleStudyError",
    "LinkedSites",
    "OccupiedFolderError",
    "Released",
    "Study",
    "World",
    "Written",
    "open_linked_sites",
    "programme_files",
    "release_programme",
    "simulated_world",
    "write_programme",
]
