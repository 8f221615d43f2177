"""Evolution within hosts: mutation, drift, selection, and bottlenecks between hosts.

The state is one allele count per host and place (Wright-Fisher), not whole genomes: places
drift independently of one another (no linkage). What the rooms look at, consensus bases and
minor frequencies, is right place by place; the correlation of neighbouring minor frequencies
and hitch-hiking are not simulated. A host carries at most two bases at one place.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.simulation.genomes.genome import Genome, guarded_places
from nanoward.simulation.genomes.spread import Arrival
from nanoward.simulation.study import AgentKind, Study

# Our assumptions: a host-adaptation change arises once in 100 days and has an advantage of
# 15 % a generation, so that it takes over in about a third of hosts over 20 weeks (fixation
# probability about 2s: Haldane 1927). Convergence like this makes unrelated people look bound.
ADAPTIVE_PER_DAY = 0.01
ADVANTAGE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """What one host carries on one day.

    frequency  (L,) share of the other base, 0 where there is none
    alt        (L,) which base that is
    """

    frequency: NDArray[np.float64]
    alt: NDArray[np.uint8]


class Hosts:
    """Counts of the other base, by host and place; changed in place while days pass."""

    def __init__(self, genome: Genome, kind: AgentKind, hosts: int) -> None:
        self.genome, self.kind = genome, kind
        self.counts = np.zeros((hosts, len(genome.letters)), np.int16)
        self.alt = np.tile(genome.lot_alt, (hosts, 1))
        self.carries = np.zeros(hosts, bool)
        self.guarded = guarded_places()

    def receive(self, chance: np.random.Generator, arrival: Arrival) -> None:
        """Found a population: from the lot, or from a source through the bottleneck."""
        size, host = self.kind.population, arrival.host
        if arrival.source is None:
            self.counts[host] = chance.binomial(size, self.genome.lot_frequency)
            self.alt[host] = self.genome.lot_alt
        else:
            founders = chance.binomial(self.kind.bottleneck, self.counts[arrival.source] / size)
            self.counts[host] = chance.binomial(size, founders / self.kind.bottleneck)
            self.alt[host] = self.alt[arrival.source]
        self.carries[host] = True

    def drift(self, chance: np.random.Generator) -> None:
        """One generation: selection at the adaptive places, then binomial drift."""
        size = self.kind.population
        hosts, places = np.nonzero((self.counts > 0) & (self.counts < size))
        share = self.counts[hosts, places] / size
        favoured = np.isin(places, self.genome.adaptive)
        favoured &= self.alt[hosts, places] == self.genome.lot_alt[places]
        gain = ADVANTAGE * favoured
        self.counts[hosts, places] = chance.binomial(
            size, share * (1 + gain) / (1 + gain * share)
        )

    def mutate(self, chance: np.random.Generator) -> int:
        """New bases in single genomes; returns how many arose.

        The number is Poisson with mean genomes x places x rate, so that neutral changes fix
        at the mutation rate (Kimura 1968); those of guarded loci are thinned to their own,
        lower rate. A place that already varies is left as it is.
        """
        carriers = np.flatnonzero(self.carries)
        length = self.counts.shape[1]
        mean = self.kind.population * length * self.kind.mutation_per_site_year / 365.25
        count = int(chance.poisson(mean * len(carriers)))
        if not len(carriers):
            return 0
        hosts = chance.choice(carriers, count)
        places = chance.integers(0, length, count)
        step = chance.integers(1, 4, count)
        part = self.kind.guarded_per_site_year / self.kind.mutation_per_site_year
        kept = ~self.guarded[places] | (chance.random(count) < part)
        hosts, places, step = hosts[kept], places[kept], step[kept]
        alt = ((self.genome.letters[places] + step) % 4).astype(np.uint8)
        self._add(hosts, places, alt)
        found, which = np.nonzero(
            chance.random((len(carriers), len(self.genome.adaptive))) < ADAPTIVE_PER_DAY
        )
        helped = self.genome.adaptive[which]
        self._add(carriers[found], helped, self.genome.lot_alt[helped])
        return len(places)

    def _add(self, hosts: np.ndarray, places: np.ndarray, alt: np.ndarray) -> None:
        free = self.counts[hosts, places] == 0
        hosts, places = hosts[free], places[free]
        self.counts[hosts, places] = 1
        self.alt[hosts, places] = alt[free]

    def population(self, host: int) -> Population:
        """A copy of what the host carries now."""
        return Population(
            frequency=self.counts[host] / self.kind.population, alt=self.alt[host].copy()
        )


def populations(
    study: Study,
    genome: Genome,
    arrivals: Sequence[Arrival],
    wanted: Iterable[tuple[int, int]],
    *,
    step: Callable[[int], None] = lambda count: None,  # noqa: ARG005
) -> Mapping[tuple[int, int], Population]:
    """What each wanted (host, day) carried; without those who carried nothing.

    step  is called after each simulated day
    """
    chance = study.chance("evolution")
    asked: dict[int, list[int]] = {}
    for host, day in wanted:
        asked.setdefault(day, []).append(host)
    coming: dict[int, list[Arrival]] = {}
    for arrival in arrivals:
        coming.setdefault(arrival.day, []).append(arrival)
    names = [arrival.host for arrival in arrivals] + [
        host for day in asked.values() for host in day
    ]
    hosts = Hosts(genome, study.kind, 1 + max(names, default=0))
    found: dict[tuple[int, int], Population] = {}
    for day in range(study.days + 1):
        hosts.drift(chance)
        hosts.mutate(chance)
        for arrival in coming.get(day, ()):
            hosts.receive(chance, arrival)
        for host in asked.get(day, ()):
            if hosts.carries[host]:
                found[host, day] = hosts.population(host)
        step(1)
    return found
