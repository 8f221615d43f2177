import numpy as np

from nanoward.simulation.genomes.genome import BASES, CONTIGS
from nanoward.simulation.genomes.sequencing import CALLED_FROM, UNREADABLE, fasta_of
from nanoward.simulation.world import World


def test_a_consensus_base_is_the_one_that_most_reads_carry(world: World) -> None:
    starts = {"chassis": 0, "circuit": CONTIGS["chassis"]}
    for read in world.reads:
        changed = {}
        for row in read.variants.iter_rows(named=True):
            place = starts[row["contig"]] + row["position"] - 1
            assert BASES[world.genome.letters[place]] == row["ref"] != row["alt"]
            assert read.consensus[place] == BASES.index(
                row["alt"] if row["frequency"] > 0.5 else row["ref"]
            )
            changed[place] = row["frequency"] > 0.5
        differs = (read.consensus != world.genome.letters) & (read.consensus != UNREADABLE)
        assert set(np.flatnonzero(differs).tolist()) == {
            place for place, major in changed.items() if major
        }


def test_frequencies_are_shares_above_the_limit_of_calling(world: World) -> None:
    table = world.tables["data/variants.csv.gz"]
    assert table.height > 1000
    assert table["frequency"].is_between(CALLED_FROM, 1).all()
    assert (table["depth"] >= 50).all()
    assert not table.select("sample", "contig", "position").is_duplicated().any()


def test_a_person_without_the_agent_gives_a_sample_that_cannot_be_read(world: World) -> None:
    carriers = {arrival.host for arrival in world.arrivals}
    free = [read for read in world.reads if read.sample.host not in carriers]
    assert free
    for read in free:
        assert np.all(read.consensus == UNREADABLE)
        assert read.variants.is_empty()


def test_samples_are_taken_between_the_first_dose_and_leaving(world: World) -> None:
    names = [read.sample.name for read in world.reads]
    assert len(set(names)) == len(names)
    for read in world.reads:
        person = world.people[read.sample.host]
        assert person.first <= read.sample.day <= person.leaves(world.study)


def test_fasta_has_a_record_per_sample_and_contig(world: World) -> None:
    records = fasta_of(world.reads[:2]).split(">")[1:]
    assert len(records) == 2 * len(CONTIGS)
    head, *lines = records[1].splitlines()
    sample = world.reads[0].sample
    assert head == f"{sample.name}|circuit|run={sample.run}"
    assert len("".join(lines)) == CONTIGS["circuit"]
