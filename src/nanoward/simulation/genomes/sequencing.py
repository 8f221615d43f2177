"""Sequencing: samples, what could be read of them, their consensus and minor variants."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from nanoward.simulation.genomes.evolution import Population, populations
from nanoward.simulation.genomes.genome import (
    CONTIGS,
    Genome,
    guarded_places,
    place_of,
    spelled,
    split_by_contig,
)
from nanoward.simulation.genomes.spread import Arrival
from nanoward.simulation.hosts.people import Person
from nanoward.simulation.study import Study

# Our assumptions about sequencing: a sample every four weeks; mean depth 400; one stretch of
# 300 bases in three samples of four lost (a failed amplicon); bases read wrongly pile up to
# 2 to 4 % at about three places of a sample (false minor variants dominate below 5 %:
# Valesano et al. 2021, PLoS Pathog 17:e1009499), but not in guarded loci: these are read in two
# libraries of each sample, and what only one shows is left out (Grubaugh et al. 2019, Genome
# Biol 20:8). Variants are called from 2 % on.
SAMPLE_EVERY_DAYS = 28
MEAN_DEPTH = 400.0
LOST_STRETCH, LOST_MEAN = 300, 0.75
FALSE_PER_SAMPLE = 3.0
CALLED_FROM = 0.02
UNREADABLE = 4
LOT = "LOT-A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One specimen; host is the person's place, visit counts from 1, run the sequencing run."""

    name: str
    host: int
    visit: int
    day: int
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What sequencing gave of one sample: consensus codes and the variants called."""

    sample: Sample
    consensus: np.ndarray
    variants: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A variant as called: code of its base, share of the reads, reads at the place."""

    alt: int
    frequency: float
    depth: int


def planned_samples(study: Study, people: Sequence[Person]) -> tuple[Sample, ...]:
    """One at screening's end, then every four weeks while the person is in the programme.

    Runs follow the calendar, one a week, so that people sampled in one week share a run.
    """
    samples = []
    for host, person in enumerate(people):
        if person.is_dosed:
            first, last = person.first + 7, person.leaves(study)
            for number, day in enumerate(range(first, last + 1, SAMPLE_EVERY_DAYS), start=1):
                name = f"{person.name}-{number:02d}"
                samples.append(
                    Sample(
                        name=name,
                        host=host,
                        visit=number,
                        day=day,
                        run=f"run{day // 7 + 1:02d}",
                    )
                )
    return tuple(samples)


def simulated_reads(
    study: Study,
    genome: Genome,
    samples: Sequence[Sample],
    arrivals: Sequence[Arrival],
    *,
    step: Callable[[int], None] = lambda count: None,  # noqa: ARG005
) -> tuple[Read, ...]:
    """What was read of each sample, in their order; all N where no agent was there."""
    found = populations(
        study, genome, arrivals, [(one.host, one.day) for one in samples], step=step
    )
    return tuple(
        _read(study.chance(f"reads {one.name}"), genome, one, found) for one in samples
    )


def _read(
    chance: np.random.Generator,
    genome: Genome,
    sample: Sample,
    found: Mapping[tuple[int, int], Population],
) -> Read:
    length = len(genome.letters)
    population = found.get((sample.host, sample.day))
    if population is None:
        nothing = np.full(length, UNREADABLE, np.uint8)
        return Read(sample=sample, consensus=nothing, variants=_rows(sample, genome, {}))
    readable = np.ones(length, bool)
    for start in chance.integers(0, length, int(chance.poisson(LOST_MEAN))):
        readable[start : start + LOST_STRETCH] = False
    share, alt = population.frequency.copy(), population.alt.copy()
    clean = np.flatnonzero((share == 0) & ~guarded_places())
    wrong = chance.choice(clean, min(int(chance.poisson(FALSE_PER_SAMPLE)), len(clean)))
    share[wrong] = chance.uniform(0.02, 0.04, len(wrong))
    alt[wrong] = (genome.letters[wrong] + chance.integers(1, 4, len(wrong))) % 4
    places = np.flatnonzero((share > 0) & readable)
    depth = 50 + chance.poisson(chance.gamma(8.0, (MEAN_DEPTH - 50) / 8.0, len(places)))
    frequency = np.round(chance.binomial(depth, share[places]) / depth, 4)
    consensus = genome.letters.copy()
    consensus[places] = np.where(frequency > 0.5, alt[places], consensus[places])
    consensus[~readable] = UNREADABLE
    called = {
        int(place): _Call(alt=int(alt[place]), frequency=float(value), depth=int(reads))
        for place, value, reads in zip(places, frequency, depth, strict=True)
        if value >= CALLED_FROM
    }
    return Read(sample=sample, consensus=consensus, variants=_rows(sample, genome, called))


def _rows(sample: Sample, genome: Genome, called: Mapping[int, _Call]) -> pl.DataFrame:
    where = [place_of(place) for place in called]
    bases = spelled(np.arange(4))
    return pl.DataFrame(
        {
            "sample": [sample.name] * len(called),
            "contig": [contig for contig, _ in where],
            "position": [position for _, position in where],
            "ref": [bases[genome.letters[place]] for place in called],
            "alt": [bases[one.alt] for one in called.values()],
            "frequency": [one.frequency for one in called.values()],
            "depth": [one.depth for one in called.values()],
        },
        schema={
            "sample": pl.String,
            "contig": pl.String,
            "position": pl.Int64,
            "ref": pl.String,
            "alt": pl.String,
            "frequency": pl.Float64,
            "depth": pl.Int64,
        },
    )


def fasta_of(reads: Sequence[Read]) -> str:
    """Consensus of all samples and contigs; headers are sample|contig|run=RUN."""
    lines = []
    for read in reads:
        for contig, sequence in split_by_contig(spelled(read.consensus)).items():
            lines.append(f">{read.sample.name}|{contig}|run={read.sample.run}")
            lines.extend(sequence[at : at + 80] for at in range(0, CONTIGS[contig], 80))
    return "\n".join(lines) + "\n"


def samples_table(
    study: Study, people: Sequence[Person], reads: Sequence[Read]
) -> pl.DataFrame:
    """data/samples.csv; the lot stands only where the person received one."""
    rows = [
        {
            "sample": read.sample.name,
            "participant": people[read.sample.host].name,
            "taken": study.day(read.sample.day).isoformat(),
            "site": people[read.sample.host].site,
            "household": people[read.sample.host].household,
            "agent": "wardling",
            "lot": LOT if people[read.sample.host].has_agent_from_lot else "",
            "run": read.sample.run,
            "visit": read.sample.visit,
        }
        for read in reads
    ]
    return pl.DataFrame(rows, infer_schema_length=None)
