from dataclasses import replace

import numpy as np
import pytest

from nanoward.simulation.genomes.evolution import Hosts, populations
from nanoward.simulation.genomes.genome import guarded_places, mean_rate, simulated_genome
from nanoward.simulation.genomes.spread import Arrival
from nanoward.simulation.study import KINDS, Study

GENOME = simulated_genome(Study())
KIND = KINDS["microbe"]


def hosts_with_the_lot(count: int, chance: np.random.Generator) -> Hosts:
    hosts = Hosts(GENOME, KIND, count)
    for host in range(count):
        hosts.receive(chance, Arrival(day=0, host=host))
    return hosts


def test_mutations_arise_at_the_stated_rate() -> None:
    chance = np.random.default_rng(1)
    hosts = hosts_with_the_lot(50, chance)
    days = 40
    arose = sum(hosts.mutate(chance) for _ in range(days))
    expected = days * 50 * KIND.population * 12_000 * mean_rate(KIND) / 365.25
    assert arose == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_neutral_changes_build_up_at_the_mutation_rate() -> None:
    """Kimura 1968: the mean number of new bases grows by rate x places."""
    chance = np.random.default_rng(2)
    hosts = hosts_with_the_lot(60, chance)
    neutral = np.ones(12_000, bool)
    neutral[GENOME.adaptive] = False
    neutral[GENOME.lot_frequency > 0] = False
    neutral[guarded_places()] = False
    days = 120
    for _ in range(days):
        hosts.drift(chance)
        hosts.mutate(chance)
    gained = (hosts.counts[:, neutral] / KIND.population).sum(axis=1)
    expected = days * neutral.sum() * KIND.mutation_per_site_year / 365.25
    assert gained.mean() == pytest.approx(expected, abs=4 * gained.std() / np.sqrt(60))


def test_guarded_loci_mutate_as_the_chromosome_does() -> None:
    """50 hosts of 40 genomes, 400 days: 0.26 changes expected, 7,900 at the cassette's rate."""
    chance = np.random.default_rng(6)
    hosts = hosts_with_the_lot(50, chance)
    arose = 0
    for _ in range(400):
        hosts.counts[:, guarded_places()] = 0
        hosts.mutate(chance)
        arose += int((hosts.counts[:, guarded_places()] > 0).sum())
    assert arose <= 3
    often = replace(KIND, guarded_per_site_year=KIND.mutation_per_site_year)
    hosts.kind = often
    hosts.mutate(chance)
    assert (hosts.counts[:, guarded_places()] > 0).sum() > 5


def test_drift_keeps_the_mean_and_loses_heterozygosity_by_one_over_n_a_day() -> None:
    chance = np.random.default_rng(3)
    hosts = Hosts(GENOME, KIND, 400)
    place = int(np.flatnonzero(GENOME.lot_frequency)[0])
    hosts.counts[:, place] = KIND.population // 2
    for _ in range(10):
        hosts.drift(chance)
    share = hosts.counts[:, place] / KIND.population
    assert share.mean() == pytest.approx(0.5, abs=4 * share.std() / 20)
    mixed = 2 * share * (1 - share)
    expected = 0.5 * (1 - 1 / KIND.population) ** 10
    assert mixed.mean() == pytest.approx(expected, abs=4 * mixed.std() / 20)


def test_a_favoured_change_takes_over_more_often_than_a_neutral_one() -> None:
    chance = np.random.default_rng(4)
    hosts = Hosts(GENOME, KIND, 400)
    neutral = int(np.flatnonzero(GENOME.lot_frequency)[0])
    favoured = int(GENOME.adaptive[0])
    hosts.counts[:, [neutral, favoured]] = 4
    for _ in range(200):
        hosts.drift(chance)
    fixed = (hosts.counts == KIND.population).mean(axis=0)
    assert fixed[neutral] == pytest.approx(0.1, abs=0.06)  # its frequency at the start
    assert fixed[favoured] > 0.5


def test_a_bottleneck_of_one_genome_passes_one_base_of_a_mixed_place() -> None:
    chance = np.random.default_rng(5)
    narrow = KINDS["virus"]
    hosts = Hosts(GENOME, narrow, 301)
    hosts.counts[0, :100] = narrow.population // 2
    for host in range(1, 301):
        hosts.receive(chance, Arrival(day=0, host=host, source=0))
    share = hosts.counts[1:, :100] / narrow.population
    pure = ((share == 0) | (share == 1)).mean()
    # Two founders of a half-and-half source are alike in half of the cases.
    assert pure == pytest.approx(0.5, abs=0.02)
    assert share.mean() == pytest.approx(0.5, abs=0.02)


def test_frequencies_lie_from_0_to_1_and_only_carriers_are_told() -> None:
    study = Study(participants=12, weeks=12)
    arrivals = (Arrival(day=3, host=0), Arrival(day=40, host=1, source=0, kind="room"))
    steps: list[int] = []
    found = populations(
        study, GENOME, arrivals, [(0, 60), (1, 60), (1, 39), (2, 60)], step=steps.append
    )
    assert set(found) == {(0, 60), (1, 60)}
    assert sum(steps) == study.days + 1
    for population in found.values():
        assert population.frequency.min() >= 0
        assert population.frequency.max() <= 1
        varies = population.frequency > 0
        assert varies.any()
        assert np.all(population.alt[varies] != GENOME.letters[varies])
