"""What is known of everybody by a day, of files and of the ledger, for several steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from nanoward.clearance import at_data_cutoff
from nanoward.clearance.sdtm.known_domains import KnownDomains
from nanoward.flows.clearance.read_sdtm import sdtm_domains
from nanoward.flows.clearance.recorded_facts import recorded_domains, with_recorded
from nanoward.flows.steps.step_outcome import Materials
from nanoward.ports.ledger import Ledger


@dataclass(frozen=True, kw_only=True)
class KnownPeople:
    """What files and ledger say of everybody, and of it what was known by a day.

    recorded  rows that stand on the ledger; domains: those of files with them
    """

    recorded: Mapping[str, pl.DataFrame]
    domains: Mapping[str, pl.DataFrame]
    as_of: date

    @cached_property
    def known(self) -> KnownDomains:
        """The domains as known by the day; what follows from them is worked out once."""
        return KnownDomains(at_data_cutoff(self.domains, self.as_of))


def known_people(ledger: Ledger, materials: Materials, as_of: date) -> KnownPeople:
    """What the materials and the ledger say."""
    recorded = recorded_domains(ledger)
    domains = with_recorded(sdtm_domains(materials), recorded)
    return KnownPeople(recorded=recorded, domains=domains, as_of=as_of)
