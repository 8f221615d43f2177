"""What is simulated: size, length, seed, kind of agent, and the chance of each part."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from nanoward.base.errors import UsageError


class ImpossibleStudyError(UsageError):
    """A programme that cannot be simulated."""

    code = "SIM-001"
    next_step = "Ask for at least 12 participants, 12 weeks, and a known kind of agent."


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKind:
    """How an agent changes within a host and passes to another.

    mutation_per_site_year  neutral mutations, per site and year, outside of guarded loci
    guarded_per_site_year   the same within kill and safety loci
    population              effective number of genomes in a host; one generation is one day
    bottleneck              genomes that found the population of a new host
    passing_per_hour        hazard of passing per hour of close contact, to a free host
    replacement             relative hazard where the host already carries the agent
    """

    name: str
    mutation_per_site_year: float
    guarded_per_site_year: float
    population: int
    bottleneck: int
    passing_per_hour: float
    replacement: float


# Virus: 1e-2 per site and year is the clock of poliovirus (Jorba et al. 2008, J Virol
# 82:4429); a bottleneck of 1 to 2 genomes and a within-host effective size of some tens are
# those of influenza A (McCrone et al. 2018, eLife 7:e35962). Relative susceptibility 0.2 of
# a host that was vaccinated twice: Duintjer Tebbens et al. 2013, Risk Anal 33:544, Table I.
# Microbe: gut bacteria gain about one change per genome of 5 Mb and year in a host (2e-7 per
# site; Zhao et al. 2019, Cell Host Microbe 25:656), in line with 1e-3 mutations per genome and
# generation of Escherichia coli (2.2e-10 per base; Lee et al. 2012, PNAS 109:E2774), and with
# an escape rate of 1e-9 where a handful of bases break a kill switch. 12 kb would show none of
# it, so the contigs stand for a recording cassette that a mutator of its own writes at 1.6e-5
# per base and generation (1e-5: OrthoRep, Ravikumar et al. 2018, Cell 175:1946); the kill
# loci lie elsewhere on the chromosome and mutate as the rest of it does. Virus: its kill loci
# overlap what it cannot live without, so that all but 1 change of 50,000 there die; our
# assumption.
# Hazards of passing are our assumption, set so that about half of the households see one.
KINDS: Final = {
    "microbe": AgentKind(
        name="microbe",
        mutation_per_site_year=6e-3,
        guarded_per_site_year=2e-7,
        population=40,
        bottleneck=5,
        passing_per_hour=1.5e-3,
        replacement=0.5,
    ),
    "virus": AgentKind(
        name="virus",
        mutation_per_site_year=1e-2,
        guarded_per_site_year=2e-7,
        population=40,
        bottleneck=2,
        passing_per_hour=3e-3,
        replacement=0.2,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One simulated programme. The same value always gives the same files.

    participants  people who were asked, screen failures among them
    weeks         from the first consent to the day that the data stand for
    transmission  False: the null world, in which the agent never passes
    faults        True: known faults are planted in the files
    start         day 0
    """

    participants: int = 60
    weeks: int = 26
    seed: int = 7
    agent_kind: str = "microbe"
    transmission: bool = True
    faults: bool = True
    start: date = date(2026, 3, 2)

    def __post_init__(self) -> None:
        if self.participants < 12 or self.weeks < 12 or self.seed < 0:
            raise ImpossibleStudyError(
                f"{self.participants} participants for {self.weeks} weeks"
                f" with seed {self.seed} is too small or negative"
            )
        if self.agent_kind not in KINDS:
            raise ImpossibleStudyError(f"no agent of the kind {self.agent_kind!r} is known")

    @property
    def kind(self) -> AgentKind:
        return KINDS[self.agent_kind]

    @property
    def days(self) -> int:
        """Days from day 0 to the day that the data stand for."""
        return 7 * self.weeks

    @property
    def as_of(self) -> date:
        return self.day(self.days)

    @property
    def course_days(self) -> int:
        """Days from the first to the last planned dose: seven tenths of the programme."""
        return 7 * round(0.7 * self.weeks)

    def day(self, number: int) -> date:
        """The date of a day, counted from 0."""
        return self.start + timedelta(days=int(number))

    def chance(self, part: str) -> np.random.Generator:
        """A stream of its own for each part, so that parts do not disturb one another."""
        entropy = [self.seed, zlib.crc32(part.encode())]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
