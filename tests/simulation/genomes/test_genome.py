import numpy as np
import pytest

from nanoward.simulation.genomes.genome import (
    CONTIGS,
    LOCI,
    STOPS,
    guarded_places,
    lot_table,
    mean_rate,
    place_of,
    simulated_genome,
)
from nanoward.simulation.study import KINDS, Study


def test_every_locus_is_an_open_reading_frame() -> None:
    contigs = simulated_genome(Study()).contigs()
    assert {name: len(sequence) for name, sequence in contigs.items()} == CONTIGS
    for locus in (one for one in LOCI if one.coding):
        sequence = contigs[locus.contig][locus.first - 1 : locus.last]
        codons = [sequence[at : at + 3] for at in range(0, len(sequence), 3)]
        assert codons[0] == "ATG"
        assert codons[-1] in STOPS
        assert not set(codons[:-1]) & set(STOPS)


def test_the_lot_differs_at_25_places_that_are_not_those_hosts_favour() -> None:
    genome = simulated_genome(Study(seed=11))
    mixed = np.flatnonzero(genome.lot_frequency)
    assert len(mixed) == 25
    assert genome.lot_frequency[mixed].min() >= 0.01
    assert genome.lot_frequency.max() <= 0.30
    assert len(set(genome.adaptive.tolist())) == 12
    assert not set(genome.adaptive.tolist()) & set(mixed.tolist())
    assert np.all(genome.lot_alt != genome.letters)
    assert guarded_places().sum() == 900 + 300
    assert not guarded_places()[mixed].any()
    assert not guarded_places()[genome.adaptive].any()


def test_the_mean_rate_weighs_guarded_and_free_places() -> None:
    kind = KINDS["microbe"]
    assert mean_rate(kind) == pytest.approx(0.9 * 6e-3 + 0.1 * 2e-7)


def test_the_lot_is_told_as_variants_of_the_design() -> None:
    genome = simulated_genome(Study())
    table, contigs = lot_table(genome), genome.contigs()
    assert table.height == 25
    for row in table.iter_rows(named=True):
        assert contigs[row["contig"]][row["position"] - 1] == row["ref"] != row["alt"]


def test_an_index_is_a_contig_and_a_position_from_1() -> None:
    assert place_of(0) == ("chassis", 1)
    assert place_of(7_999) == ("chassis", 8_000)
    assert place_of(8_000) == ("circuit", 1)
    with pytest.raises(IndexError):
        place_of(12_000)
